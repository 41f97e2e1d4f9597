//! The members of a tar, without unpacking it.
//!
//! In: a tar file, a gzipped one, or a tar inside a tar. Out: each file in it as a name and the range of bytes
//! where its content lies; of a gzipped tar, whose ranges can't be read by themselves, the content in memory
//! (at most [`MAX_BYTES_IN_MEMORY`], if nothing else is said). Only headers are read, so the members of a 140
//! GB archive are listed at the speed of small reads.
//!
//! Why not the `tar` crate's `Archive`: its entries borrow the archive, so a source that gives one sample a
//! call can't hold both; and it reads the extension headers of a hostile archive into memory whatever length
//! they claim. Its [`tar::Header`] does the decoding here ([`header`]).
//!
//! A tar comes from outside. A member that is not a plain file (link, device), that names a place outside the
//! archive (`/etc/passwd`, `../x`), or whose name is not UTF-8, is given with an error in the content's stead,
//! so that it costs one sample. A broken or truncated archive ends the walk with a fatal error.

mod header;
mod members;

#[cfg(test)]
mod tests;

pub use members::{MAX_BYTES_IN_MEMORY, Member, TarMembers, file_name};
