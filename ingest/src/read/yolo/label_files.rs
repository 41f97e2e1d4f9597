//! Label files: where they are, and what they look like.

use crate::read::kind::MediaKind;
use crate::read::sniff::{Folder, Sniff};

/// Names of lists of classes, the usual one first.
pub const LISTS: [&str; 9] = [
    "classes.txt",
    "obj.names",
    "classnames.txt",
    "class_names.txt",
    "names.txt",
    "predefined_classes.txt",
    "_darknet.labels",
    "labels.txt",
    "classes.names",
];

/// Number of label files that are read to see whether they are some.
const LABELS_READ: usize = 20;

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

/// Folders of images whose labels are in their usual place, with that of the labels.
pub fn labelled(look: &Sniff) -> impl Iterator<Item = (&Folder, &Folder)> {
    look.all().filter_map(|images| Some((images, label_folder(look, images)?)))
}

/// The folder of the labels of a folder's images, if it is there.
pub fn label_folder<'a>(look: &'a Sniff, images: &Folder) -> Option<&'a Folder> {
    if images.count(MediaKind::Image) == 0 {
        return None;
    }
    let labels = labels_of(&images.path_of("x.jpg"));
    let labels = look.folder(labels.strip_suffix("x.txt")?)?;
    let is_beside = labels.path == images.path;
    let there = if is_beside { images.paired.contains_key("txt") } else { texts(labels).next().is_some() };
    there.then_some(labels)
}

/// The first label file of a folder of images that has objects in it.
pub fn label_beside(look: &Sniff, images: &Folder) -> Option<String> {
    let labels = label_folder(look, images)?;
    let is_label = |path: &String| {
        let text = look.head_text(path, 64 << 10).unwrap_or_default();
        text.lines().find(|line| !line.trim().is_empty()).is_some_and(is_label_line)
    };
    texts(labels).take(LABELS_READ).map(|name| labels.path_of(name)).find(is_label)
}

/// The names of the label files in a folder.
pub fn texts(labels: &Folder) -> impl Iterator<Item = &String> {
    labels.files.iter().filter(|name| name.ends_with(".txt") && !is_list_name(name))
}

/// Is it a line of a label file: a class number, and at least four fractions?
pub fn is_label_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let class = words.next().is_some_and(|word| word.parse::<u32>().is_ok());
    let numbers: Option<Vec<f64>> = words.map(|word| word.parse().ok()).collect();
    class && numbers.is_some_and(|n| n.len() >= 4 && n[..4].iter().all(|x| (-0.5..=1.5).contains(x)))
}

/// Is it the name of a list of classes?
pub fn is_list_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    LISTS.contains(&name) || name.ends_with(".names")
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
}
