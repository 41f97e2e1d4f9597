//! MP4 and QuickTime: boxes in boxes.
//!
//! The top level is walked from end to end, box header by box header, which skips the payload (`mdat`)
//! whatever its size and shows a file that breaks off. Facts stand in `moov`; of the tables in it only the
//! counts and sums are kept, so that a video of hours takes no more memory than a clip. Crates that parse
//! the whole of `moov` hold every table, one entry a frame, and don't look at fragments or at the end. `frames` reads the
//! tables of the video track, for those who decode it.

mod boxes;
mod esds;
mod fragment;
pub(super) mod frames;
mod header;
mod movie;
pub(super) mod read;
mod tables;
mod track;
