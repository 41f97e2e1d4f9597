//! Lists branches and tags.

use axum::Json;
use hub_schema::api::{At, RefView, Refs};

use crate::api::DatasetPath;
use crate::auth::Readable;
use crate::problem::Result;

/// List branches and tags
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
                name,
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
            tags.push(RefView { name, at, time, author: tag.author, message: tag.message });
        }
    }
    Ok(Json(Refs { default_branch: set.info.default_branch.clone(), branches, tags }))
}
