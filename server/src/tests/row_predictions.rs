//! What runs predicted of one row, over the API and on the page of a sample.

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, Snapshot};
use hub_schema::{Feature, FieldId, Schema};
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::hub::{append, body, problem};
use super::pages::Browser;
use super::scored::{sample, sample_ids, store_run, store_samples};
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";
const IDS: [&str; 3] = ["20260412-093015-1f0c22ab", "20260412-093016-1f0c22ab", "20260412-093017-1f0c22ab"];

async fn predictions(hub: &Hub, query: &str) -> Vec<Json> {
    let found = hub.json(Who::Reader, &format!("{PETS}/predictions?{query}")).await;
    assert_eq!(found["unreadable"], json!([]));
    found["predictions"].as_array().unwrap().clone()
}

/// Rows 0 to 3 are cat, dog, cat, dog. Two runs of `small`, of which the second is sure of cats, and one of `large`.
async fn scored() -> (Hub, Dataset, Snapshot) {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let at = append(&dataset, "main", 0, &[("train", &[4])]).await;
    store_run(&dataset, &at, IDS[0], "small", &[0.5; 4]).await;
    store_run(&dataset, &at, IDS[1], "large", &[0.1, 0.9, 0.2, 0.75]).await;
    // Without the last row.
    store_run(&dataset, &at, IDS[2], "small", &[0.02, 0.04, 0.06]).await;
    (hub, dataset, at)
}

#[tokio::test]
async fn a_row_has_the_prediction_of_each_model() {
    let (hub, dataset, at) = scored().await;
    let found = predictions(&hub, "row=1").await;
    let runs: Vec<&str> = found.iter().map(|one| one["run"].as_str().unwrap()).collect();
    assert_eq!(
        runs,
        [IDS[2], IDS[1]],
        "the newest first, the older run of the same model on the same rows not"
    );
    let first = &found[0];
    for (name, value) in [
        ("model", json!("small")),
        ("rows", json!("all")),
        ("column", json!("label")),
        ("item", json!(null)),
        ("label", json!("dog")),
        ("correct", json!(false)),
        ("rank", json!(2)),
        ("problem", json!(null)),
        (
            "top",
            json!([
                { "name": "cat", "probability": 0.96, "label": "cat" },
                { "name": "dog", "probability": 0.04, "label": "dog" },
            ]),
        ),
    ] {
        assert_eq!(first[name], value, "{name}: {first}");
    }
    assert!((first["margin"].as_f64().unwrap() - 0.92).abs() < 1e-9);
    assert!((first["loss"].as_f64().unwrap() + 0.04f64.ln()).abs() < 1e-9);
    assert_eq!(found[1]["correct"], true);
    // A row that the newest run left out, and one run by its id, its model or as the last.
    assert_eq!(predictions(&hub, "row=3").await.len(), 1);
    for (run, id) in [(IDS[0], IDS[0]), ("large", IDS[1]), ("last", IDS[2]), ("small", IDS[2])] {
        let of = predictions(&hub, &format!("row=0&run={run}")).await;
        assert_eq!((of.len(), &of[0]["run"]), (1, &json!(id)), "{run}");
    }
    assert!(predictions(&hub, "row=3&run=last").await.is_empty());
    let refused = async |query: &str, status: u16| {
        let answer = hub.get(Who::Reader, &format!("{PETS}/predictions?{query}")).await;
        problem(answer, status).await
    };
    refused("row=4", 404).await;
    refused("row=0&run=none", 404).await;
    refused("row=0&rev=none", 404).await;
    refused("run=last", 400).await;
    // The row keeps its id, wherever it stands, and the class its name today.
    let id = sample_ids(&at).await[1].to_string();
    let changes = json!([
        { "row_id": sample_ids(&at).await[0].to_string(), "remove": true },
        { "row_id": id, "column": "label", "value": "cat" },
    ]);
    let edit = json!({ "base": "main:0", "message": "A cat", "changes": changes });
    body(hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), edit).await, StatusCode::OK).await;
    let moved = predictions(&hub, "row=0").await;
    assert_eq!(moved, predictions(&hub, &format!("row={id}")).await);
    assert_eq!((&moved[0]["label"], &moved[0]["top"][0]["label"]), (&json!("dog"), &json!("cat")));
    // A run that is deleted is asked no more, though it was read before.
    dataset.delete_run(&IDS[2].parse().unwrap()).await.unwrap();
    let left = predictions(&hub, "row=0").await;
    assert_eq!(left.iter().map(|one| &one["run"]).collect::<Vec<_>>(), [IDS[1], IDS[0]]);
    refused(&format!("row=0&run={}", IDS[2]), 404).await;
}

#[tokio::test]
async fn a_run_that_is_damaged_is_named_and_the_others_answer() {
    let (hub, dataset, _) = scored().await;
    let file = dataset.store().directory().unwrap().join(format!("runs/{}/predictions.parquet", IDS[2]));
    std::fs::write(&file, b"torn").unwrap();
    let found = hub.json(Who::Reader, &format!("{PETS}/predictions?row=1")).await;
    assert_eq!(found["unreadable"], json!([IDS[2]]));
    let runs: Vec<&Json> = found["predictions"].as_array().unwrap().iter().map(|one| &one["run"]).collect();
    assert_eq!(runs, [IDS[1], IDS[0]]);
    let answer = hub.get(Who::Reader, &format!("{PETS}/predictions?row=1&run=last")).await;
    problem(answer, 500).await;
    Browser::of(&hub, Who::Reader).await.html("/vision/pets/samples/1", 200).await;
}

/// A row with three boxes: cat, dog, cat.
async fn boxed() -> (Hub, Dataset, Snapshot) {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    let object = Feature::structure([("box", Feature::Bbox), ("kind", Feature::labels(["cat", "dog"]))]);
    let schema = Schema::new([("objects", Feature::list(object))]).unwrap();
    let item = |n: i64| {
        let sides = [f64::from(n as i32), 1.0, 40.0, 50.0].map(Value::Float).to_vec();
        Value::Struct(vec![Value::Struct(sides), Value::Int(n % 2)])
    };
    let rows = [vec![Value::List((0..3).map(item).collect())]];
    let ids: Vec<FieldId> = schema.fields.iter().map(|field| field.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(&rows).unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    let done = dataset.append(&"main".parse().unwrap(), &Author::new("willi", ""), &packed).await.unwrap();
    let at = done.snapshot().unwrap().clone();
    let row = sample_ids(&at).await[0];
    let samples = [0.1, 0.3, 0.8].into_iter().zip(0..).map(|(dog, item)| sample(row, 0, Some(item), dog));
    let of = ("objects.kind", Some("objects"));
    store_samples(&dataset, &at, IDS[0], "small", samples.collect(), of).await;
    (hub, dataset, at)
}

#[tokio::test]
async fn boxes_are_found_again_after_others_were_removed() {
    let (hub, _, at) = boxed().await;
    let said = |found: &[Json]| {
        let one = |one: &Json| {
            (one["item"].as_u64().unwrap(), one["label"].clone(), one["top"][0]["label"].clone())
        };
        found.iter().map(one).collect::<Vec<_>>()
    };
    let found = predictions(&hub, "row=0").await;
    assert_eq!(found[0]["column"], "objects.kind");
    let (cat, dog) = (json!("cat"), json!("dog"));
    let all = [(0, cat.clone(), cat.clone()), (1, dog.clone(), cat.clone()), (2, cat.clone(), dog.clone())];
    assert_eq!(said(&found), all);
    // The last is moved, the first is removed: the one in the middle is the first now.
    let id = sample_ids(&at).await[0].to_string();
    let change = |path: &str, more: Json| {
        let mut change = json!({ "row_id": id, "column": "objects", "path": path });
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change
    };
    let changes = [change("/2/box/width", json!({ "value": 9 })), change("/0", json!({ "remove": true }))];
    let edit = json!({ "base": "main:0", "message": "Two boxes", "changes": changes });
    body(hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), edit).await, StatusCode::OK).await;
    assert_eq!(said(&predictions(&hub, "row=0").await), [(0, dog, cat)]);
    assert_eq!(said(&predictions(&hub, "row=0&rev=main:0").await), all);
}

#[tokio::test]
async fn the_page_of_a_sample_shows_what_runs_say() {
    let (hub, _, at) = scored().await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let id = sample_ids(&at).await[1].to_string();
    let panel = async |query: &str| {
        let page = reader.html(&format!("/vision/pets/samples/{id}{query}"), 200).await;
        let panel = page.split("<h2>Prediction</h2>").nth(1).unwrap_or_else(|| panic!("{page}"));
        panel.split("</section>").next().unwrap().to_owned()
    };
    let newest = panel("").await;
    for said in [
        r#"<p class="note any w"><b>small</b> says cat, 96.0 % sure. The label says dog.</p>"#,
        r#"<b class="num">96.0 %</b>"#,
        r#"<rect width="4.00%""#,
        "92.0 points before the second",
        "dog, 90.0 %",
    ] {
        assert!(newest.contains(said), "{said}: {newest}");
    }
    assert!(newest.contains(&format!("/samples/{id}?run={}", IDS[1])), "{newest}");
    let chosen = panel(&format!("?where=n%20%3C%203&run={}", IDS[1])).await;
    assert!(chosen.contains("<b>large</b> says dog, 90.0 % sure. So does the label."), "{chosen}");
    assert!(chosen.contains(&format!("?where=n%20%3C%203&#38;run={}", IDS[2])), "{chosen}");
    // An older run of the same model is shown where it is asked for; one that is gone is as if none was asked for.
    assert!(panel(&format!("?run={}", IDS[0])).await.contains("50.0 % sure"));
    assert!(panel("?run=20200101-000000-00000000").await.contains("<b>small</b> says cat"));
    // Back to the queue that it was opened from, and the neighbours are opened from it too.
    let page = reader.html(&format!("/vision/pets/samples/{id}?queue=disagrees%3Frun%3Dlast"), 200).await;
    assert!(page.contains(r#"href="/vision/pets/review/disagrees?run=last""#), "{page}");
    assert!(page.matches("queue=disagrees%3Frun%3Dlast").count() >= 3, "{page}");
    let queue = reader.html("/vision/pets/review/disagrees", 200).await;
    assert!(queue.contains(&format!("run={}&#38;queue=disagrees", IDS[2])), "{queue}");
}
