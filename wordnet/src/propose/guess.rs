//! All labels of a data set at once: guesses by their words, and what the bundled tables know for certain.

use super::proposal::{Candidate, MAX_CANDIDATES, Proposal, Reason};
use super::{candidates, score, tables};
use crate::{WordNet, synsets_for};

/// What each of a data set's labels may mean.
pub fn propose(labels: &[&str]) -> Vec<Proposal> {
    let names: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    let known = synsets_for(&names);
    let mut proposals = guess(labels);
    proposals.iter_mut().for_each(tables::prefer);
    for (proposal, known) in proposals.iter_mut().zip(known) {
        let known = known.and_then(|id| id.parse().ok()).filter(|id| WordNet::get().synset(*id).is_some());
        if let Some(known) = known {
            proposal.candidates.retain(|candidate| candidate.synset != known);
            proposal.candidates.insert(0, Candidate::new(known, 1.0, vec![Reason::Known]));
            proposal.candidates.truncate(MAX_CANDIDATES);
        }
    }
    proposals
}

/// The same from the words alone, without the bundled tables.
pub(crate) fn guess(labels: &[&str]) -> Vec<Proposal> {
    let matches: Vec<Vec<candidates::Match>> = labels.iter().map(|label| candidates::of(label)).collect();
    let siblings = score::Siblings::new(labels, &matches);
    let proposals = labels.iter().zip(&matches).map(|(label, matches)| {
        let mut scored: Vec<(f64, u32, Vec<Reason>)> = matches
            .iter()
            .map(|found| {
                let (score, reasons) = siblings.score(label, found);
                (score, found.number, reasons)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let best = scored.into_iter().take(MAX_CANDIDATES);
        let candidates =
            best.map(|(score, number, reasons)| Candidate::new(WordNet::get().id(number), score, reasons));
        Proposal { label: (*label).to_owned(), candidates: candidates.collect() }
    });
    proposals.collect()
}
