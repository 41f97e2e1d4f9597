//! A pickle as data.
//!
//! A pickle is a program for a small stack machine, and in Python running one can call anything. Here nothing
//! is ever called: a call is a [`Node::Call`] that remembers what would have been called with what, which is
//! all that is needed to see a numpy array. Long strings (a batch's 30 MB of pixels) are not read but
//! remembered by place, so a pickle costs memory only for its labels and names.
//!
//! Why not `serde-pickle`: it reads the pixels into memory, and it copies a remembered value at each use, so a
//! pickle of a few bytes can ask for any amount of memory. Here values are numbered nodes that are never
//! copied, in a tree that nothing walks recursively, and there are at most [`node::MAX_NODES`] of them.
//!
//! Source: CPython, `Lib/pickletools.py`, protocols 0 to 5; the opcodes that dicts, lists, strings, numbers
//! and numpy arrays need.

mod machine;
mod node;
mod reader;
mod text;

pub use node::Node;
pub use reader::Pickle;
pub use text::latin1;
