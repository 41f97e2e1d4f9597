//! The bytes of one cell, with media type and range requests, so that a page can show, play and seek.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use bytes::Bytes;
use hub_dataset::sample::json::{self, Style};
use hub_dataset::sample::{Media, MediaBytes, Value, extract};
use hub_dataset::{Snapshot, layout};
use hub_schema::facts::media_type;
use hub_schema::{Feature, Field, FragmentId, RowId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::revisions::Rev;
use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};

/// A cell in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CellPath {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// The row's id (`0123456789:42`), or its position in the revision.
    pub row: String,
    /// The name of the column.
    pub column: String,
}

impl CellPath {
    pub(super) fn field<'a>(&self, snapshot: &'a Snapshot) -> Result<&'a Field> {
        let field = snapshot.schema().column(&self.column);
        field.map_err(|e| Problem::new(Kind::NotFound, e.to_string()))
    }
}

/// One cell's value and media type.
#[derive(Debug)]
pub(crate) struct Cell {
    pub value: Value,
    pub media_type: &'static str,
}

/// Download a cell
///
/// Media are sent as they were pushed, text and JSON as text, tensors as raw numbers (row-major, little-endian), and
/// all other values as JSON.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/rows/{row}/{column}",
    tag = "rows",
    params(CellPath, Rev),
    responses(
        (status = 200, description = "The bytes", content_type = "*/*", body = Binary),
        (status = 206, description = "The requested range", content_type = "*/*", body = Binary),
        (status = 304, description = "Not modified"),
    )
)]
pub async fn cell(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(path): Path<CellPath>,
    Query(query): Query<Rev>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let field = path.field(&snapshot)?;
    let cell = read(&snapshot, &path.row, field).await?;
    let store = set.dataset.store();
    let (bytes, blob) = match &cell.value {
        Value::Null => return Err(Problem::not_found("value in this cell: it is null")),
        Value::Media(Media { bytes: MediaBytes::Memory(bytes), .. }) | Value::Bytes(bytes) => {
            (bytes.clone(), None)
        }
        Value::Media(Media { bytes: MediaBytes::Object(blob), .. }) => (Bytes::new(), blob.blob()),
        Value::Text(text) => (Bytes::from(text.clone()), None),
        value => {
            let whole = json::Cell { feature: &field.feature, value, style: Style::WHOLE };
            (serde_json::to_vec(&whole).map_err(|e| internal(&e))?.into(), None)
        }
    };
    let at = blob.map(layout::blob);
    let (source, size_bytes, hash) = match (&at, blob) {
        (Some(at), Some(hash)) => {
            let there = store.head(at).await?.ok_or_else(|| Problem::not_found("blob of this cell"))?;
            (Source::Stored(store, at), there.size_bytes, hash.to_string())
        }
        _ => {
            let hash = blake3::hash(&bytes).to_hex().to_string();
            (Source::Memory(bytes.clone()), bytes.len() as u64, hash)
        }
    };
    let object = Object {
        source,
        size_bytes,
        etag: Some(format!("\"{hash}\"")),
        media_type: cell.media_type,
        modified: None,
        keep: if is_pinned(query.rev.as_deref()) { Keep::Forever } else { Keep::Ask },
        public: set.is_public(),
    };
    object.send(&method, &headers, &state.metrics.sent_bytes).await
}

/// Does a revision always name the same commit? A commit or a version of a branch does, a branch or tag doesn't.
pub(super) fn is_pinned(rev: Option<&str>) -> bool {
    rev.is_some_and(|rev| rev.contains(':') || rev.len() == 64)
}

/// The position of a row, by its id or its position.
pub(crate) async fn position_of(snapshot: &Snapshot, row: &str) -> Result<u64> {
    let index = snapshot.index().await?;
    match row.split_once(':') {
        Some(_) => {
            let id = parse_row_id(row).ok_or_else(|| Problem::not_found(format!("row '{row}'")))?;
            let place = index.of_row(id).and_then(|place| index.position(place));
            place.ok_or_else(|| Problem::not_found(format!("row '{row}' in this revision")))
        }
        None => row.parse().map_err(|_| Problem::not_found(format!("row '{row}'"))),
    }
}

/// Reads one cell; `row` is a row id or a position.
pub(crate) async fn read(snapshot: &Snapshot, row: &str, field: &Field) -> Result<Cell> {
    let position = position_of(snapshot, row).await?;
    let fact = |name: &str| snapshot.schema().find(&format!("{}.{name}", field.name));
    let format = fact("format").filter(|_| field.feature.is_media());
    let facts =
        [fact("name"), fact("bytes"), format].into_iter().flatten().filter(|f| f.fact_of == Some(field.id));
    let fields: Vec<&Field> = std::iter::once(field).chain(facts).collect();
    let batch = snapshot.read_positions(&[position], &fields).await?;
    let open = |hash, bytes| snapshot.blob(hash, bytes);
    let mut rows = extract::rows(&batch, &fields, &open)
        .map_err(|source| hub_dataset::Error::Extract { path: field.name.clone(), source })?;
    let mut values = rows.pop().unwrap_or_default();
    let format = match (format, values.last()) {
        (Some(_), Some(Value::Text(format))) => Some(format.clone()),
        _ => None,
    };
    let value = if values.is_empty() { Value::Null } else { values.swap_remove(0) };
    let media_type = match &field.feature {
        f if f.is_file() => media_type(f, format.as_deref()),
        Feature::Text => "text/plain; charset=utf-8",
        Feature::Binary | Feature::Tensor { .. } => "application/octet-stream",
        _ => "application/json",
    };
    Ok(Cell { value, media_type })
}

/// Parses `fragment:offset`.
fn parse_row_id(text: &str) -> Option<RowId> {
    let (fragment, offset) = text.split_once(':')?;
    let fragment = u64::from_str_radix(fragment, 16).ok().filter(|raw| *raw <= FragmentId::MAX)?;
    let offset = offset.parse().ok().filter(|offset| *offset < RowId::MAX_ROWS)?;
    Some(RowId::new(FragmentId::from_raw(fragment), offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_row_id_is_parsed() {
        let id = RowId::new(FragmentId::from_raw(0x1234567), 42);
        assert_eq!(parse_row_id(&id.to_string()), Some(id));
        for wrong in ["", ":", "1", "x:1", "1:x", "1:-1", "fffffffffff:1", "1:99999999"] {
            assert_eq!(parse_row_id(wrong), None, "{wrong}");
        }
    }
}
