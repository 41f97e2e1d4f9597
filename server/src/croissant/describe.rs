//! Builds the description of a data set.

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hub_dataset::{LabelColumn, Snapshot};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::context::{CONFORMS_TO, context};
use super::id::id_of;
use super::{labels, record_set};
use crate::api::{DatasetPath, Query};
use crate::auth::{OpenDataset, Readable};
use crate::hf::{Card, Kind, Plan, base_url};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// The media type of Parquet files, as Croissant spells it.
const PARQUET: &str = "application/x-parquet";

/// Label columns with more classes are described without the list of classes.
const MAX_CLASSES: usize = 50_000;

/// Maximum described columns; each counts once per split.
const MAX_FIELDS: usize = 100_000;

/// Which revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CroissantQuery {
    /// A branch, tag, `branch:version` or commit; the default branch if missing.
    rev: Option<String>,
}

/// Describe a data set in Croissant
///
/// Croissant 1.1 as JSON-LD, which `mlcroissant` reads: files, columns, splits, class names.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/croissant",
    tag = "data sets",
    params(DatasetPath, CroissantQuery),
    responses((status = 200, description = "The description", content_type = "application/ld+json", body = Object))
)]
pub async fn croissant(
    State(state): State<AppState>,
    Readable(set): Readable,
    Query(query): Query<CroissantQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let plan = state.whole_files.plan(set.info.uuid, &snapshot, Kind::Splits).await?;
    if plan.splits.len().saturating_mul(snapshot.schema().fields.len()) > MAX_FIELDS {
        let detail = format!("too many columns to describe: columns × splits is more than {MAX_FIELDS}");
        return Err(Problem::invalid(detail));
    }
    let card = state.cards.get(&state.catalog.card(set.info.uuid).await?).await;
    let described = describe(&set, &snapshot, &plan, &card, &base_url(&state, &headers));
    let mut response = Json(described).into_response();
    let media_type = HeaderValue::from_static("application/ld+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    Ok(response)
}

fn describe(set: &OpenDataset, snapshot: &Snapshot, plan: &Plan, card: &Card, base: &str) -> Value {
    let info = &set.info;
    let url = format!("{base}/api/v1/datasets/{}", info.name);
    let summary = match info.summary.as_str() {
        "" => format!("{} rows.", snapshot.commit().counts.rows),
        summary => summary.to_owned(),
    };
    let mut described = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": info.name.name(),
        "description": summary,
        "url": url,
        "version": format!("{}.0.0", snapshot.at().version),
        "isLiveDataset": true,
        "citeAs": format!("{}, version {} ({url})", info.name, snapshot.at().version),
        "creator": { "@type": "sc:Organization", "name": info.name.namespace() },
        "dateCreated": info.created.date_naive().to_string(),
        "datePublished": info.created.date_naive().to_string(),
        "dateModified": snapshot.commit().time.date_naive().to_string(),
    });
    let front = card.json();
    for (ours, theirs) in [("license", "license"), ("keywords", "tags"), ("citeAs", "citation")] {
        if let Some(value) = front.get(theirs).filter(|v| is_words(v)) {
            described[ours] = value.clone();
        }
    }
    let mut files = Vec::new();
    let labelled: Vec<LabelColumn> = LabelColumn::all(snapshot.schema());
    let labelled: Vec<_> = labelled.into_iter().filter(|c| c.names.len() <= MAX_CLASSES).collect();
    let known: HashSet<String> = labelled.iter().map(LabelColumn::name).collect();
    let mut sets: Vec<Value> = labelled.iter().map(labels::record_set).collect();
    for split in &plan.splits {
        let names: Vec<&str> = split.files.iter().map(|(name, _)| name.as_str()).collect();
        files.extend(names.iter().map(|name| {
            json!({
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": format!("{url}/parquet/{name}?rev={}", snapshot.at().id),
                "encodingFormat": PARQUET,
            })
        }));
        let source = match names.as_slice() {
            [only] => json!({ "fileObject": { "@id": only } }),
            _ => {
                let id = format!("{}/files", id_of(&split.slug));
                files.push(json!({
                    "@type": "cr:FileSet",
                    "@id": id,
                    "name": id,
                    "containedIn": names.iter().map(|name| json!({ "@id": name })).collect::<Vec<_>>(),
                    "includes": "*",
                    "encodingFormat": PARQUET,
                }));
                json!({ "fileSet": { "@id": id } })
            }
        };
        let fields = &snapshot.schema().fields;
        let set = record_set::record_set(split, fields, &known, &source);
        sets.push(set);
    }
    described["distribution"] = files.into();
    described["recordSet"] = sets.into();
    described
}

/// Is it a string or a non-empty list of strings?
fn is_words(value: &Value) -> bool {
    let list = |list: &Vec<Value>| !list.is_empty() && list.iter().all(Value::is_string);
    value.is_string() || value.as_array().is_some_and(list)
}
