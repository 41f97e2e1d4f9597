//! The OpenAPI 3.1 document of the service, generated from the handlers.
//!
//! What all operations have in common is added here: the problem document and the authentication schemes.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use hub_schema::api::{self, AccessDenied};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Paths, Ref, RefOr, ResponseBuilder,
    SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_swagger_ui::Config;

use crate::problem::{Problem, Result, internal};
use crate::state::AppState;

/// The document's title, version and description, without paths.
pub fn base_document() -> OpenApi {
    let info = InfoBuilder::new().title("Image Hub").version(env!("CARGO_PKG_VERSION")).description(Some(
        "Versioned data sets of images, audio and video: upload, browse, query and stream them.",
    ));
    OpenApiBuilder::new().info(info.build()).build()
}

/// The routes `/api/openapi.json` and `/api/docs` (Swagger UI).
pub fn routes(document: OpenApi) -> Router<AppState> {
    let document = Arc::new(complete(document));
    let config = Arc::new(Config::from("/api/openapi.json"));
    let page = move |file: String| {
        let config = config.clone();
        async move { docs(&file, config) }
    };
    let first = page.clone();
    Router::new()
        .route("/api/openapi.json", get(move || async move { Json(document) }))
        .route("/api/docs", get(|| async { Redirect::permanent("/api/docs/") }))
        .route("/api/docs/", get(move || first(String::new())))
        .route("/api/docs/{*file}", get(move |Path(file): Path<String>| page(file)))
}

/// What the documentation's page may do: run its own scripts, which set styles, and send requests to this server.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of Swagger UI.
fn docs(file: &str, config: Arc<Config<'static>>) -> Result<Response> {
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(file)) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_str(&file.content_type).map_err(|e| internal(&e))?),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY)),
            ];
            Ok((headers, file.bytes.into_owned()).into_response())
        }
        Ok(None) => Err(Problem::not_found(format!("file '{file}' of the documentation"))),
        Err(error) => Err(internal(&*error)),
    }
}

/// Adds what all operations have in common.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(AccessDenied::name().into_owned(), AccessDenied::schema());
    components.schemas.insert(api::RowConflictView::name().into_owned(), api::RowConflictView::schema());
    components.schemas.insert(api::Problem::name().into_owned(), api::Problem::schema());
    components.security_schemes.insert(
        "token".into(),
        SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("hub_…").build(),
        )
        .into(),
    );
    let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::auth::COOKIE));
    components.security_schemes.insert("session".into(), SecurityScheme::ApiKey(cookie).into());
    let none: [&str; 0] = [];
    document.security = Some(vec![
        SecurityRequirement::default(),
        SecurityRequirement::new("token", none),
        SecurityRequirement::new("session", none),
    ]);
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(api::Problem::name()))).build();
    let problem = ResponseBuilder::new()
        .description("The request failed: a problem document (RFC 9457)")
        .content("application/problem+json", problem)
        .build();
    let mut paths = Paths::new();
    for (path, mut item) in std::mem::take(&mut document.paths.paths) {
        for (method, operation) in operations(&mut item) {
            // Handlers of different rooms have the same name (`list`), and programs that make clients need unique ones.
            operation.operation_id = Some(operation_id(method, &path));
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.clone()));
        }
        // The router writes a parameter that takes the rest of the path as `{*path}`; OpenAPI has no such syntax.
        paths.paths.insert(path.replace("{*", "{"), item);
    }
    document.paths = paths;
    document
}

fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static str, &mut utoipa::openapi::path::Operation)> {
    let methods = [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ];
    methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_v1_datasets_ns_name_rows` of `GET /api/v1/datasets/{ns}/{name}/rows`.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.strip_prefix("/api/").unwrap_or(path).split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).fold(method.to_owned(), |id, word| id + "_" + word)
}
