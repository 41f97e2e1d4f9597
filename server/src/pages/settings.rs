//! The settings of a data set, for owners: card, visibility, default branch, name, deletion.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use hub_schema::Visibility;
use hub_schema::api::{RenameDataset, UpdateDataset};

use super::set_frame::{SetFrame, Tab, base_of, namespace_of};
use super::{Form, Frame, Section, Visit, page_with, show};
use crate::api::{Body, datasets};
use crate::auth::{DatasetEntry, OwnedEntry};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    frame: Frame,
    set: SetFrame,
    full_name: String,
    card: String,
    visibility: String,
    branches: Vec<String>,
    default_branch: String,
    grace: String,
    done: Option<&'static str>,
    trouble: Option<String>,
}

/// The page. It opens also if the data set's files are missing, so that it can be deleted.
pub async fn settings(
    State(state): State<AppState>,
    visit: Visit,
    OwnedEntry(entry): OwnedEntry,
) -> Result<Response> {
    let done = match visit.here.split_once("done=").map(|(_, what)| what) {
        Some("card") => Some("The card was saved."),
        Some("visibility") => Some("The visibility was changed."),
        Some("branch") => Some("The default branch was changed."),
        Some("rename") => Some("The data set was renamed."),
        _ => None,
    };
    show_settings(&state, &visit, &entry, StatusCode::OK, done, None).await
}

async fn show_settings(
    state: &AppState,
    visit: &Visit,
    entry: &DatasetEntry,
    status: StatusCode,
    done: Option<&'static str>,
    trouble: Option<Problem>,
) -> Result<Response> {
    let info = &entry.info;
    let (branches, runs) = match state.datasets.open_or_mend(&state.catalog, &state.root, info).await {
        Ok(dataset) => {
            (dataset.branches().await.unwrap_or_default(), dataset.runs().await.map_or(0, |runs| runs.len()))
        }
        Err(_) => (Vec::new(), 0),
    };
    let set = SetFrame {
        uuid: info.uuid,
        base: base_of(&info.name),
        query: String::new(),
        namespace: info.name.namespace().to_owned(),
        name: info.name.name().to_owned(),
        is_private: info.visibility == Visibility::Private,
        may_write: true,
        is_owner: true,
        tab: Tab::Settings,
        runs,
        live: None,
        shown: None,
    };
    let days = state.config.delete_grace.as_secs_f64() / 86_400.0;
    let page = Settings {
        frame: visit.frame(format!("Settings · {}", info.name), Section::Datasets),
        full_name: info.name.to_string(),
        card: state.catalog.card(info.uuid).await?,
        visibility: info.visibility.to_string(),
        branches: branches.iter().map(ToString::to_string).collect(),
        default_branch: info.default_branch.to_string(),
        grace: format!("{} days", show::float(days)),
        trouble: trouble.map(|problem| problem.detail),
        done,
        set,
    };
    page_with(status, &page)
}

/// Does what one of the forms says.
pub async fn change(
    State(state): State<AppState>,
    visit: Visit,
    OwnedEntry(entry): OwnedEntry,
    form: Form,
) -> Result<Response> {
    match apply(&state, &entry, &form).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(problem) if is_of_form(problem.kind) => {
            show_settings(&state, &visit, &entry, problem.kind.status(), None, Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// Does another input not have the problem?
fn is_of_form(kind: Kind) -> bool {
    matches!(kind, Kind::Invalid | Kind::BadName | Kind::Conflict | Kind::BadRequest | Kind::Forbidden)
}

/// Makes the change; gives the address to go on to.
async fn apply(state: &AppState, entry: &DatasetEntry, form: &Form) -> Result<String> {
    let (owned, app) = (OwnedEntry(entry.clone()), State(state.clone()));
    let done = |what: &str| format!("{}/settings?done={what}", base_of(&entry.info.name));
    let what = form.need("do")?;
    match what {
        "card" => {
            // A browser ends the lines of a text field as the network does.
            let card = form.need("card")?.replace("\r\n", "\n");
            let wanted = UpdateDataset { card: Some(card), ..UpdateDataset::default() };
            datasets::update(app, owned, Body(wanted)).await.map(|_| done(what))
        }
        "visibility" => {
            let visibility = match form.need("visibility")? {
                "public" => Visibility::Public,
                "private" => Visibility::Private,
                other => {
                    return Err(Problem::invalid(format!(
                        "visibility: '{other}'; expected public or private"
                    )));
                }
            };
            let wanted = UpdateDataset { visibility: Some(visibility), ..UpdateDataset::default() };
            datasets::update(app, owned, Body(wanted)).await.map(|_| done(what))
        }
        "branch" => {
            let wanted = UpdateDataset {
                default_branch: Some(form.need("branch")?.parse()?),
                ..UpdateDataset::default()
            };
            datasets::update(app, owned, Body(wanted)).await.map(|_| done(what))
        }
        "rename" => {
            let to = RenameDataset { to: form.need("to")?.trim().parse()? };
            let Json(renamed) = datasets::rename(app, owned, Body(to)).await?;
            Ok(format!("{}/settings?done=rename", base_of(&renamed.name)))
        }
        "delete" => {
            let (name, typed) = (entry.info.name.to_string(), form.need("name")?.trim());
            if typed != name {
                return Err(Problem::invalid(format!(
                    "to delete the data set, type its name, {name}; '{typed}' is another, and nothing was deleted"
                )));
            }
            datasets::delete(app, owned).await.map(|_| namespace_of(entry.info.name.namespace()))
        }
        other => Err(Problem::bad_request(format!("the form asks for '{other}', which settings don't have"))),
    }
}
