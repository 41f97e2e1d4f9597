//! ILSVRC's archives: `ILSVRC2012_img_train.tar` (a tar of one tar a class), `ILSVRC2012_img_val.tar` (a flat
//! tar, whose labels come from a ground truth beside it: [`truth`]), `ILSVRC2012_img_test*.tar` (no labels).
//!
//! In: one of the archives, or a folder with any of them; class tars (`n01440764.tar`) that lie in a folder
//! already unpacked from the outer tar count as the training archive. Out: `image` and `label`; the classes are
//! the WordNet ids, sorted, which is the numbering of published ImageNet models.
//!
//! Nothing is unpacked: an image is a range of the archive, two tars deep. The outer tar is passed over once
//! at the start (its thousand headers), each class tar when its turn comes. Media get the names that the usual
//! scripts give them when they unpack the archives (`train/n01440764/n01440764_10026.JPEG`), so that a push of
//! the archives and a push of the folder have the same rows.

mod archives;
mod meta;
mod source;
mod synset;
mod truth;

#[cfg(test)]
mod tests;

pub use archives::recognise;
pub use source::open;
pub use truth::Truth;
