//! Branches, tags, reverts and merges over REST.

use hub_schema::commit::Arbiter;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::hub::{append, body, problem};
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

async fn pets() -> (Hub, Vec<String>) {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    let rows = hub.json(Who::Reader, &format!("{PETS}/rows?columns=n")).await;
    let rows = rows["rows"].as_array().unwrap().iter();
    let ids = rows.map(|row| row["row_id"].as_str().unwrap().to_owned()).collect();
    (hub, ids)
}

async fn post(hub: &Hub, route: &str, json: Json, status: StatusCode) -> Json {
    body(hub.send(Who::Writer, Method::POST, &format!("{PETS}/{route}"), json).await, status).await
}

async fn set(hub: &Hub, branch: &str, row: &str, n: i64) -> Json {
    let change = json!({ "row_id": row, "column": "n", "value": n });
    post(hub, "edits", json!({ "base": branch, "branch": branch, "changes": [change] }), StatusCode::OK).await
}

#[tokio::test]
async fn branches_are_created_merged_and_deleted() {
    let (hub, ids) = pets().await;
    let made = post(&hub, "branches", json!({ "name": "fix", "from": "main:0" }), StatusCode::CREATED).await;
    assert_eq!((&made["name"], &made["at"]["branch"]), (&json!("fix"), &json!("fix")));
    set(&hub, "fix", &ids[0], 50).await;
    // Nobody committed to main: it moves to the commit.
    let merged = post(&hub, "merge", json!({ "from": "fix" }), StatusCode::OK).await;
    assert_eq!((&merged["outcome"], &merged["commit"]["branch"]), (&json!("fast-forward"), &json!("main")));
    assert_eq!(post(&hub, "merge", json!({ "from": "fix" }), StatusCode::OK).await["outcome"], "unchanged");
    set(&hub, "main", &ids[1], 51).await;
    set(&hub, "fix", &ids[2], 52).await;
    let merged =
        post(&hub, "merge", json!({ "from": "fix", "into": "main", "message": "both" }), StatusCode::OK)
            .await;
    assert_eq!((&merged["outcome"], &merged["commit"]["message"]), (&json!("committed"), &json!("both")));
    let rows = hub.json(Who::Reader, &format!("{PETS}/rows?columns=n")).await;
    let numbers: Vec<_> =
        rows["rows"].as_array().unwrap().iter().map(|row| row["values"]["n"].clone()).collect();
    assert_eq!(numbers, [50, 51, 52, 3].map(|n| json!(n)));
    // Both sides changed the same value.
    set(&hub, "main", &ids[3], 60).await;
    set(&hub, "fix", &ids[3], 61).await;
    let refused =
        hub.send(Who::Writer, Method::POST, &format!("{PETS}/merge"), json!({ "from": "fix" })).await;
    assert_eq!(problem(refused, 409).await, "conflict");
    let delete = async |path: &str| {
        hub.request(Who::Writer, Method::DELETE, &format!("{PETS}/{path}")).send().await.unwrap()
    };
    assert_eq!(delete("branches/fix").await.status(), 204);
    let refs = hub.json(Who::Reader, &format!("{PETS}/refs")).await;
    assert_eq!(refs["branches"].as_array().unwrap().len(), 1);
    assert_eq!(problem(delete("branches/fix").await, 404).await, "not-found");
    assert_eq!(problem(delete("branches/main").await, 409).await, "conflict");
    assert_eq!(problem(delete("branches/-x").await, 400).await, "bad-name");
    let taken =
        hub.send(Who::Writer, Method::POST, &format!("{PETS}/branches"), json!({ "name": "main" })).await;
    assert_eq!(problem(taken, 412).await, "taken");
    // The catalog knows as much: its log of main is whole.
    let commits = hub.json(Who::Reader, &format!("{PETS}/commits")).await;
    assert_eq!(commits["commits"][0]["version"], 4);
}

#[tokio::test]
async fn tags_are_created_and_deleted() {
    let (hub, _) = pets().await;
    let tag =
        post(&hub, "tags", json!({ "name": "v1", "rev": "main:0", "message": "first" }), StatusCode::CREATED)
            .await;
    assert_eq!(
        (&tag["name"], &tag["author"], &tag["message"]),
        (&json!("v1"), &json!("willi"), &json!("first"))
    );
    assert_eq!(hub.json(Who::Reader, &format!("{PETS}/refs")).await["tags"][0]["name"], "v1");
    let again = hub.send(Who::Writer, Method::POST, &format!("{PETS}/tags"), json!({ "name": "v1" })).await;
    assert_eq!(problem(again, 412).await, "taken");
    let delete =
        async || hub.request(Who::Writer, Method::DELETE, &format!("{PETS}/tags/v1")).send().await.unwrap();
    assert_eq!(delete().await.status(), 204);
    assert_eq!(problem(delete().await, 404).await, "not-found");
}

#[tokio::test]
async fn an_earlier_state_comes_back() {
    let (hub, ids) = pets().await;
    set(&hub, "main", &ids[0], 50).await;
    let back = post(&hub, "revert", json!({ "to": "main:0" }), StatusCode::OK).await;
    assert_eq!((&back["outcome"], &back["commit"]["version"]), (&json!("committed"), &json!(2)));
    let rows = hub.json(Who::Reader, &format!("{PETS}/rows?columns=n&limit=1")).await;
    assert_eq!(rows["rows"][0]["values"]["n"], 0);
    assert_eq!(post(&hub, "revert", json!({ "to": "main:2" }), StatusCode::OK).await["outcome"], "unchanged");
    let none =
        hub.send(Who::Writer, Method::POST, &format!("{PETS}/revert"), json!({ "to": "main:9" })).await;
    assert_eq!(problem(none, 404).await, "not-found");
}

/// Where the store can't decide between two creates, the catalog does, also for commits that the server makes.
#[tokio::test]
async fn the_catalog_arbitrates_the_servers_own_commits() {
    let (hub, ids) = pets().await;
    let dataset = hub.state.catalog.dataset(&"vision/pets".parse().unwrap()).await.unwrap();
    let store = hub.state.root.store(&dataset.location).unwrap();
    let mut hub_file: hub_schema::HubFile =
        serde_json::from_slice(&store.need(hub_dataset::layout::HUB_FILE).await.unwrap()).unwrap();
    hub_file.arbiter = Arbiter::Catalog;
    store.put(hub_dataset::layout::HUB_FILE, serde_json::to_vec(&hub_file).unwrap()).await.unwrap();
    hub.state.datasets.forget(&dataset).await;
    let done = set(&hub, "main", &ids[0], 50).await;
    assert_eq!(done["commit"]["version"], 1);
    post(&hub, "branches", json!({ "name": "dev" }), StatusCode::CREATED).await;
    post(&hub, "tags", json!({ "name": "v1" }), StatusCode::CREATED).await;
    assert_eq!(hub.state.catalog.unwritten_claims(10).await.unwrap(), []);
    let claim =
        hub.state.catalog.claim(dataset.uuid, "refs/main/00000000000000000001.json", b"other").await.unwrap();
    assert!(matches!(claim, hub_catalog::CreateClaim::Lost { written: true, .. }), "{claim:?}");
}
