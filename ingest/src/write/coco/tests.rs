use std::fs;

use hub_dataset::sample::{Column, Value};
use hub_schema::Feature;
use serde_json::{Value as Json, json};

use crate::format::Format;
use crate::write::testing::{files, medium, read_in, sample, write_out};
use crate::write::{Target, create, losses};

fn png() -> Vec<u8> {
    hub_media::encode_png(&[7; 6], 3, 2, 1).unwrap()
}

/// Boxes as Pascal VOC's reader gives them: no ids, no areas.
fn voc() -> Vec<Column> {
    let object = Feature::structure([
        ("label", Feature::labels(["aeroplane", "dog", "person"])),
        ("bbox", Feature::Bbox),
        ("pose", Feature::Text),
    ]);
    vec![Column::new("image", Feature::Image), Column::new("objects", Feature::list(object))]
}

fn object(class: Value, bbox: [f64; 4]) -> Value {
    Value::Struct(vec![class, Value::bbox(bbox), Value::text("left")])
}

fn json_of(path: &std::path::Path) -> Json {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn boxes_from_elsewhere_get_what_coco_needs() {
    let said: Vec<_> = losses(Format::Coco, &voc(), &[]).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(said, ["column 'objects.pose' is left out, coco can't store it"]);
    let objects = Value::List(vec![
        object(Value::Int(2), [1.0, 2.0, 3.0, 4.5]),
        object(Value::Int(0), [0.0, 0.0, 1.0, 1.0]),
    ]);
    let samples = [
        sample(Some("train"), vec![medium("a.png", &png()), objects]),
        sample(Some("train"), vec![medium("annotations/instances_train.json", &png()), Value::Null]),
    ];
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Coco, &dest, &voc(), &samples);
    let written =
        ["annotations/instances_train.json", "train/a.png", "train/annotations/instances_train.json"];
    assert_eq!(files(&dest), written);
    let json = json_of(&dest.join(written[0]));
    assert_eq!(
        json["images"],
        json!([
            {"id": 1, "file_name": "a.png", "width": 3, "height": 2},
            {"id": 2, "file_name": "train/annotations/instances_train.json", "width": 3, "height": 2},
        ])
    );
    assert_eq!(
        json["annotations"],
        json!([
            {"id": 1, "image_id": 1, "category_id": 1, "area": 13.5, "iscrowd": 0, "bbox": [1.0, 2.0, 3.0, 4.5]},
            {"id": 2, "image_id": 1, "category_id": 2, "area": 1.0, "iscrowd": 0, "bbox": [0.0, 0.0, 1.0, 1.0]},
        ])
    );
    let categories = json!([
        {"id": 2, "name": "aeroplane"},
        {"id": 18, "name": "dog"},
        {"id": 1, "name": "person"},
    ]);
    assert_eq!(json["categories"], categories);
}

#[test]
fn an_id_that_came_twice_is_given_anew() {
    let object = Feature::structure([
        ("id", Feature::int64()),
        ("category", Feature::labels(["x"])),
        ("bbox", Feature::Bbox),
    ]);
    let columns = [
        Column::new("image", Feature::Image),
        Column::new("image_id", Feature::int64()),
        Column::new("objects", Feature::list(object)),
    ];
    let object = |id: i64| Value::Struct(vec![Value::Int(id), Value::Int(0), Value::bbox([0.0; 4])]);
    let row = |id: i64, objects: &[i64]| {
        let objects = Value::List(objects.iter().map(|id| object(*id)).collect());
        sample(None, vec![medium("same.png", &png()), Value::Int(id), objects])
    };
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Coco, &dest, &columns, &[row(5, &[7, 8]), row(5, &[8])]);
    let (_, again) = read_in(&dest, None);
    let ids = |at: usize| match &again[at].values[..] {
        [Value::Media(media), Value::Int(id), Value::List(objects)] => {
            let ids = objects.iter().map(|object| match object {
                Value::Struct(members) => members[0].clone(),
                other => panic!("{other:?}"),
            });
            (media.name.as_str(), *id, ids.collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(ids(0), ("images/same.png", 5, vec![Value::Int(7), Value::Int(8)]));
    assert_eq!(ids(1), ("images/same-2.png", 6, vec![Value::Int(9)]));
}

#[test]
fn captions_alone_are_enough() {
    let columns = [Column::new("photo", Feature::Image), Column::new("caption", Feature::Text)];
    let samples = [sample(Some("val"), vec![medium("val2014/a.png", &png()), Value::text("a \"cat\"")])];
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Coco, &dest, &columns, &samples);
    assert_eq!(files(&dest), ["annotations/captions_val2014.json", "val2014/a.png"]);
    let json = json_of(&dest.join("annotations/captions_val2014.json"));
    assert_eq!(json["annotations"], json!([{"id": 1, "image_id": 1, "caption": "a \"cat\""}]));
    assert_eq!(json["images"][0]["file_name"], "a.png");
}

#[test]
fn what_coco_can_not_hold_costs_the_sample() {
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    let mut sink = create(Target::new(Format::Coco, &dest, voc(), Vec::new())).unwrap();
    let cases = [
        (object(Value::Null, [0.0; 4]), "the object has no class"),
        (object(Value::Int(3), [0.0; 4]), "expected a class number"),
        (object(Value::Int(0), [f64::NAN; 4]), "NaN can't be written as JSON"),
        (Value::Int(1), "expected an object, found an integer"),
    ];
    for (object, problem) in cases {
        let bad = sample(None, vec![medium("bad.png", &png()), Value::List(vec![object])]);
        let error = sink.write(&bad).unwrap_err();
        assert!(!error.fatal && error.to_string().contains(problem), "{error}");
    }
    sink.write(&sample(None, vec![medium("good.png", &png()), Value::Null])).unwrap();
    sink.finish().unwrap();
    assert_eq!(files(&dest), ["annotations/instances_default.json", "images/good.png"]);
}
