//! Facets under filters: for each column, how many rows of each class, value or range meet all filters but the column's
//! own, and how many there are without any.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use hub_dataset::ops::facets::{Bins, Buckets, Counts, Facet};
use hub_dataset::{ColumnPath, LabelColumn, Snapshot, cpu_pool};
use hub_schema::Feature;
use hub_schema::api::{
    ClassesBySplit, Distribution, FacetBucket, FacetConcept, FacetCount, FacetKind, FacetList, FacetView,
};
use hub_wordnet::WordNet;
use roaring::RoaringBitmap;
use serde_json::{Value as Json, json};
use tokio::time::timeout;

use super::concepts::Concepts;
use super::select::Selected;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;
use crate::work::filter;
use crate::work::once::once;

/// The name of the facet of splits.
pub const SPLIT: &str = "split";
/// Facets of one answer.
const MAX_FACETS: usize = 100;

/// Which facets to count.
#[derive(Clone, Debug)]
pub struct FacetsOf<'a> {
    /// The columns; by default all that have a facet.
    pub columns: Option<Vec<&'a str>>,
    /// A condition that belongs to no facet.
    pub filter: Option<&'a str>,
    /// A split that belongs to no facet.
    pub split: Option<&'a str>,
    /// The conditions that belong to facets, by column; that of `split` is a list of splits, separated by commas.
    pub own: BTreeMap<&'a str, &'a str>,
    /// About how many ranges numbers have.
    pub bins: usize,
    /// The most buckets of a facet.
    pub buckets: usize,
    /// Whether to count concepts too.
    pub concepts: bool,
}

/// Rows that meet some conditions; `None` for all rows.
type Rows = Option<Arc<RoaringBitmap>>;

/// Counts facets.
///
/// # Errors
/// A condition or a column is wrong, or it took too long.
pub async fn facets(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    of: FacetsOf<'_>,
) -> Result<FacetList> {
    let columns = columns(snapshot, of.columns.as_deref())?;
    let common = rows_of(Selected::new(state, set, snapshot, of.split, of.filter).await?);
    let mut own: Vec<(&str, Arc<RoaringBitmap>)> = Vec::with_capacity(of.own.len());
    for (column, condition) in &of.own {
        if *column != SPLIT {
            ColumnPath::find(snapshot.schema(), column)?;
        }
        let rows = match *column == SPLIT {
            true => in_splits(snapshot, condition).await?,
            false => filter::matching(state, snapshot, condition, set.requester()).await?,
        };
        own.push((column, rows));
    }
    let without = |column: &str| {
        let others = own.iter().filter(|(of, _)| *of != column).map(|(_, rows)| rows);
        others.fold(common.clone(), |rows, other| Some(both(rows, other)))
    };
    let mut counted = Vec::with_capacity(columns.len());
    for column in &columns {
        let found = facet(state, set, snapshot, column, of.bins).await;
        let facet = match found {
            Ok(facet) => facet,
            // Columns of several values, such as the members of boxes, are only counted where they are asked for.
            Err(problem) if of.columns.is_none() && problem.kind == Kind::Invalid => continue,
            Err(problem) => return Err(problem),
        };
        let label = label_of(snapshot, column);
        let concepts = label.as_ref().filter(|_| of.concepts).map(Concepts::of);
        let (rows, column, buckets) = (without(column), column.clone(), of.buckets);
        let count = async move { view(&column, &facet, label.as_ref(), concepts.as_ref(), rows, buckets) };
        counted.push(cpu_pool::run(count).await.map_err(|e| internal(&e))?);
    }
    let total = snapshot.index().await?.rows();
    let all = without("");
    Ok(FacetList {
        at: snapshot.at().into(),
        rows: all.map_or(total, |rows| rows.len()),
        total,
        facets: counted,
    })
}

/// The facet of a column, computed once for a commit.
pub async fn facet(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    column: &str,
    bins: usize,
) -> Result<Arc<Facet>> {
    let path = match column == SPLIT && snapshot.schema().find(SPLIT).is_none() {
        true => None,
        false => Some(ColumnPath::find(snapshot.schema(), column)?),
    };
    // Only these have ranges: of others, such as classes, the facet is the same with any number of bins.
    let has_ranges = path.as_ref().is_some_and(|path| {
        matches!(path.feature, Feature::Number { .. } | Feature::Timestamp | Feature::List { .. })
    });
    let bins = if has_ranges { bins } else { 1 };
    let key = (set.info.uuid, snapshot.at().id, format!("{bins}\0{column}"));
    once(&state.kept.facets, key, || async {
        let permit = state.filters.take(set.requester()).await?;
        let time = set.requester().time(state.config.request);
        let read = async {
            match &path {
                None => snapshot.split_facet().await,
                Some(path) => snapshot.facet(path, bins).await,
            }
        };
        let facet = timeout(time, read).await;
        drop(permit);
        let late =
            || Problem::new(Kind::Timeout, format!("the facets took longer than {} s", time.as_secs()));
        Ok(Arc::new(facet.map_err(|_| late())??))
    })
    .await
}

/// The columns that may have a facet, and the splits.
pub fn facet_columns(snapshot: &Snapshot) -> Result<Vec<String>> {
    columns(snapshot, None)
}

/// The columns to count: those asked for, or the splits and all that may have a facet.
fn columns(snapshot: &Snapshot, asked: Option<&[&str]>) -> Result<Vec<String>> {
    let schema = snapshot.schema();
    if let Some(asked) = asked {
        if asked.len() > MAX_FACETS {
            let found = asked.len();
            return Err(Problem::bad_request(format!(
                "columns has {found} names; expected {MAX_FACETS} at most"
            )));
        }
        return Ok(asked.iter().map(|name| (*name).to_owned()).collect());
    }
    let labels = LabelColumn::all(schema);
    let mut columns: Vec<String> =
        schema.find(SPLIT).is_none().then(|| SPLIT.to_owned()).into_iter().collect();
    for field in &schema.fields {
        let is_counted = matches!(
            field.feature,
            Feature::ClassLabel { .. }
                | Feature::Bool
                | Feature::Number { .. }
                | Feature::Timestamp
                | Feature::Text
                | Feature::List { .. }
        );
        let own = labels.iter().filter(|label| label.field == field.id).map(LabelColumn::name);
        let own = own.filter(|name| *name != field.name);
        columns.extend(is_counted.then(|| field.name.clone()).into_iter().chain(own));
    }
    columns.truncate(MAX_FACETS);
    Ok(columns)
}

fn label_of(snapshot: &Snapshot, column: &str) -> Option<LabelColumn> {
    LabelColumn::all(snapshot.schema()).into_iter().find(|label| label.name() == column)
}

async fn in_splits(snapshot: &Snapshot, splits: &str) -> Result<Arc<RoaringBitmap>> {
    let splits: Vec<&str> = splits.split(',').map(str::trim).collect();
    for split in splits.iter().filter(|split| !split.is_empty()) {
        filter::check_split(snapshot, Some(split))?;
    }
    let index = snapshot.index().await?;
    let mut rows = RoaringBitmap::new();
    for (i, fragment) in index.fragments().iter().enumerate() {
        // Rows without a split are those of the empty name.
        if splits.contains(&fragment.split.as_deref().unwrap_or_default()) {
            let start = index.start(i) as u32;
            rows.insert_range(start..start + fragment.live_rows());
        }
    }
    Ok(Arc::new(rows))
}

fn rows_of(selected: Selected) -> Rows {
    match selected {
        Selected::All(_) => None,
        Selected::Some(rows) => Some(rows),
    }
}

fn both(rows: Rows, other: &Arc<RoaringBitmap>) -> Arc<RoaringBitmap> {
    match rows {
        None => other.clone(),
        Some(rows) => Arc::new(&*rows & &**other),
    }
}

fn view(
    column: &str,
    facet: &Facet,
    label: Option<&LabelColumn>,
    concepts: Option<&Concepts>,
    rows: Rows,
    most: usize,
) -> FacetView {
    let all = facet.count(None);
    let some = rows.as_deref().map_or_else(|| all.clone(), |rows| facet.count(Some(rows)));
    let mut buckets: Vec<FacetBucket> =
        (0..facet.buckets.len()).map(|code| bucket(&facet.buckets, code, label, (&some, &all))).collect();
    let left_out = buckets.len().saturating_sub(most);
    if left_out > 0 {
        let mut counts: Vec<(u64, usize)> = buckets.iter().map(|b| b.all).zip(0..).collect();
        // The greatest counts stay, and of equal ones the first.
        counts.sort_unstable_by_key(|(all, at)| (std::cmp::Reverse(*all), *at));
        let kept: std::collections::HashSet<usize> = counts[..most].iter().map(|(_, at)| *at).collect();
        let mut at = 0..;
        buckets.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    }
    FacetView {
        column: column.to_owned(),
        kind: kind(&facet.buckets),
        rows: some.rows,
        buckets,
        left_out: left_out as u64,
        nulls: FacetCount { count: some.nulls, all: all.nulls },
        not_finite: FacetCount { count: some.not_finite, all: all.not_finite },
        quantiles: facet.quantiles.map(|quantiles| quantiles.to_vec()),
        concepts: concepts.map(|concepts| counted(facet, concepts, rows.as_deref())).unwrap_or_default(),
    }
}

const fn kind(buckets: &Buckets) -> FacetKind {
    match buckets {
        Buckets::Classes(_) => FacetKind::Classes,
        Buckets::Values(_) => FacetKind::Values,
        Buckets::Bools => FacetKind::Bools,
        Buckets::Numbers(_) => FacetKind::Numbers,
        Buckets::Times(_) => FacetKind::Times,
        Buckets::Lengths(_) => FacetKind::Lengths,
        Buckets::Present => FacetKind::Present,
    }
}

fn bucket(
    buckets: &Buckets,
    code: usize,
    label: Option<&LabelColumn>,
    (some, all): (&Counts, &Counts),
) -> FacetBucket {
    let (value, class, synset) = match buckets {
        Buckets::Classes(_) => {
            let name = label.and_then(|label| label.names.get(code));
            let synset = label.and_then(|label| label.synsets.get(code)).cloned().flatten();
            (json!(name), Some(code as u64), synset)
        }
        Buckets::Values(values) => (json!(values.get(code)), None, None),
        Buckets::Bools => (json!(code == 1), None, None),
        _ => (Json::Null, None, None),
    };
    let (from, to) = match buckets {
        Buckets::Numbers(bins) | Buckets::Lengths(bins) => (edge(bins, code), edge(bins, code + 1)),
        Buckets::Times(bins) => (moment(bins, code), moment(bins, code + 1)),
        _ => (Json::Null, Json::Null),
    };
    let count = |counts: &Counts| counts.buckets.get(code).copied().unwrap_or_default();
    FacetBucket { value, class, synset, from, to, count: count(some), all: count(all) }
}

fn edge(bins: &Bins, at: usize) -> Json {
    json!(bins.edges.get(at))
}

fn moment(bins: &Bins, at: usize) -> Json {
    let micros = bins.edges.get(at).and_then(|micros| DateTime::from_timestamp_micros(*micros as i64));
    json!(micros.map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, true)))
}

fn counted(facet: &Facet, concepts: &Concepts, rows: Option<&RoaringBitmap>) -> Vec<FacetConcept> {
    let all = facet.count_groups(None, &concepts.of_class, concepts.ids.len());
    let some = match rows {
        None => all.clone(),
        rows => facet.count_groups(rows, &concepts.of_class, concepts.ids.len()),
    };
    let counts = concepts.ids.iter().zip(some.into_iter().zip(all));
    let views = counts.filter_map(|(id, (count, all))| {
        let synset = WordNet::get().synset(*id)?;
        let parents = synset.hypernyms().chain(synset.instance_hypernyms());
        Some(FacetConcept {
            id: id.to_string(),
            name: synset.name(),
            title: synset.title(),
            parents: parents.map(|id| id.to_string()).collect(),
            count,
            all,
        })
    });
    views.collect()
}

/// The classes of a label in each split.
///
/// # Errors
/// It is no column of class labels, or it took too long.
pub async fn classes_by_split(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    column: &str,
) -> Result<ClassesBySplit> {
    let found = facet(state, set, snapshot, column, 1).await?;
    let splits = snapshot.split_facet().await?;
    by_split_of(snapshot, column.to_owned(), found, Arc::new(splits)).await
}

async fn by_split_of(
    snapshot: &Snapshot,
    column: String,
    found: Arc<Facet>,
    splits: Arc<Facet>,
) -> Result<ClassesBySplit> {
    let counts = cpu_pool::run(async move { found.count_by(&splits) }).await;
    let counts = counts.map_err(|e| internal(&e))?.into_iter().map(|counts| counts.buckets);
    Ok(ClassesBySplit { column, splits: snapshot.splits(), counts: counts.collect() })
}

/// The distributions of the columns of numbers, times and lists, and the classes of each label by split.
pub async fn distributions(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    bins: usize,
) -> Result<(Vec<Distribution>, Vec<ClassesBySplit>)> {
    let (mut distributions, mut by_split) = (Vec::new(), Vec::new());
    let splits = Arc::new(snapshot.split_facet().await?);
    for column in columns(snapshot, None)? {
        let found = facet(state, set, snapshot, &column, bins).await?;
        match &found.buckets {
            Buckets::Numbers(bins) | Buckets::Times(bins) | Buckets::Lengths(bins) => {
                let counts = found.count(None);
                distributions.push(Distribution {
                    edges: bins.edges.clone(),
                    counts: counts.buckets,
                    nulls: counts.nulls,
                    not_finite: counts.not_finite,
                    quantiles: found.quantiles.map(|quantiles| quantiles.to_vec()),
                    column,
                });
            }
            Buckets::Classes(_) => {
                by_split.push(by_split_of(snapshot, column, found.clone(), splits.clone()).await?);
            }
            _ => {}
        }
    }
    Ok((distributions, by_split))
}
