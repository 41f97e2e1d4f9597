//! The trees of concepts that distances were made with.
//!
//! That of Bertinetto et al. may not be redistributed, so the folder of expected results doesn't have it: it is named as an
//! argument, and where it isn't, the checks say so and leave its graphs out.

use std::path::Path;

use anyhow::{Result, bail};
use hub_eval::score::hierarchy::Tree;
use sha2::{Digest, Sha256};

use super::checks::{Checks, text_file};

/// SHA-256 of `data/imagenet_isa.txt` of github.com/fiveai/making-better-mistakes.
const BERTINETTO: &str = "693089a7e3e1cb3e1ca7bde05d77d27e3f6c31b68fe3815eaa131542343436b7";

/// Each tree by the name that the expected results give it. `folder` is that of the hierarchies.
pub fn trees(checks: &mut Checks, folder: &Path, bertinetto: Option<&Path>) -> Result<Vec<(String, Tree)>> {
    let mut trees =
        vec![("own".to_owned(), Tree::parse(&text_file(&folder.join("first_hypernym_tree.txt"))?)?)];
    match bertinetto {
        Some(path) => {
            let text = text_file(path)?;
            let found: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
            if found != BERTINETTO {
                bail!(
                    "{}: SHA-256 {found}, expected {BERTINETTO} (data/imagenet_isa.txt of fiveai/making-better-mistakes)",
                    path.display()
                );
            }
            trees.push(("bertinetto".to_owned(), Tree::parse(&text)?));
        }
        None => checks.leave_out(
            "tree-height:bertinetto, tree-depth:bertinetto",
            "name the tree by --tree: data/imagenet_isa.txt of github.com/fiveai/making-better-mistakes",
        ),
    }
    Ok(trees)
}
