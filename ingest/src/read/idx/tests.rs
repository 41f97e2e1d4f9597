use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use hub_dataset::sample::Value;
use hub_schema::Feature;

use crate::read::testing::{put, read_all, refusal};

fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|s| s.to_be_bytes()));
    bytes.extend(values);
    bytes
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn put_pair(root: &Path, images: &[u8], labels: &[u8]) {
    put(root, "train-images-idx3-ubyte", images);
    put(root, "train-labels-idx1-ubyte", labels);
}

const PIXELS: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

#[test]
fn plain_and_gzipped_files_are_streamed() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "t10k-images.idx3-ubyte", &idx(&[1, 2, 3], &PIXELS[6..]));
    put(dir.path(), "t10k-labels.idx1-ubyte", &idx(&[1], &[9]));
    put(dir.path(), "train-images-idx3-ubyte.gz", &gz(&idx(&[2, 2, 3], &PIXELS)));
    put(dir.path(), "train-labels-idx1-ubyte.gz", &gz(&idx(&[2], &[7, 0])));
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(source.columns()[0].feature.describe(), "raw image uint8[2, 3]");
    assert_eq!(source.size_hint().samples, Some(3));
    let shown: Vec<_> = samples.iter().map(|s| (s.split.as_deref().unwrap(), &s.values[1])).collect();
    assert_eq!(shown, [("train", &Value::Int(7)), ("train", &Value::Int(0)), ("test", &Value::Int(9))]);
    assert_eq!(samples[1].values[0], Value::Bytes(PIXELS[6..].to_vec().into()));
    assert_eq!(samples[1].place, "train-images-idx3-ubyte.gz row 1");
    let (_, alone, _) = read_all(&dir.path().join("t10k-images.idx3-ubyte"));
    assert_eq!(alone, samples[2..]);
}

#[test]
fn labels_of_qmnist_are_rows_of_integers() {
    let dir = tempfile::tempdir().unwrap();
    let ints = |sizes: &[u32], numbers: &[i32]| {
        let mut bytes = idx(sizes, &numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<_>>());
        bytes[2] = 12;
        bytes
    };
    put(dir.path(), "qmnist-train-images-idx3-ubyte.gz", &gz(&idx(&[2, 2, 3], &PIXELS)));
    let rows = [5, 0, 2586, 35, 53, 229_421, 0, 0, 0, 4, 1200, -1, 48, 300_000, 1, 0];
    put(dir.path(), "qmnist-train-labels-idx2-int.gz", &gz(&ints(&[2, 8], &rows)));
    let (source, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let names: Vec<_> = source.columns()[2..].iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        names,
        ["nist_series", "nist_writer", "nist_digit", "nist_class", "nist_index", "duplicate", "unused"]
    );
    assert_eq!(samples[0].values[1..], [5, 0, 2586, 35, 53, 229_421, 0, 0].map(Value::Int));
    assert_eq!(samples[1].values[1..], [0, 4, 1200, -1, 48, 300_000, 1, 0].map(Value::Int));
    put(dir.path(), "qmnist-train-labels-idx2-int.gz", &gz(&ints(&[2, 3], &[5, 1, 2, -6, 3, 4])));
    let (source, samples, errors) = read_all(dir.path());
    assert_eq!(source.columns()[2].feature, Feature::list(Feature::int64()));
    assert_eq!(samples[0].values[2], Value::List([5, 1, 2].map(Value::Int).to_vec()));
    assert!(errors[0].contains("row 1: label -6, expected 0 to 9"), "{errors:?}");
}

#[test]
fn rows_do_not_end_with_a_read() {
    let dir = tempfile::tempdir().unwrap();
    let pixels: Vec<u8> = (0..1000 * 784_usize).map(|i| (i % 251) as u8).collect();
    put_pair(dir.path(), &idx(&[1000, 28, 28], &pixels), &idx(&[1000], &[3; 1000]));
    let (_, samples, errors) = read_all(dir.path());
    assert!(errors.is_empty(), "{errors:?}");
    let read: Vec<u8> = samples
        .iter()
        .flat_map(|s| match &s.values[0] {
            Value::Bytes(b) => b.to_vec(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(read, pixels);
}

#[test]
fn broken_headers_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let labels = idx(&[2], &[7, 0]);
    for (images, labels, expected) in [
        (&b"\x1f\x00"[..], &labels, "train-images-idx3-ubyte: it ends inside its header"),
        (b"RIFFxxxx", &labels, "begins with the bytes 52 49, expected 00 00"),
        (b"\0\0\x0d\x03", &labels, "its values are float32 (code 13), expected uint8 (code 8)"),
        (&labels.clone(), &labels, "it has 1 dimensions, expected 3 to 4"),
        (&idx(&[2, 2, 3], &PIXELS), &idx(&[1], &[7]), "1 labels for the 2 images of train-images"),
        (&idx(&[2, 2, 3], &PIXELS[1..]), &labels, "27 bytes, expected 28 for 2 rows of 6"),
        (&idx(&[1, 2, 3], &PIXELS), &labels, "28 bytes, expected 22"),
        (&idx(&[2, u32::MAX, u32::MAX], &PIXELS), &labels, "expected 1 to 67108864"),
        (&idx(&[2, 0, 3], &[]), &labels, "a row of shape [0, 3] has 0 bytes"),
    ] {
        put_pair(dir.path(), images, labels);
        let found = refusal(dir.path());
        assert!(found.contains(expected), "{found}");
    }
    fs::remove_file(dir.path().join("train-labels-idx1-ubyte")).unwrap();
    assert!(refusal(dir.path()).contains("no labels found beside it; checked train-labels-idx1-ubyte, "));
}

#[test]
fn what_only_the_end_shows_ends_the_source() {
    let dir = tempfile::tempdir().unwrap();
    let labels = idx(&[2], &[7, 0]);
    let whole = gz(&idx(&[2, 2, 3], &PIXELS));
    let mut damaged = whole.clone();
    let crc = damaged.len() - 8;
    damaged[crc] ^= 1;
    for (images, given, expected) in [
        (gz(&idx(&[2, 2, 3], &PIXELS[1..])), 0, "it ends near row 0, but its header says 2 rows"),
        (gz(&idx(&[2, 2, 3], &[&PIXELS[..], &[0]].concat())), 2, "it has more data after its 2 rows"),
        (damaged, 2, "it can't be read after row 2"),
        (whole[..whole.len() - 8].to_vec(), 2, "it is cut off before its checksum"),
    ] {
        put_pair(dir.path(), &images, &labels);
        let (_, samples, errors) = read_all(dir.path());
        assert_eq!((samples.len(), errors.len()), (given, 1), "{errors:?}");
        assert!(errors[0].contains(expected), "{errors:?}");
    }
}

#[test]
fn a_label_of_no_class_costs_one_sample() {
    let dir = tempfile::tempdir().unwrap();
    put_pair(dir.path(), &idx(&[2, 2, 3], &PIXELS), &idx(&[2], &[10, 1]));
    let (_, samples, errors) = read_all(dir.path());
    assert_eq!(samples.len(), 1);
    assert!(errors[0].starts_with("train-labels-idx1-ubyte row 0: label 10, expected 0 to 9"), "{errors:?}");
    put(dir.path(), "classes.txt", b"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n");
    let (source, samples, _) = read_all(dir.path());
    assert_eq!(samples.len(), 2);
    assert!(matches!(&source.columns()[1].feature, Feature::ClassLabel { names, .. } if names.len() == 11));
}

#[test]
fn two_sets_in_a_folder_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for set in ["letters", "digits"] {
        put(dir.path(), &format!("emnist-{set}-train-images-idx3-ubyte"), b"");
    }
    assert!(
        refusal(dir.path())
            .contains("belong to different data sets; put each data set into a folder of its own")
    );
}
