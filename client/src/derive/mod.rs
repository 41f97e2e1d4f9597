//! Computes derived columns: indexes of entry points, and copies of images in smaller sizes.
//!
//! `hub push --index`, `hub compact --store 256` and the like give these to the data set (see
//! [`hub_dataset::ops::derived`]), and streams that decode images use what they find.

mod copies;
mod decoders;
mod entry_points;
mod for_schema;

pub use copies::Copies;
pub use entry_points::EntryPoints;
pub use for_schema::{deriving, image_columns};
