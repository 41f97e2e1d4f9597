//! How far wrong predictions are, on a graph of concepts.
//!
//! Figures from different graphs can't be compared (they differ by a factor of 1.7 on the same predictions), so each
//! has its name:
//!
//! | name | distance of two classes |
//! |---|---|
//! | `wordnet-labels` | least height among all common ancestors in WordNet 3.0; height: longest way down to a label |
//! | `wordnet-full` | the same; height: longest way down to any leaf of WordNet |
//! | `tree-height` | height of the lowest common ancestor in a tree that is given |
//! | `tree-depth` | depth of the tree's deepest leaf less the depth of that ancestor |
//!
//! A class has the distance 0 to itself. The distances that Bertinetto et al. published ("Making better mistakes",
//! 2020) are depths, though the paper says heights.

mod distances;
mod scores;
mod tree;

pub use distances::Distances;
pub use scores::{AtK, HierarchyScores, scores};
pub use tree::{Tree, TreeError};
