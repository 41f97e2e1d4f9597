//! Row counts of concepts in a data set: from the label index, or by reading the labels.

use hub_catalog::index::{SubtreeCount, SynsetIndex};
use hub_dataset::{LabelColumn, Postings, Snapshot};
use hub_schema::Location;
use hub_wordnet::{Follow, SynsetId, WordNet};
use roaring::RoaringBitmap;

use crate::context::Context;

/// The rows of a revision by the synsets of their labels. A row with several labels of a concept counts once.
pub struct RowsBySynset {
    snapshot: Snapshot,
    index: Option<SynsetIndex>,
    labels: Vec<(LabelColumn, Option<Postings>)>,
}

impl RowsBySynset {
    /// Reads the label columns of a revision that have synsets, or only `column`.
    pub async fn of(
        context: &Context,
        location: &Location,
        snapshot: &Snapshot,
        column: Option<&str>,
    ) -> anyhow::Result<Self> {
        let index = context.label_index(location).await;
        let mut labels = Vec::new();
        for label in LabelColumn::all(snapshot.schema()) {
            let wanted = column.is_none_or(|column| column == label.name());
            if wanted && label.synsets.iter().any(Option::is_some) {
                let postings = match index {
                    Some(_) => None,
                    None => Some(Postings::read(snapshot, &label).await?),
                };
                labels.push((label, postings));
            }
        }
        Ok(Self { snapshot: snapshot.clone(), index, labels })
    }

    /// Whether any class of any label column has a synset.
    pub fn is_mapped(&self) -> bool {
        !self.labels.is_empty()
    }

    /// The row counts of each concept.
    pub async fn counts(&self, synsets: &[SynsetId]) -> anyhow::Result<Vec<SubtreeCount>> {
        if let (Some(index), [(label, None)]) = (&self.index, self.labels.as_slice()) {
            let tree = index.tree(&self.snapshot, label, synsets).await?;
            return Ok(tree.unwrap_or_default().into_iter().map(|found| found.count).collect());
        }
        let alone = self.counts_of_single_column(synsets).await?;
        let mut counts = Vec::with_capacity(synsets.len());
        for (synset, alone) in synsets.iter().zip(alone) {
            if let Some(count) = alone {
                counts.push(count);
                continue;
            }
            let own = self.rows(&[*synset]).await?.len();
            let below = WordNet::get().descendants_with(*synset, Follow::Instances);
            let subtree = self.rows(&below).await?.len();
            counts.push(SubtreeCount { own, subtree });
        }
        Ok(counts)
    }

    /// The counts of concepts that occur in at most one indexed column; `None` for the others, which need a union of
    /// rows.
    async fn counts_of_single_column(
        &self,
        synsets: &[SynsetId],
    ) -> anyhow::Result<Vec<Option<SubtreeCount>>> {
        let Some(index) = &self.index else { return Ok(vec![None; synsets.len()]) };
        let mut alone = vec![Some(SubtreeCount::default()); synsets.len()];
        for (label, _) in &self.labels {
            let tree = index.tree(&self.snapshot, label, synsets).await?.unwrap_or_default();
            for (alone, found) in alone.iter_mut().zip(tree).filter(|(_, found)| found.count.subtree > 0) {
                *alone = alone.filter(|before| before.subtree == 0).map(|_| found.count);
            }
        }
        Ok(alone)
    }

    /// For each label column, its name and the number of rows with at least one label without a synset.
    pub async fn unmapped(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let mut unmapped = Vec::new();
        for (label, _) in &self.labels {
            unmapped.push((label.name(), hub_query::unmapped_rows(&self.snapshot, label).await?));
        }
        Ok(unmapped)
    }

    /// The rows with a label, in any column, that is one of these synsets.
    async fn rows(&self, synsets: &[SynsetId]) -> anyhow::Result<RoaringBitmap> {
        use hub_dataset::LabelIndex as _;
        let mut wanted: Vec<String> = synsets.iter().map(ToString::to_string).collect();
        wanted.sort_unstable();
        let mut rows = RoaringBitmap::new();
        for (label, postings) in &self.labels {
            rows |= match (postings, &self.index) {
                (Some(postings), _) => {
                    let means = |class: usize| {
                        label.synsets[class].as_ref().is_some_and(|s| wanted.binary_search(s).is_ok())
                    };
                    postings.any_of(means)
                }
                (None, Some(index)) => {
                    index.positions(&self.snapshot, label, &wanted).await?.unwrap_or_default()
                }
                (None, None) => RoaringBitmap::new(),
            };
        }
        Ok(rows)
    }
}
