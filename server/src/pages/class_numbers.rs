//! What the table of classes says beside their counts: the rows of all kinds of a class, by split, and how a model did.

use std::collections::HashMap;

use hub_dataset::{LabelColumn, Snapshot};
use hub_eval::run::Run;

use super::show;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Result};
use crate::state::AppState;
use crate::views::columns::Label;
use crate::views::concepts::Concepts;
use crate::views::facets::classes_by_split;

/// Splits that have a column.
const SPLITS: usize = 4;

/// Counts of classes, with all classes whose concept is a kind of theirs.
#[derive(Clone, Debug, Default)]
pub struct KindCounts {
    pub splits: Vec<String>,
    /// Of each class, in all and then in each split: just this one, with all kinds.
    counts: Vec<Vec<(u64, u64)>>,
}

impl KindCounts {
    pub async fn of(state: &AppState, set: &OpenDataset, snapshot: &Snapshot, label: &Label) -> Result<Self> {
        let mut by_split = match classes_by_split(state, set, snapshot, &label.path).await {
            Ok(found) => found.splits.into_iter().zip(found.counts).collect(),
            // Of several labels a row, such as those of boxes, there are no counts by split.
            Err(problem) if problem.kind == Kind::Invalid => Vec::new(),
            Err(problem) => return Err(problem),
        };
        by_split.retain(|(split, _)| !split.is_empty());
        by_split.truncate(SPLITS);
        let column =
            LabelColumn::all(snapshot.schema()).into_iter().find(|column| column.name() == label.path);
        let concepts = column.map(|column| Concepts::of(&column)).unwrap_or_default();
        let mut own = vec![label.classes.iter().map(|class| class.count).collect::<Vec<u64>>()];
        own.extend(by_split.iter().map(|(_, counts)| counts.clone()));
        let synsets = label.classes.iter().map(|class| class.synset.as_ref()?.parse().ok());
        Ok(Self::sum(
            by_split.into_iter().map(|(split, _)| split).collect(),
            &own,
            &concepts,
            synsets.collect(),
        ))
    }

    fn sum(
        splits: Vec<String>,
        own: &[Vec<u64>],
        concepts: &Concepts,
        synsets: Vec<Option<hub_wordnet::SynsetId>>,
    ) -> Self {
        let mut sums = vec![vec![0u64; concepts.ids.len()]; own.len()];
        for (sum, counts) in sums.iter_mut().zip(own) {
            for (places, count) in concepts.of_class.iter().zip(counts) {
                places.iter().for_each(|place| sum[*place as usize] += count);
            }
        }
        let counts = synsets.iter().enumerate().map(|(class, synset)| {
            let place = synset.and_then(|id| concepts.ids.binary_search(&id).ok());
            let of = |(counts, sum): (&Vec<u64>, &Vec<u64>)| {
                let own = counts.get(class).copied().unwrap_or(0);
                (own, place.map_or(own, |place| sum[place]))
            };
            own.iter().zip(&sums).map(of).collect()
        });
        Self { splits, counts: counts.collect() }
    }

    /// The rows of a class with all its kinds; `None` where no other class is a kind of it.
    pub fn subtree(&self, class: usize) -> Option<u64> {
        let (own, subtree) = self.counts.get(class)?.first().copied()?;
        (subtree > own).then_some(subtree)
    }

    /// In each split: just this class, and with all its kinds where there are more.
    pub fn by_split(&self, class: usize) -> Vec<(String, Option<String>)> {
        let counts = self.counts.get(class).map(Vec::as_slice).unwrap_or_default().iter().skip(1);
        counts
            .map(|(own, subtree)| (show::count(*own), (subtree > own).then(|| show::count(*subtree))))
            .collect()
    }
}

/// How a run did by class.
#[derive(Clone, Debug, Default)]
pub struct ClassScores {
    f1: HashMap<String, f64>,
    confused: HashMap<String, (String, u64)>,
}

impl ClassScores {
    pub fn of(run: &Run) -> Self {
        let Some(table) = &run.scores.classes else { return Self::default() };
        let scored = table.rows.iter().filter(|row| row.score.support > 0);
        let mut confused = HashMap::new();
        for pair in &table.most_confused {
            confused.entry(pair.label.clone()).or_insert((pair.predicted.clone(), pair.samples));
        }
        Self { f1: scored.map(|row| (row.name.clone(), row.score.f1)).collect(), confused }
    }

    /// The F1 of a class; empty where it had no samples.
    pub fn f1(&self, class: &str) -> String {
        self.f1.get(class).map(|f1| format!("{f1:.3}")).unwrap_or_default()
    }

    /// What a class is confused with most, and how often.
    pub fn confused(&self, class: &str) -> String {
        let found = self.confused.get(class);
        found.map(|(other, samples)| format!("{other} ({})", show::count(*samples))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::{Feature, Schema};

    use super::*;

    #[test]
    fn a_class_has_the_rows_of_the_classes_that_are_kinds_of_it() {
        // Dog, poodle, cat, and one of unknown meaning.
        let synsets = [Some("n02084071"), Some("n02113335"), Some("n02121620"), None];
        let feature = Feature::ClassLabel {
            names: ["dog", "poodle", "cat", "thing"].map(str::to_owned).to_vec(),
            synsets: synsets.map(|id| id.map(str::to_owned)).to_vec(),
        };
        let schema = Schema::new([("label", feature)]).unwrap();
        let concepts = Concepts::of(&LabelColumn::all(&schema)[0]);
        let own = [vec![5, 3, 2, 1], vec![4, 3, 0, 1], vec![1, 0, 2, 0]];
        let ids = synsets.map(|id| id.map(|id| id.parse().unwrap())).to_vec();
        let counts = KindCounts::sum(vec!["train".into(), "val".into()], &own, &concepts, ids);
        assert_eq!([0, 1, 2, 3, 9].map(|class| counts.subtree(class)), [Some(8), None, None, None, None]);
        let (four, one) = (("4".to_owned(), Some("7".to_owned())), ("1".to_owned(), None));
        assert_eq!(counts.by_split(0), [four, one]);
        assert_eq!(counts.by_split(3), [("1".to_owned(), None), ("0".to_owned(), None)]);
    }
}
