//! Branches and tags.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::At;
use crate::api::DatasetPath;
use crate::auth::Readable;
use crate::problem::Result;

/// Branches and tags of a data set.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refs {
    /// The branch that is meant where none is named.
    default_branch: String,
    /// The branches that hold a commit.
    branches: Vec<RefView>,
    /// The tags.
    tags: Vec<RefView>,
}

/// A branch or tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefView {
    /// Its name.
    name: String,
    /// The commit it names.
    at: At,
    /// When the commit was made, or the tag set.
    #[schema(value_type = String, format = "date-time")]
    time: DateTime<Utc>,
    /// Who did that.
    author: String,
    /// Why.
    message: String,
}

/// Branches and tags
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/refs",
    tag = "revisions",
    params(DatasetPath),
    responses((status = 200, description = "Branches and tags", body = Refs))
)]
pub async fn refs(Readable(set): Readable) -> Result<Json<Refs>> {
    let mut branches = Vec::new();
    for name in set.dataset.branches().await? {
        if let Some(head) = set.dataset.head(&name).await? {
            let commit = head.commit();
            branches.push(RefView {
                name: name.to_string(),
                at: head.at().into(),
                time: commit.time,
                author: commit.author.clone(),
                message: commit.message.clone(),
            });
        }
    }
    let mut tags = Vec::new();
    for name in set.dataset.tags().await? {
        if let Some(tag) = set.dataset.tag(&name).await? {
            let (at, time) = (At::from(&tag.commit), tag.time);
            tags.push(RefView { name: name.to_string(), at, time, author: tag.author, message: tag.message });
        }
    }
    Ok(Json(Refs { default_branch: set.info.default_branch.to_string(), branches, tags }))
}
