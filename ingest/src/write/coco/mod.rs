//! COCO: `annotations/instances_TAG.json` and its relatives, and the image files they name.
//!
//! The columns are those of the COCO reader (see its essay), but found by what they hold, so that boxes and
//! classes from Pascal VOC or a table come out as COCO too: a list of structs with a class and a box, outline,
//! mask or keypoints is the objects; a list of texts, or of structs with a `caption`, the captions. What COCO
//! must have and the data set has not is made: ids, `area` (of the box), `iscrowd` (0), category ids. Objects of Hugging
//! Face data sets (`{bbox: [[x, y, width, height], …], category: [0, …]}`) are taken too. Other columns become further
//! members of an image, other members of an object further members of its annotation, if JSON can hold them.
//!
//! For each split: `instances_TAG.json` with all objects, `person_keypoints_TAG.json` with those that have
//! keypoints, `captions_TAG.json`; each with all images. The tag is the folder the image files are in if its
//! name means the split (`train2017` for `train`), else the split's name, `default` without splits. An image
//! file goes to its own name; `file_name` is without the folder if that is the tag, as in COCO itself, else the
//! whole.
//!
//! `images` and `annotations` both grow with every sample and stand one after the other in the file, so each
//! is a file of its own until the end ([`parts`]).

mod captions;
mod categories;
mod extra;
mod layout;
mod lists;
mod numbers;
pub(super) mod objects;
mod parts;
mod sink;

#[cfg(test)]
mod tests;

pub use layout::fit;
pub use sink::Coco;
