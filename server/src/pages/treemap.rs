//! A treemap as SVG: each concept is a rectangle as large as its share of the rows, with those of its kinds in it.

use hub_wordnet::WordNet;

use super::show;
use crate::views::concept_tree::{Node, first_word};

/// The size of a treemap in its own units.
pub const WIDTH: f64 = 960.0;
pub const HEIGHT: f64 = 480.0;
/// The height of the line with a concept's name.
const HEAD: f64 = 20.0;
/// The room between rectangles.
const GAP: f64 = 2.0;
/// The smallest rectangle that is drawn, the smallest with a name, and the smallest with a picture.
const DRAWN: f64 = 4.0;
const NAMED: (f64, f64) = (44.0, 18.0);
const PICTURED: (f64, f64) = (72.0, 72.0);
/// Rectangles of one concept.
const TILES: usize = 60;
/// How deep they are in each other.
const DEPTH: usize = 8;
/// From this share of the rows on, a concept is nearly all.
const MOST: f64 = 0.6;
/// The width of a letter of 11 px, about.
const LETTER: f64 = 6.3;

/// A rectangle: x, y, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// Smaller by `by` on each side, and by `head` at the top.
    fn inside(self, by: f64, head: f64) -> Self {
        Self {
            x: self.x + by,
            y: self.y + by + head,
            width: (self.width - 2.0 * by).max(0.0),
            height: (self.height - 2.0 * by - head).max(0.0),
        }
    }
}

/// A concept's rectangle.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    pub id: hub_wordnet::SynsetId,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    pub href: String,
    /// Words and rows: what a reader hears, and the hint.
    pub words: String,
    /// The name as far as there is room.
    pub name: Option<String>,
    pub text_x: String,
    pub text_y: String,
    pub colour: usize,
    /// Is it in another's rectangle?
    pub is_inner: bool,
    /// Where a picture has room: x, y, width, height.
    pub room: Option<[String; 4]>,
    pub picture: Option<String>,
}

/// Squares as far as that is possible: areas in proportion to the weights, in their order.
///
/// Source: M. Bruls et al., "Squarified treemaps", 2000.
pub fn squarified(weights: &[u64], within: Rect) -> Vec<Rect> {
    let sum: f64 = weights.iter().map(|weight| *weight as f64).sum();
    let scale = if sum > 0.0 { within.width * within.height / sum } else { 0.0 };
    let areas: Vec<f64> = weights.iter().map(|weight| *weight as f64 * scale).collect();
    let mut rects = Vec::with_capacity(areas.len());
    let (mut rest, mut at) = (within, 0);
    while at < areas.len() {
        let side = rest.width.min(rest.height);
        let mut end = at + 1;
        while end < areas.len() && worst(&areas[at..=end], side) <= worst(&areas[at..end], side) {
            end += 1;
        }
        let row = &areas[at..end];
        rest = lay(row, rest, &mut rects);
        at = end;
    }
    rects
}

/// The worst ratio of sides in a row of these areas along a side.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let ratio = |area: &f64| {
        if *area <= 0.0 || sum <= 0.0 || side <= 0.0 {
            return f64::INFINITY;
        }
        let (long, across) = (area * side / sum, sum / side);
        (long / across).max(across / long)
    };
    row.iter().map(ratio).fold(0.0, f64::max)
}

/// Lays a row along the shorter side; gives what is left.
fn lay(row: &[f64], rest: Rect, rects: &mut Vec<Rect>) -> Rect {
    let sum: f64 = row.iter().sum();
    let is_wide = rest.width >= rest.height;
    let side = if is_wide { rest.height } else { rest.width };
    let across = if side > 0.0 { sum / side } else { 0.0 };
    let mut along = 0.0;
    for area in row {
        let length = if sum > 0.0 { area / sum * side } else { 0.0 };
        rects.push(match is_wide {
            true => Rect { x: rest.x, y: rest.y + along, width: across, height: length },
            false => Rect { x: rest.x + along, y: rest.y, width: length, height: across },
        });
        along += length;
    }
    match is_wide {
        true => Rect { x: rest.x + across, width: (rest.width - across).max(0.0), ..rest },
        false => Rect { y: rest.y + across, height: (rest.height - across).max(0.0), ..rest },
    }
}

/// The rectangles of some concepts and, where there is room, of their kinds and theirs. `href` gives the address of a
/// concept's page.
pub fn tiles(nodes: &[Node], href: &dyn Fn(&str) -> String) -> Vec<Tile> {
    let whole = Rect { x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT };
    let mut tiles = Vec::new();
    lay_out(nodes, 0, whole, (0, None), href, &mut tiles);
    tiles
}

/// Draws concepts within a rectangle; `own` rows are of none of them, and their share stays empty. The colour is that of the
/// concept above, if it has one.
fn lay_out(
    nodes: &[Node],
    own: u64,
    within: Rect,
    (depth, colour): (usize, Option<usize>),
    href: &dyn Fn(&str) -> String,
    tiles: &mut Vec<Tile>,
) {
    let mut weights: Vec<u64> = nodes.iter().take(TILES).map(|node| node.counts.subtree).collect();
    let sum: u64 = weights.iter().sum::<u64>() + own;
    weights.push(own);
    for (at, (node, rect)) in nodes.iter().zip(squarified(&weights, within)).enumerate() {
        let shade = colour.unwrap_or(at);
        let Some(outer) = tile(node, rect, shade, href, depth > 0) else { continue };
        let may_nest = outer.name.is_some() && outer.room.is_some() && depth < DEPTH;
        tiles.push(outer);
        if !may_nest || node.children.is_empty() {
            continue;
        }
        let before = tiles.len();
        // One that has nearly all rows says little by its colour: its kinds have theirs.
        let has_most = node.counts.subtree as f64 > sum as f64 * MOST;
        let below = (depth + 1, if has_most && colour.is_none() { None } else { Some(shade) });
        let inner = rect.inside(GAP * 2.0, HEAD);
        lay_out(&node.children, node.counts.own, inner, below, href, tiles);
        if tiles.len() > before
            && let Some(outer) = tiles.get_mut(before - 1)
        {
            outer.room = None;
        }
    }
}

fn tile(
    node: &Node,
    rect: Rect,
    colour: usize,
    href: &dyn Fn(&str) -> String,
    is_inner: bool,
) -> Option<Tile> {
    let rect = rect.inside(GAP / 2.0, 0.0);
    if rect.width < DRAWN || rect.height < DRAWN {
        return None;
    }
    let synset = WordNet::get().synset(node.id)?;
    let name = first_word(&synset);
    let px = |value: f64| format!("{value:.1}");
    let has_name = rect.width >= NAMED.0 && rect.height >= NAMED.1;
    let letters = ((rect.width - 10.0) / LETTER) as usize;
    let has_room = rect.width >= PICTURED.0 && rect.height >= PICTURED.1;
    Some(Tile {
        id: node.id,
        x: px(rect.x),
        y: px(rect.y),
        width: px(rect.width),
        height: px(rect.height),
        href: href(&synset.name()),
        words: format!("{name}: {}", show::counted(node.counts.subtree, "row", "rows")),
        name: has_name.then(|| show::cut(&name, letters.max(3))),
        text_x: px(rect.x + 5.0),
        text_y: px(rect.y + 14.0),
        colour: colour % 8 + 1,
        is_inner,
        room: has_room
            .then(|| [rect.x + 4.0, rect.y + HEAD, rect.width - 8.0, rect.height - HEAD - 4.0].map(px)),
        picture: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_in_proportion_and_nothing_overlaps() {
        let within = Rect { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };
        let weights = [60, 60, 40, 30, 20, 20, 10, 0];
        let rects = squarified(&weights, within);
        assert_eq!(rects.len(), weights.len());
        let area = |rect: &Rect| rect.width * rect.height;
        for (rect, weight) in rects.iter().zip(weights) {
            assert!((area(rect) - weight as f64 * 1000.0).abs() < 1e-6, "{rect:?} {weight}");
            assert!(rect.x >= 10.0 - 1e-9 && rect.x + rect.width <= 610.0 + 1e-6, "{rect:?}");
            assert!(rect.y >= 20.0 - 1e-9 && rect.y + rect.height <= 420.0 + 1e-6, "{rect:?}");
        }
        for (i, a) in rects.iter().enumerate() {
            for b in &rects[i + 1..] {
                let across = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
                let down = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
                assert!(across < 1e-6 || down < 1e-6, "{a:?} {b:?}");
            }
        }
        // No slivers: the paper's example has squares of at most 3:1.
        for rect in &rects[..7] {
            assert!((rect.width / rect.height).max(rect.height / rect.width) < 3.0, "{rect:?}");
        }
        assert!(squarified(&[], within).is_empty());
        assert!(squarified(&[0, 0], within).iter().all(|rect| area(rect) == 0.0));
    }
}
