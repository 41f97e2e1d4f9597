//! Usual names of splits, and the one name each gets here.

/// `train`, `val` or `test` for a name that means it (`training`, `valid`, `testing`, …, also with the year
/// of a challenge behind it: `train2017`), upper or lower case; `None` for any other name.
pub fn split_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let year = &name[word.len()..];
    if !year.is_empty() && year.len() != 4 {
        return None;
    }
    match word {
        "train" | "training" => Some("train"),
        "val" | "valid" | "validation" | "dev" => Some("val"),
        "test" | "testing" => Some("test"),
        _ => None,
    }
}

/// The split that a file's name holds as a word: `train-00000-of-00002.parquet`, `cifar_test.tar`.
pub fn split_of_file(name: &str) -> Option<&'static str> {
    name.split(|c: char| !c.is_ascii_alphabetic()).find_map(split_of)
}

/// The split a folder stands for: the usual name where it means one, else its own.
pub fn split_name(folder: &str) -> String {
    split_of(folder).unwrap_or(folder).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_splits() {
        for (name, split) in [("Train", "train"), ("VALID", "val"), ("dev", "val"), ("testing", "test")] {
            assert_eq!(split_of(name), Some(split));
        }
        assert_eq!(split_of("train2017"), Some("train"));
        for other in ["trains", "test1", "tench", "", "2017"] {
            assert_eq!(split_of(other), None, "{other}");
        }
        assert_eq!(split_of_file("train-00000-of-00002.parquet"), Some("train"));
        assert_eq!(split_of_file("my_dev.csv"), Some("val"));
        assert_eq!(split_of_file("contest.csv"), None);
    }
}
