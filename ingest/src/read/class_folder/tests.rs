use std::fs;

use hub_dataset::sample::Value;
use hub_schema::Feature;

use crate::format::Format;
use crate::read::options::ReadOptions;
use crate::read::testing::{folder, put, read_all, read_as, refusal};

fn names(feature: &Feature) -> Vec<&str> {
    match feature {
        Feature::ClassLabel { names, .. } => names.iter().map(String::as_str).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn classes_are_the_union_over_the_splits() {
    let dir = folder(&["training/dog/1.jpg", "training/cat/a/2.jpg", "valid/ant/3.jpg", "test/4.jpg"]);
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(source.format(), "class folders");
    assert_eq!(source.columns()[0].name, "image");
    assert_eq!(names(&source.columns()[1].feature), ["ant", "cat", "dog"]);
    let got: Vec<_> =
        samples.iter().map(|s| (s.place.as_str(), s.split.as_deref(), s.values[1].clone())).collect();
    assert_eq!(
        got,
        [
            ("test/4.jpg", Some("test"), Value::Null),
            ("training/cat/a/2.jpg", Some("train"), Value::Int(1)),
            ("training/dog/1.jpg", Some("train"), Value::Int(2)),
            ("valid/ant/3.jpg", Some("val"), Value::Int(0)),
        ]
    );
    assert!(errors.is_empty());
}

#[test]
fn a_medium_is_the_file_itself() {
    let dir = folder(&["yes/a.wav", "no/b.wav"]);
    let (source, samples, _) = read_all(dir.path());
    assert_eq!(source.columns()[0].name, "audio");
    let Value::Media(media) = &samples[1].values[0] else { panic!() };
    assert_eq!(media.name, "yes/a.wav");
    assert_eq!(media.bytes.read_all().unwrap(), "yes/a.wav".as_bytes());
    assert_eq!(samples[1].split, None);
}

#[test]
fn strays_are_errors_and_notes_are_not() {
    let dir = folder(&[
        "train/cat/1.jpg",
        "train/stray.jpg",
        "train/cat/film.mp4",
        "train/cat/boxes.xml",
        "README.md",
        "top.jpg",
        "train/cat/.DS_Store",
    ]);
    put(dir.path(), "train/cat/0.jpg", b"");
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1);
    let starts = [
        "top.jpg: lies beside the splits",
        "train/cat/0.jpg: the file is empty",
        "train/cat/film.mp4: a video in a data set of images",
        "train/stray.jpg: lies beside the class folders",
    ];
    assert_eq!(errors.len(), starts.len(), "{errors:?}");
    for start in starts {
        assert!(errors.iter().any(|e| e.starts_with(start)), "{start}: {errors:?}");
    }
}

#[test]
fn a_folder_without_media_is_no_class_and_an_empty_one_is() {
    let dir = folder(&["cat/1.jpg", "dog/1.jpg", "xml/1.xml"]);
    fs::create_dir(dir.path().join("emu")).unwrap();
    let (source, ..) = read_all(dir.path());
    assert_eq!(names(&source.columns()[1].feature), ["cat", "dog", "emu"]);
}

#[test]
fn lists_tell_the_splits_of_speech_commands() {
    let dir = folder(&["bed/1.wav", "bed/2.wav", "cat/1.wav"]);
    put(dir.path(), "validation_list.txt", b"bed/2.wav\n");
    put(dir.path(), "testing_list.txt", b"cat/1.wav\n");
    let (_, samples, _) = read_all(dir.path());
    let splits: Vec<_> = samples.iter().map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, [Some("train"), Some("val"), Some("test")]);
}

#[test]
fn a_single_class_has_to_be_asked_for() {
    let dir = folder(&["cat/1.jpg"]);
    assert_eq!(read_all(dir.path()).0.format(), "image folder");
    let options = ReadOptions {
        format: Some(Format::ClassFolder),
        split: Some("extra".into()),
        ..ReadOptions::default()
    };
    let (source, samples, _) = read_as(dir.path(), &options);
    assert_eq!(names(&source.columns()[1].feature), ["cat"]);
    assert_eq!(samples[0].split.as_deref(), Some("extra"));
}

#[test]
fn a_folder_around_the_folder_is_looked_through() {
    let dir = folder(&["data/set/cat/1.jpg", "data/set/dog/1.jpg", "data/README"]);
    let (source, samples, _) = read_all(dir.path());
    assert_eq!(source.format(), "class folders");
    assert_eq!(samples[0].place, "cat/1.jpg");
}

#[test]
fn nothing_to_read_is_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refusal(dir.path()).contains("the folder is empty"), "{}", refusal(dir.path()));
    put(dir.path(), "a.txt", b"x");
    assert!(refusal(dir.path()).contains("no known format recognised"), "{}", refusal(dir.path()));
    assert!(refusal(&dir.path().join("none")).contains("no such file or folder"));
}
