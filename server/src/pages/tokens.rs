//! The reader's tokens: made, shown once, revoked.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hub_catalog::Scope;
use hub_schema::api::CreateToken;

use super::{Form, Frame, Section, Visit, page_with, show};
use crate::api::tokens::TokenPath;
use crate::api::{Body, tokens};
use crate::auth::{AccountOwner, SignedIn};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// Seconds of a day.
const DAY: u32 = 86_400;

#[derive(Template)]
#[template(path = "tokens.html")]
struct Tokens {
    frame: Frame,
    rows: Vec<TokenRow>,
    /// The name and the secret of a token that was just made.
    made: Option<(String, String)>,
    trouble: Option<String>,
    hub_url: String,
}

struct TokenRow {
    id: String,
    name: String,
    scope: String,
    namespace: String,
    created: String,
    expires: String,
    used: String,
}

pub async fn tokens_page(State(state): State<AppState>, visit: Visit) -> Result<Response> {
    show_tokens(&state, &visit, StatusCode::OK, None, None).await
}

async fn show_tokens(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    made: Option<(String, String)>,
    trouble: Option<String>,
) -> Result<Response> {
    let Json(list) = tokens::list(State(state.clone()), visit.caller.clone()).await?;
    let row = |token: hub_schema::api::TokenView| TokenRow {
        id: token.id.to_string(),
        name: token.name,
        scope: token.scope.to_string(),
        namespace: token.namespace.unwrap_or_else(|| "all".to_owned()),
        created: show::ago(token.created),
        expires: token.expires.map_or_else(|| "never".to_owned(), show::minute),
        used: token.last_used.map_or_else(|| "never".to_owned(), show::ago),
    };
    let is_made = made.is_some();
    let template = Tokens {
        frame: visit.frame("Tokens", Section::None),
        rows: list.tokens.into_iter().map(row).collect(),
        hub_url: visit.hub_url.clone(),
        made,
        trouble,
    };
    let mut response = page_with(status, &template)?;
    if is_made {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Makes a token; its secret is on this page and never again.
pub async fn create(
    State(state): State<AppState>,
    visit: Visit,
    owner: AccountOwner,
    form: Form,
) -> Result<Response> {
    match made(&state, &visit, owner, &form).await {
        Ok(made) => show_tokens(&state, &visit, StatusCode::CREATED, Some(made), None).await,
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::BadName | Kind::NotFound) => {
            show_tokens(&state, &visit, problem.kind.status(), None, Some(problem.detail)).await
        }
        Err(problem) => Err(problem),
    }
}

async fn made(state: &AppState, visit: &Visit, owner: AccountOwner, form: &Form) -> Result<(String, String)> {
    let scope = form.text("scope").parse::<Scope>().map_err(|e| Problem::invalid(e.to_string()))?;
    let days = match form.text("days").trim() {
        "" => None,
        text => {
            let days = text.parse::<u32>().ok().filter(|days| (1..=36_500).contains(days));
            let bad =
                || Problem::invalid(format!("expires after '{text}' days; expected 1 to 36,500, or nothing"));
            Some(days.ok_or_else(bad)? * DAY)
        }
    };
    let wanted = CreateToken {
        namespace: Some(form.text("namespace").trim().to_owned()).filter(|namespace| !namespace.is_empty()),
        expires_secs: days,
        ..CreateToken::new(form.text("name").trim(), scope)
    };
    let (_, Json(made)) =
        tokens::create(State(state.clone()), owner, visit.address.clone(), Body(wanted)).await?;
    Ok((made.token.name, made.secret.reveal().to_owned()))
}

pub async fn revoke(
    State(state): State<AppState>,
    visit: Visit,
    signed_in: SignedIn,
    path: Path<TokenPath>,
) -> Result<Response> {
    tokens::revoke(State(state), signed_in, visit.address, path).await?;
    Ok(Redirect::to("/me/tokens").into_response())
}
