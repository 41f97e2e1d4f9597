//! Usual names of splits, and the one name each gets here.

/// Words that stand beside a split's name and say nothing more: `training_set`, `seg_train`, `test_images`.
const NEUTRAL: [&str; 33] = [
    "set", "sets", "data", "dataset", "split", "part", "subset", "seg", "images", "image", "imgs", "img",
    "pictures", "pics", "photos", "audio", "audios", "wav", "wavs", "clips", "video", "videos", "frames",
    "folder", "files", "samples", "full", "final", "original", "labels", "resized", "cropped", "batch",
];

/// Endings that are written together with a split's name: `trainset`.
const GLUED: [&str; 5] = ["set", "data", "dataset", "images", "imgs"];

/// `train`, `val` or `test` for a name that means it (`training`, `valid`, `testing`, `training_set`, `seg_train`,
/// `test1`, `train2017`, …), upper or lower case; `None` for any other name.
pub fn split_of(name: &str) -> Option<&'static str> {
    let mut found = None;
    for word in words(name) {
        match split_of_word(&word) {
            Some(split) if found.is_none_or(|other| other == split) => found = Some(split),
            Some(_) => return None,
            None if NEUTRAL.contains(&word.as_str()) => {}
            None => return None,
        }
    }
    found
}

/// Words of folders whose samples belong to no usual split, but are no class either: `seg_pred`, `unlabeled2017`.
const OTHER_SPLITS: [&str; 8] =
    ["pred", "predict", "prediction", "unlabeled", "unlabelled", "unsupervised", "holdout", "trainval"];

/// Is it the name of a folder of a split: one of [`split_of`], or of samples whose labels are wanted (`seg_pred`)?
pub fn is_split(name: &str) -> bool {
    let words = words(name);
    let is_other = |word: &String| OTHER_SPLITS.contains(&word.as_str());
    split_of(name).is_some()
        || words.iter().any(is_other) && words.iter().all(|w| is_other(w) || NEUTRAL.contains(&w.as_str()))
}

/// The words of a name, in lower case, without numbers.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn split_of_word(word: &str) -> Option<&'static str> {
    let plain = |word: &str| match word {
        "train" | "training" => Some("train"),
        "val" | "valid" | "validation" | "validate" | "dev" => Some("val"),
        // Hugging Face takes `eval` for `test`.
        "test" | "testing" | "eval" | "evaluation" => Some("test"),
        _ => None,
    };
    let glued = || GLUED.iter().find_map(|ending| plain(word.strip_suffix(ending)?));
    plain(word).or_else(glued)
}

/// The split that a file's name holds as a word: `train-00000-of-00002.parquet`, `cifar_test.tar`.
pub fn split_of_file(name: &str) -> Option<&'static str> {
    name.split(|c: char| !c.is_ascii_alphabetic()).find_map(split_of)
}

/// The split a folder stands for: the usual name where it means one, else its own.
pub fn split_name(folder: &str) -> String {
    split_of(folder).unwrap_or(folder).to_owned()
}

/// The split that one of a path's folders stands for, the last one first: `data/train/images/` → `train`.
pub fn split_of_folders(folders: &str) -> Option<&'static str> {
    folders.rsplit('/').find_map(split_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_splits() {
        for (name, split) in [
            ("Train", "train"),
            ("VALID", "val"),
            ("dev", "val"),
            ("testing", "test"),
            ("train2017", "train"),
            ("training_set", "train"),
            ("seg_train", "train"),
            ("TrainSet", "train"),
            ("test1", "test"),
            ("Test Data", "test"),
            ("images_val", "val"),
            ("eval", "test"),
        ] {
            assert_eq!(split_of(name), Some(split), "{name}");
            assert!(is_split(name), "{name}");
        }
        for other in
            ["trains", "train_station", "tench", "", "2017", "images", "dataset", "contest", "test-dev"]
        {
            assert_eq!(split_of(other), None, "{other}");
        }
        assert!(is_split("seg_pred") && is_split("unlabeled2017"));
        assert!(!is_split("predator") && !is_split("images") && !is_split("pred_dog"));
        assert_eq!(split_of_file("train-00000-of-00002.parquet"), Some("train"));
        assert_eq!(split_of_file("my_dev.csv"), Some("val"));
        assert_eq!(split_of_file("contest.csv"), None);
        assert_eq!(split_of_folders("a/train/images/"), Some("train"));
    }
}
