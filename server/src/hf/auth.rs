//! Who the caller is, and whether they may read a repository.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SecondsFormat, Utc};
use hub_schema::Scope;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::repo::Repo;
use crate::api::DatasetPath;
use crate::auth::{Caller, SignedIn};
use crate::state::AppState;

/// The caller's account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhoAmI {
    /// Always `user`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The id of the user.
    id: String,
    /// The name of the user.
    name: String,
    /// The name of the user.
    fullname: String,
    /// Always false.
    is_pro: bool,
    /// The namespaces that the user is a member of, as organizations.
    orgs: Vec<Organization>,
    /// How the request was authenticated: the token's name and role.
    #[schema(value_type = Object)]
    auth: Value,
}

/// A namespace, as an organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Always `org`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the namespace.
    name: String,
    /// The name of the namespace.
    fullname: String,
    /// The user's role: `read`, `write` or `admin`.
    role_in_org: &'static str,
}

/// Get the caller's account
///
/// `huggingface_hub.whoami` and `hf auth login` use it.
#[utoipa::path(
    get,
    path = "/hf/api/whoami-v2",
    tag = "hugging face",
    responses((status = 200, description = "The caller", body = WhoAmI))
)]
pub async fn whoami(
    State(state): State<AppState>,
    caller: Result<SignedIn, crate::Problem>,
) -> Result<Json<WhoAmI>, Refusal> {
    let SignedIn(caller) = caller?;
    let user = caller.user()?;
    let memberships = state.catalog.memberships(user.id).await?;
    let orgs = memberships.into_iter().filter(|member| member.namespace != user.name);
    let orgs = orgs.map(|member| Organization {
        kind: "org",
        fullname: member.namespace.clone(),
        name: member.namespace,
        role_in_org: role(member.role.scope()),
    });
    Ok(Json(WhoAmI {
        kind: "user",
        id: user.id.to_string(),
        name: user.name.clone(),
        fullname: user.name.clone(),
        is_pro: false,
        orgs: orgs.collect(),
        auth: auth(&caller),
    }))
}

fn auth(caller: &Caller) -> Value {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Millis, true);
    match caller {
        Caller::Program(access) => {
            let token = &access.token;
            // These clients can only read; of a token they tell whether it may write elsewhere.
            let role = role(token.scope);
            json!({
                "type": "access_token",
                "accessToken": { "displayName": token.name, "role": role, "createdAt": time(token.created) },
            })
        }
        _ => json!({ "type": "session" }),
    }
}

const fn role(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Write => "write",
        Scope::Admin => "admin",
    }
}

/// Check whether the caller may read a repository
#[utoipa::path(
    get,
    path = "/hf/api/datasets/{ns}/{name}/auth-check",
    tag = "hugging face",
    params(DatasetPath),
    responses((status = 200, description = "The caller may read it", body = Object))
)]
pub async fn auth_check(_: Repo) -> Json<Value> {
    Json(json!({}))
}
