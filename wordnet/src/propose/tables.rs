//! Candidates from the bundled tables, for a list that isn't one of them but shares names with some.
//!
//! A person chose those synsets for that name, which is worth more than a guess: COCO's `stop sign` is not a word of
//! WordNet, and its last word alone would lead to advertisements.

use super::proposal::{Candidate, MAX_CANDIDATES, Proposal, Reason};
use crate::label_map;
use crate::matching::normal;

/// Tables of images of things, by their plain names.
const TABLES: [&str; 5] = ["coco80", "cifar100", "cifar10", "voc20", "fashion_mnist"];

/// What a table adds to the score of a candidate, and the score of one that words alone don't find.
const BONUS: f64 = 0.15;
const ALONE: f64 = 0.7;

/// Puts forward what the tables say of the label.
pub(super) fn prefer(proposal: &mut Proposal) {
    let label = normal(&proposal.label);
    for map in label_map::all().filter(|map| TABLES.contains(&map.name)) {
        let row = map.rows.iter().find(|row| normal(row.name) == label);
        let Some(synset) = row.and_then(|row| row.synset?.parse().ok()) else { continue };
        let reason = Reason::Table(map.name);
        let known = proposal.candidates.iter_mut().find(|candidate| candidate.synset == synset);
        match known {
            Some(candidate) => {
                let is_first = !candidate.reasons.iter().any(|reason| matches!(reason, Reason::Table(_)));
                candidate.score = (candidate.score + if is_first { BONUS } else { 0.0 }).min(0.99);
                candidate.reasons.push(reason);
            }
            None => proposal.candidates.push(Candidate::new(synset, ALONE, vec![reason])),
        }
    }
    proposal.candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    proposal.candidates.truncate(MAX_CANDIDATES);
}
