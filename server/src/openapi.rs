//! The description of the service, OpenAPI 3.1, made from the handlers.
//!
//! What holds for every operation is added here once: the problem document, who may call, and how.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::header;
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

/// The beginning of the description.
pub fn about() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Image Hub")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Data sets of images, audio and video: versions, rows, streams."));
    OpenApiBuilder::new().info(info.build()).build()
}

/// `/api/openapi.json` and `/api/docs`.
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
        .route("/", get(|| async { Redirect::to("/api/docs/") }))
}

/// A file of the rendered page.
fn docs(file: &str, config: Arc<Config<'static>>) -> Result<Response> {
    match utoipa_swagger_ui::serve(file, config) {
        Ok(Some(file)) => {
            Ok(([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response())
        }
        Ok(None) => Err(Problem::not_found(format!("file '{file}' of the documentation"))),
        Err(error) => Err(internal(&*error)),
    }
}

/// The whole description.
pub fn document() -> OpenApi {
    complete(crate::router::documentation())
}

fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(AccessDenied::name().into_owned(), AccessDenied::schema());
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
        .description("What went wrong")
        .content("application/problem+json", problem)
        .build();
    let mut paths = Paths::new();
    for (path, mut item) in std::mem::take(&mut document.paths.paths) {
        for operation in operations(&mut item) {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.clone()));
        }
        // A parameter that takes the rest of the path is written `{*path}` in the router alone.
        paths.paths.insert(path.replace("{*", "{"), item);
    }
    document.paths = paths;
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut utoipa::openapi::path::Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}
