//! Cards whose front matter would take a parser long.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::hub::{append, body, problem};
use super::{Hub, Who};

#[tokio::test]
async fn deep_front_matter_is_refused_and_never_parsed() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[2])]).await;
    let pets = "/api/v1/datasets/vision/pets";
    let deep = |n: usize| format!("---\na: {}\n---\n# Deep\n", "[".repeat(n));
    for card in [deep(33), deep(100_000), format!("---\na: {}\n---\n", "x".repeat(70_000))] {
        let refused = hub.send(Who::Owner, Method::PATCH, pets, json!({ "card": card })).await;
        assert_eq!(problem(refused, 422).await, "invalid");
        let refused = json!({ "name": "vision/new", "card": card });
        assert_eq!(
            problem(hub.send(Who::Writer, Method::POST, "/api/v1/datasets", refused).await, 422).await,
            "invalid"
        );
    }
    // One that is there already, from an earlier version or beside the server.
    let change = hub_catalog::DatasetChange { card: Some(deep(100_000)), ..Default::default() };
    hub.state.catalog.update_dataset(dataset.hub_file().uuid, &change).await.unwrap();
    let paths = [
        "/hf/api/datasets/vision/pets",
        "/hf/api/datasets?full=true",
        "/hf/datasets/vision/pets/resolve/main/README.md",
        "/api/v1/datasets/vision/pets/croissant",
    ];
    for path in paths {
        // Parsed, it takes minutes.
        let got =
            tokio::time::timeout(std::time::Duration::from_secs(20), hub.get(Who::Stranger, path)).await;
        assert_eq!(got.expect("in time").status(), 200, "{path}");
    }
    let usual = json!({ "card": "---\nlicense: mit\ntags: [a]\n---\n# Pets\n" });
    body(hub.send(Who::Owner, Method::PATCH, pets, usual).await, StatusCode::OK).await;
    assert_eq!(hub.json(Who::Stranger, "/hf/api/datasets/vision/pets").await["cardData"]["license"], "mit");
    let readme = hub.get(Who::Stranger, paths[2]).await.text().await.unwrap();
    assert!(readme.starts_with("---\nlicense: mit\n") && readme.ends_with("---\n# Pets\n"), "{readme}");
}
