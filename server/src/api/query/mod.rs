//! SQL queries.
//!
//! Queries are read-only, and limited in time, memory, rows and bytes. The result is complete before it is sent, so
//! that a query that fails half-way is answered with a problem document instead of a truncated result; for longer
//! results there are streams. When the client disconnects, the query is cancelled.

mod targets;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub_query::write::Format;
use hub_query::{Limits, QueryError, Tables};
use hub_schema::api::{AnswerFormat, QueryRequest};

use targets::Targets;

use crate::api::{Binary, Body};
use crate::auth::{Address, Caller};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// Maximum bytes of a result.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// The writer's format for a request's format, and its media type.
const fn written_as(format: AnswerFormat) -> (Format, &'static str) {
    match format {
        AnswerFormat::Json => (Format::Json, "application/json"),
        AnswerFormat::Csv => (Format::Csv, "text/csv; charset=utf-8"),
        AnswerFormat::Table => (Format::Table, "text/plain; charset=utf-8"),
        AnswerFormat::Arrow => (Format::Arrow, "application/vnd.apache.arrow.stream"),
        AnswerFormat::Parquet => (Format::Parquet, "application/vnd.apache.parquet"),
    }
}

/// Run an SQL query
///
/// A class label is the name of its class. Besides the usual SQL functions there are `isa(label, 'dog.n.01')`,
/// `synset(label)`, `label_id(label)`, `lca`, `wup`, `iou`, `area` and `cosine_distance`. Notes about the result come in the header `X-Hub-Note`: among them, if the request names no
/// data sets, those that were skipped because their files can't be read.
#[utoipa::path(
    post,
    path = "/api/v1/query",
    tag = "synsets",
    request_body = QueryRequest,
    responses((status = 200, description = "The result", content(
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
    let requester = caller.requester(&address);
    hub_query::check(&request.sql).await?;
    let mut targets = match &request.datasets {
        Some(names) => Targets::named(&state, caller, address, names).await?,
        None => Targets::all(&state, &caller).await?,
    };
    let mut limits = Limits {
        time: requester.time(state.config.request),
        memory_bytes: state.config.query_memory_bytes,
        rows: request.limit.unwrap_or(u64::MAX).min(state.config.query_rows),
    };
    let _permit = state.filters.take(requester).await?;
    let end = Instant::now() + limits.time;
    let (notes, written) = loop {
        let written = Written::default();
        match answer(&targets.tables, &request, &limits, written.clone()).await {
            _ if written.is_full() => {
                let detail =
                    format!("the result is longer than {ANSWER_BYTES} bytes; select fewer columns or rows");
                return Err(Problem::new(Kind::Invalid, detail));
            }
            Ok(notes) => break (notes, written),
            Err(error) => targets.skip(&state, error).await?,
        }
        limits.time = end.saturating_duration_since(Instant::now());
    };
    let mut headers = HeaderMap::new();
    for note in notes.into_iter().chain(targets.note()) {
        if let Ok(note) = HeaderValue::from_str(&note) {
            headers.append("x-hub-note", note);
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(written_as(request.format).1));
    Ok((headers, written.take()).into_response())
}

/// Runs the query and writes the result; returns notes about it.
async fn answer(
    tables: &Tables,
    request: &QueryRequest,
    limits: &Limits,
    written: Written,
) -> std::result::Result<Vec<String>, QueryError> {
    let answer = hub_query::query(tables, &request.sql, limits).await?;
    let notes = answer.notes().to_vec();
    hub_query::write::write(answer, written_as(request.format).0, written).await?;
    Ok(notes)
}

/// A result that is written to memory, up to [`ANSWER_BYTES`].
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
            return Err(io::Error::other("the result is too long"));
        }
        held.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
