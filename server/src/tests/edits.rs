//! Edits of rows: labels, numbers, texts and removals in one commit, and what others changed meanwhile.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use hub_dataset::Dataset;
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::hub::{append, body, problem};
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

async fn pets() -> (Hub, Dataset, Vec<String>) {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[5, 4]), ("val", &[3])]).await;
    let rows = hub.json(Who::Reader, &format!("{PETS}/rows?columns=n")).await;
    let rows = rows["rows"].as_array().unwrap().iter();
    let ids = rows.map(|row| row["row_id"].as_str().unwrap().to_owned()).collect();
    (hub, dataset, ids)
}

async fn edit(hub: &Hub, json: Json) -> Json {
    body(hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), json).await, StatusCode::OK).await
}

async fn files(dataset: &Dataset) -> BTreeSet<String> {
    dataset.store().list("data").map_ok(|object| object.path).try_collect().await.unwrap()
}

#[tokio::test]
async fn labels_numbers_texts_and_removals_are_one_commit() {
    let (hub, dataset, ids) = pets().await;
    let before = files(&dataset).await;
    let label = json!({ "value": 0, "name": "cat", "synset": "n02121620" });
    let done = edit(
        &hub,
        json!({
            "base": "main:0",
            "message": "Two cats are dogs",
            "changes": [
                { "row_id": ids[0], "column": "label", "was": label, "value": "dog" },
                { "row_id": ids[2], "column": "label", "was": "cat", "value": { "name": "lynx" } },
                { "row_id": ids[1], "column": "label", "value": "dog" },
                { "row_id": ids[0], "column": "n", "was": 0, "value": 77 },
                { "row_id": ids[4], "column": "text", "was": "row 4", "value": null },
                { "row_id": ids[3], "remove": true },
            ],
            "new_classes": { "label": ["lynx"] },
        }),
    )
    .await;
    let commit = &done["commit"];
    assert_eq!(
        (&commit["version"], &commit["message"], &commit["author"]),
        (&json!(1), &json!("Two cats are dogs"), &json!("willi"))
    );
    assert_eq!((&commit["changed"], &commit["removed"]), (&json!(3), &json!(1)));
    assert_eq!((&done["values"], &done["removed"], &done["unchanged"]), (&json!(4), &json!(1), &json!(1)));
    let rows = hub.json(Who::Reader, &format!("{PETS}/rows?columns=label,n,text&limit=4")).await;
    let value = |row: usize, column: &str| rows["rows"][row]["values"][column].clone();
    assert_eq!(
        (&rows["total"], value(0, "label")["name"].clone(), value(0, "n")),
        (&json!(11), json!("dog"), json!(77))
    );
    assert_eq!((value(2, "label")["name"].clone(), value(3, "text")), (json!("lynx"), json!(null)));
    // No media were written: the images are in the files that there were, and what is new is small.
    let after = files(&dataset).await;
    assert!(before.is_subset(&after));
    for file in after.difference(&before) {
        let bytes = dataset.store().head(file).await.unwrap().unwrap().size_bytes;
        assert!(bytes < 20_000, "{file} has {bytes} bytes");
    }
    // The same again is no commit.
    let again =
        edit(&hub, json!({ "base": "main", "changes": [{ "row_id": ids[0], "column": "n", "value": 77 }] }))
            .await;
    assert_eq!((&again["commit"], &again["unchanged"]), (&json!(null), &json!(1)));
    assert_eq!(
        hub.json(Who::Reader, &format!("{PETS}/commits")).await["commits"].as_array().unwrap().len(),
        2
    );
    let audit = hub.json(Who::Admin, "/api/v1/audit?limit=1").await;
    assert_eq!(audit["entries"][0]["action"], "commit.create");
}

#[tokio::test]
async fn rows_that_others_changed_are_named() {
    let (hub, _dataset, ids) = pets().await;
    edit(
        &hub,
        json!({ "base": "main:0", "changes": [
            { "row_id": ids[0], "column": "n", "value": 100 },
            { "row_id": ids[1], "remove": true },
            { "row_id": ids[5], "column": "label", "value": "cat" },
        ] }),
    )
    .await;
    let mine = json!([
        { "row_id": ids[0], "column": "n", "value": 7 },
        { "row_id": ids[1], "column": "n", "value": 7 },
        // Another column of a row that was changed, and a row that nobody changed, are no conflict.
        { "row_id": ids[0], "column": "label", "value": "dog" },
        { "row_id": ids[2], "column": "n", "value": 7 },
        // To remove what another changed is one.
        { "row_id": ids[5], "remove": true },
    ]);
    let path = format!("{PETS}/edits");
    let refused =
        hub.send(Who::Writer, Method::POST, &path, json!({ "base": "main:0", "changes": mine })).await;
    let refused = body(refused, StatusCode::CONFLICT).await;
    assert_eq!(refused["type"], "/problems/conflict");
    let mut found: Vec<Json> = refused["conflicts"].as_array().unwrap().clone();
    found.sort_by_key(|conflict| conflict["row_id"].to_string());
    let label = |value, name: &str, synset: &str| json!({ "value": value, "name": name, "synset": synset });
    let mut wanted = vec![
        json!({ "row_id": ids[0], "column": "n", "gone": false, "base": 0, "now": 100 }),
        json!({ "row_id": ids[1], "column": "n", "gone": true, "base": 1, "now": null }),
        json!({ "row_id": ids[5], "column": "label", "gone": false, "base": label(1, "dog", "n02084071"), "now": label(0, "cat", "n02121620") }),
    ];
    wanted.sort_by_key(|conflict| conflict["row_id"].to_string());
    assert_eq!(found, wanted);
    let commits = hub.json(Who::Reader, &format!("{PETS}/commits")).await;
    assert_eq!(commits["commits"].as_array().unwrap().len(), 2, "nothing was committed");
    let done =
        edit(&hub, json!({ "base": "main:0", "changes": mine, "leave_out": [ids[0], ids[1], ids[5]] })).await;
    assert_eq!(
        (&done["commit"]["version"], &done["left_out"], &done["values"]),
        (&json!(2), &json!(4), &json!(1))
    );
    // What was given as the old value is not it.
    let wrong =
        json!({ "base": "main", "changes": [{ "row_id": ids[2], "column": "n", "was": 2, "value": 8 }] });
    let refused = body(hub.send(Who::Writer, Method::POST, &path, wrong).await, StatusCode::CONFLICT).await;
    assert_eq!(refused["conflicts"][0]["now"], 7);
    // A row that is gone already can be removed again.
    let done =
        edit(&hub, json!({ "base": "main:0", "changes": [{ "row_id": ids[1], "remove": true }] })).await;
    assert_eq!((&done["commit"], &done["removed"]), (&json!(null), &json!(0)));
}

#[tokio::test]
async fn wrong_edits_are_refused_whole() {
    let (hub, _dataset, ids) = pets().await;
    for (change, said) in [
        (json!({ "row_id": ids[0], "column": "label", "value": "dgo" }), "no class 'dgo'"),
        (json!({ "row_id": ids[0], "column": "n", "value": "x" }), "expected int64"),
        (json!({ "row_id": ids[0], "column": "n", "path": "/0", "value": 1 }), "there is no '/0'"),
        (json!({ "row_id": ids[0], "column": "image", "value": "x" }), "whose values can't be set here"),
        (json!({ "row_id": ids[0], "column": "image.width", "value": 1 }), "read from the files of 'image'"),
        (json!({ "row_id": ids[0], "column": "vector", "value": [1] }), "whose values can't be set here"),
        (json!({ "row_id": ids[0], "column": "none", "value": 1 }), "no column 'none'"),
        (json!({ "row_id": "x", "column": "n", "value": 1 }), "expected fragment:offset"),
        (json!({ "row_id": ids[0] }), "expected a column"),
        (json!({ "row_id": ids[0], "column": "n" }), "expected a value"),
        (json!({ "row_id": ids[0], "remove": true, "value": 1 }), "has neither path, was nor value"),
        (json!({ "row_id": ids[0], "colum": "n", "value": 1 }), "unknown field"),
    ] {
        let good = json!({ "row_id": ids[1], "column": "n", "value": 9 });
        let edits = json!({ "base": "main", "changes": [good, change] });
        let refused = hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), edits).await;
        let refused = body(refused, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert!(refused["detail"].as_str().unwrap().contains(said), "{said}: {refused}");
    }
    let both = json!({ "base": "main", "changes": [
        { "row_id": ids[0], "remove": true }, { "row_id": ids[0], "column": "n", "value": 1 },
    ] });
    let refused = hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), both).await;
    assert_eq!(problem(refused, 422).await, "invalid");
    assert_eq!(
        hub.json(Who::Reader, &format!("{PETS}/commits")).await["commits"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn the_log_and_the_diff_tell_old_and_new_values() {
    let (hub, _dataset, ids) = pets().await;
    let relabel = |row: &str, value: &str| json!({ "row_id": row, "column": "label", "value": value });
    edit(&hub, json!({ "base": "main", "changes": [relabel(&ids[0], "dog"), relabel(&ids[2], "dog"), relabel(&ids[1], "cat")] })).await;
    edit(
        &hub,
        json!({ "base": "main", "changes": [{ "row_id": ids[0], "column": "text", "value": "new" }] }),
    )
    .await;
    edit(&hub, json!({ "base": "main", "changes": [{ "row_id": ids[0], "remove": true }] })).await;
    let log = hub.json(Who::Reader, &format!("{PETS}/log?row={}", ids[0])).await;
    let actions: Vec<_> = log["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["action"].clone(), c["commit"]["version"].clone()))
        .collect();
    let wanted = [("removed", 3), ("changed", 2), ("changed", 1), ("added", 0)];
    assert_eq!(actions, wanted.map(|(action, version)| (json!(action), json!(version))));
    assert_eq!(log["changes"][1]["values"], json!([{ "column": "text", "old": null, "new": "new" }]));
    assert_eq!(log["changes"][2]["values"][0]["old"]["name"], "cat");
    assert_eq!(log["next"], json!(null));
    let page = hub.json(Who::Reader, &format!("{PETS}/log?row={}&limit=1", ids[0])).await;
    let next = page["next"].as_str().unwrap();
    let rest = hub.json(Who::Reader, &format!("{PETS}/log?row={}&cursor={next}", ids[0])).await;
    assert_eq!(rest["changes"].as_array().unwrap().len(), 3);
    let untouched = hub.json(Who::Reader, &format!("{PETS}/log?row=4&rev=main:1")).await;
    assert_eq!(untouched["changes"].as_array().unwrap().len(), 1);
    let got = hub.get(Who::Reader, &format!("{PETS}/log?row=00000000ff:0")).await;
    assert_eq!(problem(got, 404).await, "not-found");

    let diff = hub.json(Who::Reader, &format!("{PETS}/diff?from=main:0&to=main:2&values=true&limit=2")).await;
    let groups: Vec<_> = diff["values"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["column"].clone(), g["old"].clone(), g["new"].clone(), g["values"].clone()))
        .collect();
    let group =
        |column: &str, old: Json, new: &str, values: u64| (json!(column), old, json!(new), json!(values));
    let wanted = [
        group("label", json!("cat"), "dog", 2),
        group("label", json!("dog"), "cat", 1),
        group("text", json!(null), "new", 1),
    ];
    assert_eq!(groups, wanted);
    assert_eq!((diff["values"]["rows"].as_array().unwrap().len(), &diff["values"]["next"]), (2, &json!("2")));
    let last = hub
        .json(Who::Reader, &format!("{PETS}/diff?from=main:0&to=main:2&values=true&limit=2&cursor=2"))
        .await;
    assert_eq!(
        (last["values"]["rows"].as_array().unwrap().len(), &last["values"]["next"]),
        (1, &json!(null))
    );
    let text =
        hub.json(Who::Reader, &format!("{PETS}/diff?from=main:0&to=main:2&values=true&column=text")).await;
    let values = json!([{ "row_id": ids[0], "values": [{ "column": "text", "old": null, "new": "new" }] }]);
    assert_eq!(text["values"]["rows"], values);
    assert!(hub.json(Who::Reader, &format!("{PETS}/diff?from=main:0")).await.get("values").is_none());
}
