//! Distances between all classes of a label space.

use std::collections::{HashMap, HashSet};

use hub_wordnet::{SynsetId, WordNet};

use super::tree::Tree;

/// The distance of each class to each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distances {
    classes: usize,
    /// Row-major.
    values: Vec<u8>,
}

impl Distances {
    /// The graph `wordnet-labels`.
    ///
    /// # Errors
    /// The number of the first class that is no noun of WordNet.
    pub fn wordnet_labels(labels: &[SynsetId]) -> Result<Self, usize> {
        let above = ancestors(labels)?;
        let kept: HashSet<SynsetId> = above.iter().flatten().copied().collect();
        let mut heights = HashMap::new();
        kept.iter().for_each(|id| {
            height_above_labels(*id, &kept, &mut heights);
        });
        Ok(Self::by_height(&above, |id| heights.get(&id).copied().unwrap_or(0)))
    }

    /// The graph `wordnet-full`.
    ///
    /// # Errors
    /// The number of the first class that is no noun of WordNet.
    pub fn wordnet_full(labels: &[SynsetId]) -> Result<Self, usize> {
        let net = WordNet::get();
        Ok(Self::by_height(&ancestors(labels)?, |id| net.height(id).unwrap_or(0) as u8))
    }

    /// The graph `tree-height`.
    ///
    /// # Errors
    /// The number of the first class that the tree doesn't have.
    pub fn tree_height(tree: &Tree, labels: &[&str]) -> Result<Self, usize> {
        Self::by_tree(tree, labels, |node| tree.height(node))
    }

    /// The graph `tree-depth`.
    ///
    /// # Errors
    /// As [`tree_height`](Self::tree_height).
    pub fn tree_depth(tree: &Tree, labels: &[&str]) -> Result<Self, usize> {
        let deepest = tree.deepest();
        Self::by_tree(tree, labels, |node| deepest - tree.depth(node))
    }

    fn by_tree(tree: &Tree, labels: &[&str], value: impl Fn(usize) -> u8) -> Result<Self, usize> {
        let nodes = labels.iter().enumerate().map(|(class, label)| tree.find(label).ok_or(class));
        let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(labels.len(), |a, b| value(tree.lowest_common_ancestor(nodes[a], nodes[b]))))
    }

    /// The least height of a common ancestor.
    fn by_height(above: &[Vec<SynsetId>], height: impl Fn(SynsetId) -> u8) -> Self {
        let mut numbers = HashMap::new();
        let sorted: Vec<Vec<(u8, u32)>> = above
            .iter()
            .map(|ancestors| {
                let mut own: Vec<_> = ancestors
                    .iter()
                    .map(|id| {
                        let next = numbers.len() as u32;
                        (height(*id), *numbers.entry(*id).or_insert(next))
                    })
                    .collect();
                own.sort_unstable();
                own
            })
            .collect();
        let mut member = vec![false; numbers.len()];
        let mut values = vec![0; above.len() * above.len()];
        for a in 0..above.len() {
            sorted[a].iter().for_each(|(_, number)| member[*number as usize] = true);
            for b in (0..above.len()).filter(|b| *b != a) {
                let common = sorted[b].iter().find(|(_, number)| member[*number as usize]);
                values[a * above.len() + b] = common.map_or(u8::MAX, |(height, _)| *height);
            }
            sorted[a].iter().for_each(|(_, number)| member[*number as usize] = false);
        }
        Self { classes: above.len(), values }
    }

    fn new(classes: usize, distance: impl Fn(usize, usize) -> u8) -> Self {
        let pairs = (0..classes * classes).map(|at| (at / classes, at % classes));
        let values = pairs.map(|(a, b)| if a == b { 0 } else { distance(a, b) }).collect();
        Self { classes, values }
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The distance of two classes.
    pub fn get(&self, a: usize, b: usize) -> u8 {
        self.values[a * self.classes + b]
    }

    /// The distances of a class to all.
    pub fn row(&self, class: usize) -> &[u8] {
        &self.values[class * self.classes..(class + 1) * self.classes]
    }

    /// The greatest distance.
    pub fn max(&self) -> u8 {
        self.values.iter().copied().max().unwrap_or(0)
    }

    /// All distances, row by row.
    pub fn as_bytes(&self) -> &[u8] {
        &self.values
    }
}

/// Each label with all that is above it by hypernyms.
fn ancestors(labels: &[SynsetId]) -> Result<Vec<Vec<SynsetId>>, usize> {
    let net = WordNet::get();
    let with_self = |(class, id): (usize, &SynsetId)| {
        if net.noun_number(*id).is_none() {
            return Err(class);
        }
        let mut above = net.ancestors(*id);
        above.push(*id);
        above.sort_unstable();
        above.dedup();
        Ok(above)
    };
    labels.iter().enumerate().map(with_self).collect()
}

/// The longest way down from a synset to a label, through labels and what lies above them (`kept`).
fn height_above_labels(id: SynsetId, kept: &HashSet<SynsetId>, heights: &mut HashMap<SynsetId, u8>) -> u8 {
    if let Some(height) = heights.get(&id) {
        return *height;
    }
    let below = WordNet::get().synset(id).into_iter().flat_map(|synset| synset.hyponyms());
    let below: Vec<SynsetId> = below.filter(|id| kept.contains(id)).collect();
    let below = below.into_iter().map(|id| height_above_labels(id, kept, heights));
    let height = below.max().map_or(0, |height| height.saturating_add(1));
    heights.insert(id, height);
    height
}

#[cfg(test)]
mod tests {
    use hub_wordnet::ilsvrc1000;
    use sha2::{Digest, Sha256};

    use super::*;

    fn sha256(distances: &Distances) -> String {
        Sha256::digest(distances.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The hashes are those of matrices that were computed from WordNet's own files in Python.
    #[test]
    fn distances_of_the_1000_classes() {
        let labels = Distances::wordnet_labels(ilsvrc1000()).unwrap();
        assert_eq!(sha256(&labels), "47301fb69afefb44ea635c89e23bc2274dc7db57268033dbf1672089f901849d");
        assert_eq!(labels.max(), 18);
        let full = Distances::wordnet_full(ilsvrc1000()).unwrap();
        assert_eq!(sha256(&full), "9e8fe8c6b3b8e7c359477d406ed0234ab734c414873533c7cc0798c20ce5d2db");
    }

    /// The tree of first hypernyms, as the hashed matrices have it.
    #[test]
    fn distances_in_the_tree_of_first_hypernyms() {
        let net = WordNet::get();
        let mut lines = HashSet::new();
        for label in ilsvrc1000() {
            let mut at = *label;
            while let Some(parent) = net.synset(at).and_then(|synset| synset.hypernyms().next()) {
                lines.insert(format!("{parent} {at}\n"));
                at = parent;
            }
        }
        let tree = Tree::parse(&lines.into_iter().collect::<String>()).unwrap();
        let names: Vec<String> = ilsvrc1000().iter().map(ToString::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let height = Distances::tree_height(&tree, &names).unwrap();
        assert_eq!(sha256(&height), "e07d62396a4d771c4c88e665d04b6121d8a62f8be6b5d754f92db6aef38c331f");
        let depth = Distances::tree_depth(&tree, &names).unwrap();
        assert_eq!(sha256(&depth), "116999042d37fe2f55eaca7132b81acb4365cb474a41f3f6b1388845de9d4d3b");
        assert_eq!(Distances::tree_height(&tree, &["n00001740", "nosuch"]), Err(1));
    }

    /// As in trees from which nodes with one child were taken out: classes lie at any depth, and the deepest leaf need not
    /// be a class.
    #[test]
    fn depths_count_from_the_deepest_leaf_of_the_tree() {
        let tree = Tree::parse("thing animal\nanimal dog\nanimal cat\nthing car\ncat kitten\n").unwrap();
        let names = ["dog", "cat", "car"];
        let depth = Distances::tree_depth(&tree, &names).unwrap();
        assert_eq!(depth.as_bytes(), [0, 2, 3, 2, 0, 3, 3, 3, 0]);
        let height = Distances::tree_height(&tree, &names).unwrap();
        assert_eq!(height.as_bytes(), [0, 2, 3, 2, 0, 3, 3, 3, 0]);
        let tree =
            Tree::parse("thing animal\nanimal dog\nanimal cat\nthing car\ncar wheel\nwheel hub\n").unwrap();
        assert_eq!(Distances::tree_depth(&tree, &names).unwrap().as_bytes(), [0, 2, 3, 2, 0, 3, 3, 3, 0]);
        assert_eq!(Distances::tree_height(&tree, &names).unwrap().as_bytes(), [0, 1, 3, 1, 0, 3, 3, 3, 0]);
    }
}
