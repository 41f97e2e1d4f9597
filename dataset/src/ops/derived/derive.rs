//! How the values of a derived column are computed.

use std::fmt;

use hub_schema::DerivedKind;

/// Computes the values of a derived column.
pub trait Derive: Send + Sync + fmt::Debug {
    /// What it computes.
    fn kind(&self) -> DerivedKind;

    /// The value for an encoded sample; `None`: it has none. The same sample must always give the same value. A sample
    /// that is damaged has none. May take some milliseconds.
    fn derive(&self, media: &[u8]) -> Option<Vec<u8>>;
}
