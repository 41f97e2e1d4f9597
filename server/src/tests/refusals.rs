//! The extension members of a refusal: what is required, and what the caller has.

use hub_schema::api::{AccessDenied, Problem};
use reqwest::{Method, Response};
use serde_json::{Value as Json, json};

use super::roles::table;
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

async fn denied(response: Response) -> AccessDenied {
    let status = response.status();
    let problem: Problem = response.json().await.unwrap();
    assert_eq!((status.as_u16(), problem.slug()), (403, "forbidden"), "{problem:?}");
    problem.access
}

/// The members in document order; an empty string for a missing one.
fn members(access: &AccessDenied) -> [&str; 6] {
    let AccessDenied { namespace, required_role, role, required_scope, scope, token_namespace } = access;
    [namespace, required_role, role, required_scope, scope, token_namespace]
        .map(|member| member.as_deref().unwrap_or_default())
}

#[tokio::test]
async fn a_refusal_names_role_and_scope() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    for (who, role, scope, within) in [
        (Who::Outsider, "", "admin", ""),
        (Who::Reader, "reader", "admin", ""),
        (Who::Writer, "writer", "admin", ""),
        (Who::OwnerToRead, "owner", "read", ""),
        // The user's role is sufficient, the token's scope isn't.
        (Who::OwnerElsewhere, "owner", "admin", "olga"),
    ] {
        let access = denied(hub.send(who, Method::PATCH, PETS, json!({})).await).await;
        assert_eq!(members(&access), ["vision", "owner", role, "admin", scope, within], "{who:?}");
    }
    let path = format!("{PETS}/objects/blobs/{}", blake3::hash(b"x").to_hex());
    let access = denied(hub.send(Who::Reader, Method::PUT, &path, json!({})).await).await;
    assert_eq!(members(&access), ["vision", "writer", "reader", "write", "admin", ""]);
    let new = json!({ "name": "nowhere/pets" });
    let access = denied(hub.send(Who::Owner, Method::POST, "/api/v1/datasets", new).await).await;
    assert_eq!(members(&access), ["nowhere", "writer", "", "write", "admin", ""]);
}

#[tokio::test]
async fn a_session_has_no_scope() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let login = json!({ "name": "rita", "password": "ritas password" });
    let answer = hub.send(Who::Stranger, Method::POST, "/api/v1/session", login).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let request = hub.request(Who::Stranger, Method::PATCH, PETS).json(&json!({}));
    let sent = request.header("cookie", cookie).header("x-hub-request", "1").send().await.unwrap();
    assert_eq!(members(&denied(sent).await), ["vision", "owner", "reader", "admin", "", ""]);
}

#[tokio::test]
async fn refusals_of_hub_and_account_routes_name_what_they_require() {
    let hub = Hub::new().await;
    let access = denied(hub.get(Who::Owner, "/api/v1/users").await).await;
    assert_eq!(members(&access), ["", "admin", "", "admin", "admin", ""]);
    let ada = hub.state.catalog.user("ada").await.unwrap();
    let token = hub_catalog::NewToken::new("r", hub_catalog::Scope::Read);
    let (_, secret) = hub.state.catalog.create_token(ada.id, &token).await.unwrap();
    let users = hub.request(Who::Stranger, Method::GET, "/api/v1/users").bearer_auth(secret.reveal());
    let access = denied(users.send().await.unwrap()).await;
    assert_eq!(members(&access), ["", "admin", "admin", "admin", "read", ""]);
    let access = denied(hub.get(Who::OwnerToRead, "/api/v1/tokens").await).await;
    assert_eq!(members(&access), ["", "", "", "admin", "read", ""]);
    let access = denied(hub.get(Who::OwnerElsewhere, "/api/v1/tokens").await).await;
    assert_eq!(members(&access), ["", "", "", "admin", "admin", "olga"]);
}

#[tokio::test]
async fn only_an_owner_restores_a_data_set() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let gone = hub.send(Who::Owner, Method::DELETE, PETS, json!({})).await;
    let uuid = gone.json::<Json>().await.unwrap()["uuid"].as_str().unwrap().to_owned();
    let restore = format!("/api/v1/deleted/{uuid}/restore");
    let access = denied(hub.send(Who::Writer, Method::POST, &restore, json!({})).await).await;
    assert_eq!(members(&access), ["vision", "owner", "writer", "admin", "admin", ""]);
    // Others can't see that it existed.
    let outsider = hub.send(Who::Outsider, Method::POST, &restore, json!({})).await;
    assert_eq!(super::hub::problem(outsider, 404).await, "not-found");
}

/// Every refusal of the table names what it requires, and no other answer mentions roles, in particular not that for a
/// private data set, which looks missing to callers who may not see it.
#[tokio::test]
async fn only_refusals_have_these_members() {
    let hub = Hub::with(crate::Settings { logins_per_minute: Some(1000), ..Default::default() }).await;
    hub.dataset("pets", "private").await;
    let (mut refusals, mut others) = (0, 0);
    for (method, _, path, json, statuses) in table() {
        for who in Who::ALL.into_iter().zip(statuses).filter(|(_, s)| *s != 999).map(|(who, _)| who) {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let request = hub.request(who, method.clone(), path);
            let request = if json.is_null() { request } else { request.json(&json) };
            let answer = request.send().await.unwrap();
            if answer.status().is_success() {
                continue;
            }
            let problem: Problem = answer.json().await.unwrap();
            if problem.slug() == "forbidden" {
                assert!(problem.access.required_scope.is_some(), "{who:?} {method} {path}: {problem:?}");
                refusals += 1;
            } else {
                assert!(problem.access.is_empty(), "{who:?} {method} {path}: {problem:?}");
                others += 1;
            }
        }
    }
    assert!(refusals > 50 && others > 50, "{refusals} refusals, {others} others");
}

#[tokio::test]
async fn members_do_not_reveal_a_private_data_set() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    for who in [Who::Stranger, Who::Outsider, Who::OwnerElsewhere] {
        for method in [Method::GET, Method::PATCH, Method::DELETE] {
            let mut seen = Vec::new();
            for name in ["pets", "none"] {
                let path = format!("/api/v1/datasets/vision/{name}");
                let mut json: Json =
                    hub.send(who, method.clone(), &path, json!({})).await.json().await.unwrap();
                json["request_id"] = Json::Null;
                seen.push(json.to_string().replace(name, "X"));
            }
            assert_eq!(seen[0], seen[1], "{who:?} {method}");
        }
    }
    // Nor an existing namespace.
    let of = async |namespace: &str| {
        let new = json!({ "name": format!("{namespace}/new") });
        let refused = hub.send(Who::Outsider, Method::POST, "/api/v1/datasets", new).await;
        members(&denied(refused).await).map(|member| member.replace(namespace, "X"))
    };
    assert_eq!(of("vision").await, of("nowhere").await);
}
