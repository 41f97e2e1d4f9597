//! Reading a pickle, and finding values in it.

use std::io::BufReader;

use hub_dataset::sample::MediaBytes;

use super::machine::Machine;
use super::node::{Id, Node};

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
            Err(problem) => Err(format!("not a supported pickle: byte {}: {problem}", machine.at)),
        }
    }

    pub fn root(&self) -> &Node {
        self.node(self.root)
    }

    pub fn node(&self, id: Id) -> &Node {
        self.nodes.get(id).unwrap_or(&Node::None)
    }

    /// The value of a dict's key.
    pub fn get(&self, dict: &Node, key: &str) -> Option<&Node> {
        let Node::Dict(entries) = dict else { return None };
        // If a key was set twice, the later value counts.
        let found = entries
            .iter()
            .rev()
            .find(|(k, _)| matches!(self.node(*k), Node::Short(s) if **s == *key.as_bytes()));
        found.map(|(_, value)| self.node(*value))
    }
}
