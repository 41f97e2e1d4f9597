use hub_dataset::sample::{Sample, Value};
use hub_schema::Feature;

use crate::read::testing::{put, read_all, refusal};

/// A PNG of 4 × 2 pixels.
fn png() -> Vec<u8> {
    hub_media::encode_png(&[0; 24], 4, 2, 3).unwrap()
}

fn shown(samples: &[Sample]) -> Vec<(&str, &str, usize)> {
    let objects = |s: &Sample| if let Value::List(objects) = &s.values[1] { objects.len() } else { 99 };
    samples.iter().map(|s| (s.place.as_str(), s.split.as_deref().unwrap_or("-"), objects(s))).collect()
}

#[test]
fn the_yaml_says_where_everything_is() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| put(dir.path(), name, bytes);
    put("data.yaml", b"path: /content/pets\ntrain: images/train\nval: images/val\ntest: images/train\nnames: {0: cat, 1: dog}\n");
    put("images/train/a.png", &png());
    put("images/train/b.png", b"never opened, since it has no labels");
    put("images/train/sub/c.png", &png());
    put("images/val/d.png", &png());
    put("labels/train/a.txt", b"1 0.5 0.5 0.5 1\n\n0 0 0 1 0 1 1\r\n");
    put("labels/train/sub/c.txt", b"\n");
    put("labels/val/d.txt", b"0 0.5 0.5 1 1");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(source.format(), "YOLO");
    assert_eq!(
        shown(&samples),
        [
            ("images/train/a.png", "train", 2),
            ("images/train/b.png", "train", 0),
            ("images/train/sub/c.png", "train", 0),
            ("images/val/d.png", "val", 1),
        ]
    );
    let Value::List(objects) = &samples[0].values[1] else { panic!("{samples:?}") };
    assert_eq!(
        objects[0],
        Value::Struct(vec![Value::Int(1), Value::bbox([1.0, 0.0, 2.0, 2.0]), Value::Null])
    );
    let (_, from_yaml, _) = read_all(&dir.path().join("data.yaml"));
    assert_eq!(from_yaml, samples);
}

#[test]
fn lists_of_files_and_customs() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| put(dir.path(), name, bytes);
    put("coco.yaml", b"train: train.txt\nval: val.txt\nnames: [cat]\n");
    put("train.txt", b"./images/a.png\n/elsewhere/images/b.png\n\nimages/gone.png\n");
    put("images/a.png", &png());
    put("images/b.png", &png());
    put("labels/a.txt", b"0 0.5 0.5 1 1\n");
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(shown(&samples), [("images/a.png", "train", 1), ("images/b.png", "train", 0)]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("train.txt:4: image 'images/gone.png' not found"), "{errors:?}");
    let notes = crate::read::open(dir.path(), &Default::default()).unwrap().reading.notes;
    let expected =
        "coco.yaml: 'val' is 'val.txt', which was not found in the folder, so there is no split val";
    assert_eq!(notes, [expected]);

    std::fs::remove_file(dir.path().join("coco.yaml")).unwrap();
    // A list that nothing reads would be passed over.
    assert!(refusal(dir.path()).contains("train.txt (names the media)"));
    std::fs::remove_file(dir.path().join("train.txt")).unwrap();
    put("classes.txt", b"cat\n");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(shown(&samples), [("images/a.png", "-", 1), ("images/b.png", "-", 0)]);
    let Feature::List { item } = &source.columns()[1].feature else { panic!("no objects") };
    assert!(item.describe().starts_with("{category: class label of 1, bbox: box"), "{}", item.describe());
}

#[test]
fn a_malformed_line_costs_one_sample() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| put(dir.path(), name, bytes);
    put("data.yaml", b"train: train/images\nnames: [cat]\n");
    for name in ["a", "b", "d"] {
        put(&format!("train/images/{name}.png"), &png());
        put(&format!("train/labels/{name}.txt"), b"0 0.5 0.5 1 1\n0 0.5 0.5\n");
    }
    put("train/images/c.png", b"no picture");
    put("train/labels/c.txt", b"0 0.5 0.5 1 1\n");
    put("train/labels/d.txt", b"0 0.5 0.5 1 1\n");
    put("train/labels/b.txt", b"\xff\xfe\n");
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(shown(&samples), [("train/images/d.png", "train", 1)]);
    assert!(errors[0].starts_with("train/labels/a.txt:2: 2 numbers after the class"), "{errors:?}");
    assert!(errors[1].starts_with("train/labels/b.txt:1: byte 1 of the line is not UTF-8"), "{errors:?}");
    assert!(errors[2].starts_with("train/images/c.png: "), "{errors:?}");
}

#[test]
fn a_yaml_that_leads_nowhere_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "data.yaml", b"train: ../pictures\nnames: [cat]\n");
    assert!(refusal(dir.path()).contains("'train' is '../pictures', which was not found in the folder"));
}

#[test]
fn layouts_without_yaml_are_read() {
    let line = b"0 0.5 0.5 1 1\n";
    for (files, expected) in [
        (
            ["images/train/a.png", "labels/train/a.txt", "images/val/b.png", "labels/val/b.txt"],
            ["train", "val"],
        ),
        (
            ["train/images/a.png", "train/labels/a.txt", "valid/images/b.png", "valid/labels/b.txt"],
            ["train", "val"],
        ),
        (["a.png", "a.txt", "b.png", "b.txt"], ["-", "-"]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        for name in files {
            put(dir.path(), name, &if name.ends_with(".png") { png() } else { line.to_vec() });
        }
        put(dir.path(), "README.md", b"x");
        let (source, samples, errors) = read_all(dir.path());
        assert_eq!((source.format(), errors.len()), ("YOLO", 0), "{errors:?}");
        assert_eq!(shown(&samples), [(files[0], expected[0], 1), (files[2], expected[1], 1)]);
    }
}

#[test]
fn darknet_s_lists_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| put(dir.path(), name, bytes);
    put("obj.data", b"classes = 2\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n");
    put("obj.names", b"cat\ndog\n");
    put("train.txt", b"data/obj_train_data/a.png\ndata/obj_train_data/b.png\n");
    put("obj_train_data/a.png", &png());
    put("obj_train_data/a.txt", b"1 0.5 0.5 1 1\n");
    put("obj_train_data/b.png", &png());
    let (_, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(shown(&samples), [("obj_train_data/a.png", "train", 1), ("obj_train_data/b.png", "train", 0)]);
}
