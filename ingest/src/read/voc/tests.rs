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
    assert_eq!(columns, ["image", "objects", "segmentation_class", "segmented"]);
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
    assert_eq!(samples[0].values[3], Value::Int(0));
    assert_eq!(samples[2].values[1..], [Value::Null, Value::Null, Value::Null]);
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
    put(dir.path(), "Annotations/e.xml", &xml(&["<object><name> </name></object>".to_owned()]));
    put(dir.path(), "Annotations/f.xml", b"<!DOCTYPE a [<!ENTITY x SYSTEM '/etc/passwd'>]><annotation><object><name>&x;</name></object></annotation>");
    for image in ["a.jpg", "b.jpg", "d.jpg", "d.png", "e.jpg", "f.jpg", "g.jpg"] {
        put(dir.path(), &format!("JPEGImages/{image}"), b"x");
    }
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1, "only g is whole");
    let expected = [
        "Annotations/a.xml: not valid XML: it ends inside the element 'object'",
        "Annotations/b.xml: object 1 ('dog'): xmax is 'x', expected a number",
        "Annotations/c.xml: no image of that name in JPEGImages/",
        "JPEGImages/d.jpg: the XML file also matches d.png",
        "Annotations/e.xml: object 1 has no name",
        "Annotations/f.xml: not valid XML: unknown entity '&x;'",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, start) in errors.iter().zip(expected) {
        assert!(error.starts_with(start), "{error}");
    }
}

/// The objects of the only sample of a folder with this XML: members by name.
fn only_object(xml: &[u8]) -> (Vec<(String, Value)>, Feature) {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "Annotations/a.xml", xml);
    put(dir.path(), "JPEGImages/a.jpg", b"x");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let feature = source.columns()[1].feature.clone();
    let Value::List(objects) = &samples[0].values[1] else { panic!("{samples:?}") };
    let Value::Struct(values) = &objects[0] else { panic!("{objects:?}") };
    let names = members(&feature).into_iter().map(str::to_owned);
    (names.zip(values.iter().cloned()).collect(), feature)
}

fn member(object: &[(String, Value)], name: &str) -> Value {
    object.iter().find(|(member, _)| member == name).unwrap_or_else(|| panic!("{object:?}")).1.clone()
}

fn points(points: &[[f64; 2]]) -> Value {
    let point = |[x, y]: &[f64; 2]| Value::Struct(vec![Value::Float(*x), Value::Float(*y)]);
    Value::List(vec![Value::List(points.iter().map(point).collect())])
}

#[test]
fn polygons_and_turned_boxes_are_kept() {
    let roboflow = "<polygon><x1>1</x1><y1>2</y1><x2>3.5</x2><y2>4</y2><x3>9</x3><y3>9</y3></polygon>";
    let (dog, _) = only_object(&xml(&[object("dog", ["1"; 4], roboflow)]));
    assert_eq!(member(&dog, "segmentation"), points(&[[1.0, 2.0], [3.5, 4.0], [9.0, 9.0]]));
    assert_eq!(member(&dog, "bbox"), Value::bbox([0.0, 0.0, 1.0, 1.0]));
    let labelme =
        "<polygon><username>me</username><pt><x>1</x><y>2</y></pt><pt><x>3</x><y>9</y></pt></polygon>";
    let (dog, _) = only_object(&xml(&[format!("<object><name>dog</name>{labelme}</object>")]));
    assert_eq!(member(&dog, "segmentation"), points(&[[1.0, 2.0], [3.0, 9.0]]));
    assert_eq!(member(&dog, "bbox"), Value::bbox([1.0, 2.0, 2.0, 7.0]));
    let turned =
        "<robndbox><cx>10</cx><cy>20</cy><w>4</w><h>6</h><angle>1.5707963267948966</angle></robndbox>";
    let (dog, _) = only_object(&xml(&[format!("<object><name>dog</name>{turned}</object>")]));
    let box5 = [10.0, 20.0, 4.0, 6.0, std::f64::consts::FRAC_PI_2].map(Value::Float);
    assert_eq!(member(&dog, "rotated_box"), Value::Struct(box5.to_vec()));
    let Value::Struct(around) = member(&dog, "bbox") else { panic!("{dog:?}") };
    for (found, expected) in around.iter().zip([7.0, 18.0, 6.0, 4.0]) {
        assert!(matches!(found, Value::Float(f) if (f - expected).abs() < 1e-9), "{around:?}");
    }
}

#[test]
fn what_voc_does_not_define_is_kept_too() {
    let more = "<attributes><attribute><name>color</name><value>red</value></attribute><attribute><name>n</name>\
                <value>2</value></attribute></attributes><score>0.5</score><track_id>7</track_id>\
                <actions><jumping>1</jumping></actions><occluded>2</occluded><truncated>0.25</truncated>\
                <category>x</category>";
    let (dog, feature) = only_object(&xml(&[object("dog", ["1"; 4], more)]));
    let names: Vec<_> = members(&feature)[5..].to_vec();
    assert_eq!(names, ["occluded", "attributes", "score", "track_id", "actions", "voc_category"]);
    assert_eq!(member(&dog, "occluded"), Value::Int(2));
    assert_eq!(member(&dog, "truncated"), Value::Float(0.25));
    assert_eq!(member(&dog, "attributes"), Value::Struct(vec![Value::text("red"), Value::Int(2)]));
    assert_eq!((member(&dog, "score"), member(&dog, "track_id")), (Value::Float(0.5), Value::Int(7)));
    assert_eq!(member(&dog, "actions"), Value::Struct(vec![Value::Int(1)]));
    assert_eq!(member(&dog, "voc_category"), Value::text("x"));
}

#[test]
fn files_are_read_in_the_encoding_that_they_declare() {
    let dir = tempfile::tempdir().unwrap();
    let cat = object("猫", ["1"; 4], "");
    let declared = |encoding: &str| {
        format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><annotation>{cat}</annotation>")
    };
    let utf16: Vec<u8> = declared("utf-16").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cut = declared("gb2312");
    let (before, after) = cut.split_once("猫").unwrap();
    put(dir.path(), "Annotations/a.xml", &[before.as_bytes(), b"\xc3\xa8", after.as_bytes()].concat());
    put(dir.path(), "Annotations/b.xml", &[b"\xff\xfe", &utf16[..]].concat());
    put(dir.path(), "Annotations/c.xml", declared("utf-8").as_bytes());
    for name in ["a", "b", "c"] {
        put(dir.path(), &format!("JPEGImages/{name}.jpg"), b"x");
    }
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(category(&source.columns()[1].feature), ["猫"]);
    assert_eq!(samples.len(), 3);
    put(dir.path(), "Annotations/c.xml", b"<annotation>\n<object><name>caf\xe9</name></object></annotation>");
    let (_, _, errors) = read_all(dir.path());
    assert!(errors[0].starts_with("Annotations/c.xml: line 2 is not UTF-8"), "{errors:?}");
}

#[test]
fn lists_may_name_files() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "Annotations/a.b.xml", &xml(&[]));
    put(dir.path(), "Annotations/c.xml", &xml(&[]));
    put(dir.path(), "JPEGImages/a.b.jpg", b"x");
    put(dir.path(), "JPEGImages/c.jpg", b"x");
    put(dir.path(), "ImageSets/Main/train.txt", b"a.b.jpg\n");
    put(dir.path(), "ImageSets/Main/val.txt", b"JPEGImages/c.jpg\n");
    let (_, samples, _) = read_all(dir.path());
    assert_eq!(samples.iter().map(|s| s.split.as_deref()).collect::<Vec<_>>(), [Some("train"), Some("val")]);
}

#[test]
fn xml_without_images_is_not_voc() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "notes/a.xml", b"<annotation/>");
    put(dir.path(), "notes/b.txt", b"x");
    assert!(refusal(dir.path()).contains("no known format recognised"));
}
