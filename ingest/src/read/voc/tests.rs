use hub_dataset::sample::Value;
use hub_schema::Feature;

use crate::read::testing::{put, read_all, refusal};

fn object(name: &str, corners: [&str; 4], more: &str) -> String {
    let [a, b, c, d] = corners;
    format!(
        "<object><name>{name}</name>{more}<bndbox><xmax>{c}</xmax><xmin>{a}</xmin><ymin>{b}</ymin>\
         <ymax>{d}</ymax></bndbox></object>"
    )
}

fn xml(objects: &[String]) -> Vec<u8> {
    format!(
        "<annotation>\n\t<folder>VOC2012</folder><filename>a.jpg</filename>\n<size><width>5</width></size>{}\n\
         <segmented>0</segmented></annotation>",
        objects.concat()
    )
    .into_bytes()
}

fn members(feature: &Feature) -> Vec<&str> {
    let Feature::List { item } = feature else { panic!("{feature:?}") };
    let Feature::Struct { fields } = &**item else { panic!("{item:?}") };
    fields.iter().map(|f| f.name.as_str()).collect()
}

fn category(feature: &Feature) -> &[String] {
    let Feature::List { item } = feature else { panic!("{feature:?}") };
    let Feature::Struct { fields } = &**item else { panic!("{item:?}") };
    let Feature::ClassLabel { names, .. } = &fields[0].feature else { panic!("{fields:?}") };
    names
}

#[test]
fn the_kit_is_read_year_by_year() {
    let dir = tempfile::tempdir().unwrap();
    let dog = object(
        "dog",
        ["1", "2", "3", "10"],
        "<pose>Left</pose><truncated>1</truncated><difficult>0</difficult>",
    );
    let cat = object("cat", ["45.70000076293945", "1", "46.5", "1"], "<pose>Unspecified</pose>");
    let kit = |name: &str, bytes: &[u8]| put(dir.path(), &format!("VOCdevkit/VOC2012/{name}"), bytes);
    kit("Annotations/a.xml", &xml(&[dog, cat]));
    kit("Annotations/b.xml", &xml(&[]));
    for stem in ["a", "b", "c", "d"] {
        kit(&format!("JPEGImages/{stem}.jpg"), b"x");
    }
    kit("ImageSets/Main/train.txt", b"a\n");
    kit("ImageSets/Main/trainval.txt", b"a\nb\n");
    kit("ImageSets/Main/test.txt", b"c\r\n");
    kit("ImageSets/Main/dog_train.txt", b"d  1\n");
    kit("SegmentationClass/b.png", b"png");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let columns: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["image", "objects", "segmentation_class"]);
    assert_eq!(members(&source.columns()[1].feature), ["category", "bbox", "pose", "truncated", "difficult"]);
    assert_eq!(category(&source.columns()[1].feature).len(), 20);
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, [Some("train"), Some("trainval"), Some("test"), None]);
    let Value::List(objects) = &samples[0].values[1] else { panic!("{samples:?}") };
    let dog = [
        Value::Int(11),
        Value::bbox([0.0, 1.0, 3.0, 9.0]),
        Value::text("Left"),
        Value::Bool(true),
        Value::Bool(false),
    ];
    assert_eq!(objects[0], Value::Struct(dog.to_vec()));
    let Value::Struct(cat) = &objects[1] else { panic!("{objects:?}") };
    let Value::Struct(bbox) = &cat[1] else { panic!("{cat:?}") };
    assert!(matches!(bbox[0], Value::Float(x) if x + 1.0 == 45.70000076293945), "{bbox:?}");
    assert!(matches!(bbox[..], [Value::Float(x), _, Value::Float(w), _] if x + w == 46.5), "{bbox:?}");
    assert_eq!(cat[3..], [Value::Null, Value::Null]);
    assert_eq!(samples[1].values[1], Value::List(vec![]));
    assert!(matches!(&samples[1].values[2], Value::Media(m) if m.name.ends_with("SegmentationClass/b.png")));
    assert_eq!(samples[2].values[1..], [Value::Null, Value::Null]);
}

#[test]
fn side_by_side_and_other_classes() {
    let dir = tempfile::tempdir().unwrap();
    let part = "<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>";
    put(dir.path(), "train/a.png", b"x");
    put(dir.path(), "train/a.xml", &xml(&[object("zebu", ["1"; 4], part)]));
    put(dir.path(), "valid/b.jpg", b"x");
    put(dir.path(), "valid/b.xml", &xml(&[object("ape", ["1"; 4], "<occluded>1</occluded>")]));
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(category(&source.columns()[1].feature), ["ape", "zebu"]);
    assert_eq!(members(&source.columns()[1].feature)[5..], ["occluded", "parts"]);
    let splits: Vec<_> = samples.iter().filter_map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, ["train", "val"]);
    let Value::List(objects) = &samples[0].values[1] else { panic!("{samples:?}") };
    let Value::Struct(zebu) = &objects[0] else { panic!("{objects:?}") };
    let head = Value::Struct(vec![Value::text("head"), Value::bbox([0.0, 0.0, 2.0, 2.0])]);
    assert_eq!(zebu[5..], [Value::Null, Value::List(vec![head])]);
}

#[test]
fn what_is_broken_costs_one_sample() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "Annotations/a.xml", b"<annotation><object>");
    put(dir.path(), "Annotations/b.xml", &xml(&[object("dog", ["1", "2", "x", "4"], "")]));
    put(dir.path(), "Annotations/c.xml", &xml(&[]));
    put(dir.path(), "Annotations/e.xml", &xml(&[object("dog", ["1"; 4], "<truncated>2</truncated>")]));
    put(dir.path(), "Annotations/f.xml", b"<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/passwd'>]><annotation><object><name>&x;</name></object></annotation>");
    for image in ["a.jpg", "b.jpg", "d.jpg", "d.png", "e.jpg", "f.jpg", "g.jpg"] {
        put(dir.path(), &format!("JPEGImages/{image}"), b"x");
    }
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1, "only g is whole");
    let expected = [
        "Annotations/a.xml: not valid VOC XML",
        "Annotations/b.xml: object 1 ('dog'): xmax is 'x', expected a number",
        "Annotations/c.xml: no image of that name in JPEGImages/",
        "JPEGImages/d.jpg: the XML file also matches d.png",
        "Annotations/e.xml: object 1 ('dog'): truncated is '2', expected 0 or 1",
        "Annotations/f.xml: not valid VOC XML",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, start) in errors.iter().zip(expected) {
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn xml_without_images_is_not_voc() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "notes/a.xml", b"<annotation/>");
    put(dir.path(), "notes/b.txt", b"x");
    assert!(refusal(dir.path()).contains("no known format recognised"));
}
