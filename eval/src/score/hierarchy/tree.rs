//! A tree of concepts from a file: lines of `parent child`.

use std::collections::HashMap;

/// A tree of named nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    names: HashMap<String, usize>,
    /// The parent of each node; a root is its own.
    parents: Vec<usize>,
    depths: Vec<u8>,
    heights: Vec<u8>,
}

/// Why a text is no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A line that isn't two words.
    #[error("line {line}: expected 'PARENT CHILD', found '{found}'")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is in it.
        found: String,
    },
    /// A node with two parents.
    #[error("line {line}: '{child}' has the parents '{first}' and '{second}'; in a tree each has one")]
    TwoParents {
        /// The number of the line, from 1.
        line: usize,
        /// The node.
        child: String,
        /// The parent that an earlier line gives.
        first: String,
        /// The parent that this line gives.
        second: String,
    },
    /// Nodes that are above themselves.
    #[error("'{0}' is above itself")]
    Circle(String),
    /// Two nodes without a parent.
    #[error("'{0}' and '{1}' both have no parent; a tree has one root")]
    TwoRoots(String, String),
    /// A path from the root that is longer than distances can be.
    #[error("'{0}' is more than 255 steps below the root")]
    TooDeep(String),
}

impl Tree {
    /// Reads lines of `parent child`, separated by a tab where names contain spaces; empty lines are passed over.
    ///
    /// # Errors
    /// The text is no tree.
    pub fn parse(text: &str) -> Result<Self, TreeError> {
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut parents: Vec<usize> = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let words: Vec<&str> = match line.trim().split_once('\t') {
                Some((parent, child)) if !child.contains('\t') => vec![parent.trim(), child.trim()],
                _ => line.split_whitespace().collect(),
            };
            let [parent, child] = words[..] else {
                return Err(TreeError::Line { line: at + 1, found: line.trim().to_owned() });
            };
            let [parent, child] = [parent, child].map(|name| {
                *names.entry(name.to_owned()).or_insert_with(|| {
                    parents.push(order.len());
                    order.push(name.to_owned());
                    order.len() - 1
                })
            });
            if parents[child] != child && parents[child] != parent {
                let [child_name, first, second] =
                    [child, parents[child], parent].map(|node| order[node].clone());
                return Err(TreeError::TwoParents { line: at + 1, child: child_name, first, second });
            }
            parents[child] = parent;
        }
        let mut roots = (0..parents.len()).filter(|node| parents[*node] == *node);
        if let (Some(first), Some(second)) = (roots.next(), roots.next()) {
            return Err(TreeError::TwoRoots(order[first].clone(), order[second].clone()));
        }
        let mut depths = Vec::with_capacity(parents.len());
        let mut heights = vec![0u8; parents.len()];
        for (node, name) in order.iter().enumerate() {
            let (mut at, mut steps) = (node, 0usize);
            while parents[at] != at {
                at = parents[at];
                steps += 1;
                if steps > parents.len() {
                    return Err(TreeError::Circle(name.clone()));
                }
                let height = u8::try_from(steps).map_err(|_| TreeError::TooDeep(name.clone()))?;
                heights[at] = heights[at].max(height);
            }
            depths.push(u8::try_from(steps).map_err(|_| TreeError::TooDeep(name.clone()))?);
        }
        Ok(Self { names, parents, depths, heights })
    }

    /// The node of that name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Steps up to the root.
    pub fn depth(&self, node: usize) -> u8 {
        self.depths[node]
    }

    /// Steps from the root to the deepest leaf.
    pub fn deepest(&self) -> u8 {
        self.depths.iter().copied().max().unwrap_or(0)
    }

    /// Steps down to the deepest leaf below.
    pub fn height(&self, node: usize) -> u8 {
        self.heights[node]
    }

    /// The deepest node that both lie below, or are.
    pub fn lowest_common_ancestor(&self, a: usize, b: usize) -> usize {
        let (mut a, mut b) = (a, b);
        while a != b {
            if self.depths[a] >= self.depths[b] { a = self.parents[a] } else { b = self.parents[b] }
        }
        a
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_depths_and_common_ancestors() {
        let tree = Tree::parse("animal dog\nanimal cat\n\ndog poodle\nthing animal\nthing car\n").unwrap();
        let node = |name| tree.find(name).unwrap();
        assert_eq!((tree.depth(node("poodle")), tree.height(node("thing"))), (3, 3));
        assert_eq!(tree.lowest_common_ancestor(node("poodle"), node("cat")), node("animal"));
        assert_eq!(tree.lowest_common_ancestor(node("poodle"), node("dog")), node("dog"));
        assert_eq!(tree.lowest_common_ancestor(node("car"), node("cat")), node("thing"));
    }

    #[test]
    fn names_with_spaces_are_separated_by_tabs() {
        let tree = Tree::parse("living thing\tgreat white shark\r\nliving thing\tnight snake\r\n").unwrap();
        let node = |name| tree.find(name).unwrap();
        let above = tree.lowest_common_ancestor(node("great white shark"), node("night snake"));
        assert_eq!((above, tree.deepest()), (node("living thing"), 1));
    }

    #[test]
    fn what_is_no_tree_is_named() {
        let problem = |text| Tree::parse(text).unwrap_err().to_string();
        assert_eq!(problem("a b\nc"), "line 2: expected 'PARENT CHILD', found 'c'");
        assert_eq!(problem("a b\nc b"), "line 2: 'b' has the parents 'a' and 'c'; in a tree each has one");
        assert_eq!(problem("a b\nc d"), "'a' and 'c' both have no parent; a tree has one root");
        assert!(problem("r x\na b\nb a").ends_with("is above itself"));
    }
}
