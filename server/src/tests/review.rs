//! Duplicates, outliers and answers.

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset};
use hub_schema::{DType, Feature, FieldId, Schema, TensorRole};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::hub::{append, problem};
use super::pages::Browser;
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
    push_rows(dataset, schema, &rows).await;
}

async fn push_rows(dataset: &Dataset, schema: Schema, rows: &[Vec<Value>]) {
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(rows).unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &Default::default()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&"main".parse().unwrap(), &Author::new("test", ""), &packed).await.unwrap();
}

/// Raw pictures of 4 x 4 pixels and vectors; of ten, the last is dark among light "day"s and has the vector of a "night".
async fn push_days(dataset: &Dataset) {
    let tensor = |dtype, shape: &[usize], role| Feature::Tensor { dtype, shape: shape.to_vec(), role };
    let schema = Schema::new([
        ("pixels", tensor(DType::U8, &[4, 4], TensorRole::Image)),
        ("embedding", tensor(DType::F32, &[2], TensorRole::Embedding)),
        ("label", Feature::labels(["day", "night"])),
    ])
    .unwrap();
    let row = |n: u8| {
        let is_dark = n >= 5;
        let pixels: Vec<u8> = (0..16).map(|i| if is_dark { i } else { 255 - i } ^ n).collect();
        let turn = f32::from(n) / 50.0;
        let vector = if is_dark { [turn, 1.0] } else { [1.0, turn] };
        let bytes: Vec<u8> = vector.iter().flat_map(|x: &f32| x.to_le_bytes()).collect();
        let label = Value::Int(i64::from(is_dark && n < 9));
        vec![Value::Bytes(pixels.into()), Value::Bytes(bytes.into()), label]
    };
    let rows: Vec<Vec<Value>> = (0..10).map(row).collect();
    push_rows(dataset, schema, &rows).await;
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

/// The items of a queue: position, label, suggestion.
fn items(page: &Json) -> Vec<(u64, &str, Option<&str>)> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let position = item["position"].as_u64().unwrap();
            (position, item["label"]["name"].as_str().unwrap_or("-"), item["suggestion"]["name"].as_str())
        })
        .collect()
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
    let rows = format!("{PETS}/rows?columns=image&limit=5");
    let colour = |rows: &Json| rows["rows"][4]["values"]["image"]["average_color"].clone();
    assert_eq!(colour(&hub.json(Who::Stranger, &rows).await), Json::Null, "nothing is read for it");
    let exact = scanned(&hub, &format!("{PETS}/duplicates")).await;
    assert_eq!(colour(&hub.json(Who::Stranger, &rows).await), "#090909");
    let one = hub.json(Who::Stranger, &format!("{PETS}/rows/4")).await;
    assert_eq!(one["row"]["values"]["image"]["average_color"], "#090909");
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

#[tokio::test]
async fn queues_are_counted_and_shrink() {
    let hub = Hub::new().await;
    push(&hub.dataset("pets", "public").await).await;
    let near = scanned(&hub, &format!("{PETS}/review/duplicates")).await;
    assert_eq!(items(&near), [(0, "cat", None), (1, "cat", None), (3, "dog", Some("cat"))]);
    assert_eq!(
        (&near["total"], &near["label"], &near["items"][2]["group"]),
        (&json!(1), &json!("label"), &json!(0))
    );
    assert_eq!(near["items"][0]["reason"], "same-picture");
    let outliers = scanned(&hub, &format!("{PETS}/review/outliers")).await;
    assert_eq!(
        (items(&outliers), &outliers["items"][0]["reason"]),
        (vec![(4, "cat", None)], &json!("blank"))
    );
    // The blank picture is the one least like the other cats, and is last when they are counted from the middle.
    let class = scanned(&hub, &format!("{PETS}/review/class?class=cat")).await;
    assert_eq!((items(&class)[0].0, &class["total"]), (4, &json!(4)));
    assert_eq!(class["class"], json!({ "class": 0, "name": "cat" }));
    let scores: Vec<f64> =
        class["items"].as_array().unwrap().iter().map(|item| item["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b) && scores[0] > scores[1], "{scores:?}");
    let second = scanned(&hub, &format!("{PETS}/review/class?class=0&offset=1&limit=2")).await;
    assert_eq!((items(&second)[0], &second["next"]), (items(&class)[1], &json!(3)));

    let list = hub.json(Who::Reader, &format!("{PETS}/review")).await;
    let told = |list: &Json| -> Vec<(String, Json)> {
        let queues = list["queues"].as_array().unwrap().iter();
        queues.map(|queue| (queue["queue"].as_str().unwrap().to_owned(), queue["total"].clone())).collect()
    };
    let expected = [("duplicates", json!(1)), ("outliers", json!(1)), ("class", json!(null))];
    assert_eq!(told(&list), expected.clone().map(|(name, total)| (name.to_owned(), total)));
    assert_eq!(list["queues"][1]["first"], json!([outliers["items"][0]["row_id"]]));
    // The tab has the sum of what is likely wrong, for everybody.
    let page = Browser::stranger(&hub).html("/vision/pets/samples", 200).await;
    assert!(page.contains(r#"Review<span class="n num">2</span>"#), "{page}");

    let wanted =
        json!({ "queue": "outliers", "row_ids": [outliers["items"][0]["row_id"]], "answer": "keep" });
    let kept = hub.send(Who::Writer, Method::PUT, &format!("{PETS}/reviews"), wanted).await;
    assert_eq!(kept.status().as_u16(), 204);
    assert_eq!(hub.json(Who::Reader, &format!("{PETS}/review/outliers")).await["total"], 0);
    assert_eq!(hub.json(Who::Reader, &format!("{PETS}/review/outliers?kept=true")).await["total"], 1);
    let page = Browser::stranger(&hub).html("/vision/pets/samples", 200).await;
    assert!(page.contains(r#"Review<span class="n num">1</span>"#), "{page}");
    for (wrong, status, kind) in [
        ("review/none", 404, "not-found"),
        ("review/class?class=cow", 422, "invalid"),
        ("review/class?class=2", 422, "invalid"),
        ("review/unlike", 422, "invalid"),
        ("review/unlike?column=image", 422, "invalid"),
        ("review/disagrees", 404, "not-found"),
        ("review/new?since=main:9", 404, "not-found"),
        ("review/outliers?column=label", 422, "invalid"),
        ("review/duplicates?label=none", 422, "invalid"),
    ] {
        let got = hub.get(Who::Reader, &format!("{PETS}/{wrong}")).await;
        assert_eq!(problem(got, status).await, kind, "{wrong}");
    }
}

#[tokio::test]
async fn raw_pictures_and_embeddings_have_queues() {
    let hub = Hub::new().await;
    push_days(&hub.dataset("pets", "public").await).await;
    // Nobody has asked for it yet, and a stranger can't.
    let stranger = hub.json(Who::Stranger, &format!("{PETS}/review/unlike")).await;
    assert_eq!((&stranger["scan"]["state"], items(&stranger)), (&json!("not-begun"), vec![]));
    let unlike = scanned(&hub, &format!("{PETS}/review/unlike")).await;
    assert_eq!(items(&unlike), [(9, "day", Some("night"))]);
    assert!(unlike["items"][0]["score"].as_f64().unwrap() > 0.4, "{unlike}");
    let day = scanned(&hub, &format!("{PETS}/review/class")).await;
    assert_eq!((items(&day)[0].0, &day["total"], &day["class"]["name"]), (9, &json!(6), &json!("day")));
    let queues = hub.json(Who::Reader, &format!("{PETS}/review")).await;
    let names: Vec<&str> =
        queues["queues"].as_array().unwrap().iter().map(|queue| queue["queue"].as_str().unwrap()).collect();
    assert_eq!(names, ["unlike", "duplicates", "outliers", "class"]);
}

#[tokio::test]
async fn what_is_new_is_listed() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "private").await;
    append(&dataset, "main", 0, &[("train", &[3])]).await;
    let first = append(&dataset, "main", 3, &[("val", &[2])]).await;
    append(&dataset, "main", 5, &[("val", &[1])]).await;
    let new = hub.json(Who::Reader, &format!("{PETS}/review/new")).await;
    assert_eq!((items(&new), &new["items"][0]["reason"]), (vec![(5, "dog", None)], &json!("added")));
    let since = format!("{PETS}/review/new?since=main:{}", first.at().version - 1);
    assert_eq!(hub.json(Who::Reader, &since).await["total"], 3);
}

#[tokio::test]
async fn the_pages_of_queues_are_read_and_answered_without_script() {
    let hub = Hub::new().await;
    push(&hub.dataset("pets", "private").await).await;
    scanned(&hub, &format!("{PETS}/review/duplicates")).await;
    scanned(&hub, &format!("{PETS}/review/outliers")).await;
    let reader = Browser::of(&hub, Who::Reader).await;
    let writer = Browser::of(&hub, Who::Writer).await;
    let page = reader.html("/vision/pets", 200).await;
    assert!(
        page.contains("2 worth a look") && page.contains(r#"href="/vision/pets/review/outliers""#),
        "{page}"
    );
    let page = reader.html("/", 200).await;
    assert!(
        page.contains("Worth a look")
            && page.contains("2 likely mistakes")
            && page.contains(r#"href="/vision/pets/review/duplicates""#),
        "{page}"
    );
    let page = reader.html("/vision/pets/review", 200).await;
    assert!(page.contains("Same picture, two labels") && page.contains("Class at a glance"), "{page}");
    let page = reader.html("/vision/pets/review/duplicates", 200).await;
    assert_eq!(page.matches(r#"class="ce""#).count(), 3, "{page}");
    assert!(page.contains("→ </span>cat") && !page.contains("Keep"), "{page}");
    let page = reader.html("/vision/pets/review/class?class=cat", 200).await;
    assert!(page.contains(r#"<option value="cat" selected>cat (4)</option>"#), "{page}");
    assert!(page.contains(r#"rel="next" href="/vision/pets/review/class?class=dog""#), "{page}");
    reader.html("/vision/pets/review/none", 404).await;

    let page = writer.html("/vision/pets/review/outliers?rev=main", 200).await;
    let begin = page.find(r#"name="keep" value=""#).unwrap() + r#"name="keep" value=""#.len();
    let row = page[begin..].split('"').next().unwrap().to_owned();
    let outliers = "/vision/pets/review/outliers?rev=main";
    let refused = reader.submit(outliers, &[("keep", &row)]).await;
    assert_eq!(refused.status().as_u16(), 403);
    let refused = writer.submit_from_elsewhere(outliers, &[("keep", &row)]).await;
    assert_eq!(refused.status().as_u16(), 403);
    let answer = writer.submit(outliers, &[("keep", &row)]).await;
    assert_eq!((answer.status().as_u16(), super::pages::location(&answer)), (303, outliers));
    let page = writer.html(outliers, 200).await;
    assert!(page.contains("Nothing here is left to look at") && !page.contains(r#"class="ce""#), "{page}");
    assert_eq!(writer.submit(outliers, &[("keep", "x")]).await.status().as_u16(), 422);
    assert_eq!(writer.submit(outliers, &[]).await.status().as_u16(), 400);
}
