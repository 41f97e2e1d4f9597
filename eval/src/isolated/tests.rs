//! Models in processes of their own. The process is the program of the tests, which runs the test `process`.

use std::path::Path;
use std::time::Duration;

use prost::Message;

use super::*;
use crate::engine::{Engine, EngineName, EngineOptions, Images, Pixels, Rten};
use crate::onnx::messages::{AttributeProto, GraphProto, NodeProto};
use crate::onnx::{Model, ModelProto};
use crate::testing::{classifier, floats, node, scalar, value};

/// Not a test: the process that the others start.
#[test]
#[ignore = "started by the other tests"]
fn process() {
    run_worker();
}

fn isolation() -> Isolation {
    let arguments = ["--exact", "isolated::tests::process", "--nocapture", "--ignored"];
    let arguments = arguments.iter().map(Into::into).collect();
    Isolation { arguments, ..Isolation::of_this_program(0) }
}

fn options() -> EngineOptions {
    EngineOptions { engine: EngineName::Rten, threads: 1, ..EngineOptions::default() }
}

fn opened(folder: &Path, proto: &ModelProto) -> Model {
    let path = folder.join("model.onnx");
    std::fs::write(&path, proto.encode_to_vec()).unwrap();
    Model::open(&path).unwrap()
}

/// The classifier of means, with what makes its logits of the pooled pixels replaced.
fn changed(change: impl FnOnce(&mut GraphProto)) -> ModelProto {
    let mut proto = classifier();
    change(proto.graph.as_mut().unwrap());
    proto
}

#[test]
fn scores_are_those_of_the_engine_itself() {
    let folder = tempfile::tempdir().unwrap();
    let weights: Vec<f32> = (0..30).map(|k| k as f32).collect();
    let model =
        opened(folder.path(), &changed(|graph| graph.initializer = vec![floats("W", &[3, 10], &weights)]));
    let pixels: Vec<f32> = (0..2 * 3 * 64).map(|k| k as f32 / 100.0).collect();
    let batch = Images { pixels: Pixels::F32(&pixels), shape: [2, 3, 8, 8] };
    let mut isolated = IsolatedEngine::start(&model, &options(), isolation()).unwrap();
    let wanted = Rten::load(&model, 1).unwrap().run(batch).unwrap();
    for _ in 0..2 {
        assert_eq!(isolated.run(batch).unwrap(), wanted);
    }
    assert_eq!(isolated.describe(), Rten::load(&model, 1).unwrap().describe());
    // An engine's error doesn't end the process.
    let wrong = Images { pixels: Pixels::F32(&pixels[..3]), shape: [1, 3, 1, 1] };
    let _ = isolated.run(wrong);
    assert_eq!(isolated.run(batch).unwrap(), wanted);
}

#[test]
fn a_trial_gives_the_number_of_classes() {
    let folder = tempfile::tempdir().unwrap();
    let (classes, engine) =
        trial(&opened(folder.path(), &classifier()), [8, 8], &options(), isolation()).unwrap();
    assert_eq!((classes, engine.starts_with("rten")), (10, true));
}

/// `ConstantOfShape` of 4 × 10^10 floats, added to the logits.
fn memory_bomb() -> ModelProto {
    changed(|graph| {
        graph.initializer.push(crate::testing::integers("huge", &[4000, 1000, 1000, 10]));
        graph.node.push(node("ConstantOfShape", &["huge"], "zeros"));
        graph.node.push(node("ReduceSum", &["zeros"], "zero"));
        graph.node.push(node("Add", &["logits", "zero"], "sum"));
        graph.output = vec![value("sum", 1, &[0, 10])];
    })
}

/// A loop of 2^62 rounds that keeps its condition true.
fn endless_loop() -> ModelProto {
    let body = GraphProto {
        node: vec![node("Identity", &["go_on"], "still"), node("Identity", &["carried"], "next")],
        input: vec![value("round", 7, &[]), value("go_on", 9, &[]), value("carried", 1, &[0, 10])],
        output: vec![value("still", 9, &[]), value("next", 1, &[0, 10])],
        ..GraphProto::default()
    };
    changed(|graph| {
        graph.initializer.push(scalar("rounds", 7, &(1i64 << 62).to_le_bytes()));
        graph.initializer.push(scalar("true", 9, &[1]));
        let attribute = AttributeProto {
            name: "body".into(),
            g: Some(Box::new(body)),
            r#type: 5,
            ..AttributeProto::default()
        };
        let attribute = vec![attribute];
        graph.node.push(NodeProto { attribute, ..node("Loop", &["rounds", "true", "logits"], "looped") });
        graph.output = vec![value("looped", 1, &[0, 10])];
    })
}

#[test]
fn a_graph_that_needs_too_much_memory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let isolation = Isolation { memory_bytes: 512 << 20, ..isolation() };
    let error = trial(&opened(folder.path(), &memory_bomb()), [8, 8], &options(), isolation).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("more memory than the 0.5 GB that it may have"), "{error}");
}

#[test]
fn a_graph_that_does_not_end_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let isolation = Isolation { time: Duration::from_secs(3), ..isolation() };
    let error = trial(&opened(folder.path(), &endless_loop()), [8, 8], &options(), isolation).unwrap_err();
    assert!(error.to_string().contains("wasn't done after"), "{error}");
}

#[test]
fn a_program_that_is_not_there_or_says_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let model = opened(folder.path(), &classifier());
    for program in ["/nowhere/hub", "/bin/true"] {
        let isolation = Isolation { program: program.into(), ..isolation() };
        let error = trial(&model, [8, 8], &options(), isolation).unwrap_err().to_string();
        assert!(error.contains("can't be started") || error.contains("without an answer"), "{error}");
    }
}
