//! In → out → in, and what is said beforehand.

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use hub_dataset::sample::{Column, Media, MediaBytes, ReadAt, Value};
use hub_schema::Feature;

use super::testing::{
    assert_round_trip, assert_same, files, fixture, medium, raw, read_in, sample, write_out,
};
use super::{Target, create, losses};
use crate::format::Format;

fn said(format: Format, columns: &[Column], splits: &[String]) -> Vec<String> {
    losses(format, columns, splits).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn class_folders_come_back() {
    assert_round_trip(&fixture("class-folder"), Format::ClassFolder);
}

#[test]
fn idx_comes_back() {
    assert_round_trip(&fixture("fashion-mnist"), Format::Idx);
}

#[test]
fn coco_comes_back() {
    assert_round_trip(&fixture("coco"), Format::Coco);
}

#[test]
fn parquet_comes_back() {
    assert_round_trip(&fixture("coco"), Format::Parquet);
    assert_round_trip(&fixture("class-folder"), Format::Parquet);
}

#[test]
fn sounds_and_films_come_back() {
    assert_round_trip(&fixture("fsdd"), Format::AudioFolder);
    assert_round_trip(&fixture("videos"), Format::VideoFolder);
}

#[test]
fn cifar_comes_back() {
    let columns = [
        Column::new("image", raw(&[32, 32, 3])),
        Column::new("label", Feature::labels(["a", "b"])),
        Column::new("coarse_label", Feature::labels(["x", "y", "z"])),
    ];
    let picture = |seed: usize| Value::Bytes((0..3072).map(|i| (i * seed) as u8).collect::<Vec<_>>().into());
    let samples: Vec<_> = (1..30)
        .map(|i| {
            let split = if i < 20 { "train" } else { "test" };
            sample(Some(split), vec![picture(i), Value::Int(i as i64 % 2), Value::Int(i as i64 % 3)])
        })
        .collect();
    for columns in [&columns[..], &columns[..2]] {
        let samples: Vec<_> = samples
            .iter()
            .cloned()
            .map(|mut s| {
                s.values.truncate(columns.len());
                s
            })
            .collect();
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        write_out(Format::Cifar, &dest, columns, &samples);
        let (columns_again, again) = read_in(&dest, None);
        assert_eq!(columns_again, columns);
        assert_same(&again, &samples);
    }
}

#[test]
fn raw_pixels_become_png_in_class_folders() {
    let columns = [Column::new("image", raw(&[2, 3])), Column::new("label", Feature::labels(["a/b", "0"]))];
    assert_eq!(
        said(Format::ClassFolder, &columns, &[]),
        [
            "column 'image': raw pixels are encoded as PNG images",
            "column 'label': class names change to valid file names: 'a/b' → 'a_b'",
            "column 'label': class numbers change, class-folder numbers classes in the order of their names",
            "the order of samples is lost: class-folder is read in the order of file names",
        ]
    );
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    let pixels = vec![0, 50, 100, 150, 200, 250];
    let one = sample(Some("train"), vec![Value::Bytes(pixels.clone().into()), Value::Int(0)]);
    write_out(Format::ClassFolder, &dest, &columns, &[one]);
    assert_eq!(files(&dest), ["train/a_b/00000000.png"]);
    assert!(!dest.join("train/0").exists(), "a class without samples has no folder");
    let kept = dir.path().join("kept");
    let target = Target::new(Format::ClassFolder, &kept, columns.to_vec(), vec!["train".to_owned()]);
    let mut sink = create(Target { keep_classes: true, ..target }).unwrap();
    sink.write(&sample(Some("train"), vec![Value::Bytes(pixels.clone().into()), Value::Int(0)])).unwrap();
    sink.finish().unwrap();
    assert!(kept.join("train/0").is_dir(), "unless folders of all classes are kept");
    let png = fs::read(dest.join("train/a_b/00000000.png")).unwrap();
    let (rgb, width, height) = hub_media::decode_rgb8(&png, &hub_media::Limits::default()).unwrap();
    assert_eq!((width, height), (3, 2));
    assert_eq!(rgb.into_iter().step_by(3).collect::<Vec<_>>(), pixels);
}

#[test]
fn hostile_names_stay_inside_and_apart() {
    let columns = [Column::new("image", Feature::Image), Column::new("label", Feature::labels(["..", "b"]))];
    let names =
        ["../../x.jpg", "/etc/x.jpg", "X.JPG", "a\0b.jpg", "", &"long".repeat(500), "train/b/c/d.jpg"];
    let jpeg = b"\xff\xd8\xff\xe0 not a whole one";
    let samples: Vec<_> =
        names.iter().map(|name| sample(Some("train"), vec![medium(name, jpeg), Value::Int(1)])).collect();
    let dir = tempfile::tempdir().unwrap();
    let dest = dir.path().join("out");
    write_out(Format::ClassFolder, &dest, &columns, &samples);
    let written = files(&dest);
    let expected = ["00000004.jpg", "X-3.JPG", "a_b.jpg", "c/d.jpg", "long", "x-2.jpg", "x.jpg"];
    assert_eq!(written.len(), expected.len());
    for (path, expected) in written.iter().zip(expected) {
        assert!(path.starts_with(&format!("train/b/{expected}")), "{path}");
    }
    assert!(!dest.join("train/_.").exists());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_split_with_and_without_labels_is_refused_at_the_sample() {
    let columns = [Column::new("image", Feature::Image), Column::new("label", Feature::labels(["a", "b"]))];
    let dir = tempfile::tempdir().unwrap();
    let target = Target::new(Format::ClassFolder, dir.path().join("out"), columns.to_vec(), Vec::new());
    let mut sink = create(target).unwrap();
    sink.write(&sample(None, vec![medium("a.jpg", b"1"), Value::Int(0)])).unwrap();
    let error = sink.write(&sample(None, vec![medium("b.jpg", b"1"), Value::Null])).unwrap_err();
    assert!(!error.fatal);
    assert!(error.to_string().starts_with("row: no label, but samples before it in the data set have one"));
    sink.finish().unwrap();
    assert_eq!(files(&dir.path().join("out")), ["a/a.jpg"]);
}

#[test]
fn what_can_not_be_written_is_said_with_the_columns() {
    let texts = [Column::new("t", Feature::Text)];
    let refusal = |format, columns: &[Column], splits: &[String]| {
        losses(format, columns, splits).unwrap_err().to_string()
    };
    let error = refusal(Format::Idx, &texts, &[]);
    assert!(error.ends_with("and a column of class labels; the data set has 't' (text)"), "{error}");
    let error = refusal(Format::MaskFolder, &texts, &[]);
    assert!(
        error.starts_with("mask-folder can be read but not written; expected one of class-folder, "),
        "{error}"
    );
    let cifar = [Column::new("image", raw(&[32, 32, 3])), Column::new("label", Feature::labels(["a"]))];
    let error = refusal(Format::Cifar, &cifar, &["train".into(), "val".into()]);
    assert!(error.starts_with("cifar can't store the splits 'val'; choose one with --split"), "{error}");
    let many = Feature::labels((0..300).map(|i| i.to_string()));
    let error = refusal(Format::Idx, &[Column::new("x", raw(&[2, 2])), Column::new("y", many)], &[]);
    assert_eq!(error, "idx needs at most 256 classes; 'y' is class label of 300");
    let more = [cifar.to_vec(), texts.to_vec()].concat();
    assert_eq!(said(Format::Idx, &more, &[]), ["column 't' is left out, idx can't store it"]);
}

/// A medium whose bytes can't be read to the end.
#[derive(Debug)]
struct Broken;

impl ReadAt for Broken {
    fn size_bytes(&self) -> u64 {
        10
    }
    fn read_at(&self, offset: u64, _len: usize) -> std::io::Result<Bytes> {
        if offset == 0 {
            Ok(Bytes::from_static(b"RIFF"))
        } else {
            Err(std::io::Error::other("the bucket is gone"))
        }
    }
}

#[test]
fn a_medium_that_can_not_be_read_leaves_no_file() {
    let columns = [Column::new("audio", Feature::Audio), Column::new("label", Feature::labels(["a"]))];
    let broken = Media { name: "b.wav".to_owned(), bytes: MediaBytes::Object(Arc::new(Broken)) };
    let bad = sample(None, vec![Value::Media(broken), Value::Int(0)]);
    let good = sample(None, vec![medium("g.wav", b"RIFF"), Value::Int(0)]);
    let formats = [
        (Format::ClassFolder, vec!["a/g.wav"]),
        (Format::AudioFolder, vec!["g.wav"]),
        (Format::Csv, vec!["classnames.txt", "g.wav", "metadata.csv"]),
        (Format::Parquet, vec!["README.md", "data/train-00000-of-00001.parquet"]),
    ];
    for (format, expected) in formats {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        let mut sink = create(Target::new(format, &dest, columns.to_vec(), Vec::new())).unwrap();
        let error = sink.write(&bad).unwrap_err();
        assert!(!error.fatal && error.to_string().contains("can't be read"), "{format}: {error}");
        sink.write(&good).unwrap();
        sink.finish().unwrap();
        assert_eq!(files(&dest), expected, "{format}");
    }
    // A tar can't take back what it has begun.
    let dir = tempfile::tempdir().unwrap();
    let target = Target::new(Format::WebDataset, dir.path().join("out"), columns.to_vec(), Vec::new());
    assert!(create(target).unwrap().write(&bad).unwrap_err().fatal);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
