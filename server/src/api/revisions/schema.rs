//! The columns of a revision.

use axum::Json;
use hub_schema::api::{ColumnView, SchemaView};

use super::Rev;
use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::Result;

/// Get the columns of a revision
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/schema",
    tag = "revisions",
    params(DatasetPath, Rev),
    responses((status = 200, description = "The columns", body = SchemaView))
)]
pub async fn schema(Readable(set): Readable, Query(query): Query<Rev>) -> Result<Json<SchemaView>> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let schema = snapshot.schema();
    let columns = schema.fields.iter().map(|field| ColumnView::new(schema, field));
    Ok(Json(SchemaView { at: snapshot.at().into(), columns: columns.collect() }))
}
