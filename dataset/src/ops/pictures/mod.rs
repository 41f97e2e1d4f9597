//! What is told of each picture of a data set by its bytes: a hash of them, a hash that similar pictures share, and what is
//! odd about it.
//!
//! Reading all pictures costs what a copy of the data set costs, so it is done once for each file that holds them
//! ([`scan`]): files are never changed, and a later revision has most of its files in common with an earlier one. What is
//! made of the hashes, groups of duplicates ([`duplicates`]), outliers ([`outliers`]) and the order of a class by likeness
//! ([`by_distance`]), takes seconds for a million rows.

mod duplicates;
mod fingerprint;
mod middle;
mod outliers;
mod scan;
mod shelf;

pub use duplicates::{Duplicates, MAX_DISTANCE, duplicates};
pub use fingerprint::Fingerprint;
pub use middle::by_distance;
pub use outliers::{Outlier, OutlierKind, outliers};
pub use scan::{Progress, first_pictures, has_fingerprints};
pub use shelf::Shelf;
