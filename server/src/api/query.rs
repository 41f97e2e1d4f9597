//! Questions in SQL.
//!
//! Read-only, and limited in time, memory, rows and bytes. The answer is written whole before it is sent, so that
//! a question that fails half-way is a problem document rather than half an answer; who asks for more than fits
//! asks for a stream. When the client goes, the question ends.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub_catalog::{ListQuery, Role};
use hub_query::write::Format;
use hub_query::{Limits, NamedSnapshot, Tables};
use hub_schema::DatasetName;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::{Binary, Body};
use crate::auth::{Address, Caller, find};
use crate::filter;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::turns::Taker;

/// The longest answer.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;
/// Data sets that are asked at once, at most.
const MOST_DATASETS: u32 = 500;

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    /// SQL over the table `samples`.
    #[schema(
        example = "SELECT label, count(*) AS n FROM samples WHERE isa(label, 'canine.n.02') GROUP BY label"
    )]
    sql: String,
    /// `namespace/name`, with `@rev` if need be; all that the caller may read where it is missing, with the column
    /// `dataset`.
    datasets: Option<Vec<String>>,
    /// How the answer is written.
    #[serde(default)]
    format: AnswerFormat,
    /// Rows of the answer, at most; more are an error.
    #[schema(minimum = 1)]
    limit: Option<u64>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnswerFormat {
    /// An array of objects.
    #[default]
    Json,
    /// Comma-separated, with a header.
    Csv,
    /// Columns for the eye.
    Table,
    /// An Arrow IPC stream.
    Arrow,
    /// A Parquet file.
    Parquet,
}

impl AnswerFormat {
    const fn both(self) -> (Format, &'static str) {
        match self {
            Self::Json => (Format::Json, "application/json"),
            Self::Csv => (Format::Csv, "text/csv; charset=utf-8"),
            Self::Table => (Format::Table, "text/plain; charset=utf-8"),
            Self::Arrow => (Format::Arrow, "application/vnd.apache.arrow.stream"),
            Self::Parquet => (Format::Parquet, "application/vnd.apache.parquet"),
        }
    }
}

/// Ask in SQL
///
/// `isa(label, 'dog.n.01')`, `synset(label)`, `lca`, `wup`, `iou`, `area` and `cosine_distance` are there besides
/// the usual. What the reader of the answer should know comes in `X-Hub-Note`.
#[utoipa::path(
    post,
    path = "/api/v1/query",
    tag = "synsets",
    request_body = QueryRequest,
    responses((status = 200, description = "The answer", content(
        (Vec<Object> = "application/json"),
        (String = "text/csv"),
        (String = "text/plain"),
        (Binary = "application/vnd.apache.arrow.stream"),
        (Binary = "application/vnd.apache.parquet"),
    )))
)]
pub async fn query(
    State(state): State<AppState>,
    caller: Caller,
    address: Address,
    Body(request): Body<QueryRequest>,
) -> Result<Response> {
    let taker = Taker::new(&caller, &address);
    hub_query::check(&request.sql).await?;
    let tables = tables(&state, caller, address, request.datasets).await?;
    let time = taker.time(state.config.request);
    let _turn = state.filters.take(taker).await?;
    let limits = Limits {
        time,
        memory_bytes: state.config.query_memory_bytes,
        rows: request.limit.unwrap_or(u64::MAX).min(state.config.query_rows),
    };
    let answer = hub_query::query(&tables, &request.sql, &limits).await?;
    let mut headers = HeaderMap::new();
    for note in answer.notes() {
        if let Ok(note) = HeaderValue::from_str(note) {
            headers.append("x-hub-note", note);
        }
    }
    let (format, media_type) = request.format.both();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let written = Written::default();
    let done = hub_query::write::write(answer, format, written.clone()).await;
    if written.is_full() {
        let detail =
            format!("the answer is longer than {ANSWER_BYTES} bytes: name fewer columns, or narrow it");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    done?;
    Ok((headers, written.take()).into_response())
}

/// The data sets that are asked.
async fn tables(
    state: &AppState,
    caller: Caller,
    address: Address,
    names: Option<Vec<String>>,
) -> Result<Tables> {
    let Some(names) = names else {
        let query = ListQuery { limit: MOST_DATASETS, ..ListQuery::default() };
        let page = state.catalog.list_datasets(&caller.viewer(), &query).await?;
        if page.next.is_some() {
            let detail = format!("there are more than {MOST_DATASETS} data sets: name those that are meant");
            return Err(Problem::invalid(detail));
        }
        let mut members = Vec::new();
        for info in page.items {
            let dataset = state.datasets.open(state, &info).await?;
            match state.datasets.snapshot(&state.catalog, &info, &dataset, None).await {
                Ok(snapshot) => members.push(member(state, &info.name, snapshot)),
                // Nothing was pushed to it yet.
                Err(problem) if problem.kind == Kind::NotFound => {}
                Err(problem) => return Err(problem),
            }
        }
        return Ok(Tables::all(members));
    };
    let mut members = Vec::new();
    for text in names.iter().take(MOST_DATASETS as usize) {
        let (name, rev) = match text.split_once('@') {
            Some((name, rev)) => (name, Some(rev)),
            None => (text.as_str(), None),
        };
        let name: DatasetName = name.parse()?;
        let set = find(state, caller.clone(), address.clone(), &name, Role::Reader).await?;
        members.push(member(state, &name, set.snapshot(rev).await?));
    }
    match members.len() {
        0 => Err(Problem::invalid("datasets: name at least one, or leave it out to ask all")),
        1 => Ok(Tables::one(members.swap_remove(0))),
        _ => Ok(Tables::all(members)),
    }
}

fn member(state: &AppState, name: &DatasetName, snapshot: hub_dataset::Snapshot) -> NamedSnapshot {
    NamedSnapshot::new(name.to_string(), snapshot).with_index(filter::labels(state))
}

/// An answer that is written in memory, up to a length.
#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<(Vec<u8>, bool)>>);

impl Written {
    fn is_full(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).0)
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0.len() + bytes.len() > ANSWER_BYTES {
            held.1 = true;
            return Err(io::Error::other("the answer is too long"));
        }
        held.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
