use std::fs;

use hub_dataset::sample::Value;
use hub_schema::Feature;

use crate::format::Format;
use crate::read::open;
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
    let dir = folder(&["cat/1.jpg", "dog/1.jpg", "xml/scheme.xml"]);
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

#[test]
fn a_stray_image_is_an_error_and_the_labels_stay() {
    let dir = folder(&["cat/0.jpg", "dog/0.jpg", "preview.png"]);
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!((source.format(), samples.len()), ("class folders", 2));
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("preview.png: lies beside the class folders, so it has no class"),
        "{errors:?}"
    );
    assert!(errors[0].contains("--ignore") && errors[0].ends_with("--format image-folder"), "{errors:?}");
}

#[test]
fn imagenet_of_kaggle_has_its_labels() {
    let data = "kaggle/ILSVRC/Data/CLS-LOC";
    let names = [
        format!("{data}/train/n01440764/n01440764_1.JPEG"),
        format!("{data}/train/n02084071/n02084071_1.JPEG"),
        format!("{data}/val/ILSVRC2012_val_00000001.JPEG"),
        format!("{data}/test/ILSVRC2012_test_00000001.JPEG"),
    ];
    let dir = folder(&names.each_ref().map(String::as_str));
    let xml = b"<annotation><object><bndbox/></object></annotation>";
    put(dir.path(), "kaggle/ILSVRC/Annotations/CLS-LOC/val/ILSVRC2012_val_00000001.xml", xml);
    put(dir.path(), "kaggle/ILSVRC/ImageSets/CLS-LOC/val.txt", b"ILSVRC2012_val_00000001 1\n");
    let list = b"ImageId,PredictionString\nILSVRC2012_val_00000001,n02084071 85 1 499 272\n";
    put(dir.path(), "kaggle/LOC_val_solution.csv", list);
    put(dir.path(), "kaggle/LOC_sample_submission.csv", b"ImageId,PredictionString\n");
    put(dir.path(), "kaggle/LOC_synset_mapping.txt", b"n01440764 tench\n");
    let mut opened = open(dir.path(), &ReadOptions::default()).unwrap();
    let mut got = Vec::new();
    while let Some(sample) = opened.source.next_sample() {
        let sample = sample.unwrap();
        got.push((sample.split.unwrap(), sample.values[1].clone()));
    }
    let split = |name: &str, label| (name.to_owned(), label);
    assert_eq!(
        got,
        [
            split("test", Value::Null),
            split("train", Value::Int(0)),
            split("train", Value::Int(1)),
            split("val", Value::Int(1))
        ]
    );
    assert_eq!(opened.reading.recognised_by.as_deref(), Some("ILSVRC/Data/CLS-LOC/"));
    let notes = &opened.reading.notes;
    assert!(
        notes.len() == 1 && notes[0].starts_with("ILSVRC/Data/CLS-LOC/test/: no class folders"),
        "{notes:?}"
    );
    // Boxes are not read, and that is said.
    assert!(opened.reading.passed_over().iter().any(|p| p.kind == ".xml" && p.count == 1));
}

#[test]
fn tiny_imagenet_s_list_labels_its_val() {
    let dir = folder(&[
        "train/n01443537/images/n01443537_0.JPEG",
        "train/n02056570/images/n02056570_0.JPEG",
        "val/images/val_0.JPEG",
        "val/images/val_1.JPEG",
    ]);
    put(
        dir.path(),
        "val/val_annotations.txt",
        b"val_0.JPEG\tn02056570\t0\t32\t44\t62\nval_1.JPEG\tn01443537\t0\t0\t9\t9\n",
    );
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(names(&source.columns()[1].feature), ["n01443537", "n02056570"]);
    let labels: Vec<_> = samples.iter().map(|s| (s.split.as_deref().unwrap(), s.values[1].clone())).collect();
    assert_eq!(labels[2..], [("val", Value::Int(1)), ("val", Value::Int(0))]);
}

#[test]
fn splits_keep_their_labels_and_what_has_none_is_said() {
    let dir =
        folder(&["seg_train/seg_train/sea/1.jpg", "seg_test/seg_test/sea/2.jpg", "seg_pred/seg_pred/3.jpg"]);
    let mut opened = open(dir.path(), &ReadOptions::default()).unwrap();
    assert_eq!(names(&opened.source.columns()[1].feature), ["sea"]);
    let mut got = Vec::new();
    while let Some(sample) = opened.source.next_sample() {
        let sample = sample.unwrap();
        got.push((sample.split.unwrap(), sample.values[1].clone()));
    }
    let expected = [("seg_pred", Value::Null), ("test", Value::Int(0)), ("train", Value::Int(0))]
        .map(|(s, v)| (s.to_owned(), v));
    assert_eq!(got, expected);
    assert!(opened.reading.notes[0].starts_with("seg_pred/seg_pred/: no class folders"));
}

#[test]
fn three_hundred_classes_with_a_folder_in_each_are_classes() {
    let names: Vec<String> = (0..300).map(|n| format!("class{n:03}/images/1.jpg")).collect();
    let dir = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let (source, samples, _) = read_all(dir.path());
    assert_eq!((source.format(), samples.len()), ("class folders", 300));
}
