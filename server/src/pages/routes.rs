//! The addresses of the pages. Those of data sets come twice: below the namespace's name, and below `/d/` for namespaces
//! that are called like a page.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use hub_schema::is_reserved;

use super::{
    assets, audit, changes, classes, commit, concepts, difference, history, home, login, map, me, models,
    namespace, overview, query, queue, review, run, runs, sample, settings, tokens, try_model,
};
use crate::hf;
use crate::state::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::home))
        .route("/assets/{hash}/{name}", get(assets::get))
        .route("/login", get(login::form).post(login::submit))
        .route("/logout", post(login::logout))
        .route("/me", get(me::me))
        .route("/me/theme", post(me::theme))
        .route("/me/keys", post(me::keys))
        .route("/me/password", post(me::password))
        .route("/me/tokens", get(tokens::tokens_page).post(tokens::create))
        .route("/me/tokens/{id}/revoke", post(tokens::revoke))
        .route("/audit", get(audit::audit))
        .route("/query", get(query::query))
        .route("/models", get(models::models))
        .route("/models/{name}", get(models::model))
        .route("/models/{ns}/{name}", get(models::model_of_namespace))
        .route("/try", get(try_model::form).post(try_model::submit))
        .route("/concepts", get(concepts::concepts))
        .route("/concepts/{id}", get(concepts::concept))
        .merge(of_data_sets().layer(from_fn(reserved)))
        .nest("/d", of_data_sets())
}

fn of_data_sets() -> Router<AppState> {
    Router::new()
        .route("/{ns}", get(namespace::namespace).post(namespace::change))
        .route("/{ns}/{name}", get(overview::overview))
        .route("/{ns}/{name}/samples", get(map::samples_or_map))
        .route("/{ns}/{name}/samples/{row}", get(sample::sample))
        .route("/{ns}/{name}/classes", get(classes::classes))
        .route("/{ns}/{name}/classes/{path}/{number}", get(classes::class))
        .route("/{ns}/{name}/review", get(review::review))
        .route("/{ns}/{name}/review/{queue}", get(queue::queue).post(queue::answer))
        .route("/{ns}/{name}/history", get(history::history))
        .route("/{ns}/{name}/commits/{rev}", get(commit::commit))
        .route("/{ns}/{name}/changes", get(changes::changes))
        .route("/{ns}/{name}/diff", get(difference::choose))
        .route("/{ns}/{name}/diff/{range}", get(difference::diff))
        .route("/{ns}/{name}/runs", get(runs::runs))
        .route("/{ns}/{name}/runs/{run}", get(run::run))
        .route("/{ns}/{name}/settings", get(settings::settings).post(settings::change))
}

/// What begins like an address of the hub itself is no data set: a route of the interface that was misspelled, say.
async fn reserved(request: Request, next: Next) -> Response {
    let first = request.uri().path().split('/').nth(1).unwrap_or_default();
    if is_reserved(first) {
        return hf::no_route(request.method().clone(), request.uri().clone(), request.into_body()).await;
    }
    next.run(request).await
}
