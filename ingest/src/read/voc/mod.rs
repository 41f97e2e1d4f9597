//! Pascal VOC: an image, and an XML file of the objects in it.
//!
//! In, each with its parent folders or without:
//!
//! * `VOCdevkit/VOC2012/` with `Annotations/*.xml`, `JPEGImages/`, and perhaps `ImageSets/Main/*.txt`,
//!   `SegmentationClass/` and `SegmentationObject/`; the same with `images/` for `JPEGImages/`;
//! * folders of XML files beside folders of images with other usual names (`annotations/xmls/` and `images/`), in folders
//!   of splits or with splits in them: see [`layout`];
//! * folders where image and XML lie side by side (`train/a.jpg`, `train/a.xml`), as many tools write them;
//! * `JPEGImages/` with `SegmentationClass/` and no XML.
//!
//! Out, one sample an image, sorted by name within a year or folder:
//!
//! | column | feature | what |
//! |---|---|---|
//! | `image` | image | |
//! | `objects` | list of struct, see below | null where there is no XML, empty where it lists nothing |
//! | `segmentation_class`, `segmentation_object` | mask (PNG) | each if there is the folder; null without a file |
//!
//! Members of `objects`: `category` (class label), `bbox`, `pose` (text), `truncated`, `difficult` (bool, or a number
//! where a file has one, see [`flags`]), and, if any object has them, `occluded` (likewise), `parts` (list of struct
//! `name` text, `bbox`), `segmentation` (polygon), `rotated_box` (struct `cx`, `cy`, `width`, `height` in pixels,
//! `angle` in radians from the x axis towards the y axis), and every other member of an object under its own name
//! (`attributes` as a struct). An object without `bndbox` gets the smallest box around its polygon or turned box.
//! Other members of the file (`source`, `owner`, `segmented`) are columns; `folder`, `filename`, `path` and `size` are
//! not, since the image tells them. The classes are VOC's 20, in their order, if there are no others; else the names
//! found, sorted. That and the optional members need a first pass over all XML files.
//!
//! **Text** is in the encoding that the file declares ([`encoding`]).
//!
//! **Boxes.** VOC counts pixels from 1 and names the first and last pixel inside: `xmin` 1 and `xmax` 3 is
//! three pixels from the left edge on. A box here is where the covered area begins and how far it goes: x =
//! xmin − 1, y = ymin − 1, width = xmax − xmin + 1, height = ymax − ymin + 1. Nothing is lost: xmin = x + 1,
//! xmax = x + width. Polygons and turned boxes come from tools that count from 0, and are kept as they are written. Where
//! `size` is that of the image as displayed, and it is stored lying (EXIF orientation), coordinates are turned to the
//! stored image.
//!
//! **Splits.** An image in `ImageSets/Main/train.txt` is in split `train`, so for `val` and `test`; one that
//! only `trainval.txt` has is in split `trainval`; one in no list has no split. Without `Main`, the lists of
//! `ImageSets/Segmentation` count, then those of `ImageSets` itself, then those of `annotations`. The lists a class (`cat_train.txt`) say
//! nothing that the XML doesn't. Where there are no lists, the split is the folder's (`train/`, `images/valid/`).

mod annotation;
mod encoding;
mod flags;
mod layout;
mod recognise;
mod sets;
mod source;
mod xml;
mod xml_head;

#[cfg(test)]
mod tests;

pub use recognise::recognise;
pub use source::open;
