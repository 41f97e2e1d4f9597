//! Several valid labels from a file: ReaL's `real.json`, or an object of names.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::errors::Failure;

/// Both forms.
#[derive(Deserialize)]
#[serde(untagged)]
enum ValidFile {
    /// Of the images of ILSVRC 2012's validation set, in their order.
    Ilsvrc(Vec<Vec<usize>>),
    /// By the name of the image, with or without its extension.
    Named(HashMap<String, Vec<usize>>),
}

/// The valid classes (numbers of the model's classes) of each image, by its name without folder and extension.
pub fn read(path: &Path) -> anyhow::Result<HashMap<String, Vec<usize>>> {
    let shown = path.display();
    let text = std::fs::read(path).with_context(|| format!("{shown}: can't read it"))?;
    let file = serde_json::from_slice(&text).map_err(|error| {
        Failure::bad_input(format!(
            "{shown}: expected a list of lists of class numbers (as ReaL's real.json) or an object of them by image \
             name: {error}"
        ))
    })?;
    Ok(match file {
        ValidFile::Ilsvrc(all) => {
            let name = |at: usize| format!("ILSVRC2012_val_{:08}", at + 1);
            all.into_iter().enumerate().map(|(at, valid)| (name(at), valid)).collect()
        }
        ValidFile::Named(all) => {
            all.into_iter().map(|(name, valid)| (hub_eval::run::stem(&name).to_owned(), valid)).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("valid.json");
        std::fs::write(&path, "[[1, 2], []]").unwrap();
        let read_it = || read(&path);
        assert_eq!(read_it().unwrap()["ILSVRC2012_val_00000001"], [1, 2]);
        std::fs::write(&path, r#"{"cats/a.b.png": [3]}"#).unwrap();
        assert_eq!(read_it().unwrap()["a.b"], [3]);
        std::fs::write(&path, "[1, 2]").unwrap();
        assert!(read_it().unwrap_err().to_string().contains("expected a list of lists of class numbers"));
    }
}
