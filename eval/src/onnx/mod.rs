//! ONNX files: read, and checked before an engine sees them.
//!
//! Engines trust their input more than a hub may: they overflow their stack on nested graphs, allocate what a file only
//! claims to hold, open external data anywhere, and run operator sets that they don't know. [`Model::open`] refuses
//! such files with the reason, and finds the input and output that a classifier is run by ([`Signature`]). What a graph
//! asks for only when it runs (memory, an endless loop) can't be seen here; a trial run with limits finds it.

mod external;
mod graph;
pub mod messages;
mod model;
mod node;
mod signature;
mod tensors;
#[cfg(test)]
mod tests;

pub use messages::ModelProto;
pub use model::{Model, ModelError, NEWEST_OPSET};
pub use signature::{Batch, Element, Input, Layout, Output, Signature};
