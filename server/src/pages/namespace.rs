//! A namespace: the data sets in it that the reader may see.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub_catalog::{ListQuery, Sort};
use serde::Deserialize;

use super::home::{SetRow, rows};
use super::set_frame::namespace_of;
use super::{Frame, Section, Visit, page, show};
use crate::api::Query;
use crate::problem::{Problem, Result};
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
}

struct Member {
    name: String,
    initials: String,
    role: String,
}

/// Which page of the list.
#[derive(Debug, Deserialize)]
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
    page(&NamespacePage {
        frame: visit.frame(name.clone(), Section::Datasets),
        base: namespace_of(&name),
        next: found.next.map(|cursor| format!("{}?cursor={}", namespace_of(&name), show::encoded(&cursor))),
        sets: rows(&state, found.items).await,
        role: role.map(|role| role.to_string()),
        members,
        name,
    })
}
