//! WebDataset: `train-000000.tar`, `train-000001.tar`, …, in which the files of a sample lie side by side.
//!
//! What a column becomes (the reader takes the same extensions, see its essay):
//!
//! | column | member |
//! |---|---|
//! | the first image, audio file and video | its own extension: `.jpg`; raw images `.png` |
//! | others of media, and masks as PNG | `.COLUMN.png` |
//! | the label | `.cls`, the class number (-1 for none), with `classnames.txt` beside the tars |
//! | a text called `text` | `.txt` |
//! | tensors | `.COLUMN.npy` |
//! | bytes | `.COLUMN`, if the name can be an extension |
//! | a text called `key` | the key |
//! | all others | members of one `.json`; a JSON document that is alone is the `.json` |
//!
//! The key is the sample's `key`, or else the name of its first medium up to the extension, safe, without dots
//! (which would end it) and unique. A tar is closed after so many bytes or samples, and a new one begun with
//! the next sample; nothing is buffered, so a video of gigabytes passes through in blocks.

mod fit;
mod layout;
mod npy;
mod shard;
mod sink;

#[cfg(test)]
mod tests;

pub use fit::fit;
pub use sink::{Limits, WebDataset};
