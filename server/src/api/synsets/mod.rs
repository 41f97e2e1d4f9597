//! Concepts: what WordNet says of them, and which rows carry them.

mod children;
mod datasets;
mod get;
mod rows;
mod search;

use hub_catalog::Role;
use hub_catalog::index::SubtreeCount;
use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::DatasetName;
use hub_wordnet::{ResolveError, Synset, SynsetId, WordNet};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use children::*;
pub use datasets::*;
pub use get::*;
pub use rows::*;
pub use search::*;

use crate::auth::{Address, Caller, OpenDataset, find};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// A concept, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SynsetPath {
    /// `n02084071`, `dog.n.01`, or a word with one meaning.
    id: String,
}

impl SynsetPath {
    /// The concept it names.
    fn synset(&self) -> Result<Synset<'static>> {
        let net = WordNet::get();
        let id = net.resolve(&self.id)?;
        net.synset(id).ok_or_else(|| Problem::not_found(format!("synset '{}'", self.id)))
    }
}

/// A concept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SynsetView {
    /// Its WordNet 3.0 id.
    #[schema(example = "n02084071")]
    id: String,
    /// Its name as nltk writes it.
    #[schema(example = "dog.n.01")]
    name: String,
    /// Its words, as people read them.
    words: Vec<String>,
    /// Its definition.
    gloss: String,
}

impl From<Synset<'_>> for SynsetView {
    fn from(synset: Synset<'_>) -> Self {
        Self {
            id: synset.id().to_string(),
            name: synset.name(),
            words: synset.words().map(|word| word.replace('_', " ")).collect(),
            gloss: synset.gloss().to_owned(),
        }
    }
}

/// How many rows carry a concept.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CountView {
    /// Rows labelled with just this concept.
    own: u64,
    /// Rows labelled with it or a kind of it, each counted once.
    subtree: u64,
}

impl From<SubtreeCount> for CountView {
    fn from(count: SubtreeCount) -> Self {
        Self { own: count.own, subtree: count.subtree }
    }
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        let kind = match error {
            ResolveError::Ambiguous { .. } => Kind::Invalid,
            _ => Kind::NotFound,
        };
        Self::new(kind, error.to_string())
    }
}

/// The concepts of some ids.
fn views(ids: impl IntoIterator<Item = SynsetId>) -> Vec<SynsetView> {
    ids.into_iter().filter_map(|id| Some(WordNet::get().synset(id)?.into())).collect()
}

/// Its kinds and its instances.
fn children_of(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hyponyms().chain(synset.instance_hyponyms()).collect()
}

/// A revision of a data set that the caller may read.
async fn open(
    state: &AppState,
    caller: Caller,
    address: Address,
    name: &str,
    rev: Option<&str>,
) -> Result<(OpenDataset, Snapshot)> {
    let name: DatasetName = name.parse()?;
    let set = find(state, caller, address, &name, Role::Reader).await?;
    let snapshot = set.snapshot(rev).await?;
    Ok((set, snapshot))
}

/// The label column of that name, or the only one.
fn label_column(snapshot: &Snapshot, name: Option<&str>) -> Result<LabelColumn> {
    let columns = LabelColumn::all(snapshot.schema());
    let names: Vec<_> = columns.iter().map(LabelColumn::name).collect();
    let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let found = match name {
        Some(name) => columns.into_iter().find(|column| column.name() == name),
        None if columns.len() == 1 => columns.into_iter().next(),
        None => None,
    };
    found.ok_or_else(|| Problem::invalid(format!("column: name one of the class labels: {there}")))
}

/// The revision lost the column while it was asked for.
fn no_column() -> Problem {
    Problem::not_found("label column of that name in this revision")
}
