//! Locations as Python gives them, resolved.

use hub_client::Home;
use hub_client::remote::Token;
use hub_schema::{Location, Revision};
use pyo3::prelude::*;

use crate::errors::{Kind, from_client, raise};

/// A location, and the hub that it is opened through.
#[derive(Debug)]
pub struct Found {
    pub location: Location,
    /// What follows the location after `@`.
    pub revision: Option<Revision>,
    pub home: Home,
}

/// Resolves a location: a name is one of the server in `HUB_URL`, else of the hub in `HUB_HOME`.
pub fn find(py: Python<'_>, text: &str, token: Option<&str>) -> PyResult<Found> {
    let invalid = |message: &str| raise(py, Kind::Value, message, Some(text));
    let (location, revision) = Location::parse_with_revision(text).map_err(|e| invalid(&e.to_string()))?;
    let mut home = Home::from_env().map_err(|e| from_client(py, &e, text))?;
    if let Some(token) = token {
        let token = Token::parse(token).ok_or_else(|| invalid("the token has characters that none has"))?;
        home = home.with_token(token);
    }
    let server = hub_client::server_from_env().map_err(|e| invalid(&format!("HUB_URL: {e}")))?;
    let location = hub_client::resolve(&location, server.as_ref());
    Ok(Found { location, revision, home })
}
