//! YOLO: an image, and a text file with a line for each object in it.
//!
//! In: a folder with `data.yaml` (any YAML file with `names`), which says the classes and where the images of
//! each split are, with darknet's `obj.data`, or with labels in their usual place and perhaps a list of classes
//! ([`find`]). The labels of `images/train/a.jpg` are in `labels/train/a.txt`: the last folder named `images` becomes `labels`;
//! without such a folder they lie beside the image. (Source: `img2label_paths` in Ultralytics'
//! `data/utils.py`.) A line is one of
//!
//! * `class cx cy width height`: a box by its centre, as fractions of the image;
//! * `class x1 y1 x2 y2 x3 y3 …`: a polygon (an oriented box is one of four points), its box the smallest around;
//! * `class cx cy width height` and then keypoints `x y` or `x y visibility`, if `kpt_shape` says so.
//!
//! Out: `image`, and `objects`, a list of struct `category` (class label), `bbox`, `segmentation` (polygon,
//! null for a box) and, with `kpt_shape`, `keypoints`. Everything is in pixels, so the image's size is read
//! from its header; as float64, so that the fractions come back by dividing. An image without a label file, or
//! with an empty one, has no objects: YOLO's background.
//!
//! A folder that two splits name (`coco8.yaml` validates on what it trains on) is read once, for the first.
//! Paths in the YAML were often written for another machine: of a path that doesn't exist or leads
//! out of the folder, the longest end that exists is used (`/content/data/images/train` → `images/train`).

mod config;
mod find;
mod label_files;
mod lines;
mod paths;
mod recognise;
mod source;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
pub use source::open;
