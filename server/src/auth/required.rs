//! Extractors that refuse a caller before anything else of a request is read: a handler takes them before its path,
//! query and body, so that a stranger learns that a login is missing, and not what is wrong with the rest.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hub_catalog::User;

use super::Caller;
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// A user, by session or token.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Caller);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.user()?;
        Ok(Self(caller))
    }
}

/// An owner of the hub, with a session or an unrestricted token of scope `admin`.
#[derive(Clone, Debug)]
pub struct HubOwner(pub User);

impl FromRequestParts<AppState> for HubOwner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        Ok(Self(caller.admin()?.clone()))
    }
}

/// A user who may change their own account: with a session, or an unrestricted token of scope `admin`.
#[derive(Clone, Debug)]
pub struct AccountOwner(pub Caller);

impl FromRequestParts<AppState> for AccountOwner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        caller.own_account()?;
        Ok(Self(caller))
    }
}
