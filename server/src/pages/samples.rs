//! Samples as pages of pictures or as a table, with a form of filters.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use hub_dataset::Snapshot;
use hub_schema::Field;
use hub_schema::api::RowView;

use super::chart::Histogram;
use super::grid_props::GridProps;
use super::list_state::{ListState, View};
use super::set_frame::thumbnail;
use super::{Frame, SetFrame, SetVisit, Tab, page_with, show};
use crate::api::revisions::stats_of;
use crate::problem::{Kind as ProblemKind, Problem, Result};
use crate::state::AppState;
use crate::views::cell::{Cell, Kind, Look};
use crate::views::columns;
use crate::views::listing::{ListOf, Listing};
use crate::views::rows::read;
use crate::views::value::in_words;
use crate::views::values::Length;

/// Samples on a page.
const ON_PAGE: u64 = 100;
/// Samples on a page of small pictures.
const IN_MOSAIC: u64 = 500;
/// Classes that the form offers.
const CLASSES: usize = 200;
/// Columns of the table.
const COLUMNS: usize = 12;

#[derive(Template)]
#[template(path = "samples.html")]
struct Samples {
    frame: Frame,
    set: SetFrame,
    list: ListState,
    kind: Kind,
    chips: Vec<(String, String)>,
    clear: String,
    is_filtered: bool,
    /// Why the filter can't be applied.
    trouble: Option<String>,
    total: String,
    all: String,
    splits: Vec<Choice>,
    labels: Vec<LabelFacet>,
    numbers: Vec<NumberFacet>,
    views: Vec<ViewLink>,
    cells: Vec<GridCell>,
    size: u32,
    table: Option<Table>,
    from: String,
    to: String,
    previous: Option<String>,
    next: Option<String>,
    /// What the script needs to show the same list, as JSON.
    props: String,
}

struct Choice {
    value: String,
    name: String,
    count: String,
    is_chosen: bool,
}

struct LabelFacet {
    path: String,
    choices: Vec<Choice>,
    all: String,
    more: bool,
    concept: String,
    has_synsets: bool,
}

struct NumberFacet {
    name: String,
    chart: Option<Histogram>,
    from: String,
    to: String,
    min: String,
    max: String,
    is_set: bool,
}

/// A link to another view of the same list.
pub struct ViewLink {
    pub name: &'static str,
    pub icon: &'static str,
    pub href: String,
    pub is_chosen: bool,
}

/// A sample in a grid.
pub struct GridCell {
    pub href: String,
    pub picture: Option<String>,
    pub cell: Cell,
}

struct Table {
    columns: Vec<String>,
    rows: Vec<TableRow>,
}

struct TableRow {
    href: String,
    picture: Option<String>,
    name: String,
    split: String,
    values: Vec<String>,
}

pub async fn samples(
    State(state): State<AppState>,
    visit: SetVisit,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let list = ListState::parse(&query.unwrap_or_default());
    let snapshot = visit.snapshot().await?;
    let (frame, set) = visit.frame("Samples", Tab::Samples, Some(&snapshot)).await?;
    let (rows, trouble) = match select(&state, &visit, &snapshot, &list).await {
        Ok(rows) => (Some(rows), None),
        Err(problem) if is_of_filter(&problem) => (None, Some(problem)),
        Err(problem) => return Err(problem),
    };
    let on_page = if list.view == View::Mosaic { IN_MOSAIC } else { ON_PAGE };
    let look = Look::of(snapshot.schema());
    let positions = rows.as_ref().map(|rows| rows.page(list.at, on_page as usize)).unwrap_or_default();
    let count = rows.as_ref().map_or(0, Listing::count);
    let size = list.thumbnail_size(list.size.unwrap_or(if list.view == View::Mosaic { 48 } else { 192 }));
    let shower = Shower { visit: &visit, snapshot: &snapshot, look: &look, set: &set, list: &list };
    let (cells, table) = match list.view {
        View::Table => (Vec::new(), Some(shower.table(&positions).await?)),
        _ => (shower.cells(&positions, size).await?, None),
    };
    let stats = stats_of(&state, visit.set.info.uuid, &snapshot).await?;
    let end = list.at.saturating_add(positions.len() as u64);
    let address = |state: &ListState| format!("{}/samples{}", set.base, state.query());
    let status = trouble.as_ref().map_or(StatusCode::OK, |problem| problem.kind.status());
    let chips = list.chips().iter().map(|(words, without)| (words.clone(), address(without))).collect();
    let clear = ListState {
        rev: list.rev.clone(),
        view: list.view,
        size: list.size,
        sort: list.sort.clone(),
        ..ListState::default()
    };
    let template = Samples {
        kind: look.kind,
        chips,
        clear: address(&clear),
        is_filtered: list.is_filtered(),
        trouble: trouble.map(|problem| problem.detail),
        total: show::count(count),
        all: show::count(snapshot.commit().counts.rows),
        splits: splits(&snapshot, &list),
        labels: columns::labels(&stats).iter().map(|label| label_facet(label, &list)).collect(),
        numbers: numbers(&stats, &list),
        views: view_links(&set, &list),
        from: show::count(list.at.saturating_add(1).min(end)),
        to: show::count(end),
        previous: (list.at > 0).then(|| address(&list.from(list.at.saturating_sub(on_page)))),
        next: (end < count && !positions.is_empty()).then(|| address(&list.from(end))),
        props: GridProps::of(&visit, &snapshot, &look, &set).json(),
        cells,
        size,
        table,
        list,
        set,
        frame,
    };
    page_with(status, &template)
}

/// The links to all views of a list.
pub fn view_links(set: &SetFrame, list: &ListState) -> Vec<ViewLink> {
    let link = |(view, _, name, icon): &(View, &str, &'static str, &'static str)| {
        let state = ListState { view: *view, size: None, at: list.at / ON_PAGE * ON_PAGE, ..list.clone() };
        let href = format!("{}/samples{}", set.base, state.query());
        ViewLink { name, icon, href, is_chosen: *view == list.view }
    };
    View::ALL.iter().map(link).collect()
}

/// The samples that the filters select.
pub async fn select(
    state: &AppState,
    visit: &SetVisit,
    snapshot: &Snapshot,
    list: &ListState,
) -> Result<Listing> {
    let condition = list.condition();
    let of = ListOf { split: list.split(), filter: condition.as_deref(), sort: list.sort.as_deref() };
    Listing::new(state, &visit.set, snapshot, of).await
}

/// Is the problem one that another filter doesn't have, so that the form is shown with it?
pub fn is_of_filter(problem: &Problem) -> bool {
    use ProblemKind::{BadFilter, Invalid, NotFound, Timeout, TooManyAtOnce};
    matches!(problem.kind, BadFilter | Invalid | NotFound | Timeout | TooManyAtOnce)
}

/// Makes cells and rows of a table, whose links keep the list's filters.
pub struct Shower<'a> {
    pub visit: &'a SetVisit,
    pub snapshot: &'a Snapshot,
    pub look: &'a Look,
    pub set: &'a SetFrame,
    pub list: &'a ListState,
}

impl Shower<'_> {
    fn href(&self, row_id: &str) -> String {
        let list = ListState { size: None, view: View::Grid, ..self.list.from(0) };
        format!("{}/samples/{row_id}{}", self.set.base, list.query())
    }

    fn picture(&self, cell: &Cell, size: u32) -> Option<String> {
        let media = self.look.media.as_ref().filter(|_| cell.has_picture)?;
        Some(thumbnail(&self.visit.set.info.name, self.snapshot.at(), &cell.row_id, &media.name, size))
    }

    async fn rows(&self, positions: &[u64], fields: &[&Field]) -> Result<Vec<RowView>> {
        read(&self.visit.set.info.name, self.snapshot, fields, positions, Length::Whole).await
    }

    /// The samples at these positions, with pictures of `size` pixels.
    pub async fn cells(&self, positions: &[u64], size: u32) -> Result<Vec<GridCell>> {
        let fields = self.look.fields(self.snapshot.schema());
        let cells = self.rows(positions, &fields).await?.into_iter().map(|row| {
            let cell = self.look.cell(&row);
            GridCell { href: self.href(&cell.row_id), picture: self.picture(&cell, size), cell }
        });
        Ok(cells.collect())
    }

    async fn table(&self, positions: &[u64]) -> Result<Table> {
        let schema = self.snapshot.schema();
        let media = self.look.media.as_ref().map(|field| field.id);
        let shown: Vec<&Field> =
            schema.given().filter(|field| Some(field.id) != media).take(COLUMNS).collect();
        let read: Vec<&Field> =
            media.and_then(|id| schema.by_id(id)).into_iter().chain(shown.iter().copied()).collect();
        let rows = self.rows(positions, &read).await?.into_iter().map(|row| {
            let cell = self.look.cell(&row);
            let value = |field: &&Field| row.values.get(&field.name).map(in_words).unwrap_or_default();
            TableRow {
                href: self.href(&cell.row_id),
                picture: self.picture(&cell, 48),
                values: shown.iter().map(value).collect(),
                split: cell.split.unwrap_or_default(),
                name: cell.name,
            }
        });
        Ok(Table { columns: shown.iter().map(|field| field.name.clone()).collect(), rows: rows.collect() })
    }
}

fn splits(snapshot: &Snapshot, list: &ListState) -> Vec<Choice> {
    let counts = snapshot.commit().counts.splits.iter().filter(|(name, _)| !name.is_empty());
    let choice = |(name, rows): (&String, &u64)| Choice {
        value: name.clone(),
        name: name.clone(),
        count: show::count(*rows),
        is_chosen: list.splits.contains(name),
    };
    counts.map(choice).collect()
}

fn label_facet(label: &columns::Label, list: &ListState) -> LabelFacet {
    let mut classes: Vec<_> = label.classes.iter().collect();
    // Chosen ones first, so that they can be seen and taken back.
    let key = |class: &&columns::Class| {
        (!list.has(&label.path, &class.name), std::cmp::Reverse(class.count), class.number)
    };
    classes.sort_by_key(key);
    let choice = |class: &&columns::Class| Choice {
        value: class.name.clone(),
        name: class.name.clone(),
        count: show::count(class.count),
        is_chosen: list.has(&label.path, &class.name),
    };
    LabelFacet {
        path: label.path.clone(),
        choices: classes.iter().take(CLASSES).map(choice).collect(),
        all: show::count(classes.len() as u64),
        more: classes.len() > CLASSES,
        concept: list.concepts.get(&label.path).and_then(|held| held.first()).cloned().unwrap_or_default(),
        has_synsets: label.classes.iter().any(|class| class.synset.is_some()),
    }
}

fn numbers(stats: &serde_json::Value, list: &ListState) -> Vec<NumberFacet> {
    let facet = |column: columns::Column| {
        let (min, max) = column.ends.filter(|(min, max)| min < max)?;
        if column.name.ends_with(".orientation") || column.name.ends_with(".bytes") {
            return None;
        }
        let (from, to) = list.ranges.get(&column.name).copied().unwrap_or_default();
        let end = |end: Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
        Some(NumberFacet {
            chart: Histogram::of(&column.counts),
            is_set: from.is_some() || to.is_some(),
            from: end(from),
            to: end(to),
            min: show::float(min),
            max: show::float(max),
            name: column.name,
        })
    };
    columns::columns(stats).into_iter().filter_map(facet).collect()
}
