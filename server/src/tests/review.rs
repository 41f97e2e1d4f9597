//! Duplicates, outliers and answers.

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset};
use hub_schema::{Feature, FieldId, Schema};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::hub::problem;
use super::{Hub, Who};

const PETS: &str = "/api/v1/datasets/vision/pets";

/// A picture of waves, larger or smaller, as PNG.
fn waves(width: u32, height: u32, turn: f32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
        let level = ((x * 7.0 + turn).sin() * (y * 5.0 - turn).cos() * 100.0 + 128.0) as u8;
        [level, 255 - level, 60]
    };
    let pixels: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    hub_media::encode_png(&pixels, width, height, 3).unwrap()
}

/// Rows 0 and 3: the same picture with two labels; row 1: the same, smaller; row 2: another; row 4: of one colour.
async fn push(dataset: &Dataset) {
    let schema =
        Schema::new([("image", Feature::Image), ("label", Feature::labels(["cat", "dog"]))]).unwrap();
    let blank = hub_media::encode_png(&[9; 40 * 30 * 3], 40, 30, 3).unwrap();
    let one = waves(120, 90, 0.0);
    let pictures = [one.clone(), waves(60, 45, 0.0), waves(120, 90, 2.0), one, blank];
    let rows: Vec<Vec<Value>> = pictures
        .iter()
        .enumerate()
        .map(|(n, png)| {
            let value = |name: &str| match name {
                "image" => Value::Media(Media {
                    name: format!("{n}.png"),
                    bytes: MediaBytes::Memory(png.clone().into()),
                }),
                "image.bytes" => Value::Int(png.len() as i64),
                "label" => Value::Int(i64::from(n == 3)),
                _ => Value::Null,
            };
            schema.fields.iter().map(|field| value(&field.name)).collect()
        })
        .collect();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(&rows).unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&"main".parse().unwrap(), &Author::new("test", ""), &packed).await.unwrap();
}

/// An answer, once the pictures were read.
async fn scanned(hub: &Hub, path: &str) -> Json {
    loop {
        let answer = hub.json(Who::Reader, path).await;
        if answer["scan"]["state"] == "done" {
            return answer;
        }
    }
}

fn positions(list: &Json) -> Vec<Vec<u64>> {
    let rows = |group: &Json| {
        group["rows"].as_array().unwrap().iter().map(|row| row["position"].as_u64().unwrap()).collect()
    };
    list["groups"].as_array().unwrap().iter().map(rows).collect()
}

#[tokio::test]
async fn duplicates_and_outliers_are_listed_until_they_are_answered() {
    let hub = Hub::new().await;
    push(&hub.dataset("pets", "public").await).await;
    // A stranger can't have pictures read, but sees what was found.
    let stranger = hub.json(Who::Stranger, &format!("{PETS}/duplicates")).await;
    assert_eq!((&stranger["scan"]["state"], &stranger["groups"]), (&json!("not-begun"), &json!([])));
    let exact = scanned(&hub, &format!("{PETS}/duplicates")).await;
    assert_eq!(
        (positions(&exact), &exact["total"], &exact["label"]),
        (vec![vec![0, 3]], &json!(1), &json!("label"))
    );
    let group = &exact["groups"][0];
    assert_eq!((&group["labels_differ"], &group["rows"][1]["label"]), (&json!(true), &json!("dog")));
    let near = scanned(&hub, &format!("{PETS}/duplicates?kind=near")).await;
    assert_eq!(positions(&near), [[0, 1, 3]]);
    assert_eq!(
        positions(&hub.json(Who::Stranger, &format!("{PETS}/duplicates?kind=near")).await),
        [[0, 1, 3]]
    );
    let outliers = scanned(&hub, &format!("{PETS}/outliers")).await;
    assert_eq!(
        (&outliers["total"], &outliers["rows"][0]["kind"], &outliers["rows"][0]["position"]),
        (&json!(1), &json!("blank"), &json!(4))
    );

    let ids: Vec<&Json> = group["rows"].as_array().unwrap().iter().map(|row| &row["row_id"]).collect();
    let answer = async |answer: Json| {
        let wanted = json!({ "queue": "duplicates", "row_ids": ids, "answer": answer });
        hub.send(Who::Writer, Method::PUT, &format!("{PETS}/reviews"), wanted).await.status().as_u16()
    };
    assert_eq!(answer(json!("keep")).await, 204);
    let reviews = hub.json(Who::Reader, &format!("{PETS}/reviews?queue=duplicates")).await;
    let first = &reviews["reviews"][0];
    assert_eq!(
        (reviews["reviews"].as_array().unwrap().len(), &first["by"], &first["answer"]),
        (2, &json!("willi"), &json!("keep"))
    );
    assert_eq!(scanned(&hub, &format!("{PETS}/duplicates")).await["total"], 0);
    assert_eq!(scanned(&hub, &format!("{PETS}/duplicates?kept=true")).await["total"], 1);
    // Not all rows of the larger group were answered.
    assert_eq!(scanned(&hub, &format!("{PETS}/duplicates?kind=near")).await["total"], 1);
    assert_eq!(answer(json!(null)).await, 204);
    assert_eq!(scanned(&hub, &format!("{PETS}/duplicates")).await["total"], 1);
    assert_eq!(answer(json!("drop")).await, 422);
    for (wrong, status, kind) in [
        ("duplicates?column=label", 422, "invalid"),
        ("duplicates?label=none", 422, "invalid"),
        ("duplicates?kind=far", 400, "bad-request"),
        ("outliers?column=none", 422, "invalid"),
    ] {
        let got = hub.get(Who::Reader, &format!("{PETS}/{wrong}")).await;
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}
