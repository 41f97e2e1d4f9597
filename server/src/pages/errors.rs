//! What failed, as a page. To a stranger, what is missing and what is private is the same page, with a way to sign in.

use askama::Template;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Frame, Section, Visit, page_with};
use crate::auth::{Address, Caller};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Below these the answers are for programs.
const NO_PAGES: [&str; 7] = ["api", "hf", "files", "assets", "metrics", "healthz", "readyz"];

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    title: &'static str,
    detail: String,
    request_id: String,
    is_missing: bool,
    may_help: bool,
}

/// The request of a browser for a page, kept to answer what fails.
#[derive(Clone, Debug)]
pub struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Asked {
    /// Keeps the request if it is a browser's, for a page.
    pub fn of(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let first = uri.path().split('/').nth(1).unwrap_or_default();
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let is_page = !NO_PAGES.contains(&first) && accept.is_some_and(|accept| accept.contains("text/html"));
        is_page.then(|| Self { method: method.clone(), uri: uri.clone(), headers: headers.clone() })
    }

    /// The page of a problem. Whoever isn't signed in, but has to be, is led to the form.
    pub async fn answer(&self, state: &AppState, problem: &Problem, request_id: &str) -> Option<Response> {
        let caller = Caller::verify(&self.headers, state).await.unwrap_or(Caller::Anonymous);
        let is_stranger = caller.user().is_err();
        let visit = Visit::of(state, caller, Address(String::new()), &self.uri, &self.headers);
        let frame = visit.frame(problem.kind.title(), Section::None);
        if problem.kind == Kind::Unauthorized && self.method == Method::GET {
            return Some(Redirect::to(&frame.sign_in()).into_response());
        }
        let is_missing = problem.kind == Kind::NotFound;
        let template = ErrorPage {
            status: problem.kind.status().as_u16(),
            title: if is_missing { "There is no such page" } else { problem.kind.title() },
            detail: problem.detail.clone(),
            request_id: request_id.to_owned(),
            is_missing,
            may_help: is_stranger && (is_missing || problem.kind == Kind::Unauthorized),
            frame,
        };
        let mut response = page_with(problem.kind.status(), &template).ok()?;
        for (name, value) in problem.kind.headers() {
            response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
        }
        Some(response)
    }
}
