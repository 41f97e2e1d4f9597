//! COCO: images with objects, keypoints and captions.
//!
//! In: JSON files of one tag and the image files they name. `annotations/instances_train2017.json`,
//! `person_keypoints_train2017.json`, `captions_train2017.json` and `image_info_test2017.json` have the tags
//! `train2017` and `test2017`; Roboflow's `train/_annotations.coco.json` and a `train/annotations.json` have the tag `train`;
//! a lone `annotations.json` has none. Any subset is enough: files of one tag are merged by image id, and objects that
//! two of them list (a person's box and the same person's keypoints) by annotation id. The tag also names the
//! split (`train2017` → `train`, `default` and `all` → none) and the folder of image files (see [`pictures`]).
//!
//! Out: one sample an image, in the order of the files' `images` lists, annotations in the order of the files:
//!
//! | column | feature | what |
//! |---|---|---|
//! | `image` | image | its name is the path below the source: `train2017/000000000139.jpg` |
//! | `image_id` | int64 | |
//! | `license` | struct `id` int64, `name` text, `url` text | if any image has one; looked up in `licenses` |
//! | `coco_url`, `flickr_url`, `date_captured` | text | each if any image has one |
//! | `objects` | list of struct, see below | if any file has categories; empty for an image without objects |
//! | `captions` | list of struct `id` int64, `caption` text | if any annotation has a caption |
//!
//! Members of `objects`, in order:
//!
//! | member | feature | what |
//! |---|---|---|
//! | `id` | int64 | the annotation's |
//! | `category` | class label | names in the order of `categories`, with the synsets that they name (LVIS), else those known |
//! | `category_id` | int64 | COCO's own, sparse number, so that it can be written back |
//! | `supercategory` | text | |
//! | `bbox` | box | x, y, width, height as COCO has them, whatever they are |
//! | `area` | float64 | |
//! | `iscrowd` | bool | |
//! | `segmentation` | polygon | null where it is run lengths or missing |
//! | `rle` | mask (RLE) | null where it is polygons; a compressed string is decoded (see [`rle`]) |
//! | `keypoints` | keypoints | only with a keypoints file; null for objects that it does not list |
//! | `num_keypoints` | int64 | with `keypoints` |
//!
//! A writer that wants these rows back writes, for each split, `annotations/instances_SPLIT.json` (all objects;
//! `default` for no split), `annotations/person_keypoints_SPLIT.json` if there is a member `keypoints` (objects
//! where it is not null), `annotations/captions_SPLIT.json` if there is a column `captions`; each with all
//! images. An image file goes to its own name below the target, and `file_name` is that name in full: a
//! `file_name` that is a path below the source is found as it is. `segmentation` is `[]` for an empty polygon
//! list and left out for null. Width and height are facts of the image, not columns.
//!
//! Memory: the JSON of COCO's training images is 450 MB, and its polygons are 36 million numbers. So a first
//! pass keeps of each annotation only where in the file it stands ([`index`]), 32 bytes, and an image's
//! annotations are read from there when the sample is read.

mod columns;
mod files;
mod ids;
mod index;
mod items;
mod json_head;
mod members;
mod pictures;
mod recognise;
mod rle;
mod scan;
mod source;
mod values;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
pub use source::open;
