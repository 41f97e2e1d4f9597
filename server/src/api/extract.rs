//! Extractors of handlers' arguments, whose errors are problem documents.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::store::object::body;

/// The name of a data set in a path. Only for the OpenAPI document: the extractors of [`crate::auth`] read it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DatasetPath {
    /// The data set's namespace.
    pub ns: String,
    /// The data set's name in its namespace.
    pub name: String,
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the previous page.
    pub cursor: Option<String>,
    /// Items on the page, 100 by default and 1,000 at most; greater values are clamped.
    limit: Option<u32>,
}

impl PageQuery {
    /// The requested number of items.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(100)
    }
}

/// The query of a URL.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(query) => Ok(Self(query.0)),
            Err(rejection) => Err(Problem::bad_request(rejection.body_text())),
        }
    }
}

/// A JSON body, of at most `json_bytes`.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Kind::UnsupportedMediaType, "expected Content-Type: application/json"));
        }
        let (parts, body) = request.into_parts();
        let bytes = body::small(&parts.extensions, body, state.config.json_bytes, state.config.idle).await?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Problem::invalid(format!("the body: {error}")),
            _ => Problem::bad_request(format!("the body is not JSON: {error}")),
        })
    }
}

/// `201 Created` with a JSON body.
pub fn created<T: serde::Serialize>(value: T) -> (StatusCode, axum::Json<T>) {
    (StatusCode::CREATED, axum::Json(value))
}
