//! The hub's first owner, by the one-time link that the server printed where it was started.
//!
//! The link leads to a form without any script; what the form sends makes the owner and logs them in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use hub_catalog::{NewUser, User};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{UserView, begin};
use crate::api::{Body, Query, record};
use crate::auth::Address;
use crate::object::body;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// A form is no longer than this.
const FORM_BYTES: usize = 16 * 1024;

/// The first owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The secret of the link.
    secret: String,
    /// The owner's name.
    name: String,
    /// The owner's password.
    password: String,
}

/// The secret of a link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SetupLink {
    /// The secret.
    secret: String,
}

/// Make the hub's first owner
///
/// With the secret of the one-time link that the server printed where it was started. The answer sets the
/// session's cookie.
#[utoipa::path(
    post,
    path = "/api/v1/setup",
    tag = "accounts",
    request_body = Setup,
    responses((status = 201, description = "The owner is there, and logged in", body = UserView))
)]
pub async fn setup(
    State(state): State<AppState>,
    address: Address,
    Body(setup): Body<Setup>,
) -> Result<Response> {
    let owner = complete(&state, &address, setup).await?;
    let answer = (StatusCode::CREATED, Json(UserView::from(owner.clone())));
    begin(&state, &owner, answer).await
}

/// The form of the one-time link
#[utoipa::path(
    get,
    path = "/setup",
    tag = "accounts",
    params(SetupLink),
    responses((status = 200, description = "The form", content_type = "text/html", body = String))
)]
pub async fn setup_page(State(state): State<AppState>, Query(link): Query<SetupLink>) -> Result<Response> {
    state.catalog.check_setup(&link.secret).await?;
    // The check let through nothing but our own letters; a page is no place to rely on that.
    let secret: String =
        link.secret.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let page = include_str!("setup.html").replace("{secret}", &secret);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Html(page)).into_response())
}

/// What the form of the one-time link sends
#[utoipa::path(
    post,
    path = "/setup",
    tag = "accounts",
    request_body(content = Setup, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "The owner is there, and logged in"))
)]
pub async fn setup_form(
    State(state): State<AppState>,
    address: Address,
    form: axum::body::Body,
) -> Result<Response> {
    let form = body::whole(form, FORM_BYTES, state.config.idle).await?;
    let field = |name: &str| {
        let found = url::form_urlencoded::parse(&form).find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .ok_or_else(|| Problem::bad_request(format!("no field '{name}'")))
    };
    let setup = Setup { secret: field("secret")?, name: field("name")?, password: field("password")? };
    let owner = complete(&state, &address, setup).await?;
    begin(&state, &owner, Redirect::to("/")).await
}

async fn complete(state: &AppState, address: &Address, setup: Setup) -> Result<User> {
    state.logins.count(&format!("address {}", address.0))?;
    let owner = NewUser { name: setup.name, password: Some(setup.password), admin: true };
    let owner = state.catalog.complete_setup(&setup.secret, &owner).await.map_err(|error| match error {
        hub_catalog::Error::Denied => Problem::new(
            Kind::Forbidden,
            "the link is wrong, used or has run out; start the server again for another",
        ),
        other => other.into(),
    })?;
    record::entry(state, &owner.name, &address.0, "hub.setup", owner.name.clone(), json!({})).await;
    Ok(owner)
}
