//! What is worth a look: duplicates, outliers, and the answers that people gave.

mod answers;
mod duplicates;
mod outliers;

pub use answers::*;
pub use duplicates::*;
pub use outliers::*;
