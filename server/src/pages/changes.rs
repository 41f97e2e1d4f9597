//! The changes that the reader has not committed yet. They are in the reader's browser; the page is drawn by its script.

use askama::Template;
use axum::response::Response;

use super::{Frame, SetFrame, SetVisit, Tab, page};
use crate::problem::Result;

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    frame: Frame,
    set: SetFrame,
}

pub async fn changes(visit: SetVisit) -> Result<Response> {
    let snapshot = visit.snapshot_if_any().await?;
    let (frame, set) = visit.frame("Changes", Tab::Changes, snapshot.as_ref()).await?;
    page(&ChangesPage { frame, set })
}
