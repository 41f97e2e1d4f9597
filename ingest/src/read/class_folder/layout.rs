//! Decides whether the top folders are splits or classes.
//!
//! A folder may be called `train` because it is the training split or because it holds images of trains.
//! Its contents decide: a split holds folders, a class holds media. So the top folders are splits where
//! one with a split's name holds folders and every other does too (these keep their own names: `extra/`);
//! only a folder with a split's name may hold media directly, as an unlabelled `test/` does. Folders without
//! media (`docs/`) don't count.

use crate::read::sniff::Sniff;
use crate::read::split::split_of;

/// What the top folders are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Splits, which hold class folders.
    Splits,
    Classes,
}

/// The layout of a folder of class folders; `None` if it is not one.
pub fn layout_of(look: &Sniff) -> Option<Layout> {
    let tops: Vec<Top> = look.folders_in("").map(|name| Top::of(look, name)).collect();
    let splits = tops.iter().any(|top| top.is_named && top.has_classes && top.has_media_below)
        && tops.iter().all(|top| top.is_named || top.has_classes || !top.has_media_below);
    if splits {
        return Some(Layout::Splits);
    }
    let with_media = || tops.iter().filter(|top| top.has_media_below);
    let only_splits = with_media().all(|top| top.is_named);
    (with_media().count() >= 2 && !only_splits && !look.media_in("")).then_some(Layout::Classes)
}

struct Top {
    /// Has it a split's name?
    is_named: bool,
    /// Does it hold folders, and (but for a stray one in a folder with a split's name) no media beside them?
    has_classes: bool,
    has_media_below: bool,
}

impl Top {
    fn of(look: &Sniff, name: &str) -> Self {
        let folder = format!("{name}/");
        let is_named = split_of(name).is_some();
        let has_folders = look.folders_in(&folder).next().is_some();
        Self {
            is_named,
            has_classes: has_folders && (is_named || !look.media_in(&folder)),
            has_media_below: look.media_below(&folder),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(entries: &[&str]) -> Option<Layout> {
        let entries = entries.iter().map(|e| (*e).to_owned()).collect();
        layout_of(&Sniff { root: "x".into(), is_dir: true, entries })
    }

    #[test]
    fn splits_hold_folders_and_classes_hold_media() {
        let splits = Some(Layout::Splits);
        let classes = Some(Layout::Classes);
        assert_eq!(layout(&["train/", "train/a/", "train/a/1.jpg"]), splits);
        assert_eq!(layout(&["train/", "test/", "train/a/", "train/a/1.jpg", "test/1.jpg"]), splits);
        assert_eq!(
            layout(&["train/", "x/", "docs/", "train/a/", "train/a/1.jpg", "x/a/", "x/a/1.jpg", "docs/a.md"]),
            splits
        );
        assert_eq!(layout(&["cat/", "dog/", "cat/1.jpg", "dog/1.jpg"]), classes);
        assert_eq!(layout(&["train/", "boat/", "train/1.jpg", "boat/1.jpg"]), classes);
        assert_eq!(
            layout(&["train/", "boat/", "train/steam/", "train/steam/1.jpg", "boat/1.jpg"]),
            classes,
            "kinds of trains are no classes of a split beside a folder of boats"
        );
    }

    #[test]
    fn other_folders_are_not_taken_for_classes() {
        assert_eq!(layout(&["images/", "images/1.jpg"]), None, "one folder");
        assert_eq!(layout(&["train/", "val/", "train/1.jpg", "val/1.jpg"]), None, "splits without classes");
        assert_eq!(layout(&["a/", "b/", "1.jpg", "a/1.jpg", "b/1.jpg"]), None, "media at the top");
        assert_eq!(layout(&["a/", "b/", "a/1.txt", "b/1.txt"]), None, "no media");
    }
}
