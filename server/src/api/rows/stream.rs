//! Batches as an Arrow IPC stream, for any Arrow library.
//!
//! The client sets the pace: a piece is encoded when the one before it is being sent, so a slow client costs two
//! pieces of memory, and a client that stops reading is disconnected after the idle limit. The first piece is encoded
//! before the response begins, so that an error at the beginning is a problem document. Later errors end the
//! connection, so that a truncated stream is never taken for a complete one.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use hub_dataset::cpu_pool;
use hub_schema::Field;
use hub_stream::{DEFAULT_WINDOW_CHUNKS, Filter, StreamBuilder};
use serde::Deserialize;
use tokio::sync::mpsc;
use tracing::Instrument;
use utoipa::IntoParams;

use crate::api::{Binary, DatasetPath, Query};
use crate::arrow_stream::{Encoder, Memory};
use crate::auth::Readable;
use crate::http::middleware::metrics::Running;
use crate::problem::{Result, chain, internal};
use crate::state::AppState;
use crate::views::rows::shown_columns;
use crate::work::filter;

/// The media type of an Arrow IPC stream.
const MEDIA_TYPE: &str = "application/vnd.apache.arrow.stream";
/// Rows of a batch without `batch_size`.
const DEFAULT_BATCH_ROWS: usize = 1024;
/// The most rows of a batch.
const MAX_BATCH_ROWS: usize = 65_536;

/// The query parameters of the stream.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// A branch, tag, `branch:version` or commit (default: the default branch).
    rev: Option<String>,
    /// Names of columns, separated by commas (default: all that were pushed).
    columns: Option<String>,
    /// Only rows that meet this condition, written as after SQL's WHERE.
    #[serde(rename = "where")]
    filter: Option<String>,
    /// Only rows of this split.
    split: Option<String>,
    /// Rows of a batch, 1 to 65,536 (default 1,024; other numbers are replaced by the nearest); batches of long rows
    /// are shorter.
    batch_size: Option<usize>,
    /// Shuffles by this seed, in the order of the library's epoch 0 (`StreamBuilder::shuffle`, with one lane and the
    /// default window); the order of a seed never changes. Default: in the revision's order.
    shuffle: Option<u64>,
    /// Adds a last column `row_id` (uint64) with the rows' permanent ids (default false).
    #[serde(default)]
    row_ids: bool,
}

/// Rows as an Arrow IPC stream
///
/// Read it with `pyarrow.ipc.open_stream` or any other Arrow library. Media are `struct<bytes: binary, path:
/// utf8>`, tensors `arrow.fixed_shape_tensor`. A stream that ends without its end-of-stream marker is incomplete.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/stream",
    tag = "rows",
    params(DatasetPath, StreamQuery),
    responses((status = 200, description = "Batches", content_type = "application/vnd.apache.arrow.stream", body = Binary))
)]
pub async fn stream(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<StreamQuery>,
) -> Result<Response> {
    let requester = set.requester();
    let mut places = vec![state.streams.take(&requester, 1)?];
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    filter::check_split(&snapshot, query.split.as_deref())?;
    let fields = shown_columns(&snapshot, query.columns.as_deref())?;
    let index = snapshot.index().await?;
    let of_split = index.fragments().iter().filter(|f| query.split.is_none() || f.split == query.split);
    let mapped = snapshot.dataset().store().directory().is_some();
    let window = query.shuffle.map_or(1, |_| DEFAULT_WINDOW_CHUNKS);
    let memory = Memory::of(of_split, &fields, mapped, window);
    // One that takes more than the caller's part has all of it.
    if let Some(more) = memory.places(state.streams.most(&requester)).checked_sub(1) {
        places.push(state.streams.take(&requester, more)?);
    }
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    // No prefetch: with many clients the prefetched chunks would add up.
    let mut builder = StreamBuilder::new(snapshot.clone()).columns(&names).prefetch(0).release_pages(true);
    let batch_rows = query.batch_size.unwrap_or(DEFAULT_BATCH_ROWS).clamp(1, MAX_BATCH_ROWS);
    builder = builder.batch_size(memory.batch_rows(batch_rows)).verify(true).with_row_ids(query.row_ids);
    if let Some(split) = query.split {
        builder = builder.split(split);
    }
    if let Some(condition) = &query.filter {
        let rows = filter::matching(&state, &snapshot, condition, set.requester()).await?;
        builder = builder.filter(Filter::positions_of(rows));
    }
    if let Some(seed) = query.shuffle {
        builder = builder.shuffle(seed);
    }
    let batches = cpu_pool::run(builder.build()).await.map_err(|e| internal(&e))??;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("x-hub-rows", HeaderValue::from(batches.epoch_rows()));
    if let Ok(commit) = HeaderValue::from_str(&snapshot.at().id.to_string()) {
        headers.insert("x-hub-commit", commit);
    }
    let fields: Vec<Field> = fields.into_iter().cloned().collect();
    let mut encoder = Encoder::new(batches, &fields, state.encoders.clone())?;
    let first = encoder.next().await.transpose()?.unwrap_or_default();
    let (pieces, received) = mpsc::channel(1);
    let (idle, sent, running) =
        (state.config.idle, state.metrics.sent_bytes.clone(), Running::begin(&state.metrics.streams));
    let work = async move {
        let bytes = send_all(first, encoder, pieces, idle).await;
        sent.inc_by(bytes);
        drop((places, running));
    };
    tokio::spawn(work.in_current_span());
    let body = stream::unfold(received, |mut received| async { Some((received.recv().await?, received)) });
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Sends the pieces one by one; returns the number of bytes that were sent.
async fn send_all(
    first: Bytes,
    mut encoder: Encoder,
    pieces: mpsc::Sender<Result<Bytes>>,
    idle: Duration,
) -> u64 {
    let mut bytes = 0;
    let mut piece = Ok(first);
    loop {
        let (failed, length) = (piece.is_err(), piece.as_ref().map_or(0, Bytes::len) as u64);
        match tokio::time::timeout(idle, pieces.send(piece)).await {
            Ok(Ok(())) if !failed => bytes += length,
            // The client has disconnected, or the stream has failed.
            Ok(_) => return bytes,
            Err(_) => {
                tracing::info!(
                    secs = idle.as_secs(),
                    "a stream was ended because its client stopped reading"
                );
                return bytes;
            }
        }
        let Some(next) = encoder.next().await else { return bytes };
        piece = next.inspect_err(|problem| {
            tracing::error!(error = chain(problem), "a stream failed before its end");
        });
    }
}
