//! The card of a data set, rendered.

use axum::Json;
use axum::extract::State;
use hub_schema::api::CardView;

use crate::api::DatasetPath;
use crate::auth::Readable;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::card::html_of;

/// Get the card of a data set as HTML
///
/// The text without its front matter, cleaned: links, lists, tables and code stay; scripts, styles, forms and pictures of
/// other hosts don't.
#[utoipa::path(
    get,
    path = "/api/v1/datasets/{ns}/{name}/card",
    tag = "data sets",
    params(DatasetPath),
    responses((status = 200, description = "The card", body = CardView))
)]
pub async fn card(State(state): State<AppState>, Readable(set): Readable) -> Result<Json<CardView>> {
    let card = state.catalog.card(set.info.uuid).await?;
    let parsed = state.cards.get(&card).await;
    let text = card.get(parsed.text_at..).unwrap_or_default();
    Ok(Json(CardView { html: html_of(text), text: text.to_owned() }))
}
