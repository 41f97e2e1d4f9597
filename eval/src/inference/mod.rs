//! From rows of a revision to predictions.
//!
//! [`rows`] chooses rows and their order, [`columns`] the columns that hold images and labels. [`pipeline`] reads them by
//! `hub_stream`, decodes on a few threads ([`decode`]) and runs the model on one; the three overlap, and predictions come
//! in the order of the rows whatever the timing. [`label_match`] decides which of a model's classes are right for which
//! label, since neither their order nor their number is the same in general. Out comes a [`SamplePrediction`] a row, or with [`boxes`] one
//! for each box of a row.

mod boxes;
mod columns;
mod decode;
mod error;
mod label_match;
mod pipeline;
mod rows;
mod sample;
mod tensors;
mod thumbnail;

pub use boxes::{BoxColumn, MIN_SIDE};
pub use columns::Columns;
pub use error::InferenceError;
pub use label_match::{Class, LabelClasses, LabelMatch, MatchedBy};
pub use pipeline::{Batch, Pipeline, Times};
pub use rows::{Chosen, Selection, choose};
pub use sample::{Outcome, SamplePrediction};
pub use thumbnail::thumbnails;
