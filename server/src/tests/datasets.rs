//! `/api/v1/datasets`.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::hub::{append, body, problem};
use super::{Hub, Who};

#[tokio::test]
async fn a_data_set_is_created_updated_renamed_deleted_and_restored() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let pets = "/api/v1/datasets/vision/pets";
    let page = hub.json(Who::Reader, pets).await;
    assert_eq!(
        (&page["head"], &page["role"], &page["visibility"]),
        (&json!(null), &json!("reader"), &json!("private"))
    );
    append(&dataset, "main", 0, &[("train", &[4])]).await;
    let page = hub.json(Who::Reader, pets).await;
    assert_eq!((&page["rows"], &page["head"]["version"]), (&json!(4), &json!(0)));

    let change = json!({ "visibility": "public", "card": "# Pets\n\nCats and dogs.\n" });
    let changed = body(hub.send(Who::Owner, Method::PATCH, pets, change).await, StatusCode::OK).await;
    assert_eq!((&changed["visibility"], &changed["summary"]), (&json!("public"), &json!("Cats and dogs.")));
    assert_eq!(hub.json(Who::Stranger, pets).await["card"], "# Pets\n\nCats and dogs.\n");
    let about = std::fs::read_to_string(hub.folder.path().join("datasets/vision/pets/about.json")).unwrap();
    assert!(about.contains("Cats and dogs") && about.contains("public"));
    let wrong = hub.send(Who::Owner, Method::PATCH, pets, json!({ "default_branch": "none" })).await;
    assert_eq!(problem(wrong, 422).await, "invalid");
    let wrong = hub.send(Who::Owner, Method::PATCH, pets, json!({ "colour": "red" })).await;
    assert_eq!(problem(wrong, 422).await, "invalid");

    let rename = json!({ "to": "vision/animals" });
    let renamed = hub.send(Who::Owner, Method::POST, &format!("{pets}/rename"), rename).await;
    assert_eq!(body(renamed, StatusCode::OK).await["name"], "vision/animals");
    assert_eq!(problem(hub.get(Who::Owner, pets).await, 404).await, "not-found");
    assert!(hub.folder.path().join("datasets/vision/animals/hub.json").exists());
    let animals = "/api/v1/datasets/vision/animals";
    assert_eq!(hub.json(Who::Stranger, animals).await["rows"], 4);
    let elsewhere = json!({ "to": "olga/animals" });
    let elsewhere = hub.send(Who::Admin, Method::POST, &format!("{animals}/rename"), elsewhere).await;
    assert_eq!(body(elsewhere, StatusCode::OK).await["name"], "olga/animals");
    let animals = "/api/v1/datasets/olga/animals";

    let gone = hub.request(Who::Owner, Method::DELETE, animals).send().await.unwrap();
    let gone = body(gone, StatusCode::OK).await;
    assert_eq!(problem(hub.get(Who::Owner, animals).await, 404).await, "not-found");
    let deleted = hub.json(Who::Owner, "/api/v1/datasets?deleted=true").await;
    assert_eq!(deleted["datasets"][0]["uuid"], gone["uuid"]);
    let restore = format!("/api/v1/deleted/{}/restore", gone["uuid"].as_str().unwrap());
    let stranger = hub.request(Who::Outsider, Method::POST, &restore).send().await.unwrap();
    assert_eq!(problem(stranger, 404).await, "not-found");
    let back = hub.request(Who::Owner, Method::POST, &restore).send().await.unwrap();
    assert_eq!(body(back, StatusCode::OK).await["name"], "olga/animals");
    assert_eq!(hub.json(Who::Owner, animals).await["rows"], 4);
}

#[tokio::test]
async fn a_deleted_data_set_is_removed_after_its_grace_time() {
    let hub = Hub::with(crate::Settings { delete_grace_secs: Some(0), ..Default::default() }).await;
    hub.dataset("pets", "private").await;
    let folder = hub.folder.path().join("datasets/vision/pets");
    assert!(folder.exists());
    let pets = "/api/v1/datasets/vision/pets";
    hub.request(Who::Owner, Method::DELETE, pets).send().await.unwrap();
    // The name is free at once; the new data set gets another location.
    hub.dataset("pets", "private").await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    crate::work::jobs::run_once(&hub.state).await.unwrap();
    assert!(!folder.exists());
    assert_eq!(hub.get(Who::Reader, pets).await.status(), 200);
}

#[tokio::test]
async fn a_purge_deletes_only_the_data_sets_files() {
    let hub = Hub::with(crate::Settings { delete_grace_secs: Some(0), ..Default::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5])]).await;
    let folder = hub.folder.path().join("datasets/vision/pets");
    std::fs::write(folder.join("data/notes.txt"), b"mine").unwrap();
    hub.request(Who::Owner, Method::DELETE, "/api/v1/datasets/vision/pets").send().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    crate::work::jobs::run_once(&hub.state).await.unwrap();
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["data"]);
    let left: Vec<_> =
        std::fs::read_dir(folder.join("data")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
}

#[tokio::test]
async fn commits_that_an_earlier_data_set_left_are_not_adopted() {
    let hub = Hub::new().await;
    let folder = hub.folder.path().join("datasets/vision/pets");
    std::fs::create_dir_all(folder.join("refs/main")).unwrap();
    std::fs::write(folder.join("refs/main/00000000000000000000.json"), b"{}").unwrap();
    let make =
        hub.send(Who::Writer, Method::POST, "/api/v1/datasets", json!({ "name": "vision/pets" })).await;
    let refused = body(make, reqwest::StatusCode::CONFLICT).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("refs/main/00000000000000000000.json"), "{detail}");
    std::fs::remove_file(folder.join("refs/main/00000000000000000000.json")).unwrap();
    hub.dataset("pets", "private").await;
}

#[tokio::test]
async fn names_are_validated_and_unique() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let make = |name: &str| hub.send(Who::Writer, Method::POST, "/api/v1/datasets", json!({ "name": name }));
    assert_eq!(problem(make("vision/pets").await, 409).await, "conflict");
    for wrong in ["vision/../x", "vision/a/b", "vision/.x", "vision/", ""] {
        assert_eq!(problem(make(wrong).await, 422).await, "invalid", "{wrong}");
    }
    assert_eq!(problem(make("olga/pets").await, 403).await, "forbidden");
    let racers = (0..4).map(|_| make("vision/cars"));
    let ended = futures::future::join_all(racers).await;
    let made = ended.iter().filter(|r| r.status() == 201).count();
    assert_eq!((made, ended.iter().filter(|r| r.status() == 409).count()), (1, 3));
    let text = hub.request(Who::Writer, Method::POST, "/api/v1/datasets").body("{}").send().await.unwrap();
    assert_eq!(problem(text, 415).await, "unsupported-media-type");
    let broken = hub.request(Who::Writer, Method::POST, "/api/v1/datasets");
    let broken = broken.header("content-type", "application/json").body("{\"name\":").send().await.unwrap();
    assert_eq!(problem(broken, 400).await, "bad-request");
    let long = json!({ "name": "vision/long", "card": "x".repeat(3 << 20) });
    assert_eq!(
        problem(hub.send(Who::Writer, Method::POST, "/api/v1/datasets", long).await, 413).await,
        "too-large"
    );
}

#[tokio::test]
async fn lists_show_what_the_caller_may_see() {
    let hub = Hub::new().await;
    for (name, visibility) in [("cars", "public"), ("pets", "private"), ("planes", "public")] {
        hub.dataset(name, visibility).await;
    }
    let names = |json: &serde_json::Value| {
        let sets = json["datasets"].as_array().unwrap().iter();
        sets.map(|d| d["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&hub.json(Who::Stranger, "/api/v1/datasets").await), ["vision/cars", "vision/planes"]);
    assert_eq!(names(&hub.json(Who::OwnerElsewhere, "/api/v1/datasets").await).len(), 2);
    assert_eq!(names(&hub.json(Who::Reader, "/api/v1/datasets").await).len(), 3);
    let first = hub.json(Who::Reader, "/api/v1/datasets?limit=2").await;
    assert_eq!(names(&first), ["vision/cars", "vision/pets"]);
    let next = first["next"].as_str().unwrap();
    let second = hub.json(Who::Reader, &format!("/api/v1/datasets?limit=2&cursor={next}")).await;
    assert_eq!((names(&second), &second["next"]), (vec!["vision/planes".to_owned()], &json!(null)));
    assert_eq!(names(&hub.json(Who::Reader, "/api/v1/datasets?q=pla&sort=created").await), ["vision/planes"]);
    for wrong in ["cursor=x", "sort=colour", "limit=x"] {
        let status = hub.get(Who::Reader, &format!("/api/v1/datasets?{wrong}")).await.status().as_u16();
        assert!([400, 422].contains(&status), "{wrong}: {status}");
    }
}

#[tokio::test]
async fn an_answer_that_has_not_changed_is_not_sent_again() {
    let hub = Hub::new().await;
    hub.dataset("pets", "public").await;
    let first = hub.get(Who::Stranger, "/api/v1/datasets").await;
    let etag = first.headers()["etag"].clone();
    let again = hub.request(Who::Stranger, Method::GET, "/api/v1/datasets").header("if-none-match", &etag);
    let again = again.send().await.unwrap();
    assert_eq!((again.status(), &again.headers()["etag"]), (StatusCode::NOT_MODIFIED, &etag));
    hub.dataset("cars", "public").await;
    let changed = hub.request(Who::Stranger, Method::GET, "/api/v1/datasets").header("if-none-match", &etag);
    assert_eq!(changed.send().await.unwrap().status(), 200);
}
