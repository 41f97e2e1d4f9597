//! Cards, preparation and the store, on small models.

use std::path::{Path, PathBuf};

use hub_dataset::Store;
use hub_decode::{Draw, ImageDecoder};
use prost::Message;

use super::*;
use crate::engine::{EngineName, EngineOptions, Pixels};
use crate::onnx::messages::StringStringEntryProto;
use crate::onnx::{Model, ModelProto};
use crate::testing::{classifier, value, weights};

fn written(folder: &Path, proto: &ModelProto) -> PathBuf {
    let path = folder.join("made.onnx");
    std::fs::write(&path, proto.encode_to_vec()).unwrap();
    path
}

fn preprocessing(name: &str, model: &Model) -> Preprocessing {
    let side = model.signature().input.height.map(|side| side as u32);
    name.parse::<Preset>().unwrap().preprocessing(&Overrides::default(), side).unwrap()
}

fn card(model: &Model) -> Card {
    Card::new(model, preprocessing("timm-squash", model), Labels::Numbers { classes: 10 }, About::default())
        .unwrap()
}

/// A store, the folder that it is in, and the classifier of ten classes.
fn setup() -> (ModelStore, tempfile::TempDir, Model) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::local(&folder.path().join("models")).unwrap();
    let model = Model::open(&written(folder.path(), &classifier())).unwrap();
    (ModelStore::new(store, &folder.path().join("cache")), folder, model)
}

fn name(text: &str) -> ModelName {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_model_is_stored_found_and_run() {
    let (store, _folder, model) = setup();
    let card = card(&model);
    store.add(&name("means"), &card, &model, false).await.unwrap();
    let found = store.find(&name("local/means")).await.unwrap();
    assert_eq!((found.card.hash().unwrap(), found.is_builtin), (card.hash().unwrap(), false));
    let path = store.fetch(&found).await.unwrap();
    let options = EngineOptions { engine: EngineName::Rten, threads: 1, ..EngineOptions::default() };
    let mut open = OpenModel::load(&path, found.card, &options).unwrap();
    let png = hub_media::encode_png(&[200; 12 * 9 * 3], 12, 9, 3).unwrap();
    let mut tensor = vec![0; open.preparation.image_bytes()];
    let mut decoder = ImageDecoder::new().unwrap();
    decoder.transform(&png, None, open.preparation.image_spec(), Draw::default(), &mut tensor).unwrap();
    let (mut floats, mut bytes) = (Vec::new(), Vec::new());
    let scores = open.classifier.run(open.preparation.images(&tensor, &mut floats, &mut bytes)).unwrap();
    assert_eq!((scores.rows().len(), scores.classes()), (1, 10));
}

#[tokio::test]
async fn a_name_is_taken_until_it_is_replaced() {
    let (store, folder, model) = setup();
    let mut card = card(&model);
    store.add(&name("vision/a"), &card, &model, false).await.unwrap();
    card.title = Some("another".to_owned());
    let problem = store.add(&name("vision/a"), &card, &model, false).await.unwrap_err().to_string();
    assert!(problem.starts_with("model 'vision/a' exists already"), "{problem}");
    assert_eq!(store.find(&name("vision/a")).await.unwrap().card.title, None);
    store.add(&name("vision/a"), &card, &model, true).await.unwrap();
    assert_eq!(store.find(&name("vision/a")).await.unwrap().card.title.as_deref(), Some("another"));
    // One file for both names, gone with the last of them.
    store.add(&name("b"), &card, &model, false).await.unwrap();
    let files = || std::fs::read_dir(folder.path().join("models/files")).unwrap().count();
    assert_eq!(files(), 1);
    store.remove(&name("vision/a")).await.unwrap();
    assert_eq!(files(), 1);
    store.remove(&name("b")).await.unwrap();
    assert_eq!(files(), 0);
    let problem = store.remove(&name("b")).await.unwrap_err().to_string();
    assert!(problem.starts_with("model 'b' not found"), "{problem}");
}

#[tokio::test]
async fn damage_is_found_before_a_model_runs() {
    let (store, folder, model) = setup();
    let card = card(&model);
    store.add(&name("a"), &card, &model, false).await.unwrap();
    let found = store.find(&name("a")).await.unwrap();
    let path = store.fetch(&found).await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(store.fetch(&found).await.unwrap_err(), ModelStoreError::Damaged { .. }));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(store.fetch(&found).await.unwrap_err(), ModelStoreError::Damaged { .. }));
    let card = folder.path().join("models/cards/local/a.json");
    std::fs::write(&card, r#"{"format": 9}"#).unwrap();
    let problem = store.find(&name("a")).await.unwrap_err().to_string();
    assert!(problem.ends_with("the card has the format 9, this hub knows 1; update the hub"), "{problem}");
    assert!(store.list().await.unwrap().iter().any(|(found, model)| *found == name("a") && model.is_err()));
    store.remove(&name("a")).await.unwrap();
}

#[tokio::test]
async fn weights_in_files_of_their_own_are_taken_along() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("weights")).unwrap();
    std::fs::write(folder.path().join("weights/w.bin"), [0; 120]).unwrap();
    let mut proto = classifier();
    let mut tensor = weights("W", &[3, 10], 0);
    tensor.data_location = 1;
    let location = StringStringEntryProto { key: "location".into(), value: "./weights/w.bin".into() };
    tensor.external_data = vec![location];
    proto.graph.as_mut().unwrap().initializer = vec![tensor];
    let model = Model::open(&written(folder.path(), &proto)).unwrap();
    let card = card(&model);
    let paths: Vec<&str> = card.model.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["model.onnx", "weights/w.bin"]);
    for store in [Store::local(&folder.path().join("models")).unwrap(), Store::memory()] {
        let store = ModelStore::new(store, &folder.path().join("cache"));
        store.add(&name("a"), &card, &model, false).await.unwrap();
        let found = store.find(&name("a")).await.unwrap();
        for _ in 0..2 {
            let path = store.fetch(&found).await.unwrap();
            let options = EngineOptions { engine: EngineName::Rten, threads: 1, ..EngineOptions::default() };
            OpenModel::load(&path, found.card.clone(), &options).unwrap();
            // A damaged copy is fetched again; damage in the store itself is an error.
            if path.starts_with(folder.path().join("cache")) {
                std::fs::write(path.with_file_name("weights").join("w.bin"), [1; 120]).unwrap();
            }
        }
    }
}

#[test]
fn a_card_that_contradicts_the_model_or_itself_is_refused() {
    let (_store, _folder, model) = setup();
    let good = card(&model);
    let problem = |change: fn(&mut Card)| {
        let mut card = good.clone();
        change(&mut card);
        Card::from_json(&card.to_json().unwrap()).unwrap_err().to_string()
    };
    assert!(Card::from_json(&good.to_json().unwrap()).unwrap() == good);
    let labels = problem(|card| card.labels = Labels::Numbers { classes: 9 });
    assert!(labels.contains("the labels are 9 classes, the model's output 'logits' has 10"), "{labels}");
    let size = problem(|card| card.preprocessing.crop = Some([9, 8]));
    assert!(size.contains("gives 9 x 8 pixels") && size.contains("takes 8 x 8; set the size"), "{size}");
    let grey = problem(|card| card.preprocessing.values = Values::of(ValueMode::Lenet));
    assert!(grey.contains("gives one channel (grey)"), "{grey}");
    let files = problem(|card| card.model.files[0].path = "../model.onnx".into());
    assert!(files.contains("leads out of the model's folder"), "{files}");
    let hash = problem(|card| card.model.hash.0[0] ^= 1);
    assert!(hash.contains("list of files contradicts itself"), "{hash}");
}

#[test]
fn grey_models_get_pillows_grey() {
    let folder = tempfile::tempdir().unwrap();
    let mut proto = classifier();
    let graph = proto.graph.as_mut().unwrap();
    graph.input = vec![value("image", 1, &[0, 1, 2, 1])];
    graph.initializer = vec![weights("W", &[1, 10], 40)];
    let model = Model::open(&written(folder.path(), &proto)).unwrap();
    let preprocessing =
        Preprocessing { resize: hub_decode::ResizeTo::Both([2, 1]), ..preprocessing("lenet", &model) };
    let preparation = Preparation::new(&preprocessing, &model.signature().input).unwrap();
    // Red, and a grey that must stay what it is. Pillow: Image.new("RGB", (1, 1), (255, 0, 0)).convert("L") is 76.
    let (mut floats, mut bytes) = (Vec::new(), Vec::new());
    let images = preparation.images(&[255, 0, 0, 9, 9, 9], &mut floats, &mut bytes);
    let Pixels::F32(found) = images.pixels else { panic!("bytes") };
    let wanted = [76.0f32, 9.0].map(|grey| (grey / 255.0 - 0.1307) / 0.3081);
    assert_eq!((found, images.shape), (&wanted[..], [1, 1, 2, 1]));
}

#[test]
fn values_are_those_of_their_libraries() {
    let (_store, _folder, model) = setup();
    let png = hub_media::encode_png(&[10, 20, 30].repeat(64), 8, 8, 3).unwrap();
    let cases = [
        (
            ValueMode::Imagenet,
            [(10.0 / 255.0 - 0.485) / 0.229, (20.0 / 255.0 - 0.456) / 0.224, (30.0 / 255.0 - 0.406) / 0.225],
        ),
        (ValueMode::Inception, [10.0f32, 20.0, 30.0].map(|x| (x / 255.0 - 0.5) / 0.5)),
        (ValueMode::KerasCaffe, [30.0 - 103.939, 20.0 - 116.779, 10.0 - 123.68]),
        (ValueMode::KerasTf, [10.0f32, 20.0, 30.0].map(|x| x / 127.5 - 1.0)),
        (ValueMode::Unit, [10.0f32, 20.0, 30.0].map(|x| x / 255.0)),
        (ValueMode::Bytes, [10.0, 20.0, 30.0]),
    ];
    let mut decoder = ImageDecoder::new().unwrap();
    for (mode, wanted) in cases {
        let mut preprocessing = preprocessing("timm-squash", &model);
        preprocessing.values = Values::of(mode);
        let preparation = Preparation::new(&preprocessing, &model.signature().input).unwrap();
        let mut tensor = vec![0; preparation.image_bytes()];
        decoder.transform(&png, None, preparation.image_spec(), Draw::default(), &mut tensor).unwrap();
        let (mut floats, mut bytes) = (Vec::new(), Vec::new());
        let images = preparation.images(&tensor, &mut floats, &mut bytes);
        let Pixels::F32(found) = images.pixels else { panic!("bytes") };
        assert_eq!([found[0], found[64], found[128]], wanted, "{mode}");
    }
}

/// The digits of 7 × 5 pixels that a screen of segments would show, drawn as MNIST has them: white on black, 20 pixels high.
fn digit(segments: [&str; 7]) -> Vec<u8> {
    let mut pixels = vec![0u8; 28 * 28];
    for (row, line) in segments.iter().enumerate() {
        for (column, _) in line.chars().enumerate().filter(|(_, c)| *c == '#') {
            for (y, x) in (0..9).map(|k| (k / 3, k % 3)) {
                pixels[(4 + row * 3 + y - row / 4) * 28 + 6 + column * 3 + x] = 255;
            }
        }
    }
    hub_media::encode_png(&pixels, 28, 28, 1).unwrap()
}

#[tokio::test]
async fn the_model_that_comes_with_the_hub_reads_digits() {
    let folder = tempfile::tempdir().unwrap();
    let store = ModelStore::new(Store::local(&folder.path().join("models")).unwrap(), folder.path());
    let found = store.find(&name("lenet5")).await.unwrap();
    assert!(found.is_builtin && store.names().await.unwrap() == [name("lenet5")]);
    assert_eq!(found.card.to_json().unwrap(), include_bytes!("../../models/lenet5.json"));
    assert!(found.card.model.size_bytes() < 300_000);
    let path = store.fetch(&found).await.unwrap();
    let model = Model::open(&path).unwrap();
    assert_eq!(*model.signature(), found.card.signature);
    let options = EngineOptions { engine: EngineName::Rten, threads: 1, ..EngineOptions::default() };
    let mut open = OpenModel::load(&path, found.card, &options).unwrap();
    let one = digit(["..#..", ".##..", "..#..", "..#..", "..#..", "..#..", ".###."]);
    let seven = digit(["#####", "....#", "...#.", "...#.", "..#..", "..#..", "..#.."]);
    let zero = digit([".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."]);
    let images: Vec<bytes::Bytes> = [one, seven, zero, b"no image".to_vec()].map(Into::into).into();
    let predicted = crate::classify::classify(&mut open, &images, &[None; 4], 3).unwrap();
    let classes: Vec<_> = predicted.iter().map(|found| found.as_ref().ok().and_then(|p| p.class())).collect();
    assert_eq!(classes, [Some(1), Some(7), Some(0), None]);
    // Its name is taken, and it can't be removed.
    let problem = store.remove(&name("lenet5")).await.unwrap_err();
    assert!(matches!(problem, ModelStoreError::Builtin(_)));
    let (_, _folder, other) = setup();
    let problem = store.add(&name("lenet5"), &card(&other), &other, true).await.unwrap_err();
    assert!(matches!(problem, ModelStoreError::Builtin(_)));
}
