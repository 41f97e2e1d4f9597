//! Collects what to verify: from commits to manifests to files, each once.

use std::collections::{BTreeMap, HashMap};

use futures::stream::{self, StreamExt};
use hub_schema::{ContentHash, DataFile, Field, FieldId, Fragment, FragmentId, ManifestRef};

use super::report::Report;
use super::sums;
use crate::commit::BadCommit;
use crate::commit::check::{columns, fragment};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::layout;
use crate::manifest::list;
use crate::ops::reachable::{self, Scope};

/// Files that are read at a time.
pub(super) const READERS: usize = 8;

/// What to read and verify.
#[derive(Debug, Default)]
pub(super) struct Checklist {
    /// The data files to check.
    pub files: Vec<Wanted>,
    /// The blobs to check, with their stated lengths in bytes.
    pub blobs: BTreeMap<ContentHash, u64>,
    /// The columns by id: their types, and their names for the report.
    pub columns: HashMap<FieldId, Field>,
}

impl Checklist {
    /// Reads the commits in `scope` and their manifests; what is wrong with those goes into the report.
    pub async fn read(dataset: &Dataset, scope: Scope, report: &mut Report) -> Result<Self> {
        let mut checklist = Self::default();
        let mut manifests: HashMap<ContentHash, ManifestRef> = HashMap::new();
        let mut commits = Vec::new();
        let (mut unreadable, mut refused) = (Vec::new(), Vec::new());
        let visit = |commit: &crate::Snapshot| {
            for manifest in &commit.commit().manifests {
                manifests.entry(manifest.hash).or_insert_with(|| manifest.clone());
            }
            let derived = commit.schema().derived_fields();
            for field in commit.schema().fields.iter().chain(&derived) {
                checklist.columns.entry(field.id).or_insert_with(|| field.clone());
            }
            if let Err(problem) = columns::check(commit.schema()) {
                refused.push((layout::commit(&commit.at().branch, commit.at().version), problem));
            }
            commits.push(sums::Claim::of(commit));
            Ok(())
        };
        reachable::walk(dataset, scope, visit, |path, error| {
            unreadable.push((path, error));
            Ok(())
        })
        .await?;
        for (path, error) in unreadable {
            report.add(path, problem(&error));
        }
        for (path, problem) in refused {
            report.add(path, problem);
        }
        report.commits = commits.len() as u64;
        report.manifests = manifests.len() as u64;
        report.bytes = manifests.values().map(|m| m.bytes).sum();

        let store = dataset.store();
        let reads = manifests.into_values().map(|m| async move { (list::read(store, &m).await, m) });
        let mut reads = stream::iter(reads).buffer_unordered(READERS);
        let mut sums_of = HashMap::new();
        let mut files = Files::default();
        while let Some((fragments, manifest)) = reads.next().await {
            match fragments {
                Ok(fragments) => {
                    for fragment in &fragments {
                        if let Err(problem) = fragment::check_shape(fragment) {
                            let problem = BadCommit::Fragment { id: fragment.id, problem };
                            report.add(layout::manifest(manifest.hash), problem);
                        }
                        files.add(fragment, &mut checklist.blobs, report);
                    }
                    sums_of.insert(manifest.hash, sums::Sums::of(&fragments));
                }
                Err(error) => report.add(layout::manifest(manifest.hash), problem(&error)),
            }
        }
        checklist.files = files.files;
        sums::commits(&commits, &sums_of, report);
        Ok(checklist)
    }
}

/// A data file, and the row groups and fragments that it should fit.
#[derive(Debug)]
pub(super) struct Wanted {
    /// The file as its manifest lists it.
    pub file: DataFile,
    /// Rows of each row group.
    pub row_groups: Vec<u32>,
    /// The fragments it belongs to.
    pub fragments: Vec<FragmentId>,
}

impl Wanted {
    /// The file's path below the data set's root.
    pub fn path(&self) -> String {
        layout::data(self.file.hash)
    }

    /// The names of its columns.
    pub fn columns(&self, columns: &HashMap<FieldId, Field>) -> Vec<String> {
        let name =
            |id: &FieldId| columns.get(id).map_or_else(|| format!("(column {id})"), |f| f.name.clone());
        self.file.fields.iter().map(name).collect()
    }
}

/// An error with its causes, without the path that is named beside it.
fn problem(error: &crate::Error) -> String {
    if let crate::Error::Damaged { problem, .. } = error {
        return problem.clone();
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}

/// The distinct files, collected from all manifests.
#[derive(Default)]
struct Files {
    files: Vec<Wanted>,
    places: HashMap<ContentHash, usize>,
}

impl Files {
    fn add(&mut self, fragment: &Fragment, blobs: &mut BTreeMap<ContentHash, u64>, report: &mut Report) {
        for file in &fragment.files {
            blobs.extend(file.blobs.iter().copied());
            let Some(at) = self.places.get(&file.hash) else {
                self.places.insert(file.hash, self.files.len());
                self.files.push(Wanted {
                    file: DataFile { patches: Vec::new(), ..file.clone() },
                    row_groups: fragment.row_groups.clone(),
                    fragments: vec![fragment.id],
                });
                continue;
            };
            let known = &mut self.files[*at];
            let same = known.row_groups == fragment.row_groups
                && known.file.bytes == file.bytes
                && known.file.footer_crc == file.footer_crc;
            if !same {
                let other = known.fragments[0];
                let problem = format!("fragments {other} and {} describe it differently", fragment.id);
                report.add(layout::data(file.hash), problem);
            }
            if !known.fragments.contains(&fragment.id) {
                known.fragments.push(fragment.id);
            }
            let new: Vec<_> = file.fields.iter().filter(|f| !known.file.fields.contains(f)).collect();
            known.file.fields.extend(new);
        }
    }
}
