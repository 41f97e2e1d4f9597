//! The data set on an object store.

pub mod sample;
