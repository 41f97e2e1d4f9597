//! The reader's account: roles, colours, keys, password.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hub_schema::api::ChangePassword;

use super::set_frame::namespace_of;
use super::visit::{KEYS, THEME};
use super::{Form, Frame, Section, Visit, page_with, show};
use crate::api::Body;
use crate::api::session::change_password;
use crate::auth::{AccountOwner, check_cross_site};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// How long a choice is kept: a year, in seconds.
const CHOICE_SECS: u32 = 31_536_000;

#[derive(Template)]
#[template(path = "me.html")]
struct Me {
    frame: Frame,
    name: String,
    created: String,
    admin: bool,
    /// Namespace, address, role.
    memberships: Vec<(String, String, String)>,
    trouble: Option<String>,
}

pub async fn me(State(state): State<AppState>, visit: Visit) -> Result<Response> {
    show_me(&state, &visit, StatusCode::OK, None).await
}

async fn show_me(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    trouble: Option<String>,
) -> Result<Response> {
    let user = visit.caller.user()?;
    let memberships = state.catalog.memberships(user.id).await?.into_iter();
    let memberships = memberships
        .map(|member| (member.namespace.clone(), namespace_of(&member.namespace), member.role.to_string()));
    let page = Me {
        frame: visit.frame("Me", Section::None),
        name: user.name.clone(),
        created: show::minute(user.created),
        admin: user.admin,
        memberships: memberships.collect(),
        trouble,
    };
    page_with(status, &page)
}

/// Keeps the choice of colours in a cookie, for readers without an account too.
pub async fn theme(visit: Visit, headers: axum::http::HeaderMap, form: Form) -> Result<Response> {
    check_cross_site(&axum::http::Method::POST, &headers)?;
    let theme = Some(form.text("theme")).filter(|theme| ["light", "dark"].contains(theme));
    keep(&visit, THEME, theme)
}

/// Keeps in a cookie whether single letters are shortcuts.
pub async fn keys(visit: Visit, headers: axum::http::HeaderMap, form: Form) -> Result<Response> {
    check_cross_site(&axum::http::Method::POST, &headers)?;
    keep(&visit, KEYS, (form.text("letters") != "on").then_some("off"))
}

/// Keeps a choice in the reader's browser; without a value it is forgotten.
fn keep(visit: &Visit, name: &str, value: Option<&str>) -> Result<Response> {
    let (value, secs) = (value.unwrap_or_default(), value.map_or(0, |_| CHOICE_SECS));
    let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={secs}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|e| crate::problem::internal(&e))?;
    let back = if visit.caller.user().is_ok() { "/me" } else { "/" };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response())
}

/// Changes the password. All sessions and tokens end, this one too.
pub async fn password(
    State(state): State<AppState>,
    visit: Visit,
    owner: AccountOwner,
    form: Form,
) -> Result<Response> {
    if form.text("new") != form.text("again") {
        let trouble = "the two new passwords differ; nothing was changed".to_owned();
        return show_me(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(trouble)).await;
    }
    let change = ChangePassword { old: Some(form.text("old").into()), new: form.text("new").into() };
    match change_password(State(state.clone()), owner, visit.address.clone(), Body(change)).await {
        Ok(_) => Ok(Redirect::to("/login?next=/me").into_response()),
        Err(Problem {
            kind: kind @ (Kind::BadLogin | Kind::Invalid | Kind::TooManyRequests),
            detail,
            ..
        }) => show_me(&state, &visit, kind.status(), Some(detail)).await,
        Err(problem) => Err(problem),
    }
}
