//! Extractors of a request's caller, by its token or session, and of the address that it comes from.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hub_catalog::Error as CatalogError;

use super::{Address, Caller, cookie, cross_site};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        if let Some(given) = parts.headers.get(header::AUTHORIZATION) {
            let bearer = given.to_str().ok().and_then(|text| text.split_once(' '));
            let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let Some((_, token)) = token else {
                return Err(Problem::new(Kind::Unauthorized, "expected `Authorization: Bearer hub_…`"));
            };
            return match state.catalog.verify_token(token.trim()).await {
                Ok(access) => Ok(Self::Program(access)),
                Err(CatalogError::Denied) => {
                    state.bad_tokens.count(&Address::of(parts, state.config.trust_forwarded).0)?;
                    Err(Problem::new(
                        Kind::Unauthorized,
                        "the token is unknown to this hub, revoked or expired; create a new one",
                    ))
                }
                Err(error) => Err(error.into()),
            };
        }
        let Some(session) = cookie::session_of(&parts.headers) else { return Ok(Self::Anonymous) };
        match state.catalog.verify_session(session).await {
            Ok(session) => {
                cross_site::check(&parts.method, &parts.headers)?;
                Ok(Self::Person(session.user))
            }
            // An expired cookie is no reason to refuse what anonymous callers may see.
            Err(CatalogError::Denied) => Ok(Self::Anonymous),
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
