//! Data sets, tokens and people of a server.

use hub_schema::Scope;
use hub_schema::api::CreateToken;

use super::super::Hub;
use super::fake::{Fake, Reply};

#[tokio::test]
async fn lists_come_by_pages() {
    let fake = Fake::start(|request| {
        let page = request.query("cursor").map_or(0, |cursor| cursor.parse::<usize>().unwrap());
        let data_set = |n: usize| {
            serde_json::json!({ "uuid": uuid::Uuid::nil(), "name": format!("vision/pets{n}"), "visibility": "public",
                "summary": "", "rows": n, "size_bytes": 1, "created": "2026-01-01T00:00:00Z",
                "updated": "2026-01-01T00:00:00Z", "default_branch": "main" })
        };
        let items = [data_set(2 * page), data_set(2 * page + 1)];
        let next = (page < 2).then(|| (page + 1).to_string());
        Reply::json(200, serde_json::json!({ "datasets": items, "next": next }))
    });
    let listed = Hub::over(fake.connection()).datasets(None).await.unwrap();
    assert_eq!(listed.len(), 6);
    assert_eq!(listed[5].name.to_string(), "vision/pets5");
}

#[tokio::test]
async fn a_list_that_goes_round_ends() {
    let fake = Fake::start(|_| {
        let user = serde_json::json!({ "name": "ada", "admin": true, "created": "2026-01-01T00:00:00Z" });
        Reply::json(200, serde_json::json!({ "users": [user], "next": "again" }))
    });
    assert_eq!(Hub::over(fake.connection()).users().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_data_set_that_is_there_is_as_good_as_made() {
    let fake = Fake::start(|request| match request.query("x") {
        _ if String::from_utf8_lossy(&request.body).contains("vision/old") => {
            Reply::problem(409, "conflict", "there is one")
        }
        _ => Reply::json(201, serde_json::json!({ "name": "vision/new" })),
    });
    let hub = Hub::over(fake.connection());
    assert!(hub.create_dataset(&"vision/new".parse().unwrap()).await.unwrap());
    assert!(!hub.create_dataset(&"vision/old".parse().unwrap()).await.unwrap());
}

#[tokio::test]
async fn a_made_token_is_told_once_and_never_logged() {
    let fake = Fake::start(|request| {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body, serde_json::json!({ "name": "ci", "scope": "read" }));
        Reply::json(
            201,
            serde_json::json!({ "secret": "hub_new", "id": uuid::Uuid::nil(), "name": "ci", "scope": "read",
                "created": "2026-01-01T00:00:00Z" }),
        )
    });
    let made = Hub::over(fake.connection()).create_token(&CreateToken::new("ci", Scope::Read)).await.unwrap();
    assert_eq!(made.secret.reveal(), "hub_new");
    assert!(!format!("{made:?}").contains("hub_new"));
}
