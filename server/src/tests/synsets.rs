//! `/api/v1/synsets` and `/api/v1/query`.

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::hub::{append, body, problem, spoil};
use super::{Hub, Who};

#[tokio::test]
async fn synsets_are_found_and_counted() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let found = hub.json(Who::Stranger, "/api/v1/synsets?q=dog&limit=3").await;
    assert_eq!(found["synsets"][0]["id"], "n02084071");
    let dog = hub.json(Who::Stranger, "/api/v1/synsets/dog.n.01").await;
    assert_eq!((&dog["id"], &dog["words"][1]), (&json!("n02084071"), &json!("domestic dog")));
    assert!(dog["parents"].as_array().unwrap().iter().any(|p| p["name"] == "canine.n.02"));
    let tree = hub.json(Who::Reader, "/api/v1/synsets/canine.n.02/children?dataset=vision/pets").await;
    assert_eq!(tree["synset"]["count"], json!({ "own": 0, "subtree": 6 }));
    let dog = tree["children"].as_array().unwrap().iter().find(|c| c["id"] == "n02084071").unwrap();
    assert_eq!((&dog["count"], &dog["has_children"]), (&json!({ "own": 6, "subtree": 6 }), &json!(true)));
    let rows = "/api/v1/synsets/canine.n.02/rows?dataset=vision/pets&limit=4";
    let first = hub.json(Who::Reader, rows).await;
    let positions = |json: &Json| {
        json["rows"].as_array().unwrap().iter().map(|r| r["position"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((positions(&first), &first["next"]), (vec![1, 3, 5, 7], &json!(7)));
    let second = hub.json(Who::Reader, &format!("{rows}&after=7")).await;
    assert_eq!((positions(&second), &second["next"]), (vec![9, 11], &json!(null)));
    let sets = hub.json(Who::Reader, "/api/v1/synsets/canine.n.02/datasets").await;
    assert_eq!(
        (&sets["datasets"][0]["dataset"], &sets["datasets"][0]["count"]["subtree"]),
        (&json!("vision/pets"), &json!(6))
    );
    assert_eq!(hub.json(Who::Stranger, "/api/v1/synsets/canine.n.02/datasets").await["datasets"], json!([]));
    for (wrong, status) in [("dgo", 404), ("dog", 422), ("n99999999", 404)] {
        let got = hub.get(Who::Stranger, &format!("/api/v1/synsets/{wrong}")).await;
        problem(got, status).await;
    }
}

#[tokio::test]
async fn queries_are_limited() {
    let hub = Hub::with(crate::Settings { query_rows: Some(10), ..Default::default() }).await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let ask = |who, json| hub.send(who, Method::POST, "/api/v1/query", json);
    let sql = "SELECT label, count(*) AS n FROM samples WHERE isa(label, 'canine.n.02') GROUP BY label";
    let one = ask(Who::Reader, json!({ "sql": sql, "datasets": ["vision/pets"] })).await;
    assert_eq!(body(one, StatusCode::OK).await, json!([{ "label": "dog", "n": 6 }]));
    let all = "SELECT dataset, count(*) AS n FROM samples GROUP BY dataset";
    let all = body(ask(Who::Reader, json!({ "sql": all })).await, StatusCode::OK).await;
    assert_eq!(all, json!([{ "dataset": "vision/pets", "n": 12 }]));
    let csv = json!({ "sql": "SELECT n FROM samples ORDER BY n DESC LIMIT 2", "datasets": ["vision/pets@main:0"], "format": "csv" });
    assert_eq!(ask(Who::Reader, csv).await.text().await.unwrap(), "n\n11\n10\n");
    for wrong in [
        "SELECT n FROM samples",
        "DROP TABLE samples",
        "SELECT none FROM samples",
        "SELECT",
        "SELECT * FROM users",
    ] {
        let got = ask(Who::Reader, json!({ "sql": wrong, "datasets": ["vision/pets"] })).await;
        assert_eq!(problem(got, 422).await, "bad-filter", "{wrong}");
    }
    let none = ask(Who::Reader, json!({ "sql": "SELECT 1", "datasets": [] })).await;
    assert_eq!(problem(none, 422).await, "invalid");
}

#[tokio::test]
async fn a_query_of_all_data_sets_skips_damaged_ones() {
    let hub = Hub::new().await;
    for name in ["cats", "dogs", "pets", "rats"] {
        let dataset = hub.dataset(name, "public").await;
        append(&dataset, "main", 0, &[("train", &[5, 4])]).await;
        match name {
            "dogs" => spoil(&dataset),
            "rats" => std::fs::remove_dir_all(dataset.store().directory().unwrap().join("data")).unwrap(),
            _ => {}
        }
    }
    let ask = |json| hub.send(Who::Stranger, Method::POST, "/api/v1/query", json);
    let count = "SELECT dataset, count(*) AS n FROM samples WHERE n > 1 GROUP BY dataset ORDER BY dataset";
    let joined = "SELECT a.dataset, count(*) AS n FROM samples a JOIN samples b ON a.n = b.n \
                  AND a.dataset = b.dataset WHERE a.n > 1 AND b.n > 1 GROUP BY a.dataset ORDER BY 1";
    let expected = json!([{ "dataset": "vision/cats", "n": 7 }, { "dataset": "vision/pets", "n": 7 }]);
    // From the second time on, the damaged commit is remembered.
    for sql in [joined, count, count] {
        let all = ask(json!({ "sql": sql })).await;
        let notes: Vec<_> = all.headers().get_all("x-hub-note").iter().cloned().collect();
        assert_eq!(body(all, StatusCode::OK).await, expected, "{sql}");
        let [note] = notes.as_slice() else { panic!("{notes:?}") };
        let note = note.to_str().unwrap();
        assert!(
            note.contains("skipped because their files can't be read") && note.contains("vision/dogs"),
            "{note}"
        );
        assert!(note.contains("vision/rats") && !note.contains("vision/pets"), "{note}");
    }
    let named = ask(json!({ "sql": count, "datasets": ["vision/pets", "vision/dogs"] })).await;
    assert_eq!(problem(named, 500).await, "damaged");
    let named = ask(json!({ "sql": "SELECT n FROM samples WHERE n > 1", "datasets": ["vision/dogs"] })).await;
    assert_eq!(problem(named, 500).await, "damaged");
}
