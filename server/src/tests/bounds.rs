//! Limits on commits whose files are small but expand to much.

use bytes::Bytes;
use hub_dataset::manifest::list;
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Snapshot, Store, layout};
use hub_schema::{Commit, Feature, FieldId, Fragment, FragmentId, Schema};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use super::hub::{body, elsewhere, problem};
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

async fn put(hub: &Hub, path: &str, bytes: Bytes) -> Response {
    let request = hub.request(Who::Writer, Method::PUT, &format!("{PETS}/objects/{path}"));
    request.header("if-none-match", "*").body(bytes).send().await.unwrap()
}

/// A hub with the column groups of a data set that was made elsewhere, and that data set.
async fn with_files() -> (Hub, Snapshot) {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let (theirs, objects) = elsewhere().await;
    for (path, bytes) in objects.iter().filter(|(path, _)| path.starts_with("data/")) {
        body(put(&hub, path, bytes.clone()).await, StatusCode::CREATED).await;
    }
    (hub, theirs)
}

/// Pushes a commit of these fragments, after `change` was applied to it.
async fn push(hub: &Hub, like: &Commit, fragments: &[Fragment], change: fn(&mut Commit)) -> Response {
    let store = Store::memory();
    let mut commit = like.clone();
    commit.manifests = list::write(&store, fragments).await.unwrap().all;
    commit.counts = list::count(fragments);
    for manifest in &commit.manifests {
        let path = layout::manifest(manifest.hash);
        assert!(put(hub, &path, store.need(&path).await.unwrap()).await.status().is_success());
    }
    change(&mut commit);
    let path = layout::commit(&"main".parse().unwrap(), 0);
    put(hub, &path, serde_json::to_vec(&commit).unwrap().into()).await
}

async fn refused(response: Response) -> String {
    let json = body(response, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(json["type"], "/problems/bad-commit");
    json["detail"].as_str().unwrap().to_owned()
}

/// Appends rows to a new data set `vision/pets` of a hub.
async fn append_rows(hub: &Hub, schema: Schema, rows: &[Vec<Value>]) {
    let dataset = hub.dataset("pets", "private").await;
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(rows).unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&"main".parse().unwrap(), &Author::new("willi", ""), &packed).await.unwrap();
}

#[tokio::test]
async fn a_page_of_long_values_is_short() {
    let hub = Hub::new().await;
    let schema = Schema::new([("text", Feature::Text), ("list", Feature::list(Feature::Text))]).unwrap();
    let long = "x".repeat(900 << 10);
    let rows: Vec<_> = (0..30)
        .map(|_| vec![Value::text(long.clone()), Value::List(vec![Value::text(long.clone())])])
        .collect();
    append_rows(&hub, schema, &rows).await;
    let page = hub.json(Who::Reader, &format!("{PETS}/rows?columns=text")).await;
    assert_eq!((page["rows"].as_array().unwrap().len(), &page["next"]), (30, &json!(null)));
    let cell = &page["rows"][29]["values"]["text"];
    assert_eq!((&cell["truncated"], &cell["size_bytes"]), (&json!(true), &json!(900 << 10)));
    assert_eq!(cell["text"].as_str().unwrap().len(), 1024);
    let whole = hub.get(Who::Reader, cell["url"].as_str().unwrap()).await;
    assert_eq!(whole.text().await.unwrap(), long);
    // 16 MiB and a row.
    let page = hub.json(Who::Reader, &format!("{PETS}/rows?columns=list")).await;
    assert_eq!((page["rows"].as_array().unwrap().len(), &page["next"]), (19, &json!(19)));
    let rest = hub.json(Who::Reader, &format!("{PETS}/rows?columns=list&offset=19")).await;
    assert_eq!((rest["rows"].as_array().unwrap().len(), &rest["next"]), (11, &json!(null)));
}

#[tokio::test]
async fn row_counts_are_limited() {
    let (hub, theirs) = with_files().await;
    let own = theirs.index().await.unwrap().fragments().to_vec();
    let copies = |count: u64, rows: u32| {
        let copy = |n| {
            let id = FragmentId::from_raw(1000 + n);
            Fragment { id, rows, row_groups: vec![rows], ..own[0].clone() }
        };
        (0..count).map(copy).collect::<Vec<_>>()
    };
    let said = refused(push(&hub, theirs.commit(), &copies(1, (1 << 20) + 1), |_| ()).await).await;
    assert!(said.contains("a row group has 1048577 rows, at most 1048576"), "{said}");
    let said = refused(push(&hub, theirs.commit(), &copies(258, 1 << 20), |_| ()).await).await;
    assert!(said.contains("hold 269484032 rows, at most 268435456"), "{said}");
    let mut apart = copies(4097, 1 << 20);
    apart.iter_mut().for_each(|f| f.files.clear());
    let said = refused(push(&hub, theirs.commit(), &apart, |_| ()).await).await;
    assert!(said.contains("it holds 4296015872 rows, a revision has at most 4294967296"), "{said}");
    // Equal label columns give the same file, so a valid push may reference it twice.
    let mut again = own[0].clone();
    again.id = FragmentId::from_raw(77);
    let response = push(&hub, theirs.commit(), &[own[0].clone(), again], |_| ()).await;
    body(response, StatusCode::CREATED).await;
}

#[tokio::test]
async fn a_long_manifest_is_refused() {
    let (hub, theirs) = with_files().await;
    let own = theirs.index().await.unwrap().fragments().to_vec();
    let longer = |commit: &mut Commit| commit.manifests[0].bytes = (64 << 20) + 1;
    let said = refused(push(&hub, theirs.commit(), &own, longer).await).await;
    assert!(said.contains("is 67108865 bytes long, a manifest has at most 67108864"), "{said}");
    let path = format!("manifests/{}", "ab".repeat(32));
    let begin = json!({ "path": path, "size_bytes": (64 << 20) + 1 });
    let begun = hub.send(Who::Writer, Method::POST, &format!("{PETS}/uploads"), begin).await;
    assert_eq!(problem(begun, 413).await, "too-large");
}

#[tokio::test]
async fn row_groups_are_limited_in_memory() {
    let hub = Hub::new().await;
    hub.dataset("pets", "private").await;
    let schema = Schema::new([("text", Feature::Text)]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let (theirs, _) = elsewhere().await;
    let like = Commit { schema: schema.clone(), ..theirs.commit().clone() };
    // In the second, the file holds the repeated text once.
    for (rows, bytes) in [(5, 52 << 20), (300, 900 << 10)] {
        let store = Store::memory();
        let dataset = hub_dataset::Dataset::create(store.clone()).await.unwrap();
        let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
        let row = || vec![Value::text("x".repeat(bytes))];
        builder.row_group(&(0..rows).map(|_| row()).collect::<Vec<_>>()).unwrap();
        let encoded = builder.finish().unwrap();
        let (packed, _) = dataset.put_fragment(encoded, &Default::default()).await.unwrap();
        let path = layout::data(packed.files[0].hash);
        body(put(&hub, &path, store.need(&path).await.unwrap()).await, StatusCode::CREATED).await;
        let fragment = packed.with_id(&mut Default::default());
        let said = refused(push(&hub, &like, &[fragment], |_| ()).await).await;
        assert!(said.contains("row group 0 has 27") && said.contains("at most 268435456"), "{said}");
    }
}
