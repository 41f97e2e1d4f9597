//! Merge: takes another revision into a branch.
//!
//! Three-way, on the newest commit that both sides hold: what one side left unchanged the other may change.
//! Rows are identified by id, columns by field id, replaced values by the patches that name them, so two users who
//! relabel different rows of one fragment both keep their changes. Everything else is refused with the conflict's name;
//! nothing is renumbered, and no image is read unless both sides replaced images of one fragment.

mod apply;
mod fragment;
mod fragments;
mod merged;
mod overlay;
mod schema;
mod three;

pub use merged::Merged;
