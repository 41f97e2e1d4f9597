//! Signing in and out, by a form.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Form, Frame, Section, Visit, page_with};
use crate::api::Query;
use crate::api::session::{begin, end, log_in};
use crate::auth::check_cross_site;
use crate::problem::{Kind, Result};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    next: String,
    name: String,
    trouble: Option<String>,
    /// Whether the hub has no owner yet.
    is_new: bool,
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct LoginQuery {
    next: Option<String>,
}

pub async fn form(
    State(state): State<AppState>,
    visit: Visit,
    Query(query): Query<LoginQuery>,
) -> Result<Response> {
    let next = local(query.next.as_deref().unwrap_or("/"));
    if visit.caller.user().is_ok() {
        return Ok(Redirect::to(next).into_response());
    }
    let page = LoginPage {
        frame: visit.frame("Sign in", Section::None),
        next: next.to_owned(),
        name: String::new(),
        trouble: None,
        is_new: !state.catalog.has_owner().await?,
    };
    page_with(StatusCode::OK, &page)
}

/// Signs in and goes on to where the reader came from.
pub async fn submit(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response> {
    // Another site must not sign a reader in as somebody else.
    check_cross_site(&Method::POST, &headers)?;
    let (next, name) = (local(form.text("next")), form.text("name"));
    match log_in(&state, &visit.address, name, form.text("password")).await {
        Ok(user) => begin(&state, &user, Redirect::to(next)).await,
        Err(problem) if matches!(problem.kind, Kind::BadLogin | Kind::TooManyRequests) => {
            let page = LoginPage {
                frame: visit.frame("Sign in", Section::None),
                next: next.to_owned(),
                name: name.to_owned(),
                trouble: Some(problem.detail.clone()),
                is_new: false,
            };
            page_with(problem.kind.status(), &page)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn logout(State(state): State<AppState>, _visit: Visit, headers: HeaderMap) -> Result<Response> {
    check_cross_site(&Method::POST, &headers)?;
    let headers = end(&state, &headers).await?;
    Ok((headers, Redirect::to("/")).into_response())
}

/// An address on this hub; `/` in place of any other.
fn local(next: &str) -> &str {
    let is_local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control())
        && !next.starts_with("/login")
        && !next.starts_with("/logout");
    if is_local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_this_hub_only() {
        assert_eq!(local("/vision/pets?rev=v1"), "/vision/pets?rev=v1");
        for other in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\nb",
            "evil",
            "/login?next=/",
        ] {
            assert_eq!(local(other), "/", "{other}");
        }
    }
}
