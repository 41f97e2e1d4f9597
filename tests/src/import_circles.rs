//! The modules of a crate import each other in one direction: no circles between files.
//!
//! Two files that import each other are one idea in two places, or two ideas with a third one hidden in the
//! wrong one of them: neither can be read, moved or tested alone. The compiler accepts them, so this test reads
//! each crate's module tree ([`modules`]), follows every path to the file that defines what it names
//! ([`resolve`]), and reports the circles with the names that tie them ([`circles`]).
//!
//! What counts as an import of another file: a `use`, and a path in the code (`super::limits::MOST`, or
//! `limits::MOST` behind `use super::limits`). A re-export is followed to the definition, and is no import of its
//! own: a `mod.rs` may declare its children and pass their names on, while a child that takes an item defined in a
//! `mod.rs` that uses the child is a circle. Test modules are left out. Method calls aren't seen, since only types
//! could tell whose they are.

mod circles;
mod modules;
mod resolve;

use std::path::{Path, PathBuf};

use circles::{Circle, circles};
use modules::Tree;

/// The circles of a crate, whose root file is given.
fn circles_of(root: &Path) -> Vec<Circle> {
    let tree = Tree::read(root);
    circles(&resolve::imports(&tree))
}

/// The workspace's crates: folder and root file.
fn crates() -> Vec<(String, PathBuf)> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for folder in std::fs::read_dir(workspace).unwrap() {
        let folder = folder.unwrap();
        for root in ["src/lib.rs", "src/main.rs"] {
            let root = folder.path().join(root);
            if root.is_file() {
                found.push((folder.file_name().into_string().unwrap(), root));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_crate_has_a_circle_of_imports() {
    let crates = crates();
    assert!(crates.iter().any(|(folder, _)| folder == "query"), "found no crates: {crates:?}");
    let mut report = String::new();
    for (folder, root) in &crates {
        for circle in circles_of(root) {
            report.push_str(&format!("\n{folder}/src, {} files:\n{circle}", circle.files()));
        }
    }
    assert!(
        report.is_empty(),
        "files that import each other; move what both need into a file of its own, or where it belongs:\n{report}"
    );
}

/// The circles of a crate made of these files, as text.
fn circles_in(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    circles_of(&folder.path().join("lib.rs")).iter().map(ToString::to_string).collect()
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let found = circles_in(&[
        ("lib.rs", "mod a;\nmod b;\npub use a::A;"),
        ("a.rs", "use crate::b::{self, B as Other};\npub struct A(Other);\nfn f() { b::g() }"),
        ("b.rs", "use super::A;\npub struct B(Box<A>);\npub fn g() {}"),
    ]);
    assert_eq!(found, "  a.rs takes B, g from b.rs\n  b.rs takes A from a.rs\n");
}

#[test]
fn a_path_in_the_code_is_an_import() {
    let found = circles_in(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a.rs", "pub const MOST: usize = crate::b::LEAST + 1;"),
        ("b.rs", "use super::a;\npub const LEAST: usize = 1;\nfn f() { println!(\"{}\", a::MOST) }"),
    ]);
    assert_eq!(found, "  a.rs takes LEAST from b.rs\n  b.rs takes MOST from a.rs\n");
}

#[test]
fn a_parent_that_uses_its_child_is_not_imported_by_it() {
    let parent = "mod child;\npub use child::Child;\npub const MOST: usize = 1;\n";
    let child = ("child.rs", "use super::MOST;\npub struct Child([u8; MOST]);");
    assert_eq!(circles_in(&[("lib.rs", parent), child]), "");
    let found = circles_in(&[("lib.rs", &format!("{parent}fn f(_: Child) {{}}")), child]);
    assert_eq!(found, "  child.rs takes MOST from lib.rs\n  lib.rs takes Child from child.rs\n");
}

#[test]
fn tests_may_import_what_they_like() {
    let found = circles_in(&[
        ("lib.rs", "mod a;\n#[cfg(test)]\nmod tests;\npub fn f() { a::g() }"),
        ("a.rs", "pub fn g() {}\n#[cfg(test)]\nmod tests { use crate::f; }\n#[cfg(test)]\nuse crate::f;"),
        ("tests.rs", "use super::f;"),
    ]);
    assert_eq!(found, "");
}

#[test]
fn globs_and_folders_are_followed() {
    let found = circles_in(&[
        ("lib.rs", "mod a;\nmod b;"),
        ("a/mod.rs", "mod deep;\nmod other;\npub use deep::*;"),
        ("a/deep.rs", "use super::super::b::B;\npub struct Deep(B);"),
        ("a/other.rs", "use super::*;\npub fn f(_: Deep) {}"),
        ("b.rs", "use crate::a::Deep;\npub struct B(Box<Deep>);"),
    ]);
    assert_eq!(found, "  a/deep.rs takes B from b.rs\n  b.rs takes Deep from a/deep.rs\n");
}
