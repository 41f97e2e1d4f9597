//! Receives one part of an upload.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hub_schema::api::Stored;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::Binary;
use crate::auth::Writable;
use crate::problem::Result;
use crate::state::AppState;
use crate::store::object::{body, upload};
use crate::work::task::to_the_end;

/// A part of an upload in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct Part {
    /// The data set's namespace.
    #[allow(dead_code)]
    ns: String,
    /// The data set's name in its namespace.
    #[allow(dead_code)]
    name: String,
    /// The id of the upload.
    id: String,
    /// The part's number, counted from 0.
    part: u64,
}

/// Upload a part
///
/// Parts may be sent in any order and concurrently. An interrupted part must be sent again from its start.
#[utoipa::path(
    put,
    path = "/api/v1/datasets/{ns}/{name}/uploads/{id}/{part}",
    tag = "objects",
    params(Part),
    request_body(content = Binary, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "The part is stored", body = Stored),
        (status = 200, description = "The part was received before", body = Stored),
    )
)]
pub async fn part(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(part): Path<Part>,
    body: Body,
) -> Result<(StatusCode, Json<Stored>)> {
    let user = set.caller.user()?.id.to_string();
    let info = upload::find(&state.root, &part.id, set.info.uuid, &user).await?;
    let work = async move {
        let mut parts = body::parts(body, info.part_bytes, state.config.idle);
        let stored =
            upload::put_part(&state.root, &state.parts_in_progress, &info, part.part, &mut parts).await?;
        if stored {
            state.metrics.received_bytes.inc_by(info.length_of(part.part));
        } else {
            // Many clients read the answer only after sending all of the body.
            while let Some(Ok(_)) = futures::StreamExt::next(&mut parts).await {}
        }
        Ok::<_, crate::Problem>(stored)
    };
    let stored = to_the_end(work).await?;
    let status = if stored { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Stored { stored })))
}
