use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use hub_dataset::sample::{MediaBytes, Value};
use hub_schema::Feature;

use crate::read::testing::{put, read_all, refusal, tar_of};

/// Names and types of columns.
type Columns = Vec<(String, String)>;

fn told(path: &Path) -> (Columns, Vec<Vec<String>>, Vec<String>) {
    let (source, samples, errors) = read_all(path);
    assert_eq!(source.format(), "WebDataset");
    let columns = source.columns().iter().map(|c| (c.name.clone(), c.feature.describe())).collect();
    let show = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::Media(media) => String::from_utf8(media.bytes.read_all().unwrap().to_vec()).unwrap(),
        other => panic!("{other:?}"),
    };
    let rows = samples.iter().map(|s| s.values.iter().map(show).collect()).collect();
    (columns, rows, errors)
}

fn names(columns: &[(String, String)]) -> Vec<&str> {
    columns.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn members_of_a_name_make_a_sample() {
    let dir = tempfile::tempdir().unwrap();
    let first = tar_of(&[
        ("a/0.jpg", b"A0"),
        ("a/0.cls", b"3\n"),
        ("a/0.json", b"{\"x\": 1}"),
        ("a/0.seg.png", b"S0"),
        ("a/1.PNG", b"A1"),
        ("a/1.cls", b"-1"),
        ("a/1.txt", b" two words "),
        ("a/1.npy", b"123456"),
    ]);
    put(dir.path(), "train-000.tar", &first);
    put(dir.path(), "val-000.tar", &tar_of(&[("x.jpg", b"X"), ("x.cls", b"0")]));
    put(dir.path(), "README.md", b"about");
    let (columns, rows, errors) = told(dir.path());
    let expected = ["image", "seg", "label", "text", "json", "npy", "key"];
    assert_eq!(names(&columns), expected);
    assert_eq!(columns[2].1, "int64");
    assert_eq!(rows[0], ["A0", "S0", "3", "-", "{\"x\": 1}", "-", "a/0"]);
    assert_eq!(rows[1], ["A1", "-", "-1", " two words ", "-", "6 bytes", "a/1"]);
    assert_eq!(rows[2], ["X", "-", "0", "-", "-", "-", "x"]);
    assert!(errors.is_empty(), "{errors:?}");
    let (_, samples, _) = read_all(dir.path());
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref().unwrap()).collect();
    assert_eq!(splits, ["train", "train", "val"]);
    assert_eq!(samples[0].place, "train-000.tar!a/0");
    let Value::Media(media) = &samples[0].values[0] else { panic!() };
    assert_eq!(media.name, "a/0.jpg");
    assert!(matches!(media.bytes, MediaBytes::File { offset: 512, len: 2, .. }));
}

#[test]
fn class_names_beside_make_labels_of_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let tar = tar_of(&[
        ("0.jpg", b"a"),
        ("0.cls", b"1"),
        ("1.jpg", b"b"),
        ("1.cls", b"2"),
        ("2.jpg", b"c"),
        ("2.cls", b"-1"),
    ]);
    put(dir.path(), "x.tar", &tar);
    put(dir.path(), "classnames.txt", b"cat\ndog\n");
    let (source, samples, errors) = read_all(&dir.path().join("x.tar"));
    assert_eq!(source.columns()[1].feature, Feature::labels(["cat", "dog"]));
    assert_eq!(samples[0].values[1], Value::Int(1));
    assert_eq!(samples[1].values[1], Value::Null);
    assert!(errors[0].starts_with("x.tar!1.cls: '2' is not one of the 2 classes"), "{errors:?}");
}

#[test]
fn classes_that_are_no_numbers_are_texts() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "x.tar", &tar_of(&[("0.wav", b"a"), ("0.cls", b"cat")]));
    let (columns, rows, _) = told(dir.path());
    assert_eq!(names(&columns), ["audio", "label", "key"]);
    assert_eq!(rows[0], ["a", "cat", "0"]);
}

#[test]
fn two_media_of_a_kind_are_called_by_their_endings() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "x.tar", &tar_of(&[("0.jpg", b"a"), ("0.png", b"b"), ("1.jpg", b"c")]));
    let (columns, rows, _) = told(dir.path());
    assert_eq!(names(&columns), ["jpg", "png", "key"]);
    assert_eq!(rows, [["a", "b", "0"], ["c", "-", "1"]]);
}

#[test]
fn patterns_name_many_tars() {
    let dir = tempfile::tempdir().unwrap();
    for n in 8..12 {
        put(dir.path(), &format!("t-{n:03}.tar"), &tar_of(&[(&format!("{n}.jpg"), b"x")]));
    }
    let (_, rows, _) = told(&dir.path().join("t-{008..011}.tar"));
    assert_eq!(rows.iter().map(|r| r[1].as_str()).collect::<Vec<_>>(), ["8", "9", "10", "11"]);
    let message = refusal(&dir.path().join("t-{008..013}.tar"));
    assert!(message.contains("2 of 6 tars not found, first"), "{message}");
}

#[test]
fn a_bad_member_costs_its_sample() {
    let dir = tempfile::tempdir().unwrap();
    let mut tar = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8], kind: tar::EntryType| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, bytes).unwrap();
    };
    let file = tar::EntryType::Regular;
    add("0.jpg", b"a", file);
    add("0.jpg", b"b", file);
    add("1.jpg", b"c", file);
    add("README", b"about", file);
    add("1.json", b"{", file);
    add("2.jpg", b"", tar::EntryType::Symlink);
    add("2.json", b"{}", file);
    add("../3.jpg", b"d", file);
    add("4.jpg", b"", file);
    add("5.jpg", b"good", file);
    add("5.json", b"{}", file);
    let bytes = tar.into_inner().unwrap();
    put(dir.path(), "x.tar", &bytes);
    let (_, rows, errors) = told(dir.path());
    assert_eq!(rows, [["good", "{}", "5"]]);
    let parts = [
        "x.tar!0.jpg: the sample already has a member of that name",
        "x.tar!README: the member name has no extension",
        "x.tar!1.json: not JSON",
        "x.tar!2.jpg: expected a file, found a link",
        "x.tar!../3.jpg: a path with '..'",
        "x.tar!4.jpg: the file is empty",
    ];
    for part in parts {
        assert!(errors.iter().any(|e| e.starts_with(part)), "{part}: {errors:?}");
    }
    assert_eq!(errors.len(), parts.len());
}

#[test]
fn an_ending_that_comes_late_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..40).map(|n| format!("{n}.jpg")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b"x"[..])).collect();
    put(dir.path(), "a.tar", &tar_of(&files));
    files.push(("39.depth", b"x"));
    put(dir.path(), "b.tar", &tar_of(&files));
    let (_, rows, errors) = told(dir.path());
    assert_eq!(rows.len(), 79);
    assert!(errors[0].starts_with("b.tar!39.depth: an extension that the first samples"), "{errors:?}");
}

#[test]
fn gzipped_tars_are_read_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(&tar_of(&[("0.jpg", b"a"), ("0.txt", b"b")])).unwrap();
    put(dir.path(), "x.tar.gz", &gz.finish().unwrap());
    let (_, rows, _) = told(dir.path());
    assert_eq!(rows, [["a", "b", "0"]]);
}

#[test]
fn packed_folders_are_told_from_samples() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.tar");
    let is_packed = |names: &[&str]| {
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, b"x".as_slice())).collect();
        put(dir.path(), "x.tar", &tar_of(&files));
        super::is_packed_folder(&path)
    };
    for samples in [
        &["0.jpg", "0.cls", "1.jpg", "1.cls"][..],
        &["a/0.jpg", "a/0.json", "b/1.jpg", "b/1.json"],
        &["0.jpg", "1.jpg"],
        &["a/0.json", "a/1.json"],
        &["0.left.jpg", "0.right.jpg"],
        &["__urls__.txt", "0.jpg", "0.txt"],
    ] {
        assert!(!is_packed(samples), "{samples:?}");
    }
    for folder in [
        &["cat/0.jpg", "dog/1.jpg"][..],
        &["voc/Annotations/a.xml", "voc/JPEGImages/a.jpg"],
        &["images/a.jpg", "labels/a.txt", "data.yaml"],
        &["metadata.csv", "a.jpg", "b.jpg"],
        &["annotations/train.json", "images/a.jpg"],
        &["cifar/data_batch_1", "cifar/batches.meta"],
    ] {
        assert!(is_packed(folder), "{folder:?}");
    }
}

#[test]
fn archives_that_are_not_opened_are_refused_with_the_command_that_unpacks_them() {
    let dir = tempfile::tempdir().unwrap();
    for (name, command) in [("a.7z", "7z x"), ("a.rar", "unrar x"), ("a.tar.lz4", "tar -I lz4 -xf")] {
        put(dir.path(), name, b"x");
        let error = refusal(&dir.path().join(name));
        assert!(
            error.contains(&format!("this is a packed archive; unpack it and push the folder: {command} ")),
            "{error}"
        );
    }
}

#[test]
fn the_tables_of_img2dataset_do_not_hide_the_tars() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "00000.tar", &tar_of(&[("000000000.jpg", b"x"), ("000000000.txt", b"a cat")]));
    put(dir.path(), "00000.parquet", b"PAR1");
    put(dir.path(), "00000_stats.json", b"{\"count\": 1}");
    assert_eq!(told(dir.path()).1.len(), 1);
}
