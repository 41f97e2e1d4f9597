use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use hub_dataset::sample::{MediaBytes, Sample, Value};
use hub_schema::Feature;

use super::pickle::Pickle;
use crate::read::testing::{put, read_all, refusal, tar_of};

/// Written by Python 2.7's cPickle, protocol 2, with numpy 1.16: two images whose byte `i` is `7 i mod 256`.
const BATCH: &[u8] = include_bytes!("python2/data_batch_1");
const META: &[u8] = include_bytes!("python2/batches.meta");
/// The same for CIFAR-100, one image.
const TEST100: &[u8] = include_bytes!("python2/test");

fn planes(first: usize) -> Vec<u8> {
    (first..first + 3072).map(|i| (i * 7 % 256) as u8).collect()
}

/// What the image must become: the three values of a pixel side by side.
fn pixels(planes: &[u8]) -> Value {
    let value = |i: usize| planes[i % 3 * 1024 + i / 3];
    Value::Bytes((0..3072).map(value).collect::<Vec<u8>>().into())
}

fn record(labels: &[u8], first: usize) -> Vec<u8> {
    [labels, &planes(first)].concat()
}

fn names(feature: &Feature) -> &[String] {
    match feature {
        Feature::ClassLabel { names, .. } => names,
        other => panic!("{other:?}"),
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn places(samples: &[Sample]) -> Vec<&str> {
    samples.iter().map(|s| s.place.as_str()).collect()
}

#[test]
fn binary_batches_come_in_order() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "data_batch_10.bin", &record(&[3], 1));
    put(dir.path(), "data_batch_2.bin", &[record(&[1], 0), record(&[9], 3072)].concat());
    put(dir.path(), "test_batch.bin", &record(&[0], 5));
    put(dir.path(), "readme.html", b"<html>");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(source.format(), "CIFAR-10");
    assert_eq!(names(&source.columns()[1].feature)[9], "truck", "the official names");
    assert_eq!(source.size_hint().samples, Some(4));
    assert_eq!(
        places(&samples),
        [
            "data_batch_2.bin row 0",
            "data_batch_2.bin row 1",
            "data_batch_10.bin row 0",
            "test_batch.bin row 0"
        ]
    );
    assert_eq!(samples[1].values, [pixels(&planes(3072)), Value::Int(9)]);
    assert_eq!(samples[3].split.as_deref(), Some("test"));
}

#[test]
fn cifar_100_has_two_labels() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "train.bin", &record(&[1, 2], 0));
    put(dir.path(), "fine_label_names.txt", b"a\nb\nc\n");
    put(dir.path(), "coarse_label_names.txt", b"x\ny\n\n");
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let columns: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["image", "label", "coarse_label"]);
    assert_eq!(names(&source.columns()[2].feature), ["x", "y"]);
    assert_eq!(samples[0].values[1..], [Value::Int(2), Value::Int(1)]);
}

#[test]
fn what_python_2_pickled_is_read() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "data_batch_1", BATCH);
    put(dir.path(), "batches.meta", META);
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(names(&source.columns()[1].feature)[..2], ["airplane", "automobile"]);
    assert_eq!(
        samples[0].values[1..],
        [Value::Int(6), Value::text("leptodactylus_pentadactylus_s_000004.png")]
    );
    assert_eq!(samples[1].values, [pixels(&planes(3072)), Value::Int(9), Value::text("camion_s_000148.png")]);

    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "cifar-100-python/test", TEST100);
    put(dir.path(), "cifar-100-python/meta", META);
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(source.format(), "CIFAR-100");
    assert!(samples.is_empty() && errors[0].contains("label 99, expected 0 to 9"), "{errors:?}");
}

/// The first of the images above, with one label and name, by Python 3.13 and numpy 2.4.
const PYTHON3: [&[u8]; 6] = [
    include_bytes!("python3/protocol_0"),
    include_bytes!("python3/protocol_1"),
    include_bytes!("python3/protocol_2"),
    include_bytes!("python3/protocol_3"),
    include_bytes!("python3/protocol_4"),
    include_bytes!("python3/protocol_5"),
];

#[test]
fn every_protocol_of_python_3_is_read() {
    for (protocol, bytes) in PYTHON3.into_iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "data_batch_1", bytes);
        let (_, samples, errors) = read_all(dir.path());
        assert!(errors.is_empty(), "protocol {protocol}: {errors:?}");
        let expected = [pixels(&planes(0)), Value::Int(6), Value::text("caf\u{e9}.png")];
        assert_eq!(samples[0].values, expected, "protocol {protocol}");
        for len in (0..bytes.len()).step_by(7) {
            assert!(Pickle::read(&MediaBytes::Memory(bytes[..len].to_vec().into())).is_err());
        }
    }
    // Keys of bytes, as after loading with `encoding="bytes"`; in protocol 2 they are calls.
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "data_batch_1", include_bytes!("python3/bytes_keys"));
    let (_, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(samples[0].values[..2], [pixels(&planes(0)), Value::Int(6)]);
}

#[test]
fn archives_are_read_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let tar = tar_of(&[
        ("cifar-10-batches-py/test_batch", BATCH),
        ("cifar-10-batches-py/readme.html", b"<html>"),
        ("cifar-10-batches-py/batches.meta", META),
        ("cifar-10-batches-py/data_batch_1", BATCH),
    ]);
    put(dir.path(), "cifar-10-python.tar.gz", &gz(&tar));
    let (_, samples, errors) = read_all(&dir.path().join("cifar-10-python.tar.gz"));
    assert!(errors.is_empty(), "{errors:?}");
    let splits: Vec<_> = samples.iter().filter_map(|s| s.split.as_deref()).collect();
    assert_eq!(splits, ["test", "test", "train", "train"]);
    assert_eq!(samples[3].place, "cifar-10-python.tar.gz!cifar-10-batches-py/data_batch_1 row 1");
    let (_, from_folder, _) = read_all(dir.path());
    assert_eq!(from_folder, samples, "a folder with nothing but the archive");
}

#[test]
fn broken_batches_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes, expected) in [
        ("data_batch_1.bin", &record(&[3], 0)[1..], "3072 bytes, expected a multiple of 3073"),
        ("data_batch_1.bin", b"", "0 bytes, expected a multiple"),
        ("data_batch_1", &BATCH[..3000], "a string of 6144 bytes, but"),
        ("data_batch_1", &BATCH[..BATCH.len() - 1], "the file ends here"),
        ("data_batch_1", META, "'data' is missing"),
        ("data_batch_1", b"(dp0\n.", "'data' is missing"),
        ("data_batch_1", b"(dP0\n.", "opcode 0x50"),
        ("data_batch_1", b"\x80\x02a.", "the stack is empty where a value is expected"),
    ] {
        put(dir.path(), name, bytes);
        let found = refusal(dir.path());
        assert!(found.starts_with(name) && found.contains(expected), "{found}");
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    put(dir.path(), "data_batch_1.bin", &record(&[3], 0));
    put(dir.path(), "train.bin", &record(&[3, 1], 0));
    assert!(refusal(dir.path()).contains("both CIFAR-10 and CIFAR-100 batches"));
}

#[test]
fn a_label_of_no_class_costs_one_sample() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "data_batch_1.bin", &[record(&[10], 0), record(&[9], 0)].concat());
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1);
    assert_eq!(errors, ["data_batch_1.bin row 0: label 10, expected 0 to 9"]);
}

#[test]
fn no_pickle_does_harm() {
    let read = |bytes: &[u8]| Pickle::read(&MediaBytes::Memory(bytes.to_vec().into()));
    // os.system("true"): noted, not called.
    let call = read(b"\x80\x02cos\nsystem\nU\x04true\x85R.").unwrap();
    assert!(format!("{:?}", call.root()).contains("Call"));
    // A list of itself, a million levels of tuples, references without end, lengths that are not there.
    assert!(read(b"\x80\x02]q\x00h\x00a.").is_ok());
    assert!(read(&[&b"\x80\x02)"[..], &[0x85; 1_000_000], b"."].concat()).is_ok());
    assert!(
        read(&[&b"\x80\x02]q\x00"[..], &b"h\x00".repeat(3_000_000)].concat())
            .unwrap_err()
            .contains("more than")
    );
    assert!(read(b"\x80\x02T\xff\xff\xff\xff").unwrap_err().contains("4294967295 bytes"));
    assert!(
        read(b"\x80\x02\x8e\xff\xff\xff\xff\xff\xff\xff\xff").unwrap_err().contains("are left in the file")
    );
    for len in 0..BATCH.len().min(400) {
        assert!(read(&BATCH[..len]).is_err());
    }
}
