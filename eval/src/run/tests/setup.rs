//! Small data sets of images of one colour, and models that say the colour.

use std::collections::HashSet;
use std::path::Path;

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Snapshot, Store};
use hub_decode::{Filter, ResizeTo};
use hub_schema::{BranchName, Feature, FieldId, Schema};
use prost::Message;

use crate::engine::{Device, EngineName, EngineOptions};
use crate::inference::{Class, Columns, LabelMatch, Pipeline, Selection, choose};
use crate::model::{About, Card, Labels, OpenModel, Preprocessing, ResizeOrder, ValueMode, Values};
use crate::onnx::Model;
use crate::run::{
    CorruptPolicy, Evaluated, Evaluation, Finished, PART_TIME, RunData, RunEngine, RunModel, Wanted,
};
use crate::testing;

/// Classes in the order of the model; those of the data set are sorted otherwise.
pub const MODEL_CLASSES: [&str; 3] = ["red", "green", "blue"];
pub const LABELS: [&str; 4] = ["blue", "green", "red", "violet"];

/// An image of one colour: mostly that of its class, with some of the next.
pub fn png(class: usize, strength: u8) -> Vec<u8> {
    let mut pixel = [20; 3];
    pixel[class] = strength;
    hub_media::encode_png(&pixel.repeat(8 * 8), 8, 8, 3).unwrap()
}

/// Rows of (image, label): the images are right for their labels but for the last of each.
pub async fn dataset(store: Store, rows: &[(Vec<u8>, Option<i64>)]) -> Snapshot {
    let schema = Schema::new([("image", Feature::Image), ("label", Feature::labels(LABELS))]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    let dataset = Dataset::create(store).await.unwrap();
    for (number, part) in rows.chunks(50).enumerate() {
        let mut builder = FragmentBuilder::new(&schema, &ids, Some("test".to_owned())).unwrap();
        let values: Vec<Vec<Value>> = part
            .iter()
            .enumerate()
            .map(|(at, (image, label))| {
                let name = format!("{}.png", number * 50 + at);
                let media = Media { name, bytes: MediaBytes::Memory(image.clone().into()) };
                let value = |field: &hub_schema::Field| match field.name.as_str() {
                    "image" => Value::Media(media.clone()),
                    "label" => label.map_or(Value::Null, Value::Int),
                    // A fact of the image, which is found out.
                    _ => Value::Null,
                };
                schema.fields.iter().map(value).collect()
            })
            .collect();
        builder.row_group(&values).unwrap();
        let built = builder.finish().unwrap();
        let (fragment, _) = dataset.put_fragment(built, &HashSet::new()).await.unwrap();
        packed.fragments.push(fragment);
    }
    let author = Author::new("test", "");
    dataset.append(&BranchName::main(), &author, &packed).await.unwrap().snapshot().unwrap().clone()
}

/// `count` rows, of which every fifth has the wrong label.
pub fn rows(count: usize) -> Vec<(Vec<u8>, Option<i64>)> {
    let row = |n: usize| {
        let class = n % 3;
        // Model classes red, green, blue are the labels 2, 1, 0.
        let label = if n % 5 == 4 { (class + 1) % 3 } else { 2 - class };
        (png(class, 120 + (n % 100) as u8), Some(label as i64))
    };
    (0..count).map(row).collect()
}

pub fn local(folder: &Path) -> Store {
    Store::local(folder).unwrap()
}

/// A model that says the colour of an image: its mean, times a matrix.
pub fn model(folder: &Path, matrix: [f32; 9]) -> OpenModel {
    let mut proto = testing::classifier();
    let graph = proto.graph.as_mut().unwrap();
    graph.initializer = vec![testing::floats("W", &[3, 3], &matrix)];
    graph.output = vec![testing::value("logits", 1, &[0, 3])];
    let path = folder.join("model.onnx");
    std::fs::write(&path, proto.encode_to_vec()).unwrap();
    let preprocessing = Preprocessing {
        preset: None,
        resize: ResizeTo::Short(8),
        interpolation: Filter::Bilinear,
        resize_order: ResizeOrder::Horizontal,
        antialias: true,
        orient: false,
        crop: Some([8, 8]),
        values: Values::of(ValueMode::Unit),
    };
    let labels = Labels::Names {
        names: MODEL_CLASSES.iter().map(ToString::to_string).collect(),
        synsets: vec![None; 3],
    };
    let card = Card::new(&Model::open(&path).unwrap(), preprocessing, labels, About::default()).unwrap();
    let options = EngineOptions { engine: EngineName::Rten, library: None, device: Device::Cpu, threads: 1 };
    OpenModel::load(&path, card, &options).unwrap()
}

pub const COLOURS: [f32; 9] = [9.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 9.0];
/// The same, but red is never the best.
pub const COLOUR_BLIND: [f32; 9] = [-9.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 9.0];

pub fn classes(names: &[&str]) -> Vec<Class> {
    names.iter().map(|name| Class { name: (*name).to_owned(), synset: None }).collect()
}

pub async fn evaluation(snapshot: &Snapshot, model: &OpenModel, selection: &Selection) -> Evaluation {
    let columns = Columns::of(snapshot.schema(), None, None, None).unwrap();
    let labels = columns.label.clone().unwrap().classes;
    let matched = LabelMatch::new(&classes(&MODEL_CLASSES), &labels, false).unwrap();
    evaluation_of(snapshot, model, selection, columns, matched).await
}

pub async fn evaluation_of(
    snapshot: &Snapshot,
    model: &OpenModel,
    selection: &Selection,
    columns: Columns,
    matched: LabelMatch,
) -> Evaluation {
    let (of_model, labels) = (classes(&MODEL_CLASSES), columns.label.clone().unwrap().classes);
    let data = RunData {
        dataset: "colours".into(),
        split: selection.split.clone(),
        condition: selection.condition.clone(),
        view: None,
        limit: selection.limit,
        seed: selection.seed,
        until: None,
        image: columns.image.clone(),
        label: Some("label".into()),
        valid: None,
        boxes: None,
    };
    let model_of_run = RunModel {
        name: "colours".into(),
        hash: "0".repeat(64),
        card: model.card.hash().unwrap(),
        classes: 3,
    };
    Evaluation {
        pipeline: Pipeline {
            snapshot: snapshot.clone(),
            columns,
            preparation: model.preparation.clone(),
            labels: Some(matched),
            valid_classes: None,
            batch_size: 7,
            decoders: 2,
            keep: 3,
            cache: None,
        },
        chosen: choose(snapshot, selection).await.unwrap(),
        evaluated: Evaluated {
            data,
            model: model_of_run,
            preprocessing: serde_json::to_value(&model.card.preprocessing).unwrap(),
            exact: true,
            corrupt: CorruptPolicy::Skip,
            keep: 3,
            top: vec![1, 2],
        },
        engine: RunEngine {
            engine: model.classifier.engine(),
            threads: 1,
            batch_size: 7,
            hub: "0".into(),
            machine: "test".into(),
        },
        classes: of_model,
        labels,
        wanted: Wanted { top: vec![1, 2], keep: 3, ..Wanted::default() },
        valid: None,
        until: None,
        resume: false,
        keep_every: PART_TIME,
        record_as: Some(Author::new("ada", "")),
    }
}

pub async fn evaluated(snapshot: &Snapshot, model: OpenModel, selection: &Selection) -> Finished {
    let evaluation = evaluation(snapshot, &model, selection).await;
    evaluation.run(model.classifier, |_| {}).await.unwrap()
}
