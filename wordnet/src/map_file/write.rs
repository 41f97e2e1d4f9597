//! Writing a label map.

use std::fmt::Write as _;

use super::MappedLabel;
use crate::{Candidate, Proposal, WordNet};

const HEADER: &str = "label\tsynset\tname\tgloss\thow\n";

/// A label map for a person to edit: of each proposal the likeliest synset, the others as comments below.
pub fn write_label_map(proposals: &[Proposal]) -> String {
    let mut text = HEADER.to_owned();
    for proposal in proposals {
        let label = escaped(&proposal.label);
        match proposal.candidates.split_first() {
            None => row(&mut text, "", &label, None),
            Some((best, others)) => {
                row(&mut text, "", &label, Some(best));
                for other in others {
                    row(&mut text, "# ", &label, Some(other));
                }
            }
        }
    }
    text
}

fn row(text: &mut String, before: &str, label: &str, candidate: Option<&Candidate>) {
    // Writing to a string can't fail.
    let _ = match candidate {
        None => writeln!(text, "{before}{label}\t-\t-\t-\t-"),
        Some(one) => {
            writeln!(text, "{before}{label}\t{}\t{}\t{}\t{}", one.synset, one.name, one.gloss, one.how())
        }
    };
}

/// The same table for labels whose synsets are settled.
pub fn write_mapped_labels(labels: &[MappedLabel]) -> String {
    let wn = WordNet::get();
    let mut text = HEADER.to_owned();
    for mapped in labels {
        let (label, how) = (escaped(&mapped.label), escaped(&mapped.how));
        let how = if how.is_empty() { "-" } else { &how };
        let _ = match mapped.synset {
            None => writeln!(text, "{label}\t-\t-\t-\t{how}"),
            Some(id) => {
                let synset = wn.synset(id);
                let name = synset.map_or("-".to_owned(), |synset| synset.name());
                let gloss = synset.map_or("-", |synset| synset.gloss());
                writeln!(text, "{label}\t{id}\t{name}\t{gloss}\t{how}")
            }
        };
    }
    text
}

fn escaped(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for (place, letter) in cell.char_indices() {
        match letter {
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\\' => escaped.push_str("\\\\"),
            '#' if place == 0 => escaped.push_str("\\#"),
            other => escaped.push(other),
        }
    }
    escaped
}
