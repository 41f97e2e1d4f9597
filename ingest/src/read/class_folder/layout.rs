//! Decides which folders are splits and which are classes.
//!
//! Class folders may lie deeper than the source's folder: folders that only wrap another (`images/`, `ILSVRC/Data/`)
//! are gone through as long as one folder alone has media in it.
//!
//! A folder may be called `train` because it is the training split or because it holds images of trains.
//! Its contents decide: a split holds folders, a class holds media. So the top folders are splits where
//! one with a split's name holds folders and every other does too (these keep their own names: `extra/`);
//! only a folder with a split's name may hold media directly, as an unlabelled `test/` does. In a split, a folder of the
//! same name (`training_set/training_set/`) or one that says nothing (`val/images/`) is gone through if it is alone.
//! Folders without media (`docs/`) don't count, and images beside the class folders are no reason against them:
//! they are reported one by one.
//!
//! Folders called `images` and `masks` are not classes: see `mask_folder`.

use crate::read::folder_words::{is_mask_word, is_media_word};
use crate::read::sniff::Sniff;
use crate::read::split::{is_split, split_of};

/// Maximum number of folders that are gone through.
const MAX_WRAPPINGS: usize = 6;

/// What the folders are. Paths are below the source, `""` or with `/` at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The folders of splits.
    Splits(Vec<Split>),
    /// The folder of the class folders.
    Classes(String),
}

/// The folder of a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Its path.
    pub folder: String,
    /// Its name, as it is written.
    pub name: String,
    /// The folder of its class folders, which may be deeper.
    pub classes: String,
    /// Are there class folders? If not, its samples have no labels.
    pub has_classes: bool,
}

/// The layout of a folder of class folders; `None` if it is not one.
pub fn layout_of(look: &Sniff) -> Option<Layout> {
    let top = top_of(look);
    let tops: Vec<Split> = with_media(look, &top).map(|name| split_at(look, &top, name)).collect();
    let holds_folders = |s: &Split| s.has_classes && (is_split(&s.name) || !look.media_in(&s.folder));
    if tops.iter().any(|s| is_split(&s.name) && s.has_classes)
        && tops.iter().all(|s| is_split(&s.name) || holds_folders(s))
    {
        return Some(Layout::Splits(tops));
    }
    let only_splits = tops.iter().all(|s| is_split(&s.name));
    let other_words = tops.iter().any(|s| is_media_word(&s.name) || is_mask_word(&s.name));
    (tops.len() >= 2 && !only_splits && !other_words).then_some(Layout::Classes(top))
}

/// The folder in which splits or classes lie: through folders that only wrap another one.
fn top_of(look: &Sniff) -> String {
    let mut top = String::new();
    for _ in 0..MAX_WRAPPINGS {
        let mut inner = with_media(look, &top);
        let (Some(name), None, false) = (inner.next(), inner.next(), look.media_in(&top)) else { break };
        let below = format!("{top}{name}/");
        if is_split(name) || look.media_in(&below) {
            break;
        }
        top = below;
    }
    top
}

/// The folders in a folder that have media in or below them.
fn with_media<'a>(look: &'a Sniff, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let folder = folder.to_owned();
    look.folders_in(&folder).filter(move |name| look.media_below(&format!("{folder}{name}/")))
}

fn split_at(look: &Sniff, top: &str, name: &str) -> Split {
    let folder = format!("{top}{name}/");
    let mut classes = folder.clone();
    for _ in 0..MAX_WRAPPINGS {
        let mut inner = with_media(look, &classes);
        let (Some(only), None, false) = (inner.next(), inner.next(), look.media_in(&classes)) else { break };
        let same =
            only.eq_ignore_ascii_case(name) || split_of(only).is_some_and(|s| split_of(name) == Some(s));
        if !is_split(name) || !(same || is_media_word(only)) {
            break;
        }
        classes = format!("{classes}{only}/");
    }
    let has_classes = with_media(look, &classes).next().is_some();
    Split { folder, name: name.to_owned(), classes, has_classes }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout in a few words.
    fn layout(names: &[&str]) -> String {
        match layout_of(&Sniff::of_names(names)) {
            None => "none".to_owned(),
            Some(Layout::Classes(top)) => format!("classes in '{top}'"),
            Some(Layout::Splits(splits)) => {
                let one = |s: &Split| format!("{}{}", s.classes, if s.has_classes { "*" } else { "" });
                format!("splits {}", splits.iter().map(one).collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn splits_hold_folders_and_classes_hold_media() {
        assert_eq!(layout(&["train/a/1.jpg"]), "splits train/*");
        assert_eq!(layout(&["train/a/1.jpg", "test/1.jpg"]), "splits test/ train/*");
        assert_eq!(layout(&["train/a/1.jpg", "x/a/1.jpg", "docs/a.md"]), "splits train/* x/*");
        assert_eq!(layout(&["cat/1.jpg", "dog/1.jpg"]), "classes in ''");
        assert_eq!(layout(&["train/1.jpg", "boat/1.jpg"]), "classes in ''");
        assert_eq!(
            layout(&["train/steam/1.jpg", "boat/1.jpg"]),
            "classes in ''",
            "kinds of trains are no classes of a split beside a folder of boats"
        );
    }

    #[test]
    fn names_that_mean_a_split_are_splits() {
        assert_eq!(
            layout(&["training_set/cats/1.jpg", "training_set/dogs/1.jpg", "test_set/cats/1.jpg"]),
            "splits test_set/* training_set/*"
        );
        assert_eq!(
            layout(&[
                "seg_train/seg_train/sea/1.jpg",
                "seg_test/seg_test/sea/2.jpg",
                "seg_pred/seg_pred/3.jpg"
            ]),
            "splits seg_pred/seg_pred/ seg_test/seg_test/* seg_train/seg_train/*"
        );
        assert_eq!(layout(&["train/cat/1.jpg", "test1/1.jpg"]), "splits test1/ train/*");
        assert_eq!(
            layout(&["train/n01443537/images/a.JPEG", "train/n02056570/images/b.JPEG", "val/images/c.JPEG"]),
            "splits train/* val/images/"
        );
    }

    #[test]
    fn wrapping_folders_are_gone_through() {
        assert_eq!(layout(&["images/cat/1.jpg", "images/dog/1.jpg", "parts/a.txt"]), "classes in 'images/'");
        assert_eq!(
            layout(&["I/Data/CLS-LOC/train/n1/1.jpg", "I/Data/CLS-LOC/val/1.jpg", "I/Annotations/a/1.xml"]),
            "splits I/Data/CLS-LOC/train/* I/Data/CLS-LOC/val/"
        );
    }

    #[test]
    fn a_stray_image_is_no_reason_against_classes() {
        assert_eq!(layout(&["cat/1.jpg", "dog/1.jpg", "preview.png"]), "classes in ''");
        assert_eq!(layout(&["train/cat/1.jpg", "val/dog/1.jpg", "preview.png"]), "splits train/* val/*");
    }

    #[test]
    fn other_folders_are_not_taken_for_classes() {
        assert_eq!(layout(&["images/1.jpg"]), "none", "one folder");
        assert_eq!(layout(&["train/1.jpg", "val/1.jpg"]), "none", "splits without classes");
        assert_eq!(layout(&["a/1.txt", "b/1.txt"]), "none", "no media");
        assert_eq!(layout(&["images/1.jpg", "masks/1.png"]), "none", "images and masks");
        assert_eq!(layout(&["a/1.jpg", "2.jpg"]), "none", "one folder beside images");
    }
}
