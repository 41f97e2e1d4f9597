//! Images with a mask each: in a folder beside that of the images, or beside the image.
//!
//! In:
//!
//! * `images/a.jpg` and `masks/a.png`, at the top, in the folders of splits (`train/images/`, `train/masks/`) or with
//!   splits in them (`images/train/`, `masks/train/`); other usual names of the two ([`crate::read::folder_words`]) do too;
//! * `a.jpg` and `a_mask.png` in one folder.
//!
//! A mask belongs to the image with its stem, or with its stem but for an ending like `_mask`. Out: `image`, and `mask`
//! (mask, PNG; or image, where a mask is a file of another format); several folders of masks are columns with
//! their names. An image without a mask has null there; a mask without an image is an error.

mod layout;
mod source;

#[cfg(test)]
mod tests;

pub use layout::recognise;
pub use source::open;
