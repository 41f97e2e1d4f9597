//! Which frame the coordinates of a column are in: a key of the column's metadata.
//!
//! An image with an EXIF orientation has two frames: its pixels as they are stored, and as they are turned for display.
//! Boxes, polygons, masks and keypoints of a column are in the one that the column's metadata names; without this key,
//! it is not known.

/// The key.
pub const KEY: &str = "frame";

/// Pixels of the image as stored: the facts `width` and `height`.
pub const STORED: &str = "stored";

/// Pixels of the image as displayed, turned by the fact `orientation`.
pub const UPRIGHT: &str = "upright";
