//! Class folders: the name of a file's folder is its class.
//!
//! In: `root/<split>/<class>/**/file` or `root/<class>/**/file` (see [`layout`] for how the two are told
//! apart, and which folders around them are gone through), of images, audio files or videos. Out: the columns `image` (`audio`, `video`) and `label`.
//!
//! Class names come from the names of folders alone, so that a million files need not be listed before the
//! first sample. They are the union over the splits, sorted by their bytes: a class that only `val` has gets
//! its number all the same, and ImageNet's ids get the numbers that published models use. A folder that
//! holds files but no media among them (`annotations/` full of XML) is not a class; an empty folder is one.
//!
//! Of the files, media of one kind are samples; see [`super::media_files`] for the rest. A file that lies
//! in a split but in no class is an error, except where the split has no classes at all: then its label is in a list
//! beside it ([`truth`]), or it has none (an unlabelled `test/`), which the user is told.

mod layout;
mod lists;
mod recognise;
mod source;
mod truth;

#[cfg(test)]
mod tests;

pub use recognise::{recognise, recognise_ilsvrc};
pub use source::open;
