use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use hub_dataset::sample::{Sample, Value};
use hub_schema::Feature;

use super::meta::ids_of_meta;
use crate::read::testing::{put, read_all, refusal, tar_of};

/// Written by scipy in the layout of the real file: `synsets` with its eight members, compressed.
const META: &[u8] = include_bytes!("meta_example.mat");

fn train_tar() -> Vec<u8> {
    let tench = tar_of(&[("n01440764_2.JPEG", b"t2"), ("n01440764_1.JPEG", b"t1")]);
    let husky = tar_of(&[("n02110185_7.JPEG", b"h7")]);
    tar_of(&[("n02110185.tar", &husky), ("n01440764.tar", &tench)])
}

fn val_tar() -> Vec<u8> {
    tar_of(&[("ILSVRC2012_val_00000001.JPEG", b"v1"), ("ILSVRC2012_val_00000002.JPEG", b"v2")])
}

fn told(sample: &Sample) -> Told {
    let Value::Media(media) = &sample.values[0] else { panic!() };
    let label = match sample.values[1] {
        Value::Int(label) => label,
        _ => -1,
    };
    (media.name.clone(), String::from_utf8(media.bytes.read_all().unwrap().to_vec()).unwrap(), label)
}

/// An image's name, content and label.
type Told = (String, String, i64);

fn read(root: &Path) -> (Vec<String>, Vec<Told>, Vec<String>) {
    let (source, samples, errors) = read_all(root);
    assert_eq!(source.format(), "ILSVRC tars");
    let Feature::ClassLabel { names, .. } = &source.columns()[1].feature else { panic!() };
    (names.clone(), samples.iter().map(told).collect(), errors)
}

fn labels_of_val(files: &[(&str, &[u8])]) -> Vec<(String, i64)> {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "ILSVRC2012_img_val.tar", &val_tar());
    for (name, bytes) in files {
        put(dir.path(), name, bytes);
    }
    let (_, samples, errors) = read(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    samples.into_iter().map(|(name, _, label)| (name, label)).collect()
}

#[test]
fn both_archives_are_read_in_place() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "ILSVRC2012_img_train.tar", &train_tar());
    put(dir.path(), "ILSVRC2012_img_val.tar", &val_tar());
    put(dir.path(), "imagenet_2012_validation_synset_labels.txt", b"n02110185\nn02100735\n");
    let (names, samples, errors) = read(dir.path());
    assert_eq!(names, ["n01440764", "n02100735", "n02110185"]);
    let expected = [
        ("train/n02110185/n02110185_7.JPEG", "h7", 2),
        ("train/n01440764/n01440764_2.JPEG", "t2", 0),
        ("train/n01440764/n01440764_1.JPEG", "t1", 0),
        ("val/n02110185/ILSVRC2012_val_00000001.JPEG", "v1", 2),
        ("val/n02100735/ILSVRC2012_val_00000002.JPEG", "v2", 1),
    ];
    assert_eq!(samples, expected.map(|(name, bytes, label)| (name.into(), bytes.into(), label)));
    assert!(errors.is_empty());
}

#[test]
fn an_archive_is_known_by_its_members_too() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "renamed.tar", &train_tar());
    assert_eq!(read(&dir.path().join("renamed.tar")).1.len(), 3);
    put(dir.path(), "classes/n01440764.tar", &tar_of(&[("n01440764_1.JPEG", b"t1")]));
    let (names, samples, _) = read(&dir.path().join("classes"));
    assert_eq!((names, samples.len()), (vec!["n01440764".to_owned()], 1));
}

#[test]
fn every_ground_truth_gives_the_same_labels() {
    let expected = [
        ("val/n02110185/ILSVRC2012_val_00000001.JPEG".to_owned(), 1),
        ("val/n01440764/ILSVRC2012_val_00000002.JPEG".to_owned(), 0),
    ];
    let mut devkit = GzEncoder::new(Vec::new(), Compression::fast());
    devkit
        .write_all(&tar_of(&[
            ("ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt", b"3\n300\n"),
            ("ILSVRC2012_devkit_t12/data/meta.mat", META),
        ]))
        .unwrap();
    let devkit = devkit.finish().unwrap();
    let ways: [&[(&str, &[u8])]; 5] = [
        &[("LOC_val_solution.csv", b"ImageId,PredictionString\nILSVRC2012_val_00000002,n01440764 1 2 3 4 \nILSVRC2012_val_00000001,n02110185 85 1 499 272 n02110185 1 2 3 4\n")],
        &[("val.txt", b"ILSVRC2012_val_00000001.JPEG n02110185\nILSVRC2012_val_00000002.JPEG n01440764\n")],
        &[
            ("val.txt", b"ILSVRC2012_val_00000001.JPEG 1\nILSVRC2012_val_00000002.JPEG 0\n"),
            ("synsets.txt", b"n01440764\nn02110185\n"),
        ],
        &[("data/ILSVRC2012_validation_ground_truth.txt", b"3\n300\n"), ("data/meta.mat", META)],
        &[("ILSVRC2012_devkit_t12.tar.gz", &devkit)],
    ];
    for way in ways {
        assert_eq!(labels_of_val(way), expected, "{:?}", way[0].0);
    }
}

#[test]
fn numbers_without_their_list_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "ILSVRC2012_img_val.tar", &val_tar());
    let message = refusal(dir.path());
    assert!(
        message.contains("ILSVRC2012_devkit_t12.tar.gz, imagenet_2012_validation_synset_labels.txt"),
        "{message}"
    );
    put(dir.path(), "val.txt", b"ILSVRC2012_val_00000001.JPEG 65\n");
    let message = refusal(dir.path());
    assert!(message.contains("val.txt:1: a class number (65), but no list"), "{message}");
    put(dir.path(), "val.txt", b"65\n");
    assert!(refusal(dir.path()).contains("val.txt:1: a class number (65), but no list"));
    put(dir.path(), "val.txt", b"cat.jpg n01440764\n");
    assert!(refusal(dir.path()).contains("'cat.jpg' is not the name of a validation image"));
}

#[test]
fn a_picture_without_a_label_and_a_stray_member_cost_one_sample_each() {
    let dir = tempfile::tempdir().unwrap();
    let class = tar_of(&[("n01440764_1.JPEG", b"t1"), ("x.bin", b"?"), ("n01440764_3.JPEG", b"")]);
    put(dir.path(), "ILSVRC2012_img_train.tar", &tar_of(&[("n01440764.tar", &class), ("stray.tar", b"?")]));
    put(dir.path(), "ILSVRC2012_img_val.tar", &val_tar());
    put(dir.path(), "val.txt", b"ILSVRC2012_val_00000001.JPEG n01440764\n");
    let (_, samples, errors) = read(dir.path());
    assert_eq!(samples.len(), 2);
    let parts = [
        "ILSVRC2012_img_train.tar!n01440764.tar!x.bin: the file extension is not that of an image",
        "n01440764_3.JPEG: the file is empty",
        "ILSVRC2012_img_train.tar!stray.tar: expected a tar of one class",
        "ILSVRC2012_val_00000002.JPEG: no label for it in",
    ];
    for (error, part) in errors.iter().zip(parts) {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(errors.len(), parts.len());
}

#[test]
fn test_pictures_have_no_label() {
    let dir = tempfile::tempdir().unwrap();
    put(
        dir.path(),
        "ILSVRC2012_img_test_v10102019.tar",
        &tar_of(&[("test/ILSVRC2012_test_00000001.JPEG", b"x")]),
    );
    let (_, samples, _) = read(dir.path());
    assert_eq!(samples, [("test/ILSVRC2012_test_00000001.JPEG".to_owned(), "x".to_owned(), -1)]);
}

#[test]
fn meta_mat_is_read_and_damage_never_panics() {
    let path = Path::new("meta.mat");
    let ids = ids_of_meta(path, META).unwrap();
    let ids: Vec<_> = ids.iter().map(|(n, id)| (*n, id.as_str())).collect();
    let expected =
        [(1, "n02119789"), (2, "n02100735"), (3, "n02110185"), (300, "n01440764"), (1001, "n00001740")];
    assert_eq!(ids, expected);
    for cut in 0..META.len() {
        let _ = ids_of_meta(path, &META[..cut]);
        let mut flipped = META.to_vec();
        flipped[cut] ^= 0x81;
        let _ = ids_of_meta(path, &flipped);
    }
    assert!(ids_of_meta(path, b"").unwrap_err().fatal);
}
