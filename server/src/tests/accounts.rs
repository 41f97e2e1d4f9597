//! `/session`, `/me`, `/tokens`, `/users`, `/namespaces`, `/audit`, `/setup`.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::hub::{body, problem};
use super::{Hub, Who};
use crate::config::{Config, Settings};
use crate::state::AppState;

#[tokio::test]
async fn a_session_is_valid_on_own_pages() {
    let hub = Hub::new().await;
    let login = json!({ "name": "Willi", "password": "willis password" });
    let answer = hub.send(Who::Stranger, Method::POST, "/api/v1/session", login).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    assert_eq!(body(answer, StatusCode::OK).await["name"], "willi");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let with = |method, path: &str| hub.request(Who::Stranger, method, path).header("cookie", &cookie);
    let me = body(with(Method::GET, "/api/v1/me").send().await.unwrap(), StatusCode::OK).await;
    assert_eq!((&me["name"], &me["token"]), (&json!("willi"), &json!(null)));
    let token = json!({ "name": "laptop", "scope": "write", "expires_secs": 60 });
    let make = || with(Method::POST, "/api/v1/tokens").json(&token);
    assert_eq!(problem(make().send().await.unwrap(), 403).await, "cross-site");
    let evil = make().header("origin", "http://evil.example").send().await.unwrap();
    assert_eq!(problem(evil, 403).await, "cross-site");
    let own = make().header("sec-fetch-site", "same-origin").send().await.unwrap();
    let made = body(own, StatusCode::CREATED).await;
    assert!(made["secret"].as_str().unwrap().starts_with("hub_"));
    let tokens = body(with(Method::GET, "/api/v1/tokens").send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(tokens["tokens"].as_array().unwrap().len(), 2);
    assert!(tokens["tokens"][0].get("secret").is_none());

    let secret = made["secret"].as_str().unwrap();
    let bearer = |method, path: &str| hub.request(Who::Stranger, method, path).bearer_auth(secret);
    // A token of scope write can't create tokens, but can revoke itself.
    let more = bearer(Method::POST, "/api/v1/tokens").json(&token).send().await.unwrap();
    assert_eq!(problem(more, 403).await, "forbidden");
    let end = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(bearer(Method::DELETE, &end).send().await.unwrap().status(), 204);
    assert_eq!(problem(bearer(Method::GET, "/api/v1/me").send().await.unwrap(), 401).await, "unauthorized");

    let wrong = json!({ "old": "wrong", "new": "another password" });
    let change = |json| with(Method::PUT, "/api/v1/me/password").header("x-hub-request", "1").json(json);
    assert_eq!(problem(change(&wrong).send().await.unwrap(), 401).await, "bad-login");
    let right = json!({ "old": "willis password", "new": "another password" });
    assert_eq!(change(&right).send().await.unwrap().status(), 204);
    // All sessions ended.
    assert_eq!(problem(with(Method::GET, "/api/v1/me").send().await.unwrap(), 401).await, "unauthorized");
    let out = with(Method::DELETE, "/api/v1/session").header("x-hub-request", "1").send().await.unwrap();
    assert_eq!(out.status(), 204);
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn logins_are_limited() {
    let hub = Hub::with(Settings { logins_per_minute: Some(3), ..Settings::default() }).await;
    let wrong = json!({ "name": "olga", "password": "guess" });
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(
            hub.send(Who::Stranger, Method::POST, "/api/v1/session", wrong.clone()).await.status().as_u16(),
        );
    }
    assert_eq!(seen, [401, 401, 401, 429, 429]);
}

#[tokio::test]
async fn owners_manage_people() {
    let hub = Hub::new().await;
    let new = json!({ "name": "nina", "password": "ninas password" });
    body(hub.send(Who::Admin, Method::POST, "/api/v1/users", new.clone()).await, StatusCode::CREATED).await;
    assert_eq!(
        problem(hub.send(Who::Admin, Method::POST, "/api/v1/users", new).await, 409).await,
        "conflict"
    );
    let short = json!({ "name": "mia", "password": "short" });
    assert_eq!(
        problem(hub.send(Who::Admin, Method::POST, "/api/v1/users", short).await, 422).await,
        "invalid"
    );
    let users = hub.json(Who::Admin, "/api/v1/users?limit=2").await;
    assert_eq!((users["users"].as_array().unwrap().len(), users["next"].is_string()), (2, true));
    let member = "/api/v1/namespaces/vision/members/nina";
    let set = hub.send(Who::Owner, Method::PUT, member, json!({ "role": "writer" })).await;
    assert_eq!(body(set, StatusCode::OK).await["role"], "writer");
    let members = hub.json(Who::Reader, "/api/v1/namespaces/vision/members").await;
    assert!(members["members"].as_array().unwrap().contains(&json!({ "user": "nina", "role": "writer" })));
    assert_eq!(
        problem(hub.get(Who::Outsider, "/api/v1/namespaces/vision/members").await, 404).await,
        "not-found"
    );
    // Everyone may leave.
    let leave =
        hub.request(Who::Reader, Method::DELETE, "/api/v1/namespaces/vision/members/rita").send().await;
    assert_eq!(leave.unwrap().status(), 204);
    assert_eq!(
        problem(hub.request(Who::Writer, Method::DELETE, member).send().await.unwrap(), 403).await,
        "forbidden"
    );
    assert_eq!(hub.request(Who::Owner, Method::DELETE, member).send().await.unwrap().status(), 204);
    let made = hub.send(Who::Admin, Method::POST, "/api/v1/namespaces", json!({ "name": "audio" })).await;
    body(made, StatusCode::CREATED).await;
    let last = hub.send(Who::Admin, Method::PATCH, "/api/v1/users/ada", json!({ "admin": false })).await;
    assert_eq!(problem(last, 409).await, "conflict");
    assert_eq!(
        hub.request(Who::Admin, Method::DELETE, "/api/v1/users/nina").send().await.unwrap().status(),
        204
    );

    let log = hub.json(Who::Admin, "/api/v1/audit?limit=3").await;
    let actions: Vec<_> =
        log["entries"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["user.delete", "namespace.create", "member.remove"]);
    let own = hub.json(Who::Owner, "/api/v1/audit?target=vision").await;
    assert!(own["entries"].as_array().unwrap().iter().all(|e| e["target"] == "vision"));
    assert_eq!(problem(hub.get(Who::Owner, "/api/v1/audit").await, 403).await, "forbidden");
    assert_eq!(problem(hub.get(Who::Writer, "/api/v1/audit?target=vision").await, 403).await, "forbidden");
}

#[tokio::test]
async fn the_setup_link_creates_the_first_owner() {
    let folder = tempfile::tempdir().unwrap();
    let state = AppState::open(Config::in_home(folder.path()).unwrap()).await.unwrap();
    let secret = state.catalog.setup_link().await.unwrap().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(crate::serve::serve_on(state.clone(), listener, std::future::pending()));
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let page = http.get(format!("{base}/setup?secret={}", secret.reveal())).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(secret.reveal()));
    assert_eq!(http.get(format!("{base}/setup?secret=setup_x")).send().await.unwrap().status(), 401);
    let form = |secret: &str| {
        let form = [("secret", secret), ("name", "ada"), ("password", "a long password")];
        http.post(format!("{base}/setup")).form(&form).send()
    };
    assert_eq!(problem(form("setup_wrong").await.unwrap(), 403).await, "forbidden");
    // A browser gets the form again, with the error.
    let short = [("secret", secret.reveal()), ("name", "a<b"), ("password", "short")];
    let short = http.post(format!("{base}/setup")).header("accept", "text/html,*/*;q=0.8").form(&short);
    let short = short.send().await.unwrap();
    assert_eq!(short.status(), 422);
    let page = short.text().await.unwrap();
    assert!(
        page.contains("role=\"alert\">") && page.contains(secret.reveal()) && !page.contains("a<b"),
        "{page}"
    );
    let lost = http.get(format!("{base}/setup")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(lost.status(), 400);
    assert!(plain(lost).await.contains("prints a new one"));
    let made = form(secret.reveal()).await.unwrap();
    assert_eq!(made.status(), 303);
    assert!(made.headers().contains_key("set-cookie"));
    assert_eq!(problem(form(secret.reveal()).await.unwrap(), 403).await, "forbidden");
    let used = http.get(format!("{base}/setup?secret={}", secret.reveal())).header("accept", "text/html");
    assert!(plain(used.send().await.unwrap()).await.contains("has an owner already"));
    assert!(state.catalog.user("ada").await.unwrap().admin);
}

/// A page's text; in the page even blanks are escaped.
async fn plain(page: reqwest::Response) -> String {
    page.text().await.unwrap().replace("&#32;", " ")
}
