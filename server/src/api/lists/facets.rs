//! How many rows hold each class, value or range of a column.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use hub_schema::api::FacetList;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::facets::{self as counted, FacetsOf};

/// Ranges of numbers by default.
const DEFAULT_BINS: usize = 40;
/// The most ranges of numbers.
const MAX_BINS: usize = 1000;
/// Buckets of a facet by default.
const DEFAULT_BUCKETS: usize = 1000;
/// The most buckets of a facet.
const MAX_BUCKETS: usize = 100_000;
/// What precedes the name of a column in the name of its own condition.
const OWN: &str = "f.";

/// Which facets to count, and of which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FacetsQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
    /// Columns and ways to members of them (`objects.category`), and `split`, separated by commas; by default `split`, all
    /// columns of labels, booleans, numbers, times, texts and lists, and the labels in lists.
    columns: Option<String>,
    /// Only rows for which this SQL condition holds; it belongs to no facet.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// Only rows of this split; it belongs to no facet.
    split: Option<String>,
    /// About how many ranges numbers, times and lengths have, 40 by default and 1,000 at most.
    #[param(value_type = Option<u32>)]
    bins: Option<String>,
    /// The most buckets of a facet, 1,000 by default and 100,000 at most; those with the fewest rows are left out.
    #[param(value_type = Option<u32>)]
    buckets: Option<String>,
    /// `true` counts the concepts above the classes too.
    #[param(value_type = Option<bool>)]
    concepts: Option<String>,
    /// `f.<column>`: the SQL condition that belongs to the facet of this column, such as `f.label=label = 'cat'`; it counts
    /// for all facets but this one. `f.split` is a list of splits, separated by commas.
    #[serde(flatten)]
    #[param(value_type = Option<String>, rename = "f.<column>")]
    own: BTreeMap<String, String>,
}

/// Count what rows hold, for each column
///
/// Each facet counts the rows that meet all filters but its own, and those of the revision without any.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/facets",
    tag = "rows",
    params(DatasetPath, FacetsQuery),
    responses((status = 200, description = "The facets", body = FacetList))
)]
pub async fn facets(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<FacetsQuery>,
) -> Result<Json<FacetList>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let mut own = BTreeMap::new();
    for (name, condition) in &query.own {
        let column = name.strip_prefix(OWN);
        let column = column.ok_or_else(|| Problem::bad_request(format!("unknown parameter '{name}'")))?;
        own.insert(column, condition.as_str());
    }
    let columns = query.columns.as_deref().map(|names| names.split(',').map(str::trim).collect());
    let of = FacetsOf {
        columns,
        filter: query.filter.as_deref(),
        split: query.split.as_deref(),
        own,
        bins: number("bins", query.bins.as_deref(), DEFAULT_BINS)?.clamp(1, MAX_BINS),
        buckets: number("buckets", query.buckets.as_deref(), DEFAULT_BUCKETS)?.clamp(1, MAX_BUCKETS),
        concepts: match query.concepts.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                return Err(Problem::bad_request(format!("concepts={other}: expected true or false")));
            }
        },
    };
    Ok(Json(counted::facets(&state, &set, &snapshot, of).await?))
}

fn number(name: &str, text: Option<&str>, default: usize) -> Result<usize> {
    let wrong = |text: &str| Problem::bad_request(format!("{name}={text}: expected a number"));
    text.map_or(Ok(default), |text| text.parse().map_err(|_| wrong(text)))
}
