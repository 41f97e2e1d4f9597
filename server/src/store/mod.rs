//! The object store under a server: one directory or one prefix of a bucket, with all data sets below it.
//!
//! A data set is stored at its *location* below the root, `namespace/name` at its creation. Beside the data sets is
//! `.uploads/`, with unfinished multipart uploads. Names can't begin with a dot, so there are no conflicts; and on a
//! disk, the last step of an upload is a rename within one file system.
//!
//! [`Root`] is the store itself, [`object`] reads and writes the objects in it, `open` caches open data sets.

mod finish;
pub mod object;
pub(crate) mod open;
mod root;
mod secret;
mod sign;

pub use finish::{finish, hub_file, mend};
pub use root::{Place, Root, RootError};
pub use secret::{SecretError, stored_secret};
pub use sign::{Signer, UrlSigner};
