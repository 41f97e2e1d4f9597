//! What the pages of concepts and of classes show alike: a tree that folds, a treemap, pictures.

use askama::Template;
use hub_wordnet::{SynsetId, WordNet};

use super::chart::percent;
use super::set_frame::{base_of, pinned, thumbnail};
use super::show;
use super::treemap::{HEIGHT, Tile, WIDTH, tiles};
use crate::problem::Result;
use crate::state::AppState;
use crate::views::concept_tree::{ConceptTree, Node, first_word, parents};
use crate::views::labelled::{Counted, Example, examples};

/// Nodes of a tree on a page; what is below them has pages of its own.
const NODES: usize = 600;
/// Nodes of a tree that are seen at first: as many levels are open as have no more.
const SEEN: usize = 60;
/// Rectangles of a treemap that have a picture.
const PICTURED: usize = 24;

/// How concepts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConceptView {
    #[default]
    Tree,
    Treemap,
}

impl ConceptView {
    pub fn parse(word: &str) -> Self {
        if word == "treemap" { Self::Treemap } else { Self::Tree }
    }
}

/// A concept in a tree, with its kinds.
#[derive(Template)]
#[template(path = "tree_node.html")]
pub struct TreeNode {
    name: String,
    /// All of its words.
    title: String,
    href: String,
    own: String,
    subtree: String,
    width: String,
    /// Other concepts that it is a kind of: words, address.
    also: Vec<(String, String)>,
    hidden: usize,
    is_open: bool,
    children: Vec<TreeNode>,
}

/// The nodes of a tree below some concepts. `href` gives the address of a concept's page.
pub fn tree_nodes(
    tree: &ConceptTree,
    roots: &[SynsetId],
    href: &(dyn Fn(&str) -> String + Sync),
) -> Vec<TreeNode> {
    let nodes = tree.nodes(roots, NODES);
    let most = nodes.iter().map(|node| node.counts.subtree).max().unwrap_or(0);
    let open = open_levels(&nodes);
    nodes.iter().filter_map(|node| tree_node(node, None, (most, open), href)).collect()
}

/// How many levels are open.
fn open_levels(nodes: &[Node]) -> usize {
    let (mut level, mut seen, mut open): (Vec<&Node>, usize, usize) =
        (nodes.iter().collect(), nodes.len(), 0);
    while !level.is_empty() {
        level = level.into_iter().flat_map(|node| &node.children).collect();
        seen += level.len();
        if seen > SEEN {
            break;
        }
        open += 1;
    }
    open.max(1)
}

fn tree_node(
    node: &Node,
    above: Option<SynsetId>,
    (most, open): (u64, usize),
    href: &(dyn Fn(&str) -> String + Sync),
) -> Option<TreeNode> {
    let net = WordNet::get();
    let synset = net.synset(node.id)?;
    // Only where there is a choice: a chain of single parents is above in the tree.
    let all = parents(&synset);
    let others = all.iter().filter(|_| all.len() > 1).filter_map(|parent| {
        let parent = net.synset(*parent).filter(|parent| Some(parent.id()) != above)?;
        Some((first_word(&parent), href(&parent.name())))
    });
    let children = node.children.iter();
    let below = (most, open.saturating_sub(1));
    Some(TreeNode {
        name: first_word(&synset),
        title: synset.title(),
        href: href(&synset.name()),
        own: show::count(node.counts.own),
        subtree: show::count(node.counts.subtree),
        width: percent(node.counts.subtree, most),
        also: others.collect(),
        hidden: node.hidden,
        is_open: open > 0,
        children: children.filter_map(|child| tree_node(child, Some(node.id), below, href)).collect(),
    })
}

/// A treemap with its size and, for those who can't see it, that its numbers are in the tree.
pub struct Treemap {
    pub width: f64,
    pub height: f64,
    pub tiles: Vec<Tile>,
}

/// The treemap of the kinds of some concepts; a single concept is its kinds.
pub async fn treemap(
    state: &AppState,
    counted: &Counted,
    roots: &[SynsetId],
    href: &(dyn Fn(&str) -> String + Sync),
) -> Result<Treemap> {
    let tree = &counted.tree;
    let roots = match roots {
        [root] => match tree.children(tree.first_below(*root)) {
            kinds if kinds.is_empty() => vec![*root],
            kinds => kinds,
        },
        roots => roots.to_vec(),
    };
    let mut tiles = tiles(&tree.nodes(&roots, NODES), href);
    let mut left = PICTURED;
    for tile in tiles.iter_mut().filter(|tile| tile.room.is_some()) {
        if left == 0 {
            break;
        }
        left -= 1;
        let found = examples(state, counted, tile.id, 1).await?;
        tile.picture = found.first().map(|example| picture(example, 192));
    }
    Ok(Treemap { width: WIDTH, height: HEIGHT, tiles })
}

/// A sample of a concept.
pub struct Picture {
    pub href: String,
    pub picture: String,
    pub label: String,
    pub set: String,
}

fn picture(example: &Example, size: u32) -> String {
    let Example { set, cell, media } = example;
    thumbnail(&set.name, set.snapshot.at(), &cell.row_id, media, size)
}

/// Samples of a concept from all over some data sets.
pub async fn pictures(
    state: &AppState,
    counted: &Counted,
    concept: SynsetId,
    most: usize,
) -> Result<Vec<Picture>> {
    let found = examples(state, counted, concept, most).await?;
    let shown = found.iter().map(|example| {
        let rev = show::encoded(&pinned(example.set.snapshot.at()));
        Picture {
            href: format!("{}/samples/{}?rev={rev}", base_of(&example.set.name), example.cell.row_id),
            picture: picture(example, 96),
            label: match example.cell.label.as_str() {
                "" => example.cell.name.clone(),
                label => label.to_owned(),
            },
            set: example.set.name.to_string(),
        }
    });
    Ok(shown.collect())
}
