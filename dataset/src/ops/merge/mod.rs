//! Merge: takes another revision into a branch.
//!
//! Three-way, on the newest commit that both sides hold: what one side left unchanged the other may change.
//! Rows are identified by id, columns by field id, replaced values by the patches that name them, so two users who
//! relabel different rows of one fragment both keep their changes. Where one side was compacted, the rows are found by
//! their ids in the other side's fragments. Everything else is refused with the conflict's name; nothing is renumbered,
//! and no image is read unless both sides replaced images of one fragment, or both were compacted.

mod apply;
mod fragment;
mod fragments;
mod labels;
mod merged;
mod overlaps;
mod overlay;
mod regroup;
mod schema;
mod three;
mod transfer;

pub use merged::Merged;
