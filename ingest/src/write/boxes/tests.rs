//! What is written as YOLO and Pascal VOC is read back, and lies where it lay.

use std::fs;

use hub_dataset::sample::{Column, Sample, Value};
use hub_schema::Feature;

use crate::format::Format;
use crate::write::losses;
use crate::write::testing::{files, fixture, medium, read_in, sample, write_out};

fn png(width: u32, height: u32) -> Vec<u8> {
    hub_media::encode_png(&vec![7; (width * height) as usize], width, height, 1).unwrap()
}

fn objects(with_outlines: bool) -> Vec<Column> {
    let mut members = vec![
        ("category", Feature::labels(["cat", "dog: small"])),
        ("bbox", Feature::Bbox),
        ("difficult", Feature::Bool),
    ];
    if with_outlines {
        members.push(("segmentation", Feature::Polygon));
    }
    let objects = Feature::list(Feature::structure(members));
    vec![Column::new("image", Feature::Image), Column::new("objects", objects)]
}

fn object(class: i64, bbox: [f64; 4]) -> Value {
    Value::Struct(vec![Value::Int(class), Value::bbox(bbox), Value::Bool(class == 1)])
}

fn pictures() -> Vec<Sample> {
    let found = Value::List(vec![object(0, [1.0, 2.0, 3.0, 4.0]), object(1, [0.0, 0.0, 10.0, 8.0])]);
    vec![
        sample(Some("train"), vec![medium("train/a.png", &png(10, 8)), found]),
        sample(Some("train"), vec![medium("train/sub/a.png", &png(10, 8)), Value::List(vec![])]),
        sample(
            Some("val"),
            vec![medium("b.png", &png(4, 4)), Value::List(vec![object(1, [1.0, 1.0, 2.0, 2.0])])],
        ),
    ]
}

/// The classes and boxes of each sample, with its split.
type Boxes = Vec<(Option<String>, Vec<(String, [f64; 4])>)>;

/// The boxes of each sample, with the names of their classes.
fn boxes(columns: &[Column], samples: &[Sample]) -> Boxes {
    let at = columns.iter().position(|c| c.name == "objects").unwrap();
    let Feature::List { item } = &columns[at].feature else { panic!() };
    let Feature::Struct { fields } = &**item else { panic!() };
    let member = |name: &str| fields.iter().position(|f| f.name == name).unwrap();
    let (category, bbox) = (member("category"), member("bbox"));
    let Feature::ClassLabel { names, .. } = &fields[category].feature else { panic!() };
    let one = |value: &Value| {
        let Value::Struct(values) = value else { panic!() };
        let Value::Int(class) = values[category] else { panic!() };
        let Value::Struct(sides) = &values[bbox] else { panic!() };
        let side = |i: usize| if let Value::Float(x) = sides[i] { (x * 1e6).round() / 1e6 } else { panic!() };
        (names[class as usize].clone(), [side(0), side(1), side(2), side(3)])
    };
    let all = |sample: &Sample| match &sample.values[at] {
        Value::List(objects) => (sample.split.clone(), objects.iter().map(one).collect()),
        _ => (sample.split.clone(), Vec::new()),
    };
    samples.iter().map(all).collect()
}

#[test]
fn boxes_come_back() {
    let columns = objects(false);
    for format in [Format::Yolo, Format::Voc] {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        write_out(format, &dest, &columns, &pictures());
        let (read, samples) = read_in(&dest, None);
        let (mut found, mut wanted) = (boxes(&read, &samples), boxes(&columns, &pictures()));
        found.sort_by(|a, b| a.partial_cmp(b).unwrap());
        wanted.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(found, wanted, "{format}");
    }
}

#[test]
fn yolo_is_what_the_trainer_reads() {
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::Yolo, &dest, &objects(false), &pictures());
    let wanted = [
        "data.yaml",
        "images/train/a.png",
        "images/train/sub/a.png",
        "images/val/b.png",
        "labels/train/a.txt",
        "labels/train/sub/a.txt",
        "labels/val/b.txt",
    ];
    assert_eq!(files(&dest), wanted);
    let text = |name: &str| fs::read_to_string(dest.join(name)).unwrap();
    assert_eq!(text("labels/train/a.txt"), "0 0.25 0.5 0.3 0.5\n1 0.5 0.5 1 1\n");
    assert_eq!(text("labels/train/sub/a.txt"), "");
    let yaml = text("data.yaml");
    assert!(
        yaml.contains("train: images/train\nval: images/val\nnc: 2\nnames:\n  0: cat\n  1: \"dog: small\""),
        "{yaml}"
    );
}

#[test]
fn outlines_are_outlines_for_all_objects_of_an_image() {
    let ring = Value::List(
        [[1.0, 1.0], [5.0, 1.0], [5.0, 4.0]]
            .iter()
            .map(|[x, y]| Value::Struct(vec![Value::Float(*x), Value::Float(*y)]))
            .collect(),
    );
    let with = |class: i64, outline: Value| {
        Value::Struct(vec![Value::Int(class), Value::bbox([1.0, 1.0, 4.0, 3.0]), Value::Bool(false), outline])
    };
    let found = Value::List(vec![with(0, Value::List(vec![ring])), with(1, Value::Null)]);
    let samples = [sample(None, vec![medium("a.png", &png(10, 10)), found])];
    let dir = tempfile::tempdir().unwrap();
    write_out(Format::Yolo, &dir.path().join("yolo"), &objects(true), &samples);
    let lines = fs::read_to_string(dir.path().join("yolo/labels/all/a.txt")).unwrap();
    assert_eq!(lines, "0 0.1 0.1 0.5 0.1 0.5 0.4\n1 0.1 0.1 0.5 0.1 0.5 0.4 0.1 0.4\n");
    write_out(Format::Voc, &dir.path().join("voc"), &objects(true), &samples);
    let xml = fs::read_to_string(dir.path().join("voc/Annotations/a.xml")).unwrap();
    assert!(xml.contains("<x3>5</x3>\n\t\t\t<y3>4</y3>") && xml.contains("<xmin>2</xmin>"), "{xml}");
}

#[test]
fn coco_becomes_both() {
    let (columns, samples) = read_in(&fixture("coco"), None);
    for format in [Format::Yolo, Format::Voc] {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        write_out(format, &dest, &columns, &samples);
        let (read, again) = read_in(&dest, None);
        let count = |all: Boxes| -> usize { all.iter().map(|(_, b)| b.len()).sum() };
        assert_eq!(again.len(), samples.len());
        assert_eq!(count(boxes(&read, &again)), count(boxes(&columns, &samples)), "{format}");
    }
    let lost =
        losses(Format::Yolo, &columns, &[]).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(lost.iter().any(|loss| loss.contains("objects.keypoints")), "{lost:?}");
}

#[test]
fn what_has_no_objects_is_refused() {
    let columns = [Column::new("image", Feature::Image), Column::new("label", Feature::labels(["a"]))];
    for format in [Format::Yolo, Format::Voc] {
        let error = losses(format, &columns, &[]).unwrap_err().to_string();
        assert!(error.contains("objects"), "{error}");
    }
}
