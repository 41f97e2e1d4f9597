//! Recognises YOLO data sets.

use super::config::{LISTS, is_yaml};
use crate::read::sniff::Sniff;

/// Is there a YAML file with classes and folders, or a list of classes with folders of images and labels?
pub fn recognise(look: &Sniff) -> bool {
    let holds_classes = |path: &str| {
        look.head(path, 64 << 10).is_some_and(|head| {
            let text = String::from_utf8_lossy(&head);
            let has = |key: &str| {
                text.lines().any(|line| line.strip_prefix(key).is_some_and(|l| l.starts_with(':')))
            };
            has("names") && ["train", "val", "test", "path", "nc"].into_iter().any(has)
        })
    };
    if !look.is_dir {
        return is_yaml(&look.name()) && holds_classes("");
    }
    let labels = |folder: &str| look.files_in(folder).any(|f| f.ends_with(".txt") && !LISTS.contains(&f));
    let folders = || ["labels/", "labels/train/", "train/labels/"].into_iter().any(labels);
    look.files_in("").any(|f| is_yaml(f) && holds_classes(f))
        || LISTS.iter().any(|list| look.has(list) || look.has(&format!("labels/{list}"))) && folders()
}
