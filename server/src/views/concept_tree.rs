//! A part of WordNet with counts: the concepts that some labels have or lie under. A concept has all of its parents here,
//! not only the first.

use std::collections::BTreeMap;

use hub_wordnet::{Synset, SynsetId, WordNet};

/// How many rows have a concept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Just this one.
    pub own: u64,
    /// This one or a kind of it.
    pub subtree: u64,
}

/// Concepts with their counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConceptTree(BTreeMap<SynsetId, Counts>);

/// A concept, as a tree shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub id: SynsetId,
    pub counts: Counts,
    pub children: Vec<Node>,
    /// Kinds with rows that are not among the children, since the tree would have too many nodes.
    pub hidden: usize,
}

impl ConceptTree {
    /// Sums the counts of each concept.
    pub fn of(counts: impl IntoIterator<Item = (SynsetId, Counts)>) -> Self {
        let mut tree = BTreeMap::new();
        for (id, count) in counts {
            let sum: &mut Counts = tree.entry(id).or_default();
            (sum.own, sum.subtree) = (sum.own + count.own, sum.subtree + count.subtree);
        }
        tree.retain(|_, count| count.subtree > 0);
        Self(tree)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many concepts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn count(&self, id: SynsetId) -> Counts {
        self.0.get(&id).copied().unwrap_or_default()
    }

    /// The kinds of a concept that have rows, the most rows first.
    pub fn children(&self, id: SynsetId) -> Vec<SynsetId> {
        let synset = WordNet::get().synset(id);
        let mut children: Vec<SynsetId> =
            synset.iter().flat_map(kinds).filter(|kind| self.0.contains_key(kind)).collect();
        children.sort_by_key(|child| (std::cmp::Reverse(self.count(*child).subtree), *child));
        children.dedup();
        children
    }

    /// The concepts with no parent among these.
    pub fn roots(&self) -> Vec<SynsetId> {
        let has_parent = |id: &SynsetId| {
            let synset = WordNet::get().synset(*id);
            synset.iter().flat_map(parents).any(|parent| self.0.contains_key(&parent))
        };
        let mut roots: Vec<SynsetId> = self.0.keys().copied().filter(|id| !has_parent(id)).collect();
        roots.sort_by_key(|root| (std::cmp::Reverse(self.count(*root).subtree), *root));
        roots
    }

    /// The first concept below that says more than the one above: without rows of its own, a concept with a single kind
    /// says nothing that the kind doesn't.
    pub fn first_below(&self, mut id: SynsetId) -> SynsetId {
        while self.count(id).own == 0 {
            match self.children(id)[..] {
                [child] => id = child,
                _ => break,
            }
        }
        id
    }

    /// The tree below some concepts. Level by level, until it has `most` nodes.
    pub fn nodes(&self, roots: &[SynsetId], most: usize) -> Vec<Node> {
        struct Entry {
            id: SynsetId,
            children: Vec<usize>,
            hidden: usize,
        }
        let entry = |id: SynsetId| Entry { id: self.first_below(id), children: Vec::new(), hidden: 0 };
        let mut entries: Vec<Entry> = roots.iter().copied().map(entry).collect();
        let tops = entries.len();
        let mut at = 0;
        while at < entries.len() {
            let children = self.children(entries[at].id);
            if entries.len() + children.len() > most.max(tops) {
                entries[at].hidden = children.len();
            } else {
                for child in children {
                    let place = entries.len();
                    entries.push(entry(child));
                    entries[at].children.push(place);
                }
            }
            at += 1;
        }
        // Children come after their parents.
        let mut made: Vec<Option<Node>> = entries.iter().map(|_| None).collect();
        for (place, entry) in entries.iter().enumerate().rev() {
            let children = entry.children.iter().filter_map(|child| made[*child].take()).collect();
            made[place] =
                Some(Node { id: entry.id, counts: self.count(entry.id), children, hidden: entry.hidden });
        }
        made.into_iter().take(tops).flatten().collect()
    }
}

/// The direct kinds of a concept, instances included.
pub fn kinds(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hyponyms().chain(synset.instance_hyponyms()).collect()
}

/// All that a concept is a kind or an instance of.
pub fn parents(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hypernyms().chain(synset.instance_hypernyms()).collect()
}

/// The first of a concept's words: `dog`.
pub fn first_word(synset: &Synset<'_>) -> String {
    synset.words().next().map(|word| word.replace('_', " ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use hub_wordnet::Follow;

    use super::*;

    fn id(name: &str) -> SynsetId {
        WordNet::get().resolve(name).unwrap()
    }

    /// The tree of leaves, each with rows of its own.
    fn tree(leaves: &[(&str, u64)]) -> ConceptTree {
        let net = WordNet::get();
        ConceptTree::of(leaves.iter().flat_map(|(name, rows)| {
            let leaf = id(name);
            let above = net.ancestors_with(leaf, Follow::Instances);
            let mut ids: Vec<SynsetId> = above.into_iter().chain([leaf]).collect();
            ids.sort_unstable();
            ids.dedup();
            let own = move |id: SynsetId| if id == leaf { *rows } else { 0 };
            ids.into_iter().map(move |id| (id, Counts { own: own(id), subtree: *rows })).collect::<Vec<_>>()
        }))
    }

    #[test]
    fn a_concept_is_under_each_of_its_parents() {
        // A dog is a canine and a domestic animal.
        let tree = tree(&[("dog.n.01", 5), ("wolf.n.01", 2), ("domestic_cat.n.01", 3)]);
        let dog = WordNet::get().synset(id("dog.n.01")).unwrap();
        assert!(parents(&dog).len() == 2);
        for parent in ["canine.n.02", "domestic_animal.n.01"] {
            assert!(tree.children(id(parent)).contains(&id("dog.n.01")), "{parent}");
        }
        assert_eq!(tree.count(id("canine.n.02")), Counts { own: 0, subtree: 7 });
        assert_eq!(tree.count(id("plant.n.02")), Counts::default());
    }

    #[test]
    fn a_tree_begins_where_it_branches() {
        let tree = tree(&[("dog.n.01", 5), ("wolf.n.01", 2)]);
        assert_eq!(tree.roots(), [id("entity.n.01")]);
        let nodes = tree.nodes(&tree.roots(), 100);
        let [top] = &nodes[..] else { panic!("{nodes:?}") };
        // Of animals, there are canines and domestic ones.
        assert_eq!(top.id, id("animal.n.01"));
        let below: Vec<SynsetId> = top.children.iter().map(|node| node.id).collect();
        assert_eq!(below, [id("canine.n.02"), id("dog.n.01")], "a domestic animal is only a dog here");
        assert_eq!(top.children[0].children.iter().map(|node| node.counts.own).collect::<Vec<_>>(), [5, 2]);
        let cut = tree.nodes(&tree.roots(), 3);
        assert_eq!((cut[0].children.len(), cut[0].children[0].hidden), (2, 2));
        let nothing = tree.nodes(&[], 100);
        assert!(nothing.is_empty() && ConceptTree::default().roots().is_empty());
    }
}
