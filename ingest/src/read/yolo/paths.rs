//! Finds the images and labels.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Lines};
use std::path::{Component, Path};

use hub_dataset::sample::SampleError;

use super::config::Config;
use crate::read::file_errors::unreadable;
use crate::read::inside::{Refusal, SourceRoot, clean};
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::walk::Walk;

/// Where images are by custom, for a configuration that does not say; the first with any counts.
const CUSTOMS: [&[(Option<&str>, &str)]; 3] = [
    &[(Some("train"), "images/train"), (Some("val"), "images/val"), (Some("test"), "images/test")],
    &[(Some("train"), "train/images"), (Some("val"), "valid/images"), (Some("test"), "test/images")],
    &[(None, "images")],
];

/// Where the images of a split are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub split: Option<String>,
    /// A folder, or a text file with an image's path a line; relative to the base.
    pub path: String,
}

/// The places a configuration names, and an error for each that is not there. Two splits' common place is the
/// first's.
pub fn places(config: &Config) -> Vec<Result<Place, SampleError>> {
    let mut found: Vec<Result<Place, SampleError>> = Vec::new();
    for (split, written) in &config.splits {
        for written in written {
            match longest_end(&config.base, written) {
                Ok(Some(path)) if found.iter().flatten().any(|place| place.path == path) => {}
                Ok(Some(path)) => found.push(Ok(Place { split: Some((*split).to_owned()), path })),
                Err(refusal) => found.push(Err(refusal.at(&config.place))),
                Ok(None) => found.push(Err(SampleError::sample(
                    &config.place,
                    format!("'{split}' is '{written}', which was not found in the folder"),
                )
                .advise(format!("put the images there, or remove '{split}' from {}", config.place)))),
            }
        }
    }
    if found.is_empty() {
        let is_dir = |path: &str| config.base.shown().join(path).is_dir();
        let custom = CUSTOMS.iter().find(|places| places.iter().any(|(_, path)| is_dir(path)));
        let there = custom.into_iter().flat_map(|places| places.iter());
        let there = there.filter(|(_, path)| is_dir(path));
        found
            .extend(there.map(|(split, path)| {
                Ok(Place { split: split.map(str::to_owned), path: (*path).to_owned() })
            }));
        if found.is_empty() {
            found.push(Ok(Place { split: None, path: String::new() }));
        }
    }
    found
}

/// The longest end of a written path that is there below `base`; without any, the path itself, if the caller
/// allows files from outside.
///
/// # Errors
/// A link leads out of the source, or the path itself does and there is something.
pub fn longest_end(base: &SourceRoot, written: &str) -> Result<Option<String>, Refusal> {
    let plain = Path::new(written).components().filter_map(|c| match c {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let names: Vec<&str> = plain.collect();
    if names.is_empty() {
        return Ok(Some(String::new()));
    }
    for skipped in 0..names.len() {
        let path = names[skipped..].join("/");
        if base.find(&path)?.is_some() {
            return Ok(Some(path));
        }
    }
    match clean(written) {
        Err(problem) if base.shown().join(written).exists() => {
            let name = base.name_outside("", written, problem)?;
            Ok(base.find(&name)?.map(|_| name.trim_end_matches('/').to_owned()))
        }
        _ => Ok(None),
    }
}

/// The label file of an image.
pub fn labels_of(image: &str) -> String {
    let rooted = if image.starts_with('/') { image.to_owned() } else { format!("/{image}") };
    let moved = match rooted.rsplit_once("/images/") {
        Some((before, after)) => format!("{before}/labels/{after}"),
        None => rooted,
    };
    let bare = moved.rsplit_once('.').map_or(moved.as_str(), |(stem, _)| stem);
    let bare = if image.starts_with('/') { bare } else { bare.trim_start_matches('/') };
    format!("{bare}.txt")
}

/// The names of a place's images, one after the other.
pub enum Images {
    /// A folder, and its path below the base, with `/` at the end.
    Folder { walk: Walk, prefix: String },
    /// A text file with one image path per line.
    List { lines: Lines<BufReader<File>>, base: SourceRoot, name: String, at: usize },
}

impl Images {
    /// Opens a place.
    ///
    /// # Errors
    /// It can't be read.
    pub fn open(base: &SourceRoot, place: &Place) -> Result<Self, SampleError> {
        if base.shown().join(&place.path).is_dir() {
            let prefix = if place.path.is_empty() { String::new() } else { format!("{}/", place.path) };
            return Ok(Self::Folder { walk: Walk::below(base, &place.path)?, prefix });
        }
        let file = base.open(&place.path)?;
        let file = file.ok_or_else(|| unreadable(&place.path, ErrorKind::NotFound.into()))?;
        Ok(Self::List {
            lines: BufReader::new(file).lines(),
            base: base.clone(),
            name: place.path.clone(),
            at: 0,
        })
    }
}

impl Iterator for Images {
    /// A path below the base.
    type Item = Result<String, SampleError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Folder { walk, prefix } => loop {
                match walk.next()? {
                    Ok(file) if kind_of_name(&file.name) != Some(MediaKind::Image) => {}
                    Ok(file) => return Some(Ok(format!("{prefix}{}", file.name))),
                    Err(e) => return Some(Err(SampleError { place: format!("{prefix}{}", e.place), ..e })),
                }
            },
            Self::List { lines, base, name, at } => loop {
                let line = lines.next()?;
                *at += 1;
                let line = match line {
                    Ok(line) => line,
                    Err(e) => return Some(Err(unreadable(&format!("{name}:{at}"), e))),
                };
                if line.trim().is_empty() {
                    continue;
                }
                let found = match longest_end(base, line.trim()) {
                    Ok(found) => found.filter(|path| !path.is_empty()),
                    Err(refusal) => return Some(Err(refusal.at(format!("{name}:{at}")))),
                };
                return Some(found.ok_or_else(|| {
                    SampleError::sample(
                        format!("{name}:{at}"),
                        format!("image '{}' not found in the folder", line.trim()),
                    )
                }));
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lie_in_the_parallel_folder_or_beside() {
        assert_eq!(labels_of("images/train/a.b.jpg"), "labels/train/a.b.txt");
        assert_eq!(labels_of("images/x/images/a.jpg"), "images/x/labels/a.txt");
        assert_eq!(labels_of("train/a.jpg"), "train/a.txt");
    }

    #[test]
    fn paths_of_another_machine_are_found() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("images/train")).unwrap();
        let base = SourceRoot::of(dir.path(), false).unwrap();
        for written in ["images/train", "../data/images/train", "/content/d/images/train/", "./images/train"]
        {
            assert_eq!(longest_end(&base, written).unwrap().as_deref(), Some("images/train"), "{written}");
        }
        assert_eq!(longest_end(&base, "/images/val").unwrap(), None);
        assert_eq!(longest_end(&base, "../..").unwrap(), Some(String::new()));
    }
}
