//! Pascal VOC: a picture, and an XML file of the objects in it.
//!
//! In, each with its parent folders or without:
//!
//! * `VOCdevkit/VOC2012/` with `Annotations/*.xml`, `JPEGImages/`, and perhaps `ImageSets/Main/*.txt`,
//!   `SegmentationClass/` and `SegmentationObject/`; the same with `images/` for `JPEGImages/`;
//! * folders where picture and XML lie side by side (`train/a.jpg`, `train/a.xml`), as many tools write them.
//!
//! Out, one sample a picture, sorted by name within a year or folder:
//!
//! | column | feature | what |
//! |---|---|---|
//! | `image` | image | |
//! | `objects` | list of struct, see below | null where there is no XML, empty where it lists nothing |
//! | `segmentation_class`, `segmentation_object` | mask (PNG) | each if there is the folder; null without a file |
//!
//! Members of `objects`: `category` (class label), `bbox`, `pose` (text), `truncated`, `difficult` (bool), and, if
//! any object has them, `occluded` (bool) and `parts` (list of struct `name` text, `bbox`). The classes are
//! VOC's 20, in their order, if there are no others; else the names found, sorted. That and the optional
//! members need a first pass over all XML files.
//!
//! **Boxes.** VOC counts pixels from 1 and names the first and last pixel inside: `xmin` 1 and `xmax` 3 is
//! three pixels from the left edge on. A box here is where the covered area begins and how far it goes:
//! x = xmin − 1, y = ymin − 1, width = xmax − xmin + 1, height = ymax − ymin + 1. Nothing is lost: xmin = x + 1,
//! xmax = x + width.
//!
//! **Splits.** A picture in `ImageSets/Main/train.txt` is in split `train`, so for `val` and `test`; one that
//! only `trainval.txt` has is in split `trainval`; one in no list has no split. Without `Main`, the lists of
//! `ImageSets/Segmentation` count, then those of `ImageSets` itself. The lists a class (`cat_train.txt`) say
//! nothing that the XML doesn't. Where there are no lists, the split is the folder's (`train/`, `valid/`).

mod layout;
mod sets;
mod source;
mod xml;

use std::path::Path;

use hub_dataset::sample::{SampleError, SampleSource};

use super::kind::{MediaKind, kind_of_name};
use super::{ReadOptions, Sniff};

/// Is there a folder `Annotations` of XML files beside pictures, or XML and pictures side by side?
pub(super) fn recognise(look: &Sniff) -> bool {
    let is_voc = |path: &str| {
        look.head(path, 1024).is_some_and(|h| String::from_utf8_lossy(&h).contains("<annotation"))
    };
    let mut xml = look.files().filter(|f| f.ends_with(".xml")).filter(|f| {
        let (folder, name) = f.rsplit_once('/').unwrap_or(("", f));
        match folder.rsplit('/').next() {
            Some("Annotations") => true,
            _ => {
                let stem = name.trim_end_matches("xml");
                let beside = if folder.is_empty() { String::new() } else { format!("{folder}/") };
                look.files_in(&beside)
                    .any(|other| other.starts_with(stem) && kind_of_name(other) == Some(MediaKind::Image))
            }
        }
    });
    xml.next().is_some_and(is_voc)
}

/// Opens it; reads every XML file once.
pub(super) fn open(root: &Path, _options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    Ok(Box::new(source::VocSource::open(root)?))
}

#[cfg(test)]
mod tests;
