//! The objects below a prefix.

use std::collections::BinaryHeap;

use axum::Json;
use futures::stream::TryStreamExt;
use hub_schema::api::{ListedObject, ObjectList};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{DatasetPath, Query};
use crate::auth::Readable;
use crate::object::{ObjectPath, path};
use crate::problem::{Problem, Result};

/// Objects on a page, where the caller doesn't say.
const USUAL: usize = 1000;
/// Objects on a page, at most.
const MOST: usize = 10_000;

/// Which objects are to be listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListObjects {
    /// A folder with its slash: `refs/main/`, `tags/`; all where it is missing.
    #[serde(default)]
    prefix: String,
    /// Only paths that sort behind this one.
    after: Option<String>,
    /// Objects on the page, 10,000 at most; a greater number is taken as that.
    limit: Option<usize>,
}

/// The objects below a prefix
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/objects",
    tag = "objects",
    params(DatasetPath, ListObjects),
    responses((status = 200, description = "A page of objects, sorted by path", body = ObjectList))
)]
pub async fn list(Readable(set): Readable, Query(query): Query<ListObjects>) -> Result<Json<ObjectList>> {
    if !path::listable(&query.prefix) {
        return Err(Problem::bad_request(format!("'{}' is no folder of a data set", query.prefix)));
    }
    let limit = query.limit.unwrap_or(USUAL).clamp(1, MOST);
    // Stores list in no order: the first that sort behind `after` are kept, and one more to see if there is one.
    let mut first = BinaryHeap::new();
    let mut listed = set.dataset.store().list(query.prefix.trim_end_matches('/'));
    while let Some(object) = listed.try_next().await? {
        let behind = query.after.as_ref().is_none_or(|after| object.path > *after);
        if !behind || ObjectPath::parse(&object.path).is_none() {
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
