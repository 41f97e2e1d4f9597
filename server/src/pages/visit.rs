//! A reader and the address that they read.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};

use super::frame::Person;
use super::{Frame, Section};
use crate::auth::{Address, Caller};
use crate::hf::base_url;
use crate::problem::Problem;
use crate::state::AppState;

/// The cookie with the reader's choice of colours.
pub const THEME: &str = "hub_theme";

/// The cookie of readers without shortcuts of a single letter.
pub const KEYS: &str = "hub_keys";

/// A request for a page.
#[derive(Clone, Debug)]
pub struct Visit {
    pub caller: Caller,
    pub address: Address,
    /// Path and query of the page.
    pub here: String,
    /// The address at which the reader reaches this hub.
    pub hub_url: String,
    theme: Option<&'static str>,
    has_letter_keys: bool,
}

impl Visit {
    /// The frame of a page.
    pub fn frame(&self, title: impl Into<String>, section: Section) -> Frame {
        Frame {
            title: title.into(),
            section,
            person: self.caller.user().ok().map(Person::from),
            here: self.here.clone(),
            theme: self.theme,
            has_letter_keys: self.has_letter_keys,
            search: String::new(),
        }
    }

    /// A visit of a caller that is known already.
    pub fn of(state: &AppState, caller: Caller, address: Address, uri: &Uri, headers: &HeaderMap) -> Self {
        let here = uri.path_and_query().map_or("/", |at| at.as_str()).to_owned();
        Self {
            caller,
            address,
            here,
            hub_url: base_url(state, headers),
            theme: ["light", "dark"].into_iter().find(|theme| cookie(headers, THEME) == Some(theme)),
            has_letter_keys: cookie(headers, KEYS) != Some("off"),
        }
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let address = Address::of(parts, state.config.trust_forwarded);
        // Of a nested router, the whole path.
        let uri =
            parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.clone(), |uri| uri.0.clone());
        Ok(Self::of(state, caller, address, &uri, &parts.headers))
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}
