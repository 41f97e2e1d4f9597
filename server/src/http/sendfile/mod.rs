//! Sends files to sockets without copying (`sendfile`).
//!
//! An answer's body is bytes, and the layers between handler and socket handle nothing else. So a file is mapped into
//! memory and registered by address ([`register`]), and slices of the map are the body, which no layer reads. At the
//! socket ([`FileIo`]), their addresses identify the file and the range in it, and the kernel is told to send that.
//!
//! Bytes that are not in the page cache would block the thread, and so all connections on it; a body therefore makes
//! sure that they are ([`is_cached`], [`fetch`]) before it passes a slice on.
//!
//! Why not read and write: each byte is copied twice more, and large chunks were sent at two thirds of the speed. Why
//! not bypass the HTTP library for files: their answers would have to be framed by hand. Slices that are not recognised
//! (systems other than Linux) are written like any other bytes.

mod cached;
mod io;
mod mapped_registry;

pub use cached::{fetch, is_cached};
pub use io::FileIo;
pub use mapped_registry::register;
