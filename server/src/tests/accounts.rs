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
    let ended = body(change(&right).send().await.unwrap(), StatusCode::OK).await;
    // All sessions and tokens ended, and are listed.
    assert_eq!((&ended["sessions"], &ended["tokens"][0]["name"]), (&json!(1), &json!("t")));
    assert_eq!(problem(hub.get(Who::Writer, "/api/v1/me").await, 401).await, "unauthorized");
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

async fn log_in(hub: &Hub, from: &str, name: &str, password: &str) -> reqwest::Response {
    let login = json!({ "name": name, "password": password });
    let request = hub.request(Who::Stranger, Method::POST, "/api/v1/session").json(&login);
    request.header("x-forwarded-for", from).send().await.unwrap()
}

/// A hub behind a proxy, so that requests can come from any address.
async fn proxied(logins_per_minute: u32) -> Hub {
    Hub::with(Settings {
        logins_per_minute: Some(logins_per_minute),
        trust_forwarded: Some(true),
        ..Settings::default()
    })
    .await
}

#[tokio::test]
async fn only_failed_logins_count_and_nobody_locks_a_name() {
    let hub = proxied(2).await;
    for _ in 0..5 {
        assert_eq!(log_in(&hub, "192.0.2.1", "olga", "olgas password").await.status(), 200);
    }
    // Addresses of one IPv6 network are one caller.
    let mut seen = Vec::new();
    for n in 0..3 {
        seen.push(log_in(&hub, &format!("2001:db8:1:2::{n}"), "olga", "guess").await.status().as_u16());
    }
    assert_eq!(seen, [401, 401, 429]);
    // Others fail by her name from many networks; she gets in all the same, and her token works.
    for n in 0..4 {
        assert_eq!(log_in(&hub, &format!("198.51.100.{n}"), "olga", "guess").await.status(), 401);
    }
    assert_eq!(log_in(&hub, "192.0.2.1", "olga", "olgas password").await.status(), 200);
    assert_eq!(hub.get(Who::Owner, "/api/v1/me").await.status(), 200);
    // Nor can they keep her from changing her password.
    let change = json!({ "old": "olgas password", "new": "another password" });
    assert_eq!(hub.send(Who::Owner, Method::PUT, "/api/v1/me/password", change).await.status(), 200);
}

#[tokio::test]
async fn a_wrong_login_is_told_plainly() {
    let hub = proxied(100).await;
    let long = "x".repeat(1 << 20);
    for (name, password) in [("olga", "guess"), ("nobody", "guess"), (long.as_str(), "guess"), ("a\nb", "x")]
    {
        let json = body(log_in(&hub, "192.0.2.1", name, password).await, StatusCode::UNAUTHORIZED).await;
        assert_eq!(json["type"], "/problems/bad-login");
        assert_eq!(json["title"], "Wrong user name or password");
        assert_eq!(json["detail"], "the user name or the password is wrong");
    }
}

#[tokio::test]
async fn the_audit_log_is_read_by_owners_and_forged_by_nobody() {
    let hub = proxied(100).await;
    let audit = async |who, target: &str| hub.json(who, &format!("/api/v1/audit?target={target}")).await;
    let before = audit(Who::Owner, "vision").await;
    // Names that callers make up are no targets, and stay on their line.
    log_in(&hub, "192.0.2.1", "vision", "guess").await;
    log_in(&hub, "192.0.2.1", "vision/pets", "guess").await;
    log_in(&hub, "192.0.2.1", "x\n2026-11-30 ada dataset.delete vision/pets", "guess").await;
    let token = json!({ "name": "vision/pets", "scope": "read" });
    body(hub.send(Who::Outsider, Method::POST, "/api/v1/tokens", token).await, StatusCode::CREATED).await;
    let forged = json!({ "name": "a\nb", "scope": "read" });
    let refused = hub.send(Who::Outsider, Method::POST, "/api/v1/tokens", forged).await;
    assert_eq!(problem(refused, 422).await, "invalid");
    assert_eq!(audit(Who::Owner, "vision").await, before);
    // A login by a user's name is that user's to see, and so are tokens.
    log_in(&hub, "192.0.2.1", "OLGA", "guess").await;
    let of_olga = audit(Who::Owner, "olga").await;
    assert_eq!(of_olga["entries"][0]["action"], "session.refuse");
    assert_eq!(
        (&of_olga["entries"][0]["target"], &of_olga["entries"][0]["actor"]),
        (&json!("olga"), &json!(""))
    );
    let of_oscar = audit(Who::Outsider, "oscar").await;
    assert_eq!(
        (&of_oscar["entries"][0]["action"], &of_oscar["entries"][0]["detail"]["name"]),
        (&json!("token.create"), &json!("vision/pets"))
    );
    assert_eq!(problem(hub.get(Who::Outsider, "/api/v1/audit?target=olga").await, 403).await, "forbidden");
    // A data set that moves is seen by the owners of both namespaces.
    hub.dataset("pets", "private").await;
    let rename = json!({ "to": "oscar/pets" });
    let renamed = hub.send(Who::Admin, Method::POST, "/api/v1/datasets/vision/pets/rename", rename).await;
    assert_eq!(renamed.status(), 200);
    assert_eq!(audit(Who::Outsider, "oscar").await["entries"][0]["detail"]["from"], "vision/pets");
    assert_eq!(audit(Who::Owner, "vision").await["entries"][0]["detail"]["to"], "oscar/pets");
}

#[tokio::test]
async fn a_name_that_is_given_again_inherits_nothing() {
    let hub = Hub::new().await;
    let new = json!({ "name": "olga/secret" });
    body(hub.send(Who::Owner, Method::POST, "/api/v1/datasets", new).await, StatusCode::CREATED).await;
    let remove = async |name: &str| {
        let path = format!("/api/v1/users/{name}");
        assert_eq!(hub.request(Who::Admin, Method::DELETE, &path).send().await.unwrap().status(), 204);
    };
    remove("olga").await;
    let make = json!({ "name": "olga", "password": "another person" });
    let made = hub.send(Who::Admin, Method::POST, "/api/v1/users", make).await;
    assert_eq!(body(made, StatusCode::CREATED).await["owns_namespace"], false);
    let token = json!({ "name": "t", "scope": "admin", "user": "olga" });
    let token =
        body(hub.send(Who::Admin, Method::POST, "/api/v1/tokens", token).await, StatusCode::CREATED).await;
    let get = async |path: &str| {
        let request =
            hub.request(Who::Stranger, Method::GET, path).bearer_auth(token["secret"].as_str().unwrap());
        request.send().await.unwrap()
    };
    assert_eq!(problem(get("/api/v1/datasets/olga/secret").await, 404).await, "not-found");
    assert_eq!(problem(get("/api/v1/audit?target=olga").await, 403).await, "forbidden");
    let own = body(get("/api/v1/datasets").await, StatusCode::OK).await;
    assert_eq!(own["datasets"], json!([]));
    assert_eq!(hub.json(Who::Admin, "/api/v1/datasets/olga/secret").await["role"], "owner");
    // An owner of the hub gives it to someone.
    let give =
        hub.send(Who::Admin, Method::PUT, "/api/v1/namespaces/olga/members/olga", json!({ "role": "owner" }));
    assert_eq!(give.await.status(), 200);
    assert_eq!(get("/api/v1/datasets/olga/secret").await.status(), 200);
    // An empty namespace begins anew: nothing that was logged about it before is seen.
    remove("rita").await;
    let make = json!({ "name": "rita", "password": "another person" });
    let made = hub.send(Who::Admin, Method::POST, "/api/v1/users", make).await;
    assert_eq!(body(made, StatusCode::CREATED).await["owns_namespace"], true);
    let token = json!({ "name": "t", "scope": "admin", "user": "rita" });
    let token =
        body(hub.send(Who::Admin, Method::POST, "/api/v1/tokens", token).await, StatusCode::CREATED).await;
    let log = hub.request(Who::Stranger, Method::GET, "/api/v1/audit?target=rita");
    let log = log.bearer_auth(token["secret"].as_str().unwrap()).send().await.unwrap();
    let log = body(log, StatusCode::OK).await;
    let actions: Vec<_> =
        log["entries"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["token.create", "user.create"]);
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
    let wrong = http.get(format!("{base}/setup?secret=setup_x")).send().await.unwrap();
    assert_eq!(problem(wrong, 403).await, "bad-signature");
    let form = |secret: &str| {
        let form = [("secret", secret), ("name", "ada"), ("password", "a long password")];
        http.post(format!("{base}/setup")).form(&form).send()
    };
    assert_eq!(problem(form("setup_wrong").await.unwrap(), 403).await, "bad-signature");
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
    assert_eq!(problem(form(secret.reveal()).await.unwrap(), 403).await, "bad-signature");
    let used = http.get(format!("{base}/setup?secret={}", secret.reveal())).header("accept", "text/html");
    assert!(plain(used.send().await.unwrap()).await.contains("has an owner already"));
    assert!(state.catalog.user("ada").await.unwrap().admin);
}

/// A page's text; in the page even blanks are escaped.
async fn plain(page: reqwest::Response) -> String {
    page.text().await.unwrap().replace("&#32;", " ")
}
