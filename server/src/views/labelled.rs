//! Data sets whose labels have a meaning, and the concepts that they have rows of.

use std::collections::HashSet;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_catalog::index::SubtreeCount;
use hub_catalog::{ListQuery, Viewer};
use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::DatasetName;
use hub_schema::api::RowView;
use hub_wordnet::SynsetId;

use super::cell::{Cell, Look};
use super::concept_tree::{ConceptTree, Counts};
use super::concepts::Concepts;
use super::rows::read;
use super::values::Length;
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// Data sets that are looked at.
const DATASETS: u32 = 200;
/// Data sets that are opened at the same time.
const CONCURRENCY: usize = 8;

/// A revision with labels that have synsets.
#[derive(Clone, Debug)]
pub struct Labelled {
    pub name: DatasetName,
    pub snapshot: Snapshot,
    pub columns: Vec<LabelColumn>,
}

impl Labelled {
    /// `None` for a revision without such labels, or without the column that is asked for.
    pub fn of(name: DatasetName, snapshot: Snapshot, column: Option<&str>) -> Option<Self> {
        let mut columns = LabelColumn::all(snapshot.schema());
        columns.retain(|label| {
            label.synsets.iter().any(Option::is_some) && column.is_none_or(|wanted| label.name() == wanted)
        });
        (!columns.is_empty()).then_some(Self { name, snapshot, columns })
    }
}

/// All data sets with such labels that a viewer may see, at their default branches. Those that can't be read are left out.
/// The second is whether there are more data sets than are looked at.
pub async fn labelled(state: &AppState, viewer: &Viewer) -> Result<(Vec<Labelled>, bool)> {
    let query = ListQuery { limit: DATASETS, ..ListQuery::default() };
    let page = state.catalog.list_datasets(viewer, &query).await?;
    let open = |info: hub_catalog::DatasetInfo| async move {
        let dataset = state.datasets.open(&state.root, &info).await.ok()?;
        let snapshot = state.datasets.snapshot(&state.catalog, &info, &dataset, None).await.ok()?;
        Labelled::of(info.name, snapshot, None)
    };
    let found: Vec<Option<Labelled>> =
        stream::iter(page.items).map(open).buffered(CONCURRENCY).collect().await;
    Ok((found.into_iter().flatten().collect(), page.next.is_some()))
}

/// Data sets with the concepts that they have rows of.
#[derive(Clone, Debug)]
pub struct Counted {
    sets: Vec<(Arc<Labelled>, HashSet<SynsetId>)>,
    pub tree: ConceptTree,
}

impl Counted {
    /// Counts the rows of each concept: those of each data set and label column are added up.
    pub async fn of(state: &AppState, sets: Vec<Labelled>) -> Result<Self> {
        let count = |set: Labelled| async move {
            let mut all = Vec::new();
            for column in &set.columns {
                let ids = Concepts::of(column).ids;
                let found = state.labels.tree(&set.snapshot, column, &ids).await.map_err(Problem::from)?;
                let found = found.unwrap_or_default().into_iter().filter(|found| found.count.subtree > 0);
                let counts = |of: SubtreeCount| Counts { own: of.own, subtree: of.subtree };
                all.extend(found.map(|found| (found.synset, counts(found.count))));
            }
            Ok::<_, Problem>((Arc::new(set), all))
        };
        let counted: Vec<_> = stream::iter(sets).map(count).buffered(CONCURRENCY).try_collect().await?;
        let tree = ConceptTree::of(counted.iter().flat_map(|(_, counts)| counts.iter().copied()));
        let sets =
            counted.into_iter().map(|(set, counts)| (set, counts.into_iter().map(|(id, _)| id).collect()));
        Ok(Self { sets: sets.collect(), tree })
    }

    /// How many data sets there are.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// The data sets with rows of a concept or a kind of it.
    pub fn sets_with(&self, concept: SynsetId) -> impl Iterator<Item = &Arc<Labelled>> {
        self.sets.iter().filter(move |(_, concepts)| concepts.contains(&concept)).map(|(set, _)| set)
    }
}

/// A row with a concept, and where it is.
#[derive(Clone, Debug)]
pub struct Example {
    pub set: Arc<Labelled>,
    pub cell: Cell,
    /// The column of its picture.
    pub media: String,
}

/// Up to `most` rows with a concept or a kind of it that have a picture, from all over the data sets.
pub async fn examples(
    state: &AppState,
    counted: &Counted,
    concept: SynsetId,
    most: usize,
) -> Result<Vec<Example>> {
    let mut by_set: Vec<Vec<Example>> = Vec::new();
    for set in counted.sets_with(concept) {
        if by_set.len() >= most {
            break;
        }
        let found = examples_of(state, set, concept, most).await?;
        if !found.is_empty() {
            by_set.push(found);
        }
    }
    // One of each data set in turn.
    let mut all = Vec::new();
    let longest = by_set.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..longest {
        all.extend(by_set.iter().filter_map(|found| found.get(at).cloned()));
    }
    all.truncate(most);
    Ok(all)
}

async fn examples_of(
    state: &AppState,
    set: &Arc<Labelled>,
    concept: SynsetId,
    most: usize,
) -> Result<Vec<Example>> {
    let look = Look::of(set.snapshot.schema());
    let Some(media) = look.media.as_ref().map(|field| field.name.clone()) else { return Ok(Vec::new()) };
    for column in &set.columns {
        let Some(rows) = state.labels.rows(&set.snapshot, column, concept).await? else { continue };
        let step = (rows.len() / most.max(1) as u64).max(1);
        let places = (0..rows.len()).step_by(step as usize).take(most);
        let positions: Vec<u64> =
            places.filter_map(|nth| rows.select(u32::try_from(nth).ok()?)).map(u64::from).collect();
        if positions.is_empty() {
            continue;
        }
        let fields = look.fields(set.snapshot.schema());
        let read: Vec<RowView> = read(&set.name, &set.snapshot, &fields, &positions, Length::Whole).await?;
        let cells = read.iter().map(|row| look.cell(row)).filter(|cell| cell.has_picture);
        return Ok(cells.map(|cell| Example { set: set.clone(), cell, media: media.clone() }).collect());
    }
    Ok(Vec::new())
}
