//! Extractors of a request's caller, by its token or session, and of the address that it comes from.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use hub_catalog::Error as CatalogError;

use super::{Address, Caller, cookie, cross_site};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

impl Caller {
    /// The caller by the token or session in these headers.
    ///
    /// # Errors
    /// [`CatalogError::Denied`] for a token that is none of this hub's, or not sent as one.
    pub(crate) async fn verify(headers: &HeaderMap, state: &AppState) -> hub_catalog::Result<Self> {
        if let Some(given) = headers.get(header::AUTHORIZATION) {
            let token = bearer(given).ok_or(CatalogError::Denied)?;
            return state.catalog.verify_token(token).await.map(Self::Program);
        }
        let Some(session) = cookie::session_of(headers) else { return Ok(Self::Anonymous) };
        match state.catalog.verify_session(session).await {
            Ok(session) => Ok(Self::Person(session.user)),
            // An expired cookie is no reason to refuse what anonymous callers may see.
            Err(CatalogError::Denied) => Ok(Self::Anonymous),
            Err(error) => Err(error),
        }
    }
}

/// The token in `Authorization: Bearer hub_…`.
fn bearer(given: &HeaderValue) -> Option<&str> {
    let (scheme, token) = given.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let given = parts.headers.get(header::AUTHORIZATION);
        if given.is_some_and(|given| bearer(given).is_none()) {
            return Err(Problem::new(Kind::Unauthorized, "expected `Authorization: Bearer hub_…`"));
        }
        match Self::verify(&parts.headers, state).await {
            Ok(caller) => {
                if matches!(caller, Self::Person(_)) {
                    cross_site::check(&parts.method, &parts.headers)?;
                }
                Ok(caller)
            }
            Err(CatalogError::Denied) => {
                let network = Address::of(parts, state.config.trust_forwarded).network();
                state.bad_tokens.limited(&network)?.failed();
                Err(Problem::new(
                    Kind::Unauthorized,
                    "the token is unknown to this hub, revoked or expired; create a new one",
                ))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl FromRequestParts<AppState> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, state.config.trust_forwarded))
    }
}
