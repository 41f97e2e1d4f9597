//! A map of samples: each a point at two of its numbers. The list below the map has the same samples.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use hub_schema::{DType, Feature, Schema};
use serde_json::json;

use super::list_state::{ListState, View};
use super::samples::{GridCell, Shower, ViewLink, is_of_filter, samples, select, view_links};
use super::set_frame::pinned;
use super::{Frame, SetFrame, SetVisit, Tab, page_with, show};
use crate::problem::Result;
use crate::state::AppState;
use crate::views::cell::{Kind, Look};
use crate::views::facets::facet_columns;
use crate::views::listing::Listing;

/// Samples in the list below the map.
const LISTED: usize = 100;
/// Numbers of a vector that can be chosen.
const OF_VECTOR: usize = 16;
/// Words in the names of columns whose numbers were made for a map.
const MADE_FOR_MAPS: [&str; 6] = ["umap", "tsne", "t_sne", "pca", "map", "xy"];

#[derive(Template)]
#[template(path = "map.html")]
struct Map {
    frame: Frame,
    set: SetFrame,
    chips: Vec<(String, String)>,
    clear: String,
    is_filtered: bool,
    total: String,
    all: String,
    views: Vec<ViewLink>,
    /// The filters of the address, which the form of axes keeps.
    kept: Vec<(String, String)>,
    axes: Vec<String>,
    colors: Vec<String>,
    x: String,
    y: String,
    color: String,
    props: String,
    kind: Kind,
    size: u32,
    cells: Vec<GridCell>,
    trouble: Option<String>,
}

/// The numbers that a row can be placed by: columns of numbers, and the numbers of vectors (`umap[0]`).
fn axes(schema: &Schema) -> Vec<String> {
    let mut axes = Vec::new();
    for field in &schema.fields {
        match &field.feature {
            Feature::Number { .. } => axes.push(field.name.clone()),
            Feature::Tensor { dtype: DType::F32 | DType::F64, shape, .. } if shape.len() == 1 => {
                axes.extend((0..shape[0].min(OF_VECTOR)).map(|at| format!("{}[{at}]", field.name)));
            }
            _ => {}
        }
    }
    axes
}

/// The two that are shown at first: of a column that was made for maps, of any vector, or the first two numbers.
fn first_axes(axes: &[String]) -> Option<(String, String)> {
    let pair = |is: &dyn Fn(&str) -> bool| {
        let first = axes.iter().position(|axis| is(axis))?;
        Some((axes[first].clone(), axes.get(first + 1).filter(|axis| is(axis))?.clone()))
    };
    let is_made = |axis: &str| {
        let axis = axis.to_lowercase();
        MADE_FOR_MAPS.iter().any(|word| axis.contains(word))
    };
    // Bytes and orientations say little of what is seen.
    let says_little = |axis: &str| axis.ends_with(".bytes") || axis.ends_with(".orientation");
    let is_vector = |axis: &str| axis.ends_with(']');
    pair(&is_made)
        .or_else(|| pair(&is_vector))
        .or_else(|| pair(&|axis| !says_little(axis)))
        .or_else(|| pair(&|_| true))
}

/// The page of samples, in any view.
pub async fn samples_or_map(
    State(state): State<AppState>,
    visit: SetVisit,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let list = ListState::parse(query.as_deref().unwrap_or_default());
    match list.view {
        View::Map => map(&state, &visit, &list, query.as_deref().unwrap_or_default()).await,
        _ => samples(State(state), visit, RawQuery(query)).await,
    }
}

async fn map(state: &AppState, visit: &SetVisit, list: &ListState, query: &str) -> Result<Response> {
    let snapshot = &visit.snapshot().await?;
    let (frame, set) = visit.frame("Map", Tab::Samples, Some(snapshot)).await?;
    let (rows, trouble) = match select(state, visit, snapshot, list).await {
        Ok(rows) => (Some(rows), None),
        Err(problem) if is_of_filter(&problem) => (None, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let status = trouble.as_ref().map_or(StatusCode::OK, |problem| problem.kind.status());
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let named = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let is_own = |key: &str| matches!(key, "x" | "y" | "color" | "at");
    let axes = axes(snapshot.schema());
    let first = first_axes(&axes).unwrap_or_default();
    let known = |name: Option<String>| name.filter(|name| axes.contains(name));
    let (x, y) = (known(named("x")).unwrap_or(first.0), known(named("y")).unwrap_or(first.1));
    let colors = facet_columns(snapshot)?;
    let look = Look::of(snapshot.schema());
    let label = look.label.as_ref().map(|label| label.name());
    let color = match named("color") {
        Some(color) => color,
        None => label.filter(|label| colors.contains(label)).unwrap_or_default(),
    };
    let shower = Shower { visit, snapshot, look: &look, set: &set, list };
    let listed = rows.as_ref().map(|rows| rows.page(0, LISTED)).unwrap_or_default();
    let cells = shower.cells(&listed, 96).await?;
    let props = json!({
        "ns": set.namespace, "name": set.name, "base": set.base, "rev": pinned(snapshot.at()),
        "x": x, "y": y, "color": color,
        "filter": list.condition(), "split": list.split(),
        "media": look.media.as_ref().map(|field| &field.name),
    });
    let address = |state: &ListState| format!("{}/samples{}", set.base, state.query());
    let clear = ListState { rev: list.rev.clone(), view: View::Map, ..ListState::default() };
    let views = view_links(&set, list);
    let template = Map {
        chips: list.chips().iter().map(|(words, without)| (words.clone(), address(without))).collect(),
        clear: address(&clear),
        is_filtered: list.is_filtered(),
        total: show::count(rows.as_ref().map_or(0, Listing::count)),
        all: show::count(snapshot.commit().counts.rows),
        kept: pairs.iter().filter(|(key, _)| !is_own(key)).cloned().collect(),
        props: props.to_string(),
        kind: look.kind,
        size: 96,
        views,
        axes,
        colors,
        x,
        y,
        color,
        cells,
        trouble: trouble.map(|problem| problem.detail),
        set,
        frame,
    };
    page_with(status, &template)
}

#[cfg(test)]
mod tests {
    use hub_schema::TensorRole;

    use super::*;

    fn vector(length: usize) -> Feature {
        Feature::Tensor { dtype: DType::F32, shape: vec![length], role: TensorRole::Plain }
    }

    #[test]
    fn numbers_that_were_made_for_a_map_come_first() {
        let columns = [("age", Feature::int64()), ("embedding", vector(40)), ("umap", vector(2))];
        let found = axes(&Schema::new(columns.clone()).unwrap());
        assert_eq!(found.len(), 1 + OF_VECTOR + 2);
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(first_axes(&found), pair("umap[0]", "umap[1]"));
        let found = axes(&Schema::new(columns[..2].to_vec()).unwrap());
        assert_eq!(first_axes(&found), pair("embedding[0]", "embedding[1]"));
        let found = axes(&Schema::new([("age", Feature::int64()), ("text", Feature::Text)]).unwrap());
        assert_eq!((found.as_slice(), first_axes(&found)), (&["age".to_owned()][..], None));
    }
}
