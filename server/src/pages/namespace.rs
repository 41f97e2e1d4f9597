//! A namespace: the data sets in it that the reader may see.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use hub_catalog::{ListQuery, Role, Sort};
use hub_schema::api::SetMember;
use serde::Deserialize;

use super::home::{SetRow, rows};
use super::set_frame::namespace_of;
use super::{Form, Frame, Section, Visit, page_with, show};
use crate::api::namespaces::{MemberPath, remove_member, set_member};
use crate::api::{Body, Query};
use crate::auth::SignedIn;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// Data sets on a page.
const ON_PAGE: u32 = 30;

#[derive(Template)]
#[template(path = "namespace.html")]
struct NamespacePage {
    frame: Frame,
    name: String,
    base: String,
    sets: Vec<SetRow>,
    members: Option<Vec<Member>>,
    role: Option<String>,
    next: Option<String>,
    is_owner: bool,
    /// The reader's own name.
    me: String,
    trouble: Option<String>,
}

struct Member {
    name: String,
    initials: String,
    role: String,
}

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
pub struct NamespaceQuery {
    cursor: Option<String>,
}

/// The page. A namespace without anything that the reader may see looks like one that doesn't exist.
pub async fn namespace(
    State(state): State<AppState>,
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<NamespaceQuery>,
) -> Result<Response> {
    show_namespace(&state, &visit, name, query, None).await
}

async fn show_namespace(
    state: &AppState,
    visit: &Visit,
    name: String,
    query: NamespaceQuery,
    trouble: Option<Problem>,
) -> Result<Response> {
    let role = visit.caller.role(&state.catalog, &name).await?;
    let role = role.filter(|_| visit.caller.user().is_ok());
    let known = role.is_some() && state.catalog.namespace(&name).await.is_ok();
    let wanted = ListQuery {
        namespace: Some(name.clone()),
        sort: Sort::Updated,
        cursor: query.cursor,
        limit: ON_PAGE,
        ..ListQuery::default()
    };
    let found = state.catalog.list_datasets(&visit.caller.viewer(), &wanted).await?;
    if found.items.is_empty() && !known {
        return Err(Problem::not_found(format!("namespace '{name}'")));
    }
    let members = match known {
        true => {
            let members = state.catalog.members(&name).await?.into_iter();
            let members = members.map(|member| Member {
                initials: show::initials(&member.user),
                role: member.role.to_string(),
                name: member.user,
            });
            Some(members.collect())
        }
        false => None,
    };
    let status = trouble.as_ref().map_or(StatusCode::OK, |problem| problem.kind.status());
    let page = NamespacePage {
        frame: visit.frame(name.clone(), Section::Datasets),
        base: namespace_of(&name),
        next: found.next.map(|cursor| format!("{}?cursor={}", namespace_of(&name), show::encoded(&cursor))),
        role: role.map(|role| role.to_string()),
        sets: rows(state, found.items).await,
        is_owner: role == Some(Role::Owner),
        me: visit.caller.name().to_owned(),
        trouble: trouble.map(|problem| problem.detail),
        members,
        name,
    };
    page_with(status, &page)
}

/// Adds a member, changes a role, or removes a member, as the form says.
pub async fn change(
    State(state): State<AppState>,
    visit: Visit,
    SignedIn(caller): SignedIn,
    Path(name): Path<String>,
    form: Form,
) -> Result<Response> {
    let app = State(state.clone());
    let path = Path(MemberPath { ns: name.clone(), user: form.need("user")?.trim().to_owned() });
    let address = visit.address.clone();
    let done = match form.need("do")? {
        "set" => match form.need("role")?.parse::<Role>() {
            Ok(role) => {
                let member = Body(SetMember { role });
                set_member(app, SignedIn(caller), address, path, member).await.map(drop)
            }
            Err(error) => Err(Problem::invalid(error.to_string())),
        },
        "remove" => remove_member(app, SignedIn(caller), address, path).await.map(drop),
        other => Err(Problem::bad_request(format!("the form asks for '{other}', which members don't have"))),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&namespace_of(&name)).into_response()),
        Err(problem) if matches!(problem.kind, Kind::NotFound | Kind::Invalid | Kind::Conflict) => {
            show_namespace(&state, &visit, name, NamespaceQuery::default(), Some(problem)).await
        }
        Err(problem) => Err(problem),
    }
}
