//! The pages of the one-time link that makes the hub's first owner.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{Frame, Section, Visit, page_with};
use crate::problem::Result;

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupForm<'a> {
    frame: Frame,
    secret: &'a str,
    name: &'a str,
    trouble: &'a str,
}

#[derive(Template)]
#[template(path = "setup_over.html")]
struct SetupOver<'a> {
    frame: Frame,
    trouble: &'a str,
}

/// The form, with what was wrong before.
pub fn form(visit: &Visit, status: StatusCode, secret: &str, name: &str, trouble: &str) -> Result<Response> {
    let frame = frame(visit);
    secretive(page_with(status, &SetupForm { frame, secret, name, trouble })?)
}

/// The page for an invalid link.
pub fn over(visit: &Visit, status: StatusCode, trouble: &str) -> Result<Response> {
    secretive(page_with(status, &SetupOver { frame: frame(visit), trouble })?)
}

/// The frame, without the address, which has the secret in it.
fn frame(visit: &Visit) -> Frame {
    Frame { here: "/".to_owned(), ..visit.frame("The first owner", Section::None) }
}

/// The page's address is a secret: no cache keeps it, and no other address learns it.
fn secretive(mut response: Response) -> Result<Response> {
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
