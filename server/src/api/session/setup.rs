//! Sets up the hub's first owner, by the one-time link that the server prints at start.
//!
//! The link leads to a form without scripts; submitting it creates the owner and logs them in. Errors are shown in the
//! form to browsers, and sent as problem documents to programs.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Redirect, Response};
use hub_catalog::{NewUser, User};
use hub_schema::api::{Setup, UserView};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::begin::begin;
use crate::api::users::view;
use crate::api::{Body, Query, record};
use crate::auth::Address;
use crate::pages::{Visit, setup as setup_pages};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::object::body;

/// Maximum bytes of a submitted form.
const FORM_BYTES: usize = 16 * 1024;

/// The error for an invalid link.
const INVALID_LINK: &str = "the link is invalid, used or expired; while the hub has no owner, the server prints a new one at each start";

/// The query of a setup link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SetupLink {
    /// The one-time secret.
    secret: String,
}

/// Set up the hub's first owner
///
/// Needs the secret of the one-time link that the server printed at start. The answer sets the session cookie.
#[utoipa::path(
    post,
    path = "/api/v1/setup",
    tag = "accounts",
    request_body = Setup,
    responses((status = 201, description = "The owner was created and is logged in", body = UserView))
)]
pub async fn setup(
    State(state): State<AppState>,
    address: Address,
    Body(setup): Body<Setup>,
) -> Result<Response> {
    let owner = complete(&state, &address, setup).await?;
    let answer = (StatusCode::CREATED, Json(view(owner.clone())));
    begin(&state, &owner, answer).await
}

/// Show the form of the one-time link
#[utoipa::path(
    get,
    path = "/setup",
    tag = "accounts",
    params(SetupLink),
    responses((status = 200, description = "The form", content_type = "text/html", body = String))
)]
pub async fn setup_page(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    link: Result<Query<SetupLink>>,
) -> Result<Response> {
    let secret = match link {
        Ok(Query(link)) => {
            state.catalog.check_setup(&link.secret).await.map(|()| link.secret).map_err(bad_link)
        }
        Err(problem) => Err(problem),
    };
    match secret {
        Ok(secret) => setup_pages::form(&visit, StatusCode::OK, &secret, "", ""),
        Err(problem) if wants_page(&headers) => invalid_link_page(&state, &visit, &problem).await,
        Err(problem) => Err(problem),
    }
}

/// Does the request come from a browser?
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The page for an invalid link.
async fn invalid_link_page(state: &AppState, visit: &Visit, problem: &Problem) -> Result<Response> {
    let message = match state.catalog.has_owner().await? {
        true => "This hub has an owner already. Sign in, or ask the owner for an account.",
        false => INVALID_LINK,
    };
    setup_pages::over(visit, problem.kind.status(), message)
}

/// Submit the form of the one-time link
#[utoipa::path(
    post,
    path = "/setup",
    tag = "accounts",
    request_body(content = Setup, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "The owner was created and is logged in"))
)]
pub async fn setup_form(State(state): State<AppState>, visit: Visit, submitted: Request) -> Result<Response> {
    let (Parts { headers, extensions, .. }, submitted) = submitted.into_parts();
    let submitted = body::small(&extensions, submitted, FORM_BYTES, state.config.idle).await?;
    let field = |name: &str| {
        let found = url::form_urlencoded::parse(&submitted).find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .ok_or_else(|| Problem::bad_request(format!("the form has no field '{name}'")))
    };
    let (secret, name) = (field("secret")?, field("name")?);
    let setup =
        Setup { secret: secret.as_str().into(), name: name.clone(), password: field("password")?.into() };
    match complete(&state, &visit.address, setup).await {
        Ok(owner) => begin(&state, &owner, Redirect::to("/")).await,
        Err(problem) if !wants_page(&headers) => Err(problem),
        Err(problem) if problem.kind == Kind::BadSignature => {
            invalid_link_page(&state, &visit, &problem).await
        }
        Err(problem) => setup_pages::form(&visit, problem.kind.status(), &secret, &name, &problem.detail),
    }
}

fn bad_link(error: hub_catalog::Error) -> Problem {
    match error {
        hub_catalog::Error::Denied => Problem::new(Kind::BadSignature, INVALID_LINK),
        other => other.into(),
    }
}

async fn complete(state: &AppState, address: &Address, setup: Setup) -> Result<User> {
    let attempt = state.logins.limited(&address.network())?;
    let owner = NewUser { name: setup.name, password: Some(setup.password.into_inner()), admin: true };
    let owner = state.catalog.complete_setup(setup.secret.reveal(), &owner).await.map_err(bad_link)?;
    attempt.succeeded();
    record::entry(state, &owner.name, &address.0, "hub.setup", owner.name.clone(), json!({})).await;
    Ok(owner)
}
