//! No format reads a file outside of the source, by whatever way it is named; with the flag every format does.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use hub_dataset::sample::{Sample, Value};
use tempfile::TempDir;

use super::open;
use super::options::ReadOptions;
use super::testing::{put, tar_of};
use crate::format::Format;

/// A folder with a source in `source/` and private files in `outside/`.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("source")).unwrap();
        fs::create_dir(dir.path().join("outside")).unwrap();
        let place = Self { dir };
        place.outside("secret.png", &picture(9));
        place
    }

    fn source(&self) -> PathBuf {
        self.dir.path().join("source")
    }

    fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        put(&self.source(), name, bytes);
        self
    }

    fn outside(&self, name: &str, bytes: &[u8]) -> &Self {
        put(&self.dir.path().join("outside"), name, bytes);
        self
    }

    /// Puts a link into the source: to a file outside, or with `""` to the folder.
    fn link(&self, name: &str, target: &str) -> &Self {
        let link = self.source().join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(self.absolute(target), link).unwrap();
        self
    }

    fn absolute(&self, name: &str) -> String {
        self.dir.path().canonicalize().unwrap().join("outside").join(name).display().to_string()
    }

    fn read(&self, format: Format, allow_outside: bool) -> (Vec<Sample>, Vec<String>) {
        let options = ReadOptions { format: Some(format), allow_outside, ..ReadOptions::default() };
        let (mut samples, mut errors) = (Vec::new(), Vec::new());
        let mut source = match open(&self.source(), &options) {
            Ok(source) => source.source,
            Err(e) => return (samples, vec![e.to_string()]),
        };
        while let Some(next) = source.next_sample() {
            match next {
                Ok(sample) => samples.push(sample),
                Err(e) => errors.push(e.to_string()),
            }
        }
        (samples, errors)
    }

    /// The source gives `inside` samples and one refusal; with the flag `all` samples and no error.
    fn check(&self, format: Format, [inside, all]: [usize; 2]) {
        let (samples, errors) = self.read(format, false);
        let outside = self.dir.path().canonicalize().unwrap().join("outside");
        let is_refusal = |error: &String| {
            error.contains(&*outside.to_string_lossy()) && error.contains("pass --allow-outside if you trust")
        };
        assert!(!errors.is_empty() && errors.iter().all(is_refusal), "{format}: {errors:#?}");
        assert_eq!(samples.len(), inside, "{format}");
        let secret = picture(9);
        assert!(
            !samples.iter().any(|s| s.values.iter().any(|v| holds(v, &secret))),
            "{format}: {samples:#?}"
        );
        let (samples, errors) = self.read(format, true);
        assert_eq!(errors, [""; 0], "{format}");
        assert_eq!(samples.len(), all, "{format}: {samples:#?}");
    }
}

fn picture(value: u8) -> Vec<u8> {
    hub_media::encode_png(&[value; 12], 2, 2, 3).unwrap()
}

fn holds(value: &Value, bytes: &[u8]) -> bool {
    match value {
        Value::Media(media) => media.bytes.read_all().unwrap() == bytes,
        Value::List(values) | Value::Struct(values) => values.iter().any(|v| holds(v, bytes)),
        _ => false,
    }
}

fn coco(file_name: &str) -> Vec<u8> {
    let images = serde_json::json!([{ "id": 1, "file_name": file_name }, { "id": 2, "file_name": "b.png" }]);
    let categories = serde_json::json!([{ "id": 1, "name": "cat" }]);
    serde_json::json!({ "images": images, "annotations": [], "categories": categories })
        .to_string()
        .into_bytes()
}

#[test]
fn coco_stays_inside() {
    const JSON: &str = "annotations/instances_val.json";
    let place = Place::new();
    place.put(JSON, &coco("a.png")).put("val/b.png", &picture(1)).link("val/a.png", "secret.png");
    place.check(Format::Coco, [1, 2]);
    for path in [place.absolute("secret.png"), "../../outside/secret.png".to_owned()] {
        place.put(JSON, &coco(&path));
        place.check(Format::Coco, [1, 2]);
    }
    // A linked folder, first of the images, then of the JSON.
    let place = Place::new();
    place.put(JSON, &coco("secret.png")).outside("b.png", &picture(1)).link("val", "");
    place.check(Format::Coco, [0, 2]);
    let place = Place::new();
    place.put("b.png", &picture(1)).put("secret.png", &picture(2)).link("annotations", "");
    place.outside("instances_val.json", &coco("secret.png"));
    place.check(Format::Coco, [0, 2]);
}

#[test]
fn yolo_stays_inside() {
    let place = Place::new();
    place.put("data.yaml", b"train: images/train\nnames: [cat]\n").put("images/train/b.png", &picture(1));
    place.link("images/train/a.png", "secret.png");
    place.check(Format::Yolo, [1, 2]);
    // A linked label file, whose lines would come back in error messages.
    fs::remove_file(place.source().join("images/train/a.png")).unwrap();
    place.outside("b.txt", b"0 0.5 0.5 1 1").link("labels/train/b.txt", "b.txt");
    place.check(Format::Yolo, [0, 1]);
    // A linked folder of images, and folders and files named from elsewhere.
    let place = Place::new();
    place.put("data.yaml", b"train: images/train\nval: images/val\nnames: [cat]\n");
    place.put("images/val/b.png", &picture(1)).link("images/train", "");
    place.check(Format::Yolo, [1, 2]);
    for written in [place.absolute(""), "../outside".to_owned()] {
        place.put("data.yaml", format!("train: {written}\nval: images/val\nnames: [cat]\n").as_bytes());
        place.check(Format::Yolo, [1, 2]);
    }
    place.put("data.yaml", b"train: train.txt\nnames: [cat]\n");
    for written in [place.absolute("secret.png"), "../outside/secret.png".to_owned()] {
        place.put("train.txt", format!("images/val/b.png\n{written}\n").as_bytes());
        place.check(Format::Yolo, [1, 2]);
    }
    // The configuration itself.
    let place = Place::new();
    place.put("images/b.png", &picture(1)).outside("data.yaml", b"train: images\nnames: [cat]\n");
    place.link("data.yaml", "data.yaml");
    place.check(Format::Yolo, [0, 1]);
}

#[test]
fn voc_stays_inside() {
    const XML: &[u8] = b"<annotation></annotation>";
    let place = Place::new();
    place.put("Annotations/a.xml", XML).put("Annotations/b.xml", XML).put("JPEGImages/b.png", &picture(1));
    place.link("JPEGImages/a.png", "secret.png");
    place.check(Format::Voc, [1, 2]);
    let place = Place::new();
    place.put("Annotations/secret.xml", XML).link("JPEGImages", "");
    place.check(Format::Voc, [0, 1]);
    let place = Place::new();
    place.put("JPEGImages/a.png", &picture(1)).put("JPEGImages/b.png", &picture(1)).outside("a.xml", XML);
    place.put("Annotations/b.xml", XML).link("Annotations/a.xml", "a.xml");
    place.check(Format::Voc, [1, 2]);
    let place = Place::new();
    place.put("Annotations/a.xml", XML).put("JPEGImages/a.png", &picture(1)).outside("a.png", &picture(9));
    place.link("SegmentationClass", "");
    place.check(Format::Voc, [0, 1]);
    let place = Place::new();
    place.put("Annotations/a.xml", XML).put("JPEGImages/a.png", &picture(1)).outside("train.txt", b"a");
    place.link("ImageSets/Main/train.txt", "train.txt");
    place.check(Format::Voc, [0, 1]);
}

#[test]
fn tables_stay_inside() {
    let place = Place::new();
    place.put("train/b.png", &picture(1)).link("train/a.png", "secret.png").link("train/folder", "");
    for path in ["a.png", "folder/secret.png", "../../outside/secret.png", &place.absolute("secret.png")] {
        place.put("train/metadata.csv", format!("file_name,x\nb.png,1\n{path},2\n").as_bytes());
        place.check(Format::Csv, [1, 2]);
        let rows = [serde_json::json!({ "file_name": "b.png" }), serde_json::json!({ "file_name": path })];
        place.put("train/metadata.jsonl", format!("{}\n{}\n", rows[0], rows[1]).as_bytes());
        place.check(Format::Jsonl, [1, 2]);
    }
    // The table, the list of classes beside it, and a table whose every path leads out.
    let place = Place::new();
    place.put("b.png", &picture(1)).outside("t.csv", b"file_name\nb.png\n").link("metadata.csv", "t.csv");
    place.check(Format::Csv, [0, 1]);
    let place = Place::new();
    place.put("b.png", &picture(1)).put("metadata.csv", b"file_name,label\nb.png,0\n");
    place.outside("names", b"cat\n").link("classnames.txt", "names");
    place.check(Format::Csv, [0, 1]);
    let place = Place::new();
    place.put("t.csv", format!("picture\n{}\n", place.absolute("secret.png")).as_bytes());
    place.check(Format::Csv, [0, 1]);
}

#[test]
fn folders_of_media_stay_inside() {
    let place = Place::new();
    place.put("cat/b.png", &picture(1)).put("dog/b.png", &picture(1)).link("dog/a.png", "secret.png");
    for format in [Format::ClassFolder, Format::ImageFolder] {
        place.check(format, [2, 3]);
    }
    let place = Place::new();
    place.put("cat/b.png", &picture(1)).put("dog/b.png", &picture(1)).link("eel", "");
    for format in [Format::ClassFolder, Format::ImageFolder] {
        place.check(format, [2, 3]);
    }
    let labels: Vec<_> =
        place.read(Format::ClassFolder, true).0.into_iter().map(|s| s.values[1].clone()).collect();
    assert_eq!(labels, [Value::Int(0), Value::Int(1), Value::Int(2)]);
    let place = Place::new();
    place.put("cat/b.png", &picture(1)).outside("list", b"cat/b.png\n").link("testing_list.txt", "list");
    place.check(Format::ClassFolder, [0, 1]);
    let place = Place::new();
    place.put("n01440764_b.png", &picture(1)).link("n01440764_a.png", "secret.png");
    place.outside("n02084071_c.png", &picture(1)).link("n02084071_c.png", "n02084071_c.png");
    place.check(Format::FlatFiles, [1, 3]);
}

fn idx(dimensions: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dimensions.len() as u8];
    dimensions.iter().for_each(|d| bytes.extend(d.to_be_bytes()));
    bytes.resize(bytes.len() + dimensions.iter().product::<u32>() as usize, 1);
    bytes
}

#[test]
fn idx_and_cifar_stay_inside() {
    let (pictures, labels) = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    let place = Place::new();
    place.outside(pictures, &idx(&[2, 3, 3])).outside(labels, &idx(&[2]));
    place.link(pictures, pictures).put(labels, &idx(&[2]));
    place.check(Format::Idx, [0, 2]);
    fs::remove_file(place.source().join(pictures)).unwrap();
    fs::remove_file(place.source().join(labels)).unwrap();
    place.link(labels, labels).put(pictures, &idx(&[2, 3, 3]));
    place.check(Format::Idx, [0, 2]);
    let other = Place::new();
    other.outside(pictures, &idx(&[2, 3, 3])).outside(labels, &idx(&[2])).link("raw", "");
    other.check(Format::Idx, [0, 2]);

    let place = Place::new();
    place.outside("data_batch_1.bin", &vec![0; 2 * 3073]).link("data_batch_1.bin", "data_batch_1.bin");
    place.check(Format::Cifar, [0, 2]);
    let place = Place::new();
    place.outside("data_batch_1.bin", &vec![0; 2 * 3073]).link("cifar-10-batches-bin", "");
    place.check(Format::Cifar, [0, 2]);
}

#[test]
fn archives_stay_inside() {
    let place = Place::new();
    let samples = tar_of(&[("0.png", &picture(1)), ("0.cls", b"0")]);
    place.outside("a.tar", &samples).link("a.tar", "a.tar");
    place.check(Format::WebDataset, [0, 1]);
    let place = Place::new();
    place.outside("a.tar", &samples).link("train", "");
    place.check(Format::WebDataset, [0, 1]);
    let place = Place::new();
    place.put("a.tar", &samples).outside("names", b"cat\n").link("classnames.txt", "names");
    place.check(Format::WebDataset, [0, 1]);

    let val = tar_of(&[("ILSVRC2012_val_00000001.png", &picture(1))]);
    let (archive, truth) = ("ILSVRC2012_img_val.tar", "imagenet_2012_validation_synset_labels.txt");
    let place = Place::new();
    place.outside(archive, &val).link(archive, archive).put(truth, b"n01440764\n");
    place.check(Format::IlsvrcTar, [0, 1]);
    let place = Place::new();
    place.put(archive, &val).outside(truth, b"n01440764\n").link(truth, truth);
    place.check(Format::IlsvrcTar, [0, 1]);
}

#[test]
fn what_a_person_names_may_be_a_link() {
    let place = Place::new();
    place.outside("cat/a.png", &picture(1)).outside("dog/a.png", &picture(2));
    place.outside("metadata.csv", b"file_name\ncat/a.png\n").link("linked", "").link("t.csv", "metadata.csv");
    let read = |path: &Path| open(path, &ReadOptions::default()).unwrap().source.format();
    assert_eq!(read(&place.source().join("linked")), "CSV");
    assert_eq!(read(&place.source().join("linked/cat/a.png")), "image folder");
}
