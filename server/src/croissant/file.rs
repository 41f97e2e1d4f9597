//! A split as one Parquet file with all columns.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Binary, Query};
use crate::auth::Readable;
use crate::hf::{Kind, base_url};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::send::{Keep, Object, Source};

/// A file, in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WholeFile {
    /// The data set's namespace.
    #[serde(rename = "ns")]
    pub _ns: String,
    /// The data set's name in its namespace.
    #[serde(rename = "name")]
    pub _name: String,
    /// The file: `{split}.parquet`, or as in the data set's Croissant description.
    file: String,
}

/// Which revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
}

/// Download a split as one Parquet file
///
/// The file has all columns and is assembled while it is read; range requests are supported.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/parquet/{file}",
    tag = "data sets",
    params(WholeFile, FileQuery),
    responses(
        (status = 200, description = "The file", content_type = "application/vnd.apache.parquet", body = Binary),
        (status = 206, description = "The requested range", content_type = "application/vnd.apache.parquet", body = Binary),
        (status = 304, description = "Not modified"),
    )
)]
pub async fn file(
    State(state): State<AppState>,
    Readable(set): Readable,
    Path(wanted): Path<WholeFile>,
    Query(query): Query<FileQuery>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let plan = state.whole_files.plan(set.info.uuid, &snapshot, Kind::Splits).await?;
    let shard = plan.shard(&wanted.file).ok_or_else(|| {
        let names: Vec<_> = plan.files().map(|(name, _)| name).collect();
        Problem::not_found(format!("file '{}' (files of this data set: {})", wanted.file, names.join(", ")))
    })?;
    let base = base_url(&state, &headers);
    let blobs = format!("{base}/hf/datasets/{}/resolve/main/blobs/{{hash}}/sample", set.info.name);
    let file = state.whole_files.file(&snapshot, shard, &blobs).await?;
    let object = Object {
        source: Source::Assembled(&file),
        size_bytes: file.recipe().size_bytes(),
        etag: Some(format!("\"{}\"", file.recipe().etag())),
        media_type: "application/vnd.apache.parquet",
        keep: Keep::Ask,
        modified: None,
        public: set.is_public(),
    };
    object.send(&method, &headers, &state.metrics.sent_bytes).await
}
