//! A disk cache of byte ranges that were fetched from a location that is not a local disk.
//!
//! In come a file's hash and a byte range; out come its bytes, or nothing. The directory is the only truth: an
//! entry is one file, it is written under another name and renamed into place, and its time of modification is
//! when it was last used. So any number of processes share a directory without talking: an entry that another
//! process has swept is a miss, and what another process has fetched is a hit.
//!
//! Why not a map in memory with an eviction listener (`moka`): it would bound what one process has written,
//! not what lies on the disk. Here whoever is about to pass the limit lists the directory and deletes what was
//! not used for the longest time; a process also looks again after each sixteenth of the limit that it
//! writes, which is how far each can pass the limit where others write too.
//!
//! Data files never change under their hash, so an entry is never stale. It ends with a checksum; one that
//! doesn't fit is deleted and fetched anew.

mod disk;
mod entry;
mod error;
mod sweep;
#[cfg(test)]
mod tests;

pub use disk::{Cache, Stats};
pub use entry::Key;
pub use error::{Error, Result};
