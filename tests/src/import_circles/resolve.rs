//! From a path as it is written to the file that defines what it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::modules::{Module, Tree};

/// The names that each file takes from others, by their files.
pub type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// Re-exports that lead to each other must end somewhere.
const DEEPEST: usize = 32;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target<'a> {
    Module(usize),
    /// Something defined in a module.
    Item(usize, &'a str),
}

/// What each file takes from the others.
pub fn imports(tree: &Tree) -> Imports {
    let mut found = Imports::new();
    for (m, module) in tree.modules.iter().enumerate() {
        found.entry(module.file.clone()).or_default();
        let mut tie = |to: &Path, name: &str| {
            if to != module.file {
                let from = found.entry(module.file.clone()).or_default();
                from.entry(to.to_owned()).or_default().insert(name.to_owned());
            }
        };
        for import in &module.imports {
            if import.public && !is_used(module, &import.name) {
                continue;
            }
            match tree.resolve(m, &import.path, false, 0) {
                Some(Target::Item(of, name)) => tie(&tree.modules[of].file, name),
                Some(Target::Module(_)) | None => {}
            }
        }
        for path in &module.paths {
            if let Some(Target::Item(of, name)) = tree.resolve(m, path, false, 0) {
                tie(&tree.modules[of].file, name);
            }
        }
        for glob in module.imports.iter().filter(|i| i.name == "*") {
            let Some(Target::Module(of)) = tree.resolve(m, &glob.path, true, 0) else { continue };
            for word in module.words.iter().chain(module.paths.iter().map(|p| &p[0])) {
                if let Some(Target::Item(of, name)) = tree.member(of, word, false, 0) {
                    tie(&tree.modules[of].file, name);
                }
            }
        }
    }
    found
}

/// Does the code of a module use one of its names?
fn is_used(module: &Module, name: &str) -> bool {
    module.words.contains(name) || module.paths.iter().any(|path| path[0] == name)
}

impl Tree {
    /// What a path in a module names; `None` for what isn't of this crate. The last name may be of a module and
    /// of an item at once; `module` says which is meant.
    fn resolve<'a>(
        &'a self,
        from: usize,
        path: &'a [String],
        module: bool,
        depth: usize,
    ) -> Option<Target<'a>> {
        if depth > DEEPEST {
            return None;
        }
        let mut at = from;
        let mut names = path.iter().peekable();
        let mut begun = false;
        while let Some(name) = names.peek() {
            match name.as_str() {
                "crate" => at = 0,
                "self" => {}
                "super" => at = self.modules[at].parent?,
                _ => break,
            }
            begun = true;
            names.next();
        }
        while let Some(name) = names.next() {
            let last = names.peek().is_none();
            match self.member(at, name, module || !last, depth) {
                Some(Target::Module(inner)) => at = inner,
                Some(item) => return Some(item),
                // Made by a macro, where the way to it is known.
                None if begun => return Some(Target::Item(at, name)),
                None => return None,
            }
            begun = true;
        }
        Some(Target::Module(at))
    }

    /// What a name means in a module.
    fn member<'a>(&'a self, of: usize, name: &'a str, module: bool, depth: usize) -> Option<Target<'a>> {
        if depth > DEEPEST {
            return None;
        }
        let here = &self.modules[of];
        let child = here.children.get(name).map(|child| Target::Module(*child));
        let item = || here.items.get(name).map(|name| Target::Item(of, name));
        let imported = || {
            let named = here.imports.iter().filter(|i| i.name == name);
            let mut named = named.filter(|i| i.path != [name]);
            named.find_map(|i| self.resolve(of, &i.path, module, depth + 1))
        };
        let by_glob = || {
            let mut globs = here.imports.iter().filter(|i| i.name == "*");
            globs.find_map(|i| match self.resolve(of, &i.path, true, depth + 1)? {
                Target::Module(inner) if inner != of => self.member(inner, name, module, depth + 1),
                _ => None,
            })
        };
        if module {
            child.or_else(imported).or_else(item).or_else(by_glob)
        } else {
            item().or_else(imported).or(child).or_else(by_glob)
        }
    }
}
