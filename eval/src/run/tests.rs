//! Evaluations from end to end, on small data sets and models made here.

use std::collections::HashSet;
use std::path::Path;

use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Snapshot, Store, layout};
use hub_decode::{Filter, ResizeTo};
use hub_schema::{BranchName, Feature, FieldId, RunId, Schema};
use hub_wordnet::WordNet;
use prost::Message;

use super::record::{CorruptPolicy, Evaluated, RunData, RunEngine, RunModel};
use super::resume::{Parts, RunPlan};
use super::*;
use crate::engine::{Device, EngineName, EngineOptions};
use crate::inference::{Class, Columns, LabelMatch, Outcome, Pipeline, Selection, choose};
use crate::model::{About, Card, Labels, OpenModel, Preprocessing, ResizeOrder, ValueMode, Values};
use crate::onnx::Model;
use crate::score::Count;
use crate::testing;

/// Classes in the order of the model; those of the data set are sorted otherwise.
const MODEL_CLASSES: [&str; 3] = ["red", "green", "blue"];
const LABELS: [&str; 4] = ["blue", "green", "red", "violet"];

/// An image of one colour: mostly that of its class, with some of the next.
fn png(class: usize, strength: u8) -> Vec<u8> {
    let mut pixel = [20; 3];
    pixel[class] = strength;
    hub_media::encode_png(&pixel.repeat(8 * 8), 8, 8, 3).unwrap()
}

/// Rows of (image, label): the images are right for their labels but for the last of each.
async fn dataset(store: Store, rows: &[(Vec<u8>, Option<i64>)]) -> Snapshot {
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
fn rows(count: usize) -> Vec<(Vec<u8>, Option<i64>)> {
    let row = |n: usize| {
        let class = n % 3;
        // Model classes red, green, blue are the labels 2, 1, 0.
        let label = if n % 5 == 4 { (class + 1) % 3 } else { 2 - class };
        (png(class, 120 + (n % 100) as u8), Some(label as i64))
    };
    (0..count).map(row).collect()
}

fn local(folder: &Path) -> Store {
    Store::local(folder).unwrap()
}

/// A model that says the colour of an image: its mean, times a matrix.
fn model(folder: &Path, matrix: [f32; 9]) -> OpenModel {
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

const COLOURS: [f32; 9] = [9.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 9.0];
/// The same, but red is never the best.
const COLOUR_BLIND: [f32; 9] = [-9.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 9.0];

fn classes(names: &[&str]) -> Vec<Class> {
    names.iter().map(|name| Class { name: (*name).to_owned(), synset: None }).collect()
}

async fn evaluation(snapshot: &Snapshot, model: &OpenModel, selection: &Selection) -> Evaluation {
    let columns = Columns::of(snapshot.schema(), None, None, None).unwrap();
    let labels = columns.label.clone().unwrap().classes;
    let matched = LabelMatch::new(&classes(&MODEL_CLASSES), &labels, false).unwrap();
    evaluation_of(snapshot, model, selection, columns, matched).await
}

async fn evaluation_of(
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

async fn evaluated(snapshot: &Snapshot, model: OpenModel, selection: &Selection) -> Finished {
    let evaluation = evaluation(snapshot, &model, selection).await;
    evaluation.run(model.classifier, |_| {}).await.unwrap()
}

#[tokio::test]
async fn labels_are_matched_by_name_and_the_run_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(60)).await;
    let finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    assert_eq!(finished.not_stored, None);
    let scores = &finished.run.scores;
    // Every fifth label is wrong, but for those that are right by chance: blue (class 2) then has the label 0.
    let wrong =
        rows(60).iter().enumerate().filter(|(n, row)| row.1 != Some(2 - (*n % 3) as i64)).count() as u64;
    assert_eq!(scores.top(1).unwrap().right, 60 - wrong);
    assert_eq!((scores.samples, scores.top(1).unwrap().of), (60, 60));
    let space = scores.label_space.as_ref().unwrap();
    assert_eq!(space.unmapped, ["violet"]);
    let dataset = snapshot.dataset();
    let stored = find(dataset, "last").await.unwrap();
    assert_eq!(stored, finished.run);
    assert_eq!(find(dataset, "colours").await.unwrap(), stored);
    let mut samples = finished.samples.clone();
    samples.sort_by_key(|sample| sample.position);
    assert_eq!(predictions(dataset, &stored).await.unwrap(), samples);
    assert_eq!(stored.header.author, "ada");
    let summary = stored.summary().unwrap();
    assert_eq!(summary["top1_right"], 60 - wrong);
    assert!((summary["top1"].as_f64().unwrap() - (60 - wrong) as f64 / 60.0).abs() < 1e-12);
    // Nothing but the record and the predictions is left.
    let files = dataset.run_files().await.unwrap();
    assert_eq!(files.values().map(|run| run.files.len()).collect::<Vec<_>>(), [2]);
}

/// The same predictions whatever the size of batches and the number of threads, and whatever part is done when.
#[tokio::test]
async fn predictions_depend_neither_on_batches_nor_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(120)).await;
    let mut made = Vec::new();
    for (batch_size, decoders) in [(1, 1), (7, 3), (64, 2)] {
        let model = model(folder.path(), COLOURS);
        let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
        evaluation.pipeline.batch_size = batch_size;
        evaluation.pipeline.decoders = decoders;
        made.push(evaluation.run(model.classifier, |_| {}).await.unwrap().samples);
    }
    assert_eq!(made[0].len(), 120);
    assert!(made[0].iter().enumerate().all(|(at, sample)| sample.position == at as u64));
    assert!(made[0] == made[1] && made[1] == made[2]);
}

#[tokio::test]
async fn splits_conditions_and_limits_choose_rows() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(90)).await;
    let count = |selection: Selection| {
        let snapshot = snapshot.clone();
        async move { choose(&snapshot, &selection).await.map(|chosen| chosen.rows()).map_err(|e| e.to_string()) }
    };
    assert_eq!(count(Selection { split: Some("test".into()), ..Selection::default() }).await, Ok(90));
    let error = count(Selection { split: Some("val".into()), ..Selection::default() }).await.unwrap_err();
    assert_eq!(error, "no split 'val'; the splits are: test");
    let red = Selection { condition: Some("label = 'red'".into()), ..Selection::default() };
    assert_eq!(count(red.clone()).await, Ok(rows(90).iter().filter(|row| row.1 == Some(2)).count() as u64));
    let none =
        Selection { condition: Some("label = 'red' AND label = 'blue'".into()), ..Selection::default() };
    assert!(count(none).await.unwrap_err().contains("no rows to evaluate"));
    let limited = Selection { limit: Some(10), seed: 3, ..Selection::default() };
    let drawn = choose(&snapshot, &limited).await.unwrap();
    assert_eq!(drawn, choose(&snapshot, &limited).await.unwrap());
    assert_ne!(drawn, choose(&snapshot, &Selection { seed: 4, ..limited.clone() }).await.unwrap());
    assert!(drawn.rows() == 10 && drawn.blocks[0].is_sorted());
    // A larger sample holds the smaller one.
    let more = choose(&snapshot, &Selection { limit: Some(20), ..limited }).await.unwrap();
    assert!(drawn.blocks[0].iter().all(|position| more.blocks[0].contains(position)));
}

#[tokio::test]
async fn a_run_that_was_killed_continues() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(60)).await;
    let whole = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    snapshot.dataset().delete_run(&whole.run.header.id).await.unwrap();
    // What a run that was killed after 20 rows leaves.
    let model = model(folder.path(), COLOURS);
    let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
    let plan = RunPlan::new(snapshot.at().clone(), model.classifier.engine(), evaluation.evaluated.clone());
    let id = plan.id.clone();
    let json = serde_json::to_vec(&plan).unwrap();
    let part = |range: std::ops::Range<usize>| {
        let table = table::table(&whole.samples[range], &evaluation.classes, &evaluation.labels).unwrap();
        table::to_parquet(&table).unwrap()
    };
    let put = |file, bytes: bytes::Bytes| snapshot.dataset().put_run_file(&id, file, bytes);
    put(layout::RunFile::Plan, json.into()).await.unwrap();
    put(layout::RunFile::Part(0), part(0..14)).await.unwrap();
    put(layout::RunFile::Part(1), part(14..20)).await.unwrap();
    assert!(snapshot.dataset().runs().await.unwrap().is_empty());
    evaluation.resume = true;
    let seen = std::sync::Mutex::new(Vec::new());
    let finished =
        evaluation.run(model.classifier, |progress| seen.lock().unwrap().push(progress)).await.unwrap();
    let seen = seen.into_inner().unwrap();
    assert_eq!((seen[0].done, seen[0].resumed, seen[0].total), (20, 20, 60));
    assert_eq!(finished.samples, whole.samples);
    assert_eq!(finished.run.scores, whole.run.scores);
    assert_eq!(finished.run.header.id, id);
    assert_eq!(finished.run.header.predictions, whole.run.header.predictions);
    let files = snapshot.dataset().run_files().await.unwrap();
    assert_eq!(files[&id].files.len(), 2, "the plan and the parts are gone");
}

#[tokio::test]
async fn only_the_same_plan_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(9)).await;
    let model = model(folder.path(), COLOURS);
    let evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
    let plan = RunPlan::new(snapshot.at().clone(), "rten".into(), evaluation.evaluated.clone());
    let problem = Parts::resume(snapshot.dataset(), plan.clone(), PART_TIME).await.unwrap_err().to_string();
    assert!(problem.starts_with("there is no unfinished run"), "{problem}");
    let other = RunPlan { engine: "another".into(), ..plan.clone() };
    let json = serde_json::to_vec(&other).unwrap();
    snapshot.dataset().put_run_file(&other.id, layout::RunFile::Plan, json.into()).await.unwrap();
    let problem = Parts::resume(snapshot.dataset(), plan, PART_TIME).await.unwrap_err().to_string();
    assert!(problem.starts_with("none of the 1 unfinished runs"), "{problem}");
}

#[tokio::test]
async fn images_that_cannot_be_decoded_are_counted_by_policy() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = rows(12);
    broken[3].0 = b"no image".to_vec();
    broken[7].1 = None;
    let snapshot = dataset(local(&folder.path().join("set")), &broken).await;
    let run = async |policy| {
        let model = model(folder.path(), COLOURS);
        let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
        evaluation.evaluated.corrupt = policy;
        evaluation.wanted.corrupt_is_wrong = policy == CorruptPolicy::Wrong;
        evaluation.run(model.classifier, |_| {}).await
    };
    let skipped = run(CorruptPolicy::Skip).await.unwrap();
    let scores = &skipped.run.scores;
    assert_eq!(
        (scores.samples, scores.corrupt, scores.unlabelled, scores.top(1).unwrap().of),
        (12, 1, 1, 10)
    );
    assert!(matches!(skipped.samples[3].outcome, Outcome::Corrupt(_)));
    let wrong = run(CorruptPolicy::Wrong).await.unwrap();
    assert_eq!(wrong.run.scores.top(1).unwrap().of, 11);
    let problem = run(CorruptPolicy::Fail).await.unwrap_err().to_string();
    assert!(problem.starts_with("row 3 (3.png): ") && problem.ends_with("--corrupt skip"), "{problem}");
}

#[tokio::test]
async fn outputs_that_are_no_numbers_are_failures() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(9)).await;
    let nan = model(folder.path(), [f32::NAN; 9]);
    let evaluation = evaluation(&snapshot, &nan, &Selection::default()).await;
    let problem = evaluation.run(nan.classifier, |_| {}).await.unwrap_err().to_string();
    assert!(problem.starts_with("none of the model's outputs for 9 rows is a prediction"), "{problem}");
    assert!(snapshot.dataset().runs().await.unwrap().is_empty(), "nothing is stored");
}

#[tokio::test]
async fn until_stops_on_a_random_order() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(400)).await;
    let selection = Selection { is_random: true, seed: 1, ..Selection::default() };
    let mut done = Vec::new();
    for batch_size in [7, 50] {
        let model = model(folder.path(), COLOURS);
        let mut evaluation = evaluation(&snapshot, &model, &selection).await;
        evaluation.until = Some(0.045);
        evaluation.pipeline.batch_size = batch_size;
        let finished = evaluation.run(model.classifier, |_| {}).await.unwrap();
        let top = finished.run.scores.top(1).unwrap();
        assert!((top.high - top.low) / 2.0 <= 0.045);
        done.push(finished.samples.len());
    }
    assert_eq!(done, [256, 256], "two blocks, whatever the batches");
}

#[tokio::test]
async fn slices_and_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(60)).await;
    let good = model(folder.path(), COLOURS);
    let mut evaluation_of_good = evaluation(&snapshot, &good, &Selection::default()).await;
    let limits = hub_query::Limits::default();
    let red = hub_query::filter(&snapshot, "label = 'red'", None, &limits).await.unwrap();
    evaluation_of_good.wanted.slices = vec![("label = 'red'".into(), red.clone())];
    let first = evaluation_of_good.run(good.classifier, |_| {}).await.unwrap();
    let slice = &first.run.scores.slices[0];
    assert_eq!(slice.top1.of, red.len());
    assert_eq!(slice.rest.of, 60 - red.len());
    assert!(slice.interval.unwrap().low < slice.difference.unwrap());
    let blind = model(folder.path(), COLOUR_BLIND);
    let mut evaluation_of_blind = evaluation(&snapshot, &blind, &Selection::default()).await;
    evaluation_of_blind.evaluated.model.name = "blind".into();
    evaluation_of_blind.evaluated.model.hash = "1".repeat(64);
    let second = evaluation_of_blind.run(blind.classifier, |_| {}).await.unwrap();
    let pair = |finished: &Finished| (finished.run.clone(), finished.samples.clone());
    let found = compare((&first.run, &first.samples), (&second.run, &second.samples), Some(0.01)).unwrap();
    let red_right =
        first.samples.iter().filter(|s| s.is_right() == Some(true) && s.label == Some(2)).count() as u64;
    assert_eq!(
        (found.samples, found.paired.only_first, found.paired.both_right),
        (60, red_right, 48 + 4 - red_right)
    );
    assert!(found.differs && found.equivalent == Some(false));
    assert_eq!(found.flips.len() as u64, found.paired.only_first + found.paired.only_second);
    let boards = leaderboard(vec![pair(&second), pair(&first), pair(&first)]);
    assert_eq!(boards.len(), 1);
    let ranks: Vec<_> = boards[0].ranks.iter().map(|rank| (rank.rank, rank.model.as_str())).collect();
    assert_eq!(ranks, [(1, "colours"), (2, "blind")]);
    let none = compare((&first.run, &first.samples[..1]), (&second.run, &second.samples[1..]), None);
    assert!(none.unwrap_err().to_string().contains("no scored sample in common"));
}

#[tokio::test]
async fn the_fast_mode_states_how_often_it_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(30)).await;
    let model = model(folder.path(), COLOURS);
    let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
    evaluation.evaluated.exact = false;
    evaluation.pipeline.preparation = evaluation.pipeline.preparation.clone().with_exact(false);
    let finished = evaluation.run(model.classifier, |_| {}).await.unwrap();
    assert_eq!(finished.run.same_as_exact, Some(Count { right: 30, of: 30 }.into()));
}

#[tokio::test]
async fn the_report_stands_alone_and_escapes_names() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(30)).await;
    let mut finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    finished.run.evaluated.model.name = "<script>alert(1)</script>".into();
    let columns = Columns::of(snapshot.schema(), None, None, None).unwrap();
    let wrong = mistakes(&finished.samples, 4);
    assert!(!wrong.is_empty() && wrong.iter().all(|sample| sample.is_right() == Some(false)));
    let shown = pictures(&snapshot, &columns, &wrong).await.unwrap();
    assert!(
        shown
            .iter()
            .all(|picture| picture.png.as_ref().is_some_and(|png| png.starts_with("data:image/png;base64,")))
    );
    let page =
        report(&finished.run, &finished.samples, &shown, (&classes(&MODEL_CLASSES), &classes(&LABELS)));
    assert!(page.contains("<svg") && page.contains("Most confident mistakes") && !page.contains("<script"));
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing is loaded from elsewhere");
}

#[tokio::test]
async fn mlflow_finds_experiment_run_and_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(30)).await;
    let finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    let out = folder.path().join("mlruns");
    let root = export_mlflow(&finished.run, &out).unwrap();
    let experiment = std::fs::read_to_string(root.parent().unwrap().join("meta.yaml")).unwrap();
    assert!(experiment.contains("name: 'colours'") && experiment.contains("lifecycle_stage: active"));
    let run = std::fs::read_to_string(root.join("meta.yaml")).unwrap();
    assert!(run.contains("status: 3") && run.contains("run_name: 'colours "));
    let metric = std::fs::read_to_string(root.join("metrics/top1")).unwrap();
    let words: Vec<&str> = metric.split_whitespace().collect();
    assert_eq!(words[1].parse::<f64>().unwrap(), finished.run.scores.top(1).unwrap().fraction.unwrap());
    assert_eq!(std::fs::read_to_string(root.join("params/model")).unwrap(), "colours");
    // Addresses are absolute, also where the folder is not.
    assert!(run.contains("artifact_uri: 'file:///") && root.is_absolute(), "{run}");
}

#[tokio::test]
async fn an_explanation_names_what_another_tensor_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = model(folder.path(), COLOURS);
    // Twice as wide as high, with an edge, so that squashing and cropping differ.
    let pixels: Vec<u8> =
        (0..16 * 32).flat_map(|at| if at % 32 < 9 { [250, 10, 10] } else { [10, 10, 200] }).collect();
    let image = hub_media::encode_png(&pixels, 32, 16, 3).unwrap();
    let found = explain(&image, &mut model, None).unwrap();
    assert_eq!((found.decoded_size, found.tensor_size), ([32, 16], [8, 8]));
    assert_eq!(found.top[0].name, "blue");
    let squashed = found.variants.iter().find(|variant| variant.change.contains("squashed")).unwrap();
    assert!(squashed.mean_distance > 1.0);
    let again = explain(&image, &mut model, Some(&squashed.tensor_sha256)).unwrap();
    assert!(again.matches.unwrap().contains("squashed"));
    let same = explain(&image, &mut model, Some(&found.tensor_sha256)).unwrap();
    assert!(same.matches.unwrap().starts_with("the same tensor"));
    let swapped = found.variants.iter().find(|variant| variant.change.contains("BGR")).unwrap();
    assert_eq!(swapped.top1.name, "red");
}

/// Each kind of difference is named, alone and two at a time, from hashes and from logits.
#[tokio::test]
async fn the_likely_cause_of_a_difference_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut here = model(folder.path(), COLOURS);
    let pixels: Vec<u8> =
        (0..16 * 32u32).flat_map(|at| [(at * 7 % 256) as u8, (at % 32 * 8) as u8, (at / 2) as u8]).collect();
    let image = hub_media::encode_png(&pixels, 32, 16, 3).unwrap();
    let own = explain(&image, &mut here, None).unwrap();
    let variant = |name: &str| own.variants.iter().find(|variant| variant.change.contains(name)).unwrap();
    let mut cause = |told: Told| against(&image, &mut here, Other::Told(told)).unwrap();
    let of_tensor = |hash: &str| Told { tensor_sha256: Some(hash.to_owned()), ..Told::default() };
    let same = cause(Told {
        file_sha256: Some(own.file_sha256.to_uppercase()),
        decoded_sha256: Some(own.decoded_sha256.clone()),
        tensor_sha256: Some(own.tensor_sha256.clone()),
        first_logits: own.first_logits.clone(),
    });
    assert_eq!(same.cause, "none: what is known of the other is the same");
    assert_eq!([same.file, same.decoded, same.tensor, same.logits], [Verdict::Same; 4]);
    for name in ["squashed", "no antialiasing", "bicubic"] {
        assert!(cause(of_tensor(&variant(name).tensor_sha256)).cause.contains(name), "{name}");
    }
    let found = cause(Told { first_logits: variant("BGR").first_logits.clone(), ..Told::default() });
    assert!(found.cause.contains("BGR") && found.logits == Verdict::Differs, "{}", found.cause);
    // Swapping channels doesn't show in the tensor before values are scaled, so it is told by the logits.
    let scaled =
        Told { first_logits: variant("'inception'").first_logits.clone(), ..of_tensor(&own.tensor_sha256) };
    assert_eq!(cause(scaled).cause, "the values 'inception'");
    let swapped: Vec<u8> = pixels.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*b, *g, *r]).collect();
    let hash = |bytes: &[u8]| -> String {
        use sha2::Digest as _;
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let decoded = |bytes: &[u8]| Told { decoded_sha256: Some(hash(bytes)), ..Told::default() };
    assert!(cause(decoded(&swapped)).cause.contains("the order BGR"));
    let planes: Vec<u8> = (0..3).flat_map(|c| pixels.iter().skip(c).step_by(3).copied()).collect();
    assert!(cause(decoded(&planes)).cause.contains("channels x height x width"));
    assert!(cause(decoded(b"other")).cause.starts_with("another decoder"));
    assert!(cause(of_tensor("00")).cause.starts_with("no common mistake gives that tensor"));
    assert!(
        cause(Told { file_sha256: Some("00".into()), ..Told::default() }).cause.starts_with("another file")
    );
    assert!(cause(Told::default()).cause.starts_with("nothing is known"));
}

#[tokio::test]
async fn settings_that_differ_are_listed_with_what_each_changes() {
    let folder = tempfile::tempdir().unwrap();
    let mut here = model(folder.path(), COLOURS);
    let pixels: Vec<u8> =
        (0..16 * 32u32).flat_map(|at| [(at * 7 % 256) as u8, (at % 32 * 8) as u8, 20]).collect();
    let image = hub_media::encode_png(&pixels, 32, 16, 3).unwrap();
    let card = here.card.preprocessing.clone();
    let values = crate::model::Values { channels: crate::model::Channels::Bgr, ..card.values };
    let other = crate::model::Preprocessing { antialias: false, values, ..card.clone() };
    let found = against(&image, &mut here, Other::Preprocessing(Box::new(other))).unwrap();
    let names: Vec<&str> = found.differences.iter().map(|one| one.setting.as_str()).collect();
    assert_eq!(names, ["channels", "antialiasing"], "what changes most first");
    assert!(found.differences.iter().all(|one| one.logit_distance.is_some_and(|distance| distance > 0.0)));
    assert!(found.cause.starts_with("channels (RGB here, BGR there), antialiasing ("), "{}", found.cause);
    assert_eq!((found.decoded, found.tensor), (Verdict::Same, Verdict::Differs));
    let twin = model(folder.path(), COLOURS);
    let found = against(&image, &mut here, Other::Model(Box::new(twin))).unwrap();
    assert_eq!(found.cause, "none: what is known of the other is the same");
}

#[tokio::test]
async fn runs_are_removed_swept_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("set");
    let snapshot = dataset(local(&root), &rows(12)).await;
    let finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    let (dataset, id) = (snapshot.dataset(), finished.run.header.id.clone());
    let unfinished = RunId::draw(chrono::Utc::now());
    dataset.put_run_file(&unfinished, layout::RunFile::Plan, "{}".into()).await.unwrap();
    let swept = dataset.gc(std::time::Duration::ZERO, false).await.unwrap();
    assert_eq!(swept.files, 1, "only the unfinished run");
    assert_eq!(dataset.runs().await.unwrap(), std::slice::from_ref(&id));
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| {}).await.unwrap();
    assert!(report.is_clean() && report.runs == 1, "{report:?}");
    let file = root.join(layout::run(&id, layout::RunFile::Predictions));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| {}).await.unwrap();
    assert_eq!(report.damage[0].path, layout::run(&id, layout::RunFile::Predictions));
    assert!(report.damage[0].problem.contains("BLAKE3"));
    assert!(predictions(dataset, &finished.run).await.is_err());
    assert!(dataset.delete_run(&id).await.unwrap() && !dataset.delete_run(&id).await.unwrap());
    let second = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    assert_eq!(second.not_stored, None);
    hub_dataset::ops::remove::remove(&local(&root)).await.unwrap();
    assert!(!root.exists(), "the runs go with the data set");
}

/// An ImageNet model meets labels above its classes.
#[test]
fn coarse_labels_have_three_accuracies_and_no_distances() {
    let id = |name: &str| WordNet::get().resolve(name).ok();
    let class = |name: &str| Class { name: name.to_owned(), synset: id(name) };
    let of_model = [class("poodle.n.01"), class("beagle.n.01"), class("tabby.n.01")];
    let labels = [class("dog.n.01"), class("cat.n.01"), class("deer.n.01")];
    let matched = LabelMatch::new(&of_model, &labels, false).unwrap();
    let sample = |label: usize, probabilities: [f32; 3]| {
        let right = matched.space.classes_of(label);
        let (prediction, all) = crate::score::Prediction::among(right, &probabilities, true, 3).unwrap();
        let judgement = matched.space.judge(label, &all);
        crate::inference::SamplePrediction {
            row_id: 0,
            position: 0,
            item: None,
            name: None,
            label: Some(label),
            valid: None,
            outcome: Outcome::Predicted { prediction, judgement },
        }
    };
    // A dog whose two kinds together are more probable than the cat.
    let samples = [sample(0, [0.3, 0.3, 0.4]), sample(1, [0.1, 0.2, 0.7]), sample(2, [0.3, 0.3, 0.4])];
    let wanted = Wanted { top: vec![1], keep: 3, roots: vec![id("dog.n.01").unwrap()], ..Wanted::default() };
    let scores = Scores::of(&samples, &of_model, &labels, Some(&matched), &wanted);
    let space = scores.label_space.as_ref().unwrap();
    assert_eq!(
        (space.plain.right, space.restrict.right, space.restrict_sum.right, space.plain.of),
        (1, 1, 2, 2)
    );
    assert_eq!((scores.unreachable, space.unreachable.as_slice()), (1, &["deer.n.01".to_owned()][..]));
    assert_eq!(scores.top(1).unwrap().right, 1);
    assert!(scores.hierarchy.is_empty() && scores.hierarchy_note.is_some() && scores.brier.is_none());
    let classes = scores.classes.as_ref().unwrap();
    assert!(!classes.are_model_classes && classes.rows[0].score.recall == 1.0);
    assert_eq!(scores.subtrees[0].top1, Count { right: 0, of: 1 });
}

/// Each box is a sample; a crowd and a box that is too small are none, and a row without boxes has none.
#[tokio::test]
async fn boxes_are_samples() {
    let folder = tempfile::tempdir().unwrap();
    let object = Feature::structure([
        ("bbox", Feature::Bbox),
        ("category", Feature::labels(LABELS)),
        ("iscrowd", Feature::Bool),
    ]);
    let schema = Schema::new([("image", Feature::Image), ("objects", Feature::list(object))]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    // The left half is red, the right half blue.
    let pixels: Vec<u8> =
        (0..40 * 80).flat_map(|at| if at % 80 < 40 { [200, 0, 0] } else { [0, 0, 200] }).collect();
    let png = hub_media::encode_png(&pixels, 80, 40, 3).unwrap();
    let boxed = |bbox: [f64; 4], label: i64, crowd: bool| {
        Value::Struct(vec![Value::bbox(bbox), Value::Int(label), Value::Bool(crowd)])
    };
    let (left, right) = ([0.0, 0.0, 40.0, 40.0], [40.0, 0.0, 40.0, 40.0]);
    let objects = [
        vec![boxed(left, 2, true), boxed(left, 2, false), boxed(right, 2, false)],
        Vec::new(),
        vec![boxed([0.0, 0.0, 20.0, 40.0], 2, false), boxed(right, 0, false)],
    ];
    let rows: Vec<Vec<Value>> = objects
        .into_iter()
        .enumerate()
        .map(|(number, objects)| {
            let bytes = MediaBytes::Memory(png.clone().into());
            let media = Media { name: format!("{number}.png"), bytes };
            let value = |field: &hub_schema::Field| match field.name.as_str() {
                "image" => Value::Media(media.clone()),
                "objects" => Value::List(objects.clone()),
                _ => Value::Null,
            };
            schema.fields.iter().map(value).collect()
        })
        .collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    builder.row_group(&rows).unwrap();
    let dataset = Dataset::create(local(&folder.path().join("set"))).await.unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    let packed = PackedRows { schema: schema.clone(), fragments: vec![fragment], ..PackedRows::default() };
    let appended = dataset.append(&BranchName::main(), &Author::new("test", ""), &packed).await.unwrap();
    let snapshot = appended.snapshot().unwrap().clone();
    let model = model(folder.path(), COLOURS);
    let columns = Columns::of(&schema, None, None, None).unwrap().with_boxes(&schema, "objects").unwrap();
    assert!(Columns::of(&schema, None, None, None).unwrap().with_boxes(&schema, "image").is_err());
    let labels = columns.label.clone().unwrap().classes;
    let matched = LabelMatch::new(&classes(&MODEL_CLASSES), &labels, false).unwrap();
    let mut evaluation = evaluation_of(&snapshot, &model, &Selection::default(), columns, matched).await;
    evaluation.pipeline.batch_size = 2;
    let finished = evaluation.run(model.classifier, |_| {}).await.unwrap();
    let found: Vec<_> = finished.samples.iter().map(|s| (s.position, s.item, s.is_right())).collect();
    assert_eq!(found, [(0, Some(1), Some(true)), (0, Some(2), Some(false)), (2, Some(1), Some(true))]);
    let stored = predictions(&dataset, &finished.run).await.unwrap();
    assert_eq!(stored, finished.samples);
}
