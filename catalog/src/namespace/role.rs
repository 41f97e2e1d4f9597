//! What a user may do in a namespace.

use crate::words::words;

words!(
    /// What a user may do in a namespace; each may do what the ones before it may.
    Role {
        /// Read its private data sets.
        Reader = "reader",
        /// Push and commit.
        Writer = "writer",
        /// Change, rename and delete data sets, and manage the members.
        Owner = "owner",
    }
);
