use std::fs;
use std::path::Path;

use hub_dataset::sample::{MediaBytes, Sample, SampleSource, Value};
use hub_schema::Feature;
use tempfile::TempDir;

use super::recognise;
use crate::read::input::Input;
use crate::read::open;
use crate::read::options::ReadOptions;

const CATEGORIES: &str = r#""categories": [
    {"id": 1, "name": "person", "supercategory": "person"},
    {"id": 18, "name": "dog", "supercategory": "animal"}]"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read(folder: &TempDir) -> (Vec<Sample>, Vec<String>) {
    let mut source = open(folder.path(), &ReadOptions::default()).unwrap().source;
    let (mut samples, mut errors) = (Vec::new(), Vec::new());
    while let Some(next) = source.next_sample() {
        match next {
            Ok(sample) => samples.push(sample),
            Err(e) => errors.push(e.to_string()),
        }
    }
    (samples, errors)
}

fn instances(images: &str, annotations: &str) -> String {
    format!(r#"{{"images": [{images}], "annotations": [{annotations}], {CATEGORIES}}}"#)
}

fn floats(numbers: &[f64]) -> Value {
    Value::Struct(numbers.iter().map(|n| Value::Float(*n)).collect())
}

#[test]
fn files_of_a_split_are_merged_by_id() {
    let images = r#"{"id": 7, "file_name": "a.jpg", "license": 4, "date_captured": 2013},
                    {"id": 3, "file_name": "b.jpg"}"#;
    let objects = r#"{"id": 2, "image_id": 7, "category_id": 18, "bbox": [1, 2.5, 3, 4], "area": 5.25,
                      "iscrowd": 0, "segmentation": [[0, 1, 2, 3.5, 4, 5]]},
                     {"id": 1, "image_id": 7, "category_id": 1, "bbox": [], "iscrowd": 1,
                      "segmentation": {"size": [10, 10], "counts": "61X12:"}}"#;
    let people = r#"{"images": [{"id": 7, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "ear"], "skeleton": [[1, 2]]}],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 1, "keypoints": [5, 6, 2, 0, 0, 0],
                         "num_keypoints": 1}]}"#;
    let captions = r#"{"licenses": [{"id": 4, "name": "CC BY", "url": "u"}],
        "images": [{"id": 3, "file_name": "b.jpg"}],
        "annotations": [{"id": 1, "image_id": 3, "caption": "a b"}]}"#;
    let folder = folder(&[
        ("annotations/instances_val2017.json", &instances(images, objects)),
        ("annotations/person_keypoints_val2017.json", people),
        ("annotations/captions_val2017.json", captions),
        ("val2017/a.jpg", "AA"),
        ("val2017/b.jpg", "B"),
    ]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
    let names: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["image", "image_id", "license", "date_captured", "objects", "captions"]);
    let (samples, errors) = read(&folder);
    assert_eq!(errors, [""; 0]);
    let [a, b] = &samples[..] else { panic!("{samples:?}") };
    assert_eq!(a.split.as_deref(), Some("val"));
    assert!(
        matches!(&a.values[0], Value::Media(m) if m.name == "val2017/a.jpg" && m.bytes.size_bytes() == 2)
    );
    let license = Value::Struct(vec![Value::Int(4), Value::text("CC BY"), Value::text("u")]);
    assert_eq!(a.values[1..4], [Value::Int(7), license, Value::text("2013")]);
    let Value::List(objects) = &a.values[4] else { panic!("{:?}", a.values[4]) };
    let [Value::Struct(dog), Value::Struct(person)] = &objects[..] else { panic!("{objects:?}") };
    let ring = Value::List(vec![floats(&[0.0, 1.0]), floats(&[2.0, 3.5]), floats(&[4.0, 5.0])]);
    assert_eq!(dog[..4], [Value::Int(2), Value::Int(1), Value::Int(18), Value::text("animal")]);
    assert_eq!(dog[4..7], [floats(&[1.0, 2.5, 3.0, 4.0]), Value::Float(5.25), Value::Bool(false)]);
    assert_eq!(dog[7..], [Value::List(vec![ring]), Value::Null, Value::Null, Value::Null]);
    let counts = Value::List([6, 1, 40, 3, 50].map(Value::Int).to_vec());
    let points = [[5.0, 6.0, 2.0], [0.0; 3]]
        .map(|[x, y, v]| Value::Struct(vec![Value::Float(x), Value::Float(y), Value::Int(v as i64)]));
    assert_eq!(person[4..8], [Value::Null, Value::Null, Value::Bool(true), Value::Null]);
    assert_eq!(person[8], Value::Struct(vec![Value::Int(10), Value::Int(10), counts]));
    assert_eq!(person[9..], [Value::List(points.to_vec()), Value::Int(1)]);
    let caption = Value::List(vec![Value::Struct(vec![Value::Int(1), Value::text("a b")])]);
    assert_eq!(b.values[2..], [Value::Null, Value::Null, Value::List(vec![]), caption]);
}

/// The members of an annotation by the names in the column `objects`, in the sample.
fn object<'a>(source: &dyn SampleSource, sample: &'a Sample, at: usize) -> Vec<(String, &'a Value)> {
    let column = source.columns().iter().position(|c| c.name == "objects").unwrap();
    let Feature::List { item } = &source.columns()[column].feature else { panic!("no list") };
    let Feature::Struct { fields } = &**item else { panic!("no struct") };
    let Value::List(objects) = &sample.values[column] else { panic!("{sample:?}") };
    let Value::Struct(members) = &objects[at] else { panic!("{objects:?}") };
    fields.iter().map(|f| f.name.clone()).zip(members).collect()
}

fn member<'a>(object: &[(String, &'a Value)], name: &str) -> &'a Value {
    object.iter().find(|(member, _)| member == name).unwrap_or_else(|| panic!("no '{name}'")).1
}

#[test]
fn an_annotation_may_be_an_object_and_a_caption() {
    let objects = r#"{"id": 1, "image_id": 1, "category_id": 18, "bbox": [1, 2, 3, 4], "caption": "the dog", "by": "x"},
                     {"id": 2, "image_id": 1, "caption": "a lawn", "lang": "en"}"#;
    let json = instances(r#"{"id": 1, "file_name": "a.jpg"}"#, objects);
    let folder = folder(&[("annotations/instances_val.json", &json), ("val/a.jpg", "AA")]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
    let (samples, errors) = read(&folder);
    assert_eq!(errors, [""; 0]);
    let dog = object(&*source, &samples[0], 0);
    assert_eq!(member(&dog, "bbox"), &floats(&[1.0, 2.0, 3.0, 4.0]));
    assert_eq!(member(&dog, "by"), &Value::text("x"));
    let captions = Value::List(vec![
        Value::Struct(vec![Value::Int(1), Value::text("the dog"), Value::Null]),
        Value::Struct(vec![Value::Int(2), Value::text("a lawn"), Value::text("en")]),
    ]);
    assert_eq!(samples[0].values.last(), Some(&captions));
}

#[test]
fn what_coco_does_not_define_is_kept_too() {
    let images = r#"{"id": 1, "file_name": "a.jpg", "scene": "x", "gps": {"lat": 0.5}},
                    {"id": 2, "file_name": "a.jpg", "objects": [1]}"#;
    let objects = r#"{"id": 1, "image_id": 1, "category_id": 1, "attributes": {"occluded": true, "color": "red"},
                      "score": 0.5, "track_id": 7, "rle": null},
                     {"id": 2, "image_id": 1, "category_id": 18, "score": 1}"#;
    let json = format!(
        r#"{{"info": {{"year": 2017}}, "images": [{images}], "annotations": [{objects}], "categories": [
            {{"id": 1, "name": "bow_(weapon)", "synset": "bow.n.04", "frequency": "c"}},
            {{"id": 18, "name": "dog", "supercategory": "animal"}}]}}"#
    );
    let folder = folder(&[("annotations/instances_val.json", &json), ("val/a.jpg", "AA")]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
    let (samples, errors) = read(&folder);
    assert_eq!(errors, [""; 0]);
    let columns: Vec<_> = source.columns().iter().map(|c| (c.name.as_str(), c.feature.describe())).collect();
    assert_eq!(
        columns[3..],
        [
            ("scene", "text".to_owned()),
            ("gps", "{lat: float64}".to_owned()),
            ("coco_objects", "list of int64".to_owned()),
        ]
    );
    assert_eq!(samples[0].values[3..5], [Value::text("x"), floats(&[0.5])]);
    assert_eq!(samples[1].values[5], Value::List(vec![Value::Int(1)]));
    let first = object(&*source, &samples[0], 0);
    let attributes = Value::Struct(vec![Value::Bool(true), Value::text("red")]);
    assert_eq!(
        first[9..].iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["attributes", "score", "track_id"]
    );
    assert_eq!(
        first[9..].iter().map(|(_, value)| *value).collect::<Vec<_>>(),
        [&attributes, &Value::Float(0.5), &Value::Int(7)]
    );
    let second = object(&*source, &samples[0], 1);
    assert_eq!((member(&second, "score"), member(&second, "track_id")), (&Value::Float(1.0), &Value::Null));

    let objects = &source.columns()[2];
    let metadata: Vec<_> = objects.metadata.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(
        metadata,
        [
            ("coco.category.1", r#"{"id":1,"name":"bow_(weapon)","synset":"bow.n.04","frequency":"c"}"#),
            ("coco.category.18", r#"{"id":18,"name":"dog","supercategory":"animal"}"#),
            ("frame", "stored"),
        ]
    );
    assert_eq!(source.columns()[0].metadata["coco.info"], r#"{"year":2017}"#);
    let Feature::List { item } = &objects.feature else { panic!("no list") };
    let Feature::Struct { fields } = &**item else { panic!("no struct") };
    let Feature::ClassLabel { synsets, .. } = &fields[1].feature else { panic!("no classes") };
    // The fourth sense of the noun: the weapon.
    assert_eq!(synsets[..], [Some("n02879718".to_owned()), None]);
}

#[test]
fn files_of_lvis_are_named_by_their_urls() {
    let url = "http://images.cocodataset.org/train2017";
    let images = format!(r#"{{"id": 1, "coco_url": "{url}/a.jpg"}}, {{"id": 2, "coco_url": "{url}/b.jpg"}}"#);
    let files = [
        ("annotations/instances_train.json", instances(&images, "")),
        ("train2017/a.jpg", "AA".to_owned()),
        ("images/b.jpg", "B".to_owned()),
    ];
    let folder = folder(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let (samples, errors) = read(&folder);
    assert_eq!(errors, [""; 0]);
    let names = samples.iter().map(|s| match &s.values[0] {
        Value::Media(media) => media.name.as_str(),
        other => panic!("{other:?}"),
    });
    assert_eq!(names.collect::<Vec<_>>(), ["train2017/a.jpg", "images/b.jpg"]);
}

#[test]
fn ids_are_integers_floats_or_texts() {
    let images = r#"{"id": "1", "file_name": "a.jpg"}, {"id": 2.0, "file_name": "a.jpg"}"#;
    let objects = r#"{"image_id": 1, "category_id": 18, "iscrowd": "1"}, {"image_id": "2", "category_id": "1"},
                     {"id": null, "image_id": 2, "category_id": 18.0}"#;
    let json = format!(
        r#"{{"info": null, "licenses": null, "images": [{images}], "annotations": [{objects}], {CATEGORIES}}}"#
    );
    let annotated = |json: &str| {
        let folder = folder(&[("annotations/instances_val.json", json), ("val/a.jpg", "AA")]);
        let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
        let (samples, errors) = read(&folder);
        assert_eq!(errors, [""; 0]);
        (source, samples)
    };
    let (source, samples) = annotated(&json);
    assert_eq!((&samples[0].values[1], &samples[1].values[1]), (&Value::Int(1), &Value::Int(2)));
    let crowd = object(&*source, &samples[0], 0);
    assert_eq!((member(&crowd, "id"), member(&crowd, "iscrowd")), (&Value::Null, &Value::Bool(true)));
    let ids = |at: usize| member(&object(&*source, &samples[1], at), "category_id").clone();
    assert_eq!((ids(0), ids(1)), (Value::Int(1), Value::Int(18)));

    let texts =
        json.replace(r#""id": "1""#, r#""id": "one""#).replace(r#""image_id": 1,"#, r#""image_id": "one","#);
    let (source, samples) = annotated(&texts);
    assert_eq!(source.columns()[1].feature, Feature::Text);
    assert_eq!((&samples[0].values[1], &samples[1].values[1]), (&Value::text("one"), &Value::text("2")));
    assert_eq!(member(&object(&*source, &samples[0], 0), "category_id"), &Value::Int(18));
}

#[test]
fn annotations_of_the_upright_image_are_turned_to_the_stored_one() {
    // A JPEG of 4 × 2 pixels that is displayed turned by a quarter: 2 × 4.
    let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let frame = b"\xff\xc0\0\x0b\x08\0\x02\0\x04\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\0\xff\xd9";
    let jpeg = [b"\xff\xd8", &exif[..], frame].concat();
    let read_with = |size: &str| {
        let objects = r#"{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 1, 1, 2],
            "segmentation": [[0, 1, 1, 1, 1, 3]], "keypoints": [0, 1, 2, 0, 0, 0]}"#;
        let json = instances(&format!(r#"{{"id": 1, "file_name": "a.jpg"{size}}}"#), objects);
        let folder = folder(&[("annotations/instances_val.json", &json), ("val/b.jpg", "")]);
        fs::write(folder.path().join("val/a.jpg"), &jpeg).unwrap();
        let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
        let (samples, errors) = read(&folder);
        assert_eq!(errors, [""; 0]);
        let object = object(&*source, &samples[0], 0);
        (
            member(&object, "bbox").clone(),
            member(&object, "segmentation").clone(),
            member(&object, "keypoints").clone(),
        )
    };
    let ring = |points: [[f64; 2]; 3]| Value::List(vec![Value::List(points.map(|p| floats(&p)).to_vec())]);
    let point = |x, y, v| Value::Struct(vec![Value::Float(x), Value::Float(y), Value::Int(v)]);
    for stored in ["", r#", "width": 4, "height": 2"#, r#", "width": 40, "height": 80"#] {
        let (bbox, outline, points) = read_with(stored);
        assert_eq!(bbox, floats(&[0.0, 1.0, 1.0, 2.0]), "{stored}");
        assert_eq!(outline, ring([[0.0, 1.0], [1.0, 1.0], [1.0, 3.0]]));
        assert_eq!(points, Value::List(vec![point(0.0, 1.0, 2), point(0.0, 0.0, 0)]));
    }
    let (bbox, outline, points) = read_with(r#", "width": 2, "height": 4"#);
    assert_eq!(bbox, floats(&[1.0, 1.0, 2.0, 1.0]));
    assert_eq!(outline, ring([[1.0, 2.0], [1.0, 1.0], [3.0, 1.0]]));
    assert_eq!(points, Value::List(vec![point(1.0, 2.0, 2), point(0.0, 0.0, 0)]));
}

#[test]
fn broken_annotations_are_told_one_by_one() {
    let images = r#"{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "missing.jpg"},
                    {"id": 3, "file_name": "../a.jpg"}, {"id": 1, "file_name": "a.jpg"},
                    {"id": 4, "file_name": "a.jpg"}, {"id": 5, "file_name": "a.jpg"}"#;
    let objects = r#"{"id": 1, "image_id": 99, "category_id": 18}, {"id": 2, "image_id": 4, "category_id": 3},
                     {"id": 9, "image_id": 1, "category_id": 18}, {"id": 9, "image_id": 1, "category_id": 18},
                     {"id": 5, "image_id": 5, "category_id": 18, "segmentation": [[1, 2, 3]]}"#;
    let folder =
        folder(&[("annotations/instances_val.json", &instances(images, objects)), ("val/a.jpg", "AA")]);
    let (samples, errors) = read(&folder);
    assert_eq!(samples.len(), 1);
    let expected = [
        "image 1 is listed twice",
        "annotation 1 belongs to image 99",
        "annotation 9 (of image 1) has the id of an earlier one",
        "image 2: file 'missing.jpg' not found in val, annotations, .",
        "image 3: '../a.jpg' is not a path below",
        "annotation 2: category 3 is not in the file's",
        "annotation 5: a polygon has 3 numbers",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, part) in errors.iter().zip(expected) {
        assert!(error.starts_with("annotations/instances_val.json") && error.contains(part), "{error}");
    }
}

#[test]
fn broken_files_end_the_source() {
    let open = |text: &str| {
        let folder = folder(&[("annotations/instances_val.json", text)]);
        open(folder.path(), &ReadOptions::default()).err().map(|e| (e.fatal, e.to_string())).unwrap()
    };
    let (fatal, text) = open("{\"images\": [{\"id\": 1},\n {\"id\"");
    assert!(fatal && text.contains("line 2 column 6"), "{text}");
    let (_, text) = open(r#"{"images": [{"id": true}]}"#);
    assert!(text.contains("images[0]: invalid type: boolean `true`, expected an id"), "{text}");
    assert!(text.contains("line 1 column 23") && text.contains("correct it there"), "{text}");
    let (_, text) = open(r#"{"images": [{"id": NaN}]}"#);
    assert!(text.contains("not valid JSON") && text.contains("NaN"), "{text}");
    let (_, text) = open(r#"{"images": [{"id": 1, "file_name"#);
    assert!(text.contains("the file is truncated"), "{text}");
    let (_, text) = open(r#"{"images": [{"file_name": "a"}]}"#);
    assert!(text.contains("images[0]: member 'id' is missing"), "{text}");
    let (_, text) = open(r#"{"annotations": [{"image_id": 1, "segments_info": []}]}"#);
    assert!(text.contains("annotations[0]: 'segments_info' is COCO's panoptic segmentation"), "{text}");
    assert!(open("{}").1.contains("'images' lists are empty"));
    let twice = r#"{"images": [], "categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}"#;
    assert!(open(twice).1.contains("category 1 is 'b', but 'a'"));
}

#[test]
fn layouts_after_coco_are_known() {
    let image = instances(r#"{"id": 1, "file_name": "a.jpg"}"#, "");
    for (json, picture, split) in [
        ("train/_annotations.coco.json", "train/a.jpg", Some("train")),
        ("annotations/instances_default.json", "images/default/a.jpg", None),
        ("labels.json", "data/a.jpg", None),
        ("annotations/valid.json", "images/a.jpg", Some("val")),
        ("train/annotations.json", "train/images/a.jpg", Some("train")),
        ("train/coco.json", "train/a.jpg", Some("train")),
        ("val/labels.json", "val/data/a.jpg", Some("val")),
        ("annotations/train/instances.json", "images/train/a.jpg", Some("train")),
        ("labels/val.json", "val/a.jpg", Some("val")),
        ("data/x/annotations.json", "data/x/pictures/a.jpg", None),
    ] {
        let folder = folder(&[(json, &image), (picture, "AA")]);
        let look = |path: &Path| Input::at(path, &ReadOptions::default()).look;
        assert!(recognise(&look(folder.path())).is_some(), "{json}");
        let (samples, errors) = read(&folder);
        assert_eq!((samples.len(), errors.len()), (1, 0), "{json}: {errors:?}");
        assert_eq!(samples[0].split.as_deref(), split, "{json}");
        let Value::Media(media) = &samples[0].values[0] else { panic!("no picture") };
        // A folder that is all there is doesn't belong to the names.
        assert!(picture.ends_with(&media.name), "{picture}: {}", media.name);
        assert!(matches!(media.bytes, MediaBytes::File { len: 2, .. }));
        let alone = folder.path().join(json);
        assert!(recognise(&look(&alone)).is_some(), "{json} alone");
        assert!(open(&alone, &ReadOptions::default()).is_ok(), "{json} alone");
    }
    let other = folder(&[("data.json", r#"{"rows": [1]}"#), ("train/a/1.jpg", "x")]);
    assert_eq!(recognise(&Input::at(other.path(), &ReadOptions::default()).look), None);
}

#[test]
fn categories_keep_their_order() {
    let folder = folder(&[
        ("annotations/instances_val.json", &instances(r#"{"id": 1, "file_name": "a.jpg"}"#, "")),
        ("val/a.jpg", "AA"),
    ]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
    let Feature::List { item } = &source.columns()[2].feature else { panic!("no objects") };
    let Feature::Struct { fields } = &**item else { panic!("no struct") };
    assert!(matches!(&fields[1].feature, Feature::ClassLabel { names, .. } if *names == ["person", "dog"]));
}

#[test]
fn long_integers_of_other_members_keep_their_digits() {
    let object = r#"{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "area": 100000000000000000000,
        "track_id": 123456789012345678901234567890, "attributes": {"hash": -99999999999999999999}}"#;
    let image = r#"{"id": 1, "file_name": "a.jpg", "sensor": 340282366920938463463374607431768211455}"#;
    let folder =
        folder(&[("annotations/instances_val.json", &instances(image, object)), ("val/a.jpg", "AA")]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap().source;
    let (samples, errors) = read(&folder);
    assert_eq!(errors, [""; 0]);
    let at = |name: &str| source.columns().iter().position(|c| c.name == name).unwrap();
    assert_eq!(samples[0].values[at("sensor")], Value::text("340282366920938463463374607431768211455"));
    let objects = format!("{:?}", samples[0].values[at("objects")]);
    for text in ["123456789012345678901234567890", "-99999999999999999999", "Float(1e20)"] {
        assert!(objects.contains(text), "{objects}");
    }
}
