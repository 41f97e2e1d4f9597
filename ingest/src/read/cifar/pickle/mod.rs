//! A pickle as data.
//!
//! A pickle is a program for a small stack machine, and in Python running one can call anything. Here nothing is
//! ever called: a call is a [`Node::Call`] that remembers what would have been called with what, which is all
//! that is needed to see a numpy array. Long strings (a batch's 30 MB of pixels) are not read but remembered by
//! place, so a pickle costs memory only for its labels and names.
//!
//! Why not `serde-pickle`: it reads the pixels into memory, and it copies a remembered value at each use, so a
//! pickle of a few bytes can ask for any amount of memory. Here values are numbered nodes that are never
//! copied, in a tree that nothing walks recursively, and there are at most [`MOST_NODES`] of them.
//!
//! Source: CPython, `Lib/pickletools.py`, protocols 2 to 5; the opcodes that dicts, lists, strings, numbers
//! and numpy arrays need.

mod machine;

use std::io::BufReader;

use hub_dataset::sample::MediaBytes;

use self::machine::Machine;

/// The most values, and the deepest stack.
const MOST_NODES: usize = 2_000_000;

/// A value's number.
pub type Id = usize;

/// A value.
#[derive(Debug, PartialEq)]
pub enum Node {
    None,
    Bool(bool),
    Int(i64),
    /// A string of bytes or text, which Python 2 does not tell apart.
    Short(Box<[u8]>),
    /// The same, long: where it stands.
    Long {
        offset: u64,
        len: u64,
    },
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
    /// A number with a fraction; not needed, but there may be one.
    Float,
}

/// What a pickle holds.
#[derive(Debug, Default)]
pub struct Pickle {
    nodes: Vec<Node>,
    root: Id,
}

impl Pickle {
    /// Reads a pickle.
    ///
    /// # Errors
    /// What is wrong, and at which byte.
    pub fn read(bytes: &MediaBytes) -> Result<Self, String> {
        let input = BufReader::with_capacity(1 << 16, bytes.reader());
        let mut machine = Machine::new(input, bytes.size_bytes());
        match machine.run() {
            Ok(root) => Ok(Self { nodes: machine.nodes, root }),
            Err(problem) => Err(format!("not a pickle that is understood: byte {}: {problem}", machine.at)),
        }
    }

    /// The value itself.
    pub fn root(&self) -> &Node {
        self.node(self.root)
    }

    /// A value.
    pub fn node(&self, id: Id) -> &Node {
        self.nodes.get(id).unwrap_or(&Node::None)
    }

    /// The value of a dict's key.
    pub fn get(&self, dict: &Node, key: &str) -> Option<&Node> {
        let Node::Dict(entries) = dict else { return None };
        // Of a key that was set twice the later value counts.
        let found = entries
            .iter()
            .rev()
            .find(|(k, _)| matches!(self.node(*k), Node::Short(s) if **s == *key.as_bytes()));
        found.map(|(_, value)| self.node(*value))
    }
}
