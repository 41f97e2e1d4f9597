//! Files to sockets without a copy.
//!
//! An answer's body is bytes, and between the handler and the socket lie layers that know nothing else. So a file
//! that is to be sent is *lent* ([`register`]): it is mapped into memory, and slices of the map are the body, which
//! nobody on the way reads. Where they arrive at the socket ([`FileIo`]), their addresses tell which file and
//! which part of it they are, and the system is asked to send that itself.
//!
//! What is not in the system's cache would hold up everyone on this thread, so a body makes sure that it is
//! ([`is_here`], [`fetch`]) before it hands a slice on.
//!
//! Why not read and write: each byte is copied twice more, and large chunks came at two thirds of the speed. Why no socket of our
//! own beside the HTTP library: then answers of files would have to be written, framed and ended by hand.
//! Where a slice is not recognised (another system than Linux), it is written as any other bytes.

mod cached;
mod io;
mod mapped_registry;

pub use cached::{fetch, is_here};
pub use io::FileIo;
pub use mapped_registry::register;
