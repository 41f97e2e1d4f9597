//! All routes, grouped by who calls them.
//!
//! The path of a route is declared at its handler, beside its documentation; here it is repeated as a comment, and a
//! test compares the two.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::cached_readable;
use crate::http::middleware::{compress, cors, etag, limit, observe, policies, problems};
use crate::http::openapi;
use crate::state::AppState;
use crate::{api, croissant, hf, pages};

pub fn router(state: AppState) -> Router {
    let (quick, mut document) = quick().split_for_parts();
    let (transfers, more) = transfers().split_for_parts();
    document.merge(more);
    let quick = quick.merge(openapi::routes(document)).merge(pages::routes::routes());
    let quick = quick.layer(from_fn(etag::etag)).layer(from_fn_with_state(state.clone(), limit::time));
    quick
        .merge(transfers)
        .fallback(hf::no_route)
        .method_not_allowed_fallback(hf::no_method)
        .layer(from_fn_with_state(state.clone(), cached_readable::forget))
        .layer(from_fn_with_state(state.clone(), limit::concurrency))
        .layer(CatchPanicLayer::custom(problems::panicked))
        .layer(from_fn_with_state(state.clone(), problems::problems))
        .layer(from_fn(policies::policies))
        .layer(from_fn_with_state(state.clone(), cors::cors))
        // Outside of the layers that rewrite bodies, which must see them uncompressed.
        .layer(compress::layer())
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}

/// The OpenAPI document of all routes.
pub fn document() -> OpenApi {
    let mut document = quick().into_openapi();
    document.merge(transfers().into_openapi());
    openapi::complete(document)
}

/// Routes that must answer within `request_secs`.
fn quick() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::base_document())
        // Load balancers and Prometheus
        .routes(routes!(api::health::alive)) // /healthz
        .routes(routes!(api::health::ready)) // /readyz
        .routes(routes!(api::health::metrics)) // /metrics
        // People and pages
        .routes(routes!(api::session::setup_page, api::session::setup_form)) // /setup
        .routes(routes!(api::session::setup)) // /api/v1/setup
        .routes(routes!(api::session::login, api::session::logout)) // /api/v1/session
        .routes(routes!(api::session::me)) // /api/v1/me
        .routes(routes!(api::session::change_password)) // /api/v1/me/password
        .routes(routes!(api::tokens::list, api::tokens::create)) // /api/v1/tokens
        .routes(routes!(api::tokens::revoke)) // /api/v1/tokens/{id}
        .routes(routes!(api::datasets::list, api::datasets::create)) // /api/v1/datasets
        .routes(routes!(api::datasets::get, api::datasets::update, api::datasets::delete)) // /api/v1/datasets/{ns}/{name}
        .routes(routes!(api::datasets::card)) // /api/v1/datasets/{ns}/{name}/card
        .routes(routes!(api::datasets::rename)) // /api/v1/datasets/{ns}/{name}/rename
        .routes(routes!(api::datasets::restore)) // /api/v1/deleted/{uuid}/restore
        .routes(routes!(api::revisions::list_commits)) // /api/v1/datasets/{ns}/{name}/commits
        .routes(routes!(api::revisions::get_commit)) // /api/v1/datasets/{ns}/{name}/commits/{rev}
        .routes(routes!(api::revisions::refs)) // /api/v1/datasets/{ns}/{name}/refs
        .routes(routes!(api::revisions::diff)) // /api/v1/datasets/{ns}/{name}/diff
        .routes(routes!(api::revisions::schema)) // /api/v1/datasets/{ns}/{name}/schema
        .routes(routes!(api::revisions::stats)) // /api/v1/datasets/{ns}/{name}/stats
        .routes(routes!(api::rows::list)) // /api/v1/datasets/{ns}/{name}/rows
        .routes(routes!(api::rows::one)) // /api/v1/datasets/{ns}/{name}/rows/{row}
        .routes(routes!(api::lists::rank)) // /api/v1/datasets/{ns}/{name}/rank
        .routes(routes!(api::lists::marks)) // /api/v1/datasets/{ns}/{name}/marks
        .routes(routes!(api::lists::facets)) // /api/v1/datasets/{ns}/{name}/facets
        .routes(routes!(api::lists::similar)) // /api/v1/datasets/{ns}/{name}/similar
        .routes(routes!(api::lists::points)) // /api/v1/datasets/{ns}/{name}/points
        .routes(routes!(api::review::queues)) // /api/v1/datasets/{ns}/{name}/review
        .routes(routes!(api::review::queue)) // /api/v1/datasets/{ns}/{name}/review/{queue}
        .routes(routes!(api::review::duplicates)) // /api/v1/datasets/{ns}/{name}/duplicates
        .routes(routes!(api::review::outliers)) // /api/v1/datasets/{ns}/{name}/outliers
        .routes(routes!(api::review::reviews, api::review::set_reviews)) // /api/v1/datasets/{ns}/{name}/reviews
        .routes(routes!(api::edits::edit)) // /api/v1/datasets/{ns}/{name}/edits
        .routes(routes!(api::revisions::row_log)) // /api/v1/datasets/{ns}/{name}/log
        .routes(routes!(api::revisions::create_branch)) // /api/v1/datasets/{ns}/{name}/branches
        .routes(routes!(api::revisions::delete_branch)) // /api/v1/datasets/{ns}/{name}/branches/{ref}
        .routes(routes!(api::revisions::create_tag)) // /api/v1/datasets/{ns}/{name}/tags
        .routes(routes!(api::revisions::delete_tag)) // /api/v1/datasets/{ns}/{name}/tags/{ref}
        .routes(routes!(api::revisions::revert)) // /api/v1/datasets/{ns}/{name}/revert
        .routes(routes!(api::revisions::merge)) // /api/v1/datasets/{ns}/{name}/merge
        .routes(routes!(api::rows::thumbnail)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}/thumbnail
        .routes(routes!(api::rows::thumbnails)) // /api/v1/datasets/{ns}/{name}/thumbnails
        .routes(routes!(api::rows::mask)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}/mask
        .routes(routes!(api::rows::peaks)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}/peaks
        .routes(routes!(api::rows::spectrogram)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}/spectrogram
        .routes(routes!(api::rows::frames)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frames
        .routes(routes!(api::rows::frame)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frame
        .routes(routes!(api::runs::list)) // /api/v1/datasets/{ns}/{name}/runs
        .routes(routes!(api::runs::get, api::runs::delete)) // /api/v1/datasets/{ns}/{name}/runs/{run}
        .routes(routes!(api::runs::predictions)) // /api/v1/datasets/{ns}/{name}/runs/{run}/predictions
        .routes(routes!(api::runs::row_predictions)) // /api/v1/datasets/{ns}/{name}/predictions
        .routes(routes!(api::runs::compare)) // /api/v1/datasets/{ns}/{name}/runs/{run}/compare/{other}
        .routes(routes!(api::runs::leaderboard)) // /api/v1/datasets/{ns}/{name}/leaderboard
        .routes(routes!(api::models::list)) // /api/v1/models
        .routes(routes!(api::synsets::search)) // /api/v1/synsets
        .routes(routes!(api::synsets::get)) // /api/v1/synsets/{id}
        .routes(routes!(api::synsets::children)) // /api/v1/synsets/{id}/children
        .routes(routes!(api::synsets::rows)) // /api/v1/synsets/{id}/rows
        .routes(routes!(api::synsets::datasets)) // /api/v1/synsets/{id}/datasets
        .routes(routes!(api::query::query)) // /api/v1/query
        // Owners
        .routes(routes!(api::users::list, api::users::create)) // /api/v1/users
        .routes(routes!(api::users::update, api::users::delete)) // /api/v1/users/{name}
        .routes(routes!(api::namespaces::list, api::namespaces::create)) // /api/v1/namespaces
        .routes(routes!(api::namespaces::list_members)) // /api/v1/namespaces/{ns}/members
        .routes(routes!(api::namespaces::set_member, api::namespaces::remove_member)) // /api/v1/namespaces/{ns}/members/{user}
        .routes(routes!(api::audit::list)) // /api/v1/audit
        // Training programs
        .routes(routes!(api::plan::plan)) // /api/v1/datasets/{ns}/{name}/plan
        .routes(routes!(croissant::croissant)) // /api/v1/datasets/{ns}/{name}/croissant
        // Programs that push and pull
        .routes(routes!(api::objects::list)) // /api/v1/datasets/{ns}/{name}/objects
        .routes(routes!(api::uploads::begin)) // /api/v1/datasets/{ns}/{name}/uploads
        .routes(routes!(api::uploads::abort)) // /api/v1/datasets/{ns}/{name}/uploads/{id}
        // Hugging Face's clients
        .routes(routes!(hf::list)) // /hf/api/datasets
        .routes(routes!(hf::whoami)) // /hf/api/whoami-v2
        .routes(routes!(hf::auth_check)) // /hf/api/datasets/{ns}/{name}/auth-check
        .routes(routes!(hf::refs)) // /hf/api/datasets/{ns}/{name}/refs
        .routes(routes!(hf::commits)) // /hf/api/datasets/{ns}/{name}/commits/{rev}
}

/// Routes without a time limit: a transfer is cancelled when no byte moves for `idle_secs`.
fn transfers() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        // People and pages
        .routes(routes!(api::revisions::events)) // /api/v1/datasets/{ns}/{name}/events
        .routes(routes!(api::rows::cell)) // /api/v1/datasets/{ns}/{name}/rows/{row}/{column}
        // Owners; garbage collection sends its answer while it works
        .routes(routes!(api::datasets::gc)) // /api/v1/datasets/{ns}/{name}/gc
        // Programs that push and pull
        .routes(routes!(api::objects::get, api::objects::put, api::objects::delete)) // /api/v1/datasets/{ns}/{name}/objects/{*path}
        .routes(routes!(api::uploads::part)) // /api/v1/datasets/{ns}/{name}/uploads/{id}/{part}
        .routes(routes!(api::uploads::complete)) // /api/v1/datasets/{ns}/{name}/uploads/{id}/complete
        .routes(routes!(api::models::classify)) // /api/v1/classify
        // Training programs
        .routes(routes!(api::rows::stream)) // /api/v1/datasets/{ns}/{name}/stream
        .routes(routes!(api::files::get)) // /files/{dataset}/{*path}
        .routes(routes!(croissant::file)) // /api/v1/datasets/{ns}/{name}/parquet/{file}
        // Hugging Face's clients; the length of a file may have to be computed first
        .routes(routes!(hf::info)) // /hf/api/datasets/{ns}/{name}
        .routes(routes!(hf::info_at)) // /hf/api/datasets/{ns}/{name}/revision/{rev}
        .routes(routes!(hf::tree)) // /hf/api/datasets/{ns}/{name}/tree/{rev}
        .routes(routes!(hf::tree_below)) // /hf/api/datasets/{ns}/{name}/tree/{rev}/{*path}
        .routes(routes!(hf::paths_info)) // /hf/api/datasets/{ns}/{name}/paths-info/{rev}
        .routes(routes!(hf::resolve)) // /hf/datasets/{ns}/{name}/resolve/{rev}/{*path}
}
