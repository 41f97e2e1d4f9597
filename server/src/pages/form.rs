//! Submitted forms.

use axum::extract::{FromRequest, Request};

use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::body;

/// The fields of a submitted form, in their order. At most `json_bytes` long.
#[derive(Clone, Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The value of a field; empty if the form doesn't have it.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// The form has no such field.
    pub fn need(&self, name: &str) -> Result<&str> {
        let found = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        found.ok_or_else(|| Problem::bad_request(format!("the form has no field '{name}'")))
    }
}

impl FromRequest<AppState> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = body::small(&parts.extensions, body, state.config.json_bytes, state.config.idle).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}
