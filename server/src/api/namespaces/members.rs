//! The members of a namespace.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hub_catalog::Role;
use hub_schema::api::{MemberList, MemberView, SetMember};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::view;
use crate::api::{Body, record};
use crate::auth::{Address, Caller, SignedIn};
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// A namespace in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct NamespacePath {
    /// The name of the namespace.
    ns: String,
}

/// A member of a namespace in a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MemberPath {
    /// The name of the namespace.
    pub(crate) ns: String,
    /// The name of the user.
    pub(crate) user: String,
}

/// Requires a role in a namespace. To callers without any, the namespace looks like one that doesn't exist.
async fn need(state: &AppState, caller: &Caller, namespace: &str, role: Role) -> Result<()> {
    let held = caller.role(&state.catalog, namespace).await?;
    let known = held.is_some() && state.catalog.namespace(namespace).await.is_ok();
    if !known {
        return Err(Problem::not_found(format!("namespace '{namespace}'")));
    }
    caller.need(&state.catalog, namespace, role).await.map(drop)
}

/// List the members of a namespace
#[utoipa::path(
    get,
    path = "/api/v1/namespaces/{ns}/members",
    tag = "accounts",
    params(NamespacePath),
    responses((status = 200, description = "The members", body = MemberList))
)]
pub async fn list_members(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(path): Path<NamespacePath>,
) -> Result<Json<MemberList>> {
    need(&state, &caller, &path.ns, Role::Reader).await?;
    let members = state.catalog.members(&path.ns).await?;
    Ok(Json(MemberList { members: members.into_iter().map(view::member).collect() }))
}

/// Add a member, or change a member's role
///
/// Only for owners of the namespace or the hub. For an owner of the hub, a missing namespace is created.
#[utoipa::path(
    put,
    path = "/api/v1/namespaces/{ns}/members/{user}",
    tag = "accounts",
    params(MemberPath),
    request_body = SetMember,
    responses((status = 200, description = "The member", body = MemberView))
)]
pub async fn set_member(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    address: Address,
    Path(path): Path<MemberPath>,
    Body(wanted): Body<SetMember>,
) -> Result<Json<MemberView>> {
    if caller.admin().is_ok() {
        state.catalog.user(&path.user).await?;
        state.catalog.ensure_namespace(&path.ns).await?;
    }
    need(&state, &caller, &path.ns, Role::Owner).await?;
    let member = state.catalog.set_member(&path.ns, &path.user, wanted.role).await?;
    let detail = json!({ "user": member.user, "role": member.role });
    record::entry(&state, caller.name(), &address.0, "member.set", path.ns, detail).await;
    Ok(Json(view::member(member)))
}

/// Remove a member
///
/// Owners may remove any member; every member may leave.
#[utoipa::path(
    delete,
    path = "/api/v1/namespaces/{ns}/members/{user}",
    tag = "accounts",
    params(MemberPath),
    responses((status = 204, description = "The member was removed"))
)]
pub async fn remove_member(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    address: Address,
    Path(path): Path<MemberPath>,
) -> Result<StatusCode> {
    let leaves = caller.own_account().is_ok_and(|user| user.name.eq_ignore_ascii_case(&path.user));
    need(&state, &caller, &path.ns, if leaves { Role::Reader } else { Role::Owner }).await?;
    state.catalog.remove_member(&path.ns, &path.user).await?;
    let detail = json!({ "user": path.user });
    record::entry(&state, caller.name(), &address.0, "member.remove", path.ns, detail).await;
    Ok(StatusCode::NO_CONTENT)
}
