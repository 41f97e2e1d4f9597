//! Merge: takes another revision into a branch.
//!
//! Three-way, on the newest commit that both sides hold: what one side left alone the other may change. Rows
//! are told apart by id, columns by field id, replaced values by the patches that name them, so two people who
//! relabel different rows of one fragment both get what they wrote. Everything else is refused by name; nothing
//! is renumbered, and no picture is read unless both sides replaced pictures of one fragment.

mod apply;
mod fragment;
mod fragments;
mod merged;
mod overlay;
mod schema;
mod three;

pub use merged::Merged;
