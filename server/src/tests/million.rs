//! A million rows: how long pages, facets and commits take. Not run by default, since it measures; in a release build:
//! `cargo test --release -p hub_server a_million_rows -- --ignored --nocapture`.

use std::time::Instant;

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset};
use hub_schema::{Feature, FieldId, Schema};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

async fn push(dataset: &Dataset, rows: i64) {
    let names: Vec<String> = (0..1000).map(|n| format!("class {n}")).collect();
    let schema = Schema::new([
        ("label", Feature::labels(names)),
        ("score", Feature::float64()),
        ("width", Feature::int64()),
        ("name", Feature::Text),
    ])
    .unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    let numbers: Vec<i64> = (0..rows).collect();
    for part in numbers.chunks(250_000) {
        let mut builder = FragmentBuilder::new(&schema, &ids, Some("train".to_owned())).unwrap();
        for group in part.chunks(50_000) {
            let row = |n: &i64| {
                let mixed = n.wrapping_mul(2_654_435_761) % 1_000_003;
                vec![
                    Value::Int(mixed % 1000),
                    Value::Float(mixed as f64 / 1e6),
                    Value::Int(mixed % 4000),
                    Value::text(format!("{n}.jpg")),
                ]
            };
            builder.row_group(&group.iter().map(row).collect::<Vec<_>>()).unwrap();
        }
        let (fragment, _) =
            dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
        packed.fragments.push(fragment);
    }
    dataset.append(&"main".parse().unwrap(), &Author::new("test", ""), &packed).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it measures"]
async fn a_million_rows() {
    let hub = Hub::new().await;
    let begin = Instant::now();
    push(&hub.dataset("pets", "private").await, 1_000_000).await;
    println!("made in {:.1?}", begin.elapsed());
    let timed = async |what: &str, path: &str| -> Json {
        let begin = Instant::now();
        let answer = hub.json(Who::Writer, &format!("{PETS}/{path}")).await;
        println!("{what:>40}: {:.1?}", begin.elapsed());
        answer
    };
    for pass in ["cold", "warm"] {
        println!("{pass}");
        timed("200 rows, by score", "rows?sort=-score&offset=700000&limit=200&values=thin").await;
        timed("200 rows, by class", "rows?sort=label&offset=700000&limit=200&values=thin").await;
        timed("200 rows of a filter, by score", "rows?sort=-score&where=width<2000&offset=9000&limit=200")
            .await;
        timed("one row with neighbours", "rows/123456?sort=-score&where=width<2000").await;
        timed("marks", "marks?sort=-score").await;
        timed("facets", "facets").await;
        timed("facets of a filter", "facets?f.label=label='class 7'&f.width=width<2000").await;
    }
    let rows = timed("the rows to change", "rows?sort=random:1&limit=100&columns=label").await;
    let change = |row: &Json| json!({ "row_id": row["row_id"], "column": "label", "value": "class 3" });
    let changes: Vec<Json> = rows["rows"].as_array().unwrap().iter().map(change).collect();
    let begin = Instant::now();
    let edits = json!({ "base": "main:0", "changes": changes });
    let done = hub.send(Who::Writer, Method::POST, &format!("{PETS}/edits"), edits).await;
    assert_eq!(done.status(), 200, "{}", done.text().await.unwrap());
    println!("{:>40}: {:.1?}", "a commit of 100 labels", begin.elapsed());
}
