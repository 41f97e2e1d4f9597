//! The values in a pickle.

use bytes::Bytes;

/// Maximum number of values, and maximum depth of the stack.
pub const MAX_NODES: usize = 2_000_000;

/// Index of a value in the arena of values.
pub type Id = usize;

#[derive(Debug, PartialEq)]
pub enum Node {
    None,
    Bool(bool),
    Int(i64),
    /// A string of bytes or text, which Python 2 does not tell apart.
    Short(Box<[u8]>),
    /// A long string: its place in the file.
    Long {
        offset: u64,
        len: u64,
    },
    /// A long string whose bytes stand in the file as UTF-8, a character for each: how Python 3 writes bytes for
    /// Python 2 to read.
    LongLatin1 {
        offset: u64,
        len: u64,
    },
    /// A long string of protocol 0, which is written with escapes.
    Held(Bytes),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Tuple(Vec<Id>),
    /// `module.name`.
    Global(String),
    /// What would have been made by calling `callee` with `arguments`, then given `state`.
    Call {
        callee: Id,
        arguments: Id,
        state: Option<Id>,
    },
    /// A float, whose value is not needed.
    Float,
}
