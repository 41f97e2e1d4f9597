//! The class names of IDX files, which hold none.
//!
//! In this order: a list of names beside the files (`classes.txt`); EMNIST's mapping
//! (`emnist-letters-mapping.txt`: label, then the code points of its characters) or, without it, the classes of
//! that variant; the folder's name, for Fashion-MNIST and KMNIST, whose files are named exactly as MNIST's;
//! else the digits.

use std::io::Read;

use hub_dataset::sample::SampleError;
use hub_schema::Feature;

use crate::read::class_names;
use crate::read::file_errors::unreadable;
use crate::read::inside::SourceRoot;
use crate::read::labels::{known_labels, label_feature};

const DIGITS: &str = "0123456789";
const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";

/// The small letters that are a class of their own where the others are merged with their capitals; source:
/// Cohen et al., "EMNIST: an extension of MNIST to handwritten letters", 2017.
const UNMERGED: &str = "abdefghnqrt";

/// A longer mapping is refused; EMNIST's have a few hundred bytes.
const MAX_MAPPING_BYTES: u64 = 1 << 20;

/// The label column of the set `set` in a folder of the source (`""` or with `/` at its end).
///
/// # Errors
/// A list of names is there and can't be read.
pub fn labels(root: &SourceRoot, folder: &str, set: &str) -> Result<Feature, SampleError> {
    let by_folder = by_folder(root, folder);
    if let Some(names) = class_names::beside(root, folder)? {
        // The same names without synsets would be another feature for the same data set.
        let same = |f: &Feature| matches!(f, Feature::ClassLabel { names: known, .. } if *known == names);
        return Ok(by_folder.filter(same).unwrap_or_else(|| label_feature(names)));
    }
    if let Some(variant) = set.strip_prefix("emnist-") {
        if let Some(names) = mapping(root, folder, set)? {
            return Ok(label_feature(names));
        }
        if let Some(feature) = emnist(variant) {
            return Ok(feature);
        }
    }
    Ok(by_folder.unwrap_or_else(|| label_feature(each(DIGITS))))
}

fn each(characters: &str) -> Vec<String> {
    characters.chars().map(String::from).collect()
}

/// By the name of the folder, or of the two above it (`FashionMNIST/raw`).
fn by_folder(root: &SourceRoot, folder: &str) -> Option<Feature> {
    let real = root.shown().join(folder).canonicalize().ok()?;
    let above = real.ancestors().take(3).filter_map(|p| p.file_name());
    above.map(|name| name.to_string_lossy().to_lowercase()).find_map(|name| {
        if name.contains("fashion") {
            known_labels("fashion_mnist")
        } else if name.contains("kmnist") || name.contains("kuzushiji") {
            Some(label_feature(
                ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"].map(String::from).to_vec(),
            ))
        } else if name.contains("mnist") {
            known_labels("mnist")
        } else {
            None
        }
    })
}

fn emnist(variant: &str) -> Option<Feature> {
    let names = match variant {
        "mnist" | "digits" => return known_labels("mnist"),
        "letters" => [vec!["N/A".to_owned()], each(SMALL)].concat(),
        "byclass" => [each(DIGITS), each(CAPITALS), each(SMALL)].concat(),
        "bymerge" | "balanced" => [each(DIGITS), each(CAPITALS), each(UNMERGED)].concat(),
        _ => return None,
    };
    Some(label_feature(names))
}

/// The names of a mapping file; of several characters the last (`1 65 97`: `a`). Labels that are not mapped are
/// `N/A`.
fn mapping(root: &SourceRoot, folder: &str, set: &str) -> Result<Option<Vec<String>>, SampleError> {
    let name = format!("{set}-mapping.txt");
    let Some(file) = root.open(&format!("{folder}{name}"))? else { return Ok(None) };
    let mut text = String::new();
    file.take(MAX_MAPPING_BYTES).read_to_string(&mut text).map_err(|e| unreadable(&name, e))?;
    let mut names: Vec<String> = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let numbers: Option<Vec<u32>> = line.split_whitespace().map(|n| n.parse().ok()).collect();
        let character = numbers.as_ref().and_then(|n| char::from_u32(*n.get(1..)?.last()?));
        let label = numbers.as_ref().and_then(|n| usize::try_from(*n.first()?).ok()).filter(|n| *n < 256);
        let (Some(label), Some(character)) = (label, character) else {
            return Err(SampleError::fatal(
                format!("{name}:{}", i + 1),
                format!("'{line}', expected a label below 256 and the codes of its characters"),
            ));
        };
        if names.len() <= label {
            names.resize(label + 1, "N/A".to_owned());
        }
        names[label] = character.into();
    }
    Ok(Some(names).filter(|n| !n.is_empty()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(feature: Feature) -> Vec<String> {
        match feature {
            Feature::ClassLabel { names, .. } => names,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn variants_of_emnist_have_their_classes() {
        for (variant, count) in [
            ("balanced", 47),
            ("byclass", 62),
            ("bymerge", 47),
            ("digits", 10),
            ("letters", 27),
            ("mnist", 10),
        ] {
            assert_eq!(names(emnist(variant).unwrap()).len(), count, "{variant}");
        }
    }

    #[test]
    fn names_come_from_list_mapping_folder_in_this_order() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("FashionMNIST").join("raw");
        fs::create_dir_all(&folder).unwrap();
        let root = SourceRoot::of(&folder, false).unwrap();
        assert_eq!(names(labels(&root, "", "").unwrap())[9], "Ankle boot");
        fs::write(folder.join("emnist-x-mapping.txt"), "1 65 97\n3 66\n").unwrap();
        assert_eq!(names(labels(&root, "", "emnist-x").unwrap()), ["N/A", "a", "N/A", "B"]);
        fs::write(folder.join("classes.txt"), "one\ntwo\n").unwrap();
        assert_eq!(names(labels(&root, "", "emnist-x").unwrap()), ["one", "two"]);
        fs::remove_file(folder.join("classes.txt")).unwrap();
        fs::write(folder.join("emnist-x-mapping.txt"), "1 x\n").unwrap();
        let error = labels(&root, "", "emnist-x").unwrap_err().to_string();
        assert!(error.starts_with("emnist-x-mapping.txt:1: '1 x'"), "{error}");
    }
}
