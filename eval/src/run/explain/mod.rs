//! Why a model says what it says of one image.
//!
//! [`explain`] hashes each step from the file to the logits, to compare with another program's, and tries what common
//! mistakes would give instead. [`against`] compares with something else, as far as it is known: what another program
//! printed, another preprocessing, or another model; it finds the first step that differs, and the likely cause.
//! [`differences`] are the settings in which two preprocessings differ.

mod against;
mod differences;
mod explanation;
mod hash;
mod step;
mod variants;

pub use against::{Against, Difference, Other, Told, Verdict, against};
pub use differences::{Setting, differences};
pub use explanation::{Explanation, explain};
pub use step::ExplainError;
