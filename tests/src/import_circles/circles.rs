//! Circles in a graph of files: its strongly connected components of two files or more.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::resolve::Imports;

/// Files each of which reaches all others by imports.
#[derive(Debug)]
pub struct Circle {
    /// From, to, and the names that tie them.
    ties: Vec<(PathBuf, PathBuf, Vec<String>)>,
    files: usize,
}

impl Circle {
    pub fn files(&self) -> usize {
        self.files
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (from, to, names) in &self.ties {
            writeln!(f, "  {} takes {} from {}", from.display(), names.join(", "), to.display())?;
        }
        Ok(())
    }
}

/// All circles. The graphs have some hundred files, so "reaches, and is reached from" is computed plainly.
pub fn circles(imports: &Imports) -> Vec<Circle> {
    let mut left: BTreeSet<&PathBuf> = imports.keys().collect();
    let mut found = Vec::new();
    while let Some(file) = left.pop_first() {
        let from_here = reached(imports, file);
        let group: BTreeSet<&Path> = from_here
            .iter()
            .copied()
            .filter(|other| reached(imports, other).contains(file.as_path()))
            .collect();
        left.retain(|other| !group.contains(other.as_path()));
        if group.len() > 1 {
            found.push(Circle { ties: ties(imports, &group), files: group.len() });
        }
    }
    found
}

/// The files that a file imports, directly or by others.
fn reached<'a>(imports: &'a Imports, from: &Path) -> BTreeSet<&'a Path> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Path> = vec![from];
    while let Some(file) = open.pop() {
        for next in imports.get(file).into_iter().flat_map(|to| to.keys()) {
            if found.insert(next.as_path()) {
                open.push(next);
            }
        }
    }
    found
}

fn ties(imports: &Imports, group: &BTreeSet<&Path>) -> Vec<(PathBuf, PathBuf, Vec<String>)> {
    let inside = imports.iter().filter(|(from, _)| group.contains(from.as_path()));
    inside
        .flat_map(|(from, to)| to.iter().map(move |(to, names)| (from, to, names)))
        .filter(|(_, to, _)| group.contains(to.as_path()))
        .map(|(from, to, names)| (from.clone(), to.clone(), names.iter().cloned().collect()))
        .collect()
}
