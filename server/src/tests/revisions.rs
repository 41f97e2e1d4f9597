//! `/commits`, `/refs`, `/diff`, `/schema`, `/stats` of a data set.

use hub_dataset::Author;
use serde_json::json;

use super::hub::{append, problem};
use super::{Hub, Who};

#[tokio::test]
async fn commits_are_listed() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    let pets = "/api/v1/datasets/vision/pets";
    assert_eq!(problem(hub.get(Who::Stranger, &format!("{pets}/commits")).await, 404).await, "not-found");
    for n in 0..5 {
        append(&dataset, "main", n * 3, &[("train", &[3])]).await;
    }
    let head = dataset.head(&"main".parse().unwrap()).await.unwrap().unwrap();
    dataset.create_branch(&"dev".parse().unwrap(), &head).await.unwrap();
    dataset.create_tag(&"v1".parse().unwrap(), &head, &Author::new("test", "the first")).await.unwrap();

    let first = hub.json(Who::Stranger, &format!("{pets}/commits?limit=3")).await;
    let versions = |json: &serde_json::Value| {
        json["commits"].as_array().unwrap().iter().map(|c| c["version"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(versions(&first), [4, 3, 2]);
    let next = first["next"].as_str().unwrap();
    let second = hub.json(Who::Stranger, &format!("{pets}/commits?limit=3&cursor={next}")).await;
    assert_eq!((versions(&second), &second["next"]), (vec![1, 0], &json!(null)));
    let commit = hub.json(Who::Stranger, &format!("{pets}/commits/main:2")).await;
    assert_eq!(
        (&commit["rows"], &commit["added"], &commit["splits"]),
        (&json!(9), &json!(3), &json!({ "train": 9 }))
    );
    let id = commit["id"].as_str().unwrap();
    assert_eq!(hub.json(Who::Stranger, &format!("{pets}/commits/{}", &id[..12])).await["version"], 2);

    let refs = hub.json(Who::Stranger, &format!("{pets}/refs")).await;
    assert_eq!(refs["default_branch"], "main");
    let branches: Vec<_> = refs["branches"].as_array().unwrap().iter().map(|b| &b["name"]).collect();
    assert_eq!(branches, ["dev", "main"]);
    assert_eq!((&refs["tags"][0]["name"], &refs["tags"][0]["message"]), (&json!("v1"), &json!("the first")));

    let diff = hub.json(Who::Stranger, &format!("{pets}/diff?from=main:1&to=v1&limit=2")).await;
    assert_eq!((&diff["added"], &diff["removed"]), (&json!(9), &json!(0)));
    assert_eq!(diff["added_rows"].as_array().unwrap().len(), 2);

    let schema = hub.json(Who::Stranger, &format!("{pets}/schema")).await;
    assert_eq!(
        (&schema["columns"][0]["name"], &schema["columns"][1]["fact_of"]),
        (&json!("image"), &json!("image"))
    );
    let stats = hub.json(Who::Stranger, &format!("{pets}/stats?rev=main:1")).await;
    assert_eq!((&stats["stats"]["rows"], &stats["at"]["version"]), (&json!(6), &json!(1)));
    for wrong in ["commits/none", "commits/main:99", "commits?rev=..", "diff?from=none", "schema?rev=%00"] {
        let status = hub.get(Who::Stranger, &format!("{pets}/{wrong}")).await.status().as_u16();
        assert!([400, 404].contains(&status), "{wrong}: {status}");
    }
}
