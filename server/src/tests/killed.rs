//! A server that is killed at any step of a change of a data set: another one finishes it, and no name is lost.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hub_catalog::NewDataset;
use hub_dataset::{Dataset, Store};
use object_store::memory::InMemory;
use object_store::path::Path as StorePath;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::hub::{append, body, problem};
use super::stopped_store::Stopped;
use super::{Hub, Who};
use crate::config::Config;
use crate::state::AppState;
use crate::work::jobs;

const PETS: &str = "/api/v1/datasets/vision/pets";

/// Makes a request to a server that ends at a point of it.
async fn killed_at(hub: &Hub, point: &'static str, who: Who, method: Method, path: &str, json: Json) {
    hub.state.faults.set(point);
    let request = hub.request(who, method, path).json(&json).send();
    let request = tokio::spawn(request);
    let reached = tokio::time::timeout(Duration::from_secs(20), hub.state.faults.reached()).await;
    assert!(reached.is_ok(), "{point} was not reached: {:?}", request.await);
    request.abort();
    hub.state.faults.set("");
}

/// A server that is started on what the killed one has left.
async fn another(hub: &Hub) -> Hub {
    hub.again().await
}

fn about(hub: &Hub, location: &str) -> Json {
    let path = hub.folder.path().join("datasets").join(location).join("about.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn a_data_set_that_was_being_made_is_made() {
    for point in ["created in the catalog", "created in the store"] {
        let new = json!({ "name": "vision/pets", "visibility": "public", "card": "Pets." });
        // Used right away on the same server, on another one, or found by the jobs.
        for used in ["get", "delete", "rename", "patch", "push", "jobs", "reindex"] {
            let hub = Hub::new().await;
            killed_at(&hub, point, Who::Writer, Method::POST, "/api/v1/datasets", new.clone()).await;
            let hub = another(&hub).await;
            let status = async |method, path: &str, json| {
                hub.send(Who::Owner, method, path, json).await.status().as_u16()
            };
            match used {
                "get" => assert_eq!(hub.json(Who::Stranger, PETS).await["card"], "Pets."),
                "delete" => assert_eq!(status(Method::DELETE, PETS, json!({})).await, 200),
                "rename" => {
                    assert_eq!(
                        status(Method::POST, &format!("{PETS}/rename"), json!({ "to": "vision/cats" })).await,
                        200
                    );
                    assert_eq!(
                        hub.json(Who::Stranger, "/api/v1/datasets/vision/cats").await["card"],
                        "Pets."
                    );
                }
                "patch" => assert_eq!(status(Method::PATCH, PETS, json!({ "card": "Cats." })).await, 200),
                "push" => {
                    let path = format!("{PETS}/objects/blobs/{}", blake3::hash(b"{}").to_hex());
                    assert_eq!(hub.send(Who::Writer, Method::PUT, &path, json!({})).await.status(), 201);
                }
                "jobs" => jobs::run_once(&hub.state).await.unwrap(),
                _ => {
                    let done = hub.state.catalog.reindex(&hub.state.root.store("").unwrap()).await.unwrap();
                    assert!(done.failures.is_empty() && done.missing.is_empty(), "{done:?}");
                }
            }
            if used == "delete" {
                body(
                    hub.send(Who::Writer, Method::POST, "/api/v1/datasets", new.clone()).await,
                    StatusCode::CREATED,
                )
                .await;
            }
            let name = if used == "rename" { "vision/cats" } else { "vision/pets" };
            let info = hub.state.catalog.dataset(&name.parse().unwrap()).await.unwrap();
            let dataset = Dataset::open(hub.state.root.store(&info.location).unwrap()).await.unwrap();
            assert_eq!(dataset.hub_file().uuid, info.uuid);
            assert_eq!(about(&hub, &info.location)["name"], name, "{point} {used}");
            assert!(hub.state.catalog.unfinished_datasets(10).await.unwrap().is_empty(), "{point} {used}");
            append(&dataset, "main", 0, &[("train", &[2])]).await;
            assert_eq!(hub.json(Who::Owner, &format!("/api/v1/datasets/{name}")).await["rows"], 2);
        }
    }
}

#[tokio::test]
async fn a_data_set_without_hub_json_is_made_again_if_it_is_empty() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let remove =
        |name: &str| std::fs::remove_file(hub.folder.path().join("datasets/vision").join(name)).unwrap();
    remove("pets/hub.json");
    let hub = another(&hub).await;
    assert_eq!(hub.json(Who::Reader, PETS).await["head"], Json::Null);
    // One with commits has lost something: nothing is written, but its owner can delete it, and the name is free.
    let dataset = Dataset::open(hub.state.root.store("vision/pets").unwrap()).await.unwrap();
    append(&dataset, "main", 0, &[("train", &[2])]).await;
    std::fs::remove_file(hub.folder.path().join("datasets/vision/pets/hub.json")).unwrap();
    let hub = another(&hub).await;
    assert_eq!(problem(hub.get(Who::Reader, PETS).await, 404).await, "not-found");
    let patched = hub.send(Who::Owner, Method::PATCH, PETS, json!({ "visibility": "public" })).await;
    assert_eq!(patched.status(), 200);
    assert_eq!(hub.send(Who::Writer, Method::DELETE, PETS, json!({})).await.status(), 403);
    assert_eq!(hub.send(Who::Owner, Method::DELETE, PETS, json!({})).await.status(), 200);
    hub.dataset("pets", "private").await;
    let page = hub.json(Who::Reader, PETS).await;
    assert_eq!(page["head"], Json::Null, "nothing of the old one is in the new one");
}

#[tokio::test]
async fn a_rename_is_finished() {
    for point in ["renamed in the catalog", "renamed in the store"] {
        for used in ["get", "jobs", "create", "rename"] {
            let hub = Hub::new().await;
            let dataset = hub.dataset("pets", "public").await;
            append(&dataset, "main", 0, &[("train", &[4])]).await;
            let rename = json!({ "to": "vision/animals" });
            killed_at(&hub, point, Who::Owner, Method::POST, &format!("{PETS}/rename"), rename).await;
            let hub = another(&hub).await;
            let mut name = "vision/animals";
            match used {
                "get" => {}
                "jobs" => jobs::run_once(&hub.state).await.unwrap(),
                // The old name is free, though the folder may still be in its place.
                "create" => drop(hub.dataset("pets", "private").await),
                _ => {
                    let again = json!({ "to": "vision/cats" });
                    let path = format!("/api/v1/datasets/{name}/rename");
                    assert_eq!(hub.send(Who::Owner, Method::POST, &path, again).await.status(), 200);
                    name = "vision/cats";
                }
            }
            assert_eq!(
                hub.json(Who::Stranger, &format!("/api/v1/datasets/{name}")).await["rows"],
                4,
                "{point} {used}"
            );
            if used != "create" {
                assert_eq!(problem(hub.get(Who::Owner, PETS).await, 404).await, "not-found");
                assert!(!hub.folder.path().join("datasets/vision/pets").exists());
            }
            assert!(hub.folder.path().join("datasets").join(name).join("hub.json").exists());
            assert_eq!(about(&hub, name)["name"], name);
        }
    }
}

#[tokio::test]
async fn changes_deletions_and_restorations_are_finished() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    killed_at(
        &hub,
        "updated in the catalog",
        Who::Owner,
        Method::PATCH,
        PETS,
        json!({ "visibility": "private" }),
    )
    .await;
    assert_eq!(about(&hub, "vision/pets")["visibility"], "public");
    let hub = another(&hub).await;
    assert_eq!(problem(hub.get(Who::Stranger, PETS).await, 404).await, "not-found");
    assert_eq!(about(&hub, "vision/pets")["visibility"], "private");
    killed_at(&hub, "deleted in the catalog", Who::Owner, Method::DELETE, PETS, json!({})).await;
    let hub = another(&hub).await;
    assert_eq!(problem(hub.get(Who::Owner, PETS).await, 404).await, "not-found");
    assert!(about(&hub, "vision/pets")["deleted"].is_string());
    let deleted = hub.json(Who::Owner, "/api/v1/datasets?deleted=true").await;
    let restore = format!("/api/v1/deleted/{}/restore", deleted["datasets"][0]["uuid"].as_str().unwrap());
    killed_at(&hub, "restored in the catalog", Who::Owner, Method::POST, &restore, json!({})).await;
    let hub = another(&hub).await;
    assert_eq!(hub.json(Who::Reader, PETS).await["visibility"], "private");
    assert_eq!(about(&hub, "vision/pets")["deleted"], Json::Null);
    // Repeated, since the answer was lost.
    let again = hub.send(Who::Owner, Method::POST, &restore, json!({})).await;
    assert_eq!(body(again, StatusCode::OK).await["name"], "vision/pets");
}

/// Killed at any request to the store.
#[tokio::test]
async fn every_step_in_the_store_can_be_the_last() {
    // A server that doesn't run, or its jobs would finish what this test does.
    let home = tempfile::tempdir().unwrap();
    let state = AppState::open(Config::in_home(home.path()).unwrap()).await.unwrap();
    let catalog = &state.catalog;
    catalog.ensure_namespace("vision").await.unwrap();
    let mut stops = 0;
    for requests in 0.. {
        let inner = Arc::new(InMemory::new());
        let whole = Store::new(inner.clone(), StorePath::default(), "memory://whole");
        let new = NewDataset::new(Uuid::new_v4(), format!("vision/s{requests}").parse().unwrap());
        let hub_file = crate::store::hub_file(&state.root, (new.uuid, new.created)).await.unwrap();
        let info = catalog.create_dataset(&NewDataset { hub: Some(hub_file), ..new }).await.unwrap();
        let stopped = Stopped::after(&inner, requests);
        let store = Store::new(stopped.clone(), StorePath::default(), "memory://stopped");
        let _ = tokio::time::timeout(Duration::from_millis(100), catalog.finish(info.uuid, &store)).await;
        catalog.finish(info.uuid, &whole).await.unwrap();
        let made = Dataset::open(whole.below(&info.location)).await.unwrap();
        assert_eq!(made.hub_file().uuid, info.uuid, "{requests}");
        let about: Json = serde_json::from_slice(&made.store().need("about.json").await.unwrap()).unwrap();
        assert_eq!(about["name"], info.name.to_string(), "{requests}");
        assert!(catalog.unfinished_datasets(10).await.unwrap().is_empty(), "{requests}");
        if stopped.has_left() {
            break;
        }
        stops += 1;
    }
    assert!(stops >= 3, "hub.json is looked for and created, and about.json written: {stops}");
}

/// What an interrupted removal leaves must not become part of the next data set of the name.
#[tokio::test]
async fn an_interrupted_removal_goes_on() {
    let hub = Hub::with(crate::Settings { delete_grace_secs: Some(0), ..Default::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    hub.send(Who::Owner, Method::DELETE, PETS, json!({})).await;
    let folder = hub.folder.path().join("datasets/vision/pets");
    // Killed in the middle, in the worst order.
    std::fs::remove_file(folder.join("hub.json")).unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    jobs::run_once(&hub.state).await.unwrap();
    assert!(!folder.exists());
    hub.dataset("pets", "private").await;
    assert_eq!(hub.json(Who::Reader, PETS).await["head"], Json::Null);
    // Left by an earlier version, which didn't know of it.
    hub.send(Who::Owner, Method::DELETE, PETS, json!({})).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    jobs::run_once(&hub.state).await.unwrap();
    left_over(&folder);
    let refused =
        hub.send(Who::Writer, Method::POST, "/api/v1/datasets", json!({ "name": "vision/pets" })).await;
    assert_eq!(problem(refused, 409).await, "conflict");
    std::fs::remove_dir_all(&folder).unwrap();
    hub.dataset("pets", "private").await;
}

fn left_over(folder: &Path) {
    std::fs::create_dir_all(folder.join("refs/main")).unwrap();
    std::fs::write(folder.join("refs/main/00000000000000000000.json"), "{}").unwrap();
}

#[tokio::test]
async fn a_client_that_disconnects_leaves_nothing_half_done() {
    let hub = Hub::new().await;
    for n in 0..20 {
        let new = json!({ "name": format!("vision/s{n}") });
        let request = hub.request(Who::Writer, Method::POST, "/api/v1/datasets").json(&new).send();
        // Cut off at some point of it.
        let _ = tokio::time::timeout(Duration::from_millis(n), request).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(hub.state.catalog.unfinished_datasets(100).await.unwrap().is_empty());
    for info in hub.state.catalog.every_dataset(None, 100).await.unwrap() {
        Dataset::open(hub.state.root.store(&info.location).unwrap()).await.unwrap();
    }
}

/// Opening the state of a server twice is what [`Hub::again`] relies on.
#[tokio::test]
async fn two_servers_share_a_home() {
    let hub = Hub::new().await;
    let other = AppState::open(Config::in_home(hub.folder.path()).unwrap()).await.unwrap();
    hub.dataset("pets", "private").await;
    assert!(other.catalog.dataset(&"vision/pets".parse().unwrap()).await.is_ok());
}
