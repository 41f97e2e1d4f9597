use std::fs;

use hub_dataset::sample::{Column, Value};
use hub_schema::{DType, Feature};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

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
    assert_eq!(said, [""; 0]);
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
            {"id": 1, "image_id": 1, "category_id": 1, "area": 13.5, "iscrowd": 0, "bbox": [1.0, 2.0, 3.0, 4.5],
             "pose": "left"},
            {"id": 2, "image_id": 1, "category_id": 2, "area": 1.0, "iscrowd": 0, "bbox": [0.0, 0.0, 1.0, 1.0],
             "pose": "left"},
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

/// Reads a folder of COCO files, writes the samples of `split` out, and gives the JSON of what was written.
fn again(files: &[(&str, &Json)], split: Option<&str>) -> (TempDir, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("in");
    for folder in ["annotations", "train", "val"] {
        fs::create_dir_all(source.join(folder)).unwrap();
    }
    for (name, json) in files {
        fs::write(source.join("annotations").join(name), json.to_string()).unwrap();
    }
    for name in ["train/a.png", "val/b.png"] {
        fs::write(source.join(name), png()).unwrap();
    }
    let (columns, samples) = read_in(&source, Some(Format::Coco));
    let samples: Vec<_> =
        samples.into_iter().filter(|s| split.is_none() || s.split.as_deref() == split).collect();
    let losses = losses(Format::Coco, &columns, &[]).unwrap().iter().map(ToString::to_string).collect();
    write_out(Format::Coco, &dir.path().join("out"), &columns, &samples);
    (dir, losses)
}

#[test]
fn categories_are_those_of_the_source_in_every_split() {
    let categories = json!([
        {"supercategory": "s1", "id": 10, "name": "zeta"},
        {"supercategory": "s2", "id": 20, "name": "alpha", "frequency": "r"},
        {"id": 30, "name": "person"},
    ]);
    let licenses = json!([{"url": "u", "id": 4, "name": "CC BY"}, {"id": 7, "name": "none", "since": 2001}]);
    let file = |id: i64, name: &str, category: i64| {
        json!({
            "info": {"year": 2017},
            "licenses": licenses,
            "images": [{"id": id, "file_name": name, "license": 4}],
            "annotations": [{"id": id, "image_id": id, "category_id": category, "bbox": [0, 0, 1, 1]}],
            "categories": categories,
        })
    };
    let (train, val) = (file(1, "a.png", 30), file(2, "b.png", 10));
    let files = [("instances_train.json", &train), ("instances_val.json", &val)];
    for split in [None, Some("train"), Some("val")] {
        let (dir, losses) = again(&files, split);
        assert_eq!(losses, [""; 0]);
        for tag in ["train", "val"].into_iter().filter(|tag| split.is_none() || split == Some(tag)) {
            let written = json_of(&dir.path().join(format!("out/annotations/instances_{tag}.json")));
            assert_eq!(written["categories"], categories, "{split:?} {tag}");
            assert_eq!(written["info"], json!({"year": 2017}));
            assert_eq!(written["licenses"], licenses, "also those that no image has");
        }
    }
}

#[test]
fn keypoints_are_those_of_each_category() {
    let instances = json!({
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}],
        "categories": [{"id": 1, "name": "person"}, {"id": 2, "name": "dog"}],
    });
    let points = json!([
        {"id": 1, "name": "person", "keypoints": ["nose", "ear"], "skeleton": [[1, 2]]},
        {"id": 2, "name": "dog", "keypoints": ["tail", "paw"], "skeleton": []},
    ]);
    let people = json!({
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "keypoints": [1, 2, 2, 0, 0, 0]}],
        "categories": points,
    });
    let (dir, _) =
        again(&[("instances_train.json", &instances), ("person_keypoints_train.json", &people)], None);
    let written = |kind: &str| json_of(&dir.path().join(format!("out/annotations/{kind}_train.json")));
    assert_eq!(written("person_keypoints")["categories"], points);
    assert_eq!(written("instances")["categories"], instances["categories"]);
}

#[test]
fn members_that_coco_does_not_define_come_back() {
    let file = json!({
        "images": [{"id": "a-1", "file_name": "a.png", "scene": "lawn", "neg_category_ids": [3]}],
        "annotations": [
            {"id": 1, "image_id": "a-1", "category_id": 1, "bbox": [0, 0, 1, 1], "caption": "the cat",
             "attributes": {"occluded": true}, "score": 0.5, "track_id": 7},
            {"id": 2, "image_id": "a-1", "caption": "a lawn", "lang": "en"},
        ],
        "categories": [{"id": 1, "name": "cat"}],
    });
    let (dir, losses) = again(&[("instances_train.json", &file)], None);
    assert_eq!(losses, [""; 0]);
    let instances = json_of(&dir.path().join("out/annotations/instances_train.json"));
    assert_eq!(instances["images"][0]["id"], "a-1");
    assert_eq!(instances["images"][0]["scene"], "lawn");
    assert_eq!(instances["images"][0]["neg_category_ids"], json!([3]));
    let object = &instances["annotations"][0];
    assert_eq!((&object["image_id"], &object["attributes"]), (&json!("a-1"), &json!({"occluded": true})));
    assert_eq!((&object["score"], &object["track_id"]), (&json!(0.5), &json!(7)));
    let captions = json_of(&dir.path().join("out/annotations/captions_train.json"));
    assert_eq!(
        captions["annotations"],
        json!([
            {"id": 1, "image_id": "a-1", "caption": "the cat"},
            {"id": 2, "image_id": "a-1", "caption": "a lawn", "lang": "en"},
        ])
    );
}

#[test]
fn objects_of_hugging_face_are_boxes_and_classes() {
    let four = Feature::list(Feature::Number { dtype: DType::F32 });
    let row = |objects: Value| sample(Some("train"), vec![medium("a.png", &png()), objects]);
    let numbers = |numbers: [f64; 4]| Value::List(numbers.map(Value::Float).to_vec());
    let boxes = [numbers([1.0, 2.0, 3.0, 4.0]), numbers([0.0, 0.0, 1.0, 1.5])];
    let of_lists = Feature::structure([
        ("bbox", Feature::list(four.clone())),
        ("category", Feature::list(Feature::labels(["helmet", "vest"]))),
        ("id", Feature::list(Feature::int64())),
        ("area", Feature::list(Feature::int64())),
        ("iscrowd", Feature::list(Feature::int64())),
    ]);
    let lists = Value::Struct(vec![
        Value::List(boxes.to_vec()),
        Value::List(vec![Value::Int(1), Value::Int(0)]),
        Value::List(vec![Value::Int(7), Value::Int(8)]),
        Value::List(vec![Value::Int(11), Value::Null]),
        Value::List(vec![Value::Int(1), Value::Int(0)]),
    ]);
    let of_structs = Feature::list(Feature::structure([("bbox", four), ("category", Feature::int64())]));
    let object = |bbox: &Value, class| Value::Struct(vec![bbox.clone(), Value::Int(class)]);
    let structs = Value::List(vec![object(&boxes[0], 5), object(&boxes[1], 3)]);
    let unnamed = "column 'objects': classes have no names; their numbers are written as names";
    for (feature, value, ids, categories, said) in [
        (of_lists, lists, [7, 8], json!([{"id": 1, "name": "helmet"}, {"id": 2, "name": "vest"}]), vec![]),
        (of_structs, structs, [1, 2], json!([{"id": 5, "name": "5"}, {"id": 3, "name": "3"}]), vec![unnamed]),
    ] {
        let columns = [Column::new("image", Feature::Image), Column::new("objects", feature)];
        let losses: Vec<_> =
            losses(Format::Coco, &columns, &[]).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(losses, said);
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        write_out(Format::Coco, &dest, &columns, &[row(value), row(Value::Null)]);
        let json = json_of(&dest.join("annotations/instances_train.json"));
        assert_eq!(json["categories"], categories);
        let first = &json["annotations"][0];
        let expected = if ids[0] == 7 { (json!(11), json!(1)) } else { (json!(12.0), json!(0)) };
        assert_eq!((&first["area"], &first["iscrowd"]), (&expected.0, &expected.1));
        let class = |at: usize| categories[at]["id"].clone();
        let first = if ids[0] == 7 { [class(1), class(0)] } else { [class(0), class(1)] };
        let found: Vec<_> = json["annotations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| (&a["id"], &a["category_id"], &a["bbox"]))
            .collect();
        let expected = [
            (json!(ids[0]), &first[0], json!([1.0, 2.0, 3.0, 4.0])),
            (json!(ids[1]), &first[1], json!([0.0, 0.0, 1.0, 1.5])),
        ];
        assert_eq!(found, expected.iter().map(|(id, class, bbox)| (id, *class, bbox)).collect::<Vec<_>>());
    }
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
