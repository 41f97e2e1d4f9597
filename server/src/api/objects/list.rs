//! Lists the objects below a prefix.

use std::collections::BinaryHeap;

use axum::Json;
use futures::stream::TryStreamExt;
use hub_schema::api::{ListedObject, ObjectList};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::problem::{Problem, Result};
use crate::store::object::{ObjectPath, path};

/// Objects on a page, by default.
const DEFAULT_OBJECTS: usize = 1000;
/// Maximum objects on a page.
const MAX_OBJECTS: usize = 10_000;

/// Which objects are to be listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListObjects {
    /// A folder with a trailing slash, for example `refs/main/` or `tags/`; all objects if missing.
    #[serde(default)]
    prefix: String,
    /// Only paths that sort after this one: `next` of the previous page.
    after: Option<String>,
    /// Objects on the page, 1,000 by default and 10,000 at most; greater values are clamped.
    limit: Option<usize>,
}

/// List the objects below a prefix
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/objects",
    tag = "objects",
    params(DatasetPath, ListObjects),
    responses((status = 200, description = "A page of objects, sorted by path", body = ObjectList))
)]
pub async fn list(Readable(set): Readable, Query(query): Query<ListObjects>) -> Result<Json<ObjectList>> {
    if !path::listable(&query.prefix) {
        return Err(Problem::bad_request(format!(
            "prefix '{}' is not a folder of a data set; expected for example data/, refs/main/ or tags/",
            query.prefix
        )));
    }
    let limit = query.limit.unwrap_or(DEFAULT_OBJECTS).clamp(1, MAX_OBJECTS);
    // Stores list in no order: a heap keeps the first ones after `after`, and one more to know if there is a next page.
    let mut first = BinaryHeap::new();
    let mut listed = set.dataset.store().list(query.prefix.trim_end_matches('/'));
    while let Some(object) = listed.try_next().await? {
        let is_after = query.after.as_ref().is_none_or(|after| object.path > *after);
        if !is_after || ObjectPath::parse(&object.path).is_none() {
            continue;
        }
        let (size_bytes, modified) = (object.size_bytes, object.modified);
        first.push(ListedObject { path: object.path, size_bytes, modified });
        if first.len() > limit + 1 {
            first.pop();
        }
    }
    let mut objects = first.into_sorted_vec();
    let more = objects.len() > limit;
    objects.truncate(limit);
    let next = objects.last().filter(|_| more).map(|last| last.path.clone());
    Ok(Json(ObjectList { objects, next }))
}
