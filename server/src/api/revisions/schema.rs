//! The columns of a revision.

use std::collections::BTreeMap;

use axum::Json;
use hub_schema::{Field, Schema};
use serde::Serialize;
use utoipa::ToSchema;

use super::{At, Rev};
use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Result, internal};

/// The columns of a revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchemaView {
    /// The revision.
    at: At,
    /// The columns, in order; media are followed by their facts.
    columns: Vec<ColumnView>,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnView {
    /// Its name.
    pub name: String,
    /// Its type in words.
    pub kind: String,
    /// Its type: `{"type": "class_label", "names": […]}`.
    #[schema(value_type = Object)]
    pub feature: serde_json::Value,
    /// The media column it is a fact of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact_of: Option<String>,
    /// Its id, for life.
    pub id: u32,
    /// Free text about it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl ColumnView {
    /// A column of a schema.
    pub fn new(schema: &Schema, field: &Field) -> Result<Self> {
        let fact_of = field.fact_of.and_then(|id| schema.by_id(id)).map(|of| of.name.clone());
        Ok(Self {
            name: field.name.clone(),
            kind: field.feature.describe(),
            feature: serde_json::to_value(&field.feature).map_err(|e| internal(&e))?,
            fact_of,
            id: field.id.0,
            metadata: field.metadata.clone(),
        })
    }
}

/// The columns of a revision
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
    Ok(Json(SchemaView { at: snapshot.at().into(), columns: columns.collect::<Result<_>>()? }))
}
