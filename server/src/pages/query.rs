//! SQL over data sets; a result with row ids shows their pictures.

use std::collections::HashMap;

use askama::Template;
use axum::body::to_bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hub_catalog::Role;
use hub_dataset::Snapshot;
use hub_schema::api::{AnswerFormat, QueryRequest};
use hub_schema::{CommitParent, DatasetName};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::set_frame::{base_of, pinned, thumbnail};
use super::{Frame, Section, Visit, page_with, show};
use crate::api::{Body, Query, query as run};
use crate::auth::find;
use crate::problem::{Problem, Result, internal};
use crate::state::AppState;
use crate::views::cell::Look;
use crate::views::value::in_words;

/// Rows of a result that are shown.
const ROWS: u64 = 200;
/// Maximum bytes of a result.
const BYTES: usize = 64 * 1024 * 1024;
/// Data sets of which pictures are shown.
const DATASETS: usize = 20;

#[derive(Template)]
#[template(path = "query.html")]
struct QueryPage {
    frame: Frame,
    sql: String,
    datasets: String,
    ran: bool,
    trouble: Option<String>,
    notes: Vec<String>,
    columns: Vec<String>,
    has_pictures: bool,
    rows: Vec<ResultRow>,
    is_cut: bool,
    examples: Vec<(&'static str, String)>,
    /// What the script needs to know, as JSON.
    props: String,
}

struct ResultRow {
    picture: Option<(String, String)>,
    values: Vec<String>,
}

/// What to ask.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueryForm {
    sql: String,
    datasets: String,
}

pub async fn query(
    State(state): State<AppState>,
    visit: Visit,
    Query(form): Query<QueryForm>,
) -> Result<Response> {
    let names: Vec<String> =
        form.datasets.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let mut template = QueryPage {
        frame: visit.frame("Query", Section::Query),
        ran: !form.sql.trim().is_empty(),
        trouble: None,
        notes: Vec::new(),
        columns: Vec::new(),
        has_pictures: false,
        rows: Vec::new(),
        is_cut: false,
        examples: examples(),
        props: String::new(),
        sql: form.sql,
        datasets: form.datasets,
    };
    let props = |answered: bool| {
        let person = visit.caller.user().map_or("", |user| user.name.as_str());
        json!({ "person": person, "answered": answered }).to_string()
    };
    template.props = props(false);
    if !template.ran {
        return page_with(StatusCode::OK, &template);
    }
    match ask(&state, &visit, &template.sql, &names).await {
        Ok((rows, notes)) => {
            template.is_cut = rows.len() as u64 > ROWS;
            template.notes = notes;
            template.props = props(true);
            fill(&state, &visit, &names, rows, &mut template).await;
            page_with(StatusCode::OK, &template)
        }
        Err(problem) => {
            template.trouble = Some(problem.detail.clone());
            page_with(problem.kind.status(), &template)
        }
    }
}

fn examples() -> Vec<(&'static str, String)> {
    let example = |words, sql: &str| (words, format!("/query?sql={}", show::encoded(sql)));
    vec![
        ("Rows of each data set", "SELECT dataset, count(*) AS rows FROM samples GROUP BY dataset ORDER BY rows DESC"),
        ("Splits", "SELECT dataset, split, count(*) AS rows FROM samples GROUP BY dataset, split ORDER BY dataset, split"),
        ("Pictures", "SELECT dataset, _row_id FROM samples LIMIT 24"),
    ]
    .into_iter()
    .map(|(words, sql)| example(words, sql))
    .collect()
}

/// The rows of the answer, each with its columns in order, and the notes.
async fn ask(
    state: &AppState,
    visit: &Visit,
    sql: &str,
    names: &[String],
) -> Result<(Vec<serde_json::Map<String, Json>>, Vec<String>)> {
    let request = QueryRequest {
        sql: sql.to_owned(),
        datasets: (!names.is_empty()).then(|| names.to_vec()),
        format: AnswerFormat::Json,
        limit: Some(ROWS + 1),
    };
    let answer =
        run::query(State(state.clone()), visit.caller.clone(), visit.address.clone(), Body(request)).await?;
    let notes = notes(answer.headers());
    let bytes = to_bytes(answer.into_body(), BYTES).await.map_err(|e| internal(&e))?;
    let rows = serde_json::from_slice(&bytes).map_err(|e| internal(&e))?;
    Ok((rows, notes))
}

fn notes(headers: &HeaderMap) -> Vec<String> {
    headers.get_all("x-hub-note").iter().filter_map(|note| note.to_str().ok().map(str::to_owned)).collect()
}

async fn fill(
    state: &AppState,
    visit: &Visit,
    names: &[String],
    rows: Vec<serde_json::Map<String, Json>>,
    page: &mut QueryPage,
) {
    page.columns = rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default();
    let mut sources = Sources { state, visit, names, known: HashMap::new() };
    for row in rows.into_iter().take(ROWS as usize) {
        let picture = sources.picture(&row).await;
        page.has_pictures |= picture.is_some();
        page.rows.push(ResultRow {
            picture,
            values: page.columns.iter().map(|name| in_words(&row[name])).collect(),
        });
    }
}

/// The data sets of the rows, opened as the reader may.
struct Sources<'a> {
    state: &'a AppState,
    visit: &'a Visit,
    names: &'a [String],
    known: HashMap<String, Option<Source>>,
}

#[derive(Clone)]
struct Source {
    name: DatasetName,
    at: CommitParent,
    column: Option<String>,
}

impl Sources<'_> {
    /// The page and the picture of a row that has a row id.
    async fn picture(&mut self, row: &serde_json::Map<String, Json>) -> Option<(String, String)> {
        let id = ["_row_id", "row_id"].iter().find_map(|key| row.get(*key)?.as_str())?;
        let is_id = id.split_once(':').is_some_and(|(fragment, offset)| {
            fragment.bytes().all(|b| b.is_ascii_hexdigit()) && offset.bytes().all(|b| b.is_ascii_digit())
        });
        if !is_id {
            return None;
        }
        let dataset = match row.get("dataset").and_then(Json::as_str) {
            Some(dataset) => dataset.to_owned(),
            None => self.names.first().filter(|_| self.names.len() == 1)?.clone(),
        };
        let source = self.source(&dataset).await?;
        let href =
            format!("{}/samples/{id}?rev={}", base_of(&source.name), show::encoded(&pinned(&source.at)));
        let column = source.column.as_ref()?;
        Some((href, thumbnail(&source.name, &source.at, id, column, 96)))
    }

    async fn source(&mut self, dataset: &str) -> Option<Source> {
        if let Some(known) = self.known.get(dataset) {
            return known.clone();
        }
        if self.known.len() >= DATASETS {
            return None;
        }
        let found = self.open(dataset).await.ok().map(|(name, snapshot)| Source {
            at: snapshot.at().clone(),
            column: Look::of(snapshot.schema()).media.map(|field| field.name),
            name,
        });
        self.known.insert(dataset.to_owned(), found.clone());
        found
    }

    async fn open(&self, dataset: &str) -> Result<(DatasetName, Snapshot)> {
        let named = self.names.iter().find(|name| name.split('@').next() == dataset.split('@').next());
        let (name, rev) = match named.map_or(dataset, String::as_str).split_once('@') {
            Some((name, rev)) => (name, Some(rev)),
            None => (dataset, None),
        };
        let name: DatasetName = name.parse().map_err(Problem::from)?;
        let (caller, address) = (self.visit.caller.clone(), self.visit.address.clone());
        let set = find(self.state, caller, address, &name, Role::Reader).await?;
        let snapshot = set.snapshot(rev).await?;
        Ok((name, snapshot))
    }
}
