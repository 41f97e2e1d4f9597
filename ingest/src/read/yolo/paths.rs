//! Finds the images and labels.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Lines};
use std::path::{Component, Path};

use hub_dataset::sample::SampleError;

use super::config::Config;
use super::label_files::{labelled, labels_of};
use crate::read::file_errors::unreadable;
use crate::read::input::Input;
use crate::read::inside::{Refusal, SourceRoot, clean};
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::sniff::{Folder, Sniff, parent};
use crate::read::split::split_of_folders;
use crate::read::walk::Walk;

/// Where the images of a split are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub split: Option<String>,
    /// A folder, or a text file with an image's path a line; relative to the base.
    pub path: String,
}

/// The places a configuration names. Of several that name nothing, those that are there suffice: Roboflow lists a
/// `test` in every data set. Two splits' common place is the first's. Where the configuration names none, the
/// folders of images with labels.
pub fn places(config: &Config, input: &Input) -> Vec<Result<Place, SampleError>> {
    let mut found: Vec<Result<Place, SampleError>> = Vec::new();
    let mut missing = Vec::new();
    for (split, written) in &config.splits {
        for written in written {
            match longest_end(&config.base, written) {
                Ok(Some(path)) if found.iter().flatten().any(|place| place.path == path) => {}
                Ok(Some(path)) => found.push(Ok(Place { split: Some((*split).to_owned()), path })),
                Err(refusal) => found.push(Err(refusal.at(&config.place))),
                Ok(None) => missing.push((split, written)),
            }
        }
    }
    let any = found.iter().any(Result::is_ok);
    for (split, written) in missing {
        let problem = format!("'{split}' is '{written}', which was not found in the folder");
        if any {
            input.note(format!("{}: {problem}, so there is no split {split}", config.place));
        } else {
            let advice = format!("put the images there, or remove '{split}' from {}", config.place);
            found.push(Err(SampleError::sample(&config.place, problem).advise(advice)));
        }
    }
    if config.splits.is_empty() {
        found.extend(places_with_labels(&input.look).into_iter().map(Ok));
    }
    for place in found.iter().flatten() {
        // A list is opened when its turn comes; that it will be read is known now.
        let _list = config.base.file(&place.path);
    }
    for folder in input.look.all().filter(|folder| folder.count(MediaKind::Image) > 0) {
        let labels = labels_of(&folder.path_of("x.jpg"));
        config.base.claim(labels.strip_suffix("x.txt").unwrap_or(&labels), "txt");
    }
    found
}

/// The folders of images that have labels, and those beside them that may have none; of folders in each other the
/// inner ones.
fn places_with_labels(look: &Sniff) -> Vec<Place> {
    let labelled: Vec<&Folder> = labelled(look).map(|(images, _)| images).collect();
    let is_beside = |path: &str| labelled.iter().any(|other| parent(&other.path) == parent(path));
    let images = look.all().filter(|f| f.count(MediaKind::Image) > 0);
    let images: Vec<&Folder> =
        images.filter(|f| labelled.iter().any(|l| l.path == f.path) || is_beside(&f.path)).collect();
    let is_outer = |path: &str| images.iter().any(|other| other.path != path && other.path.starts_with(path));
    let inner = images.iter().filter(|folder| !is_outer(&folder.path));
    inner
        .map(|folder| Place {
            split: split_of_folders(&folder.path).map(str::to_owned),
            path: folder.path.trim_end_matches('/').to_owned(),
        })
        .collect()
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
