//! The images that are named on the command line.

use std::path::{Path, PathBuf};

use hub_media::{Kind, kind_of_name};

use crate::errors::Failure;

/// An image to classify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    File(PathBuf),
    Address(String),
}

impl Input {
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address(address) => address.clone(),
        }
    }
}

/// The images, those of directories in the order of their paths.
pub fn find(named: &[String]) -> anyhow::Result<Vec<Input>> {
    let mut inputs = Vec::new();
    for text in named {
        if ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
            inputs.push(Input::Address(text.clone()));
            continue;
        }
        let path = PathBuf::from(text);
        if path.is_dir() {
            let before = inputs.len();
            below(&path, &mut inputs)?;
            if inputs.len() == before {
                return Err(no_images(text).into());
            }
        } else if path.exists() {
            inputs.push(Input::File(path));
        } else {
            let hint = "give a file, a directory, or an address that begins with http:// or https://";
            return Err(Failure::not_found(format!("{text}: no such file")).hint(hint).into());
        }
    }
    Ok(inputs)
}

/// The images below a directory. Links to directories aren't followed: they may lead in a circle.
fn below(directory: &Path, inputs: &mut Vec<Input>) -> anyhow::Result<()> {
    let fail = |error: std::io::Error| {
        Failure::bad_input(format!("{}: can't be listed: {error}", directory.display()))
    };
    let entries: Result<Vec<_>, _> = std::fs::read_dir(directory).map_err(fail)?.collect();
    let mut entries = entries.map_err(fail)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let is_hidden = name.to_string_lossy().starts_with('.');
        let kind = entry.file_type().map_err(fail)?;
        if is_hidden {
            continue;
        }
        if kind.is_dir() {
            below(&entry.path(), inputs)?;
        } else if kind_of_name(&name.to_string_lossy()) == Some(Kind::Image) && entry.path().is_file() {
            inputs.push(Input::File(entry.path()));
        }
    }
    Ok(())
}

/// Nothing was found in what was named.
fn no_images(what: &str) -> Failure {
    Failure::not_found(format!("{what}: no images in it"))
        .hint("images are recognised by the names of the files")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_searched_for_images() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("b/c")).unwrap();
        for name in ["b/c/2.png", "a.JPG", "b/1.webp", "notes.txt", ".hidden.png"] {
            std::fs::write(at(name), "").unwrap();
        }
        let named = [folder.path().display().to_string(), "https://example.com/x".to_owned()];
        let found: Vec<String> = find(&named).unwrap().iter().map(Input::name).collect();
        let wanted = ["a.JPG", "b/1.webp", "b/c/2.png"].map(|name| at(name).display().to_string());
        assert_eq!(found, [&wanted[..], &[named[1].clone()]].concat());
        std::fs::create_dir(at("empty")).unwrap();
        assert!(
            find(&[at("empty").display().to_string()]).unwrap_err().to_string().ends_with("no images in it")
        );
        assert!(find(&["nowhere.png".to_owned()]).is_err());
    }
}
