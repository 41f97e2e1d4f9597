//! The names people give to splits, and the one name we give each.

/// `train`, `val` or `test` for a name that means it (`training`, `valid`, `testing`, …), upper or lower
/// case; `None` for any other name.
pub fn split_of(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "train" | "training" => Some("train"),
        "val" | "valid" | "validation" | "dev" => Some("val"),
        "test" | "testing" => Some("test"),
        _ => None,
    }
}

/// The split that a file's name begins with or holds as a word: `train-00000-of-00002.parquet`,
/// `cifar_test.tar`.
pub fn split_of_file(name: &str) -> Option<&'static str> {
    name.split(|c: char| !c.is_ascii_alphabetic()).find_map(split_of)
}
