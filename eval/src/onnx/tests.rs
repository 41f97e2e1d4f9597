//! Files that must be refused before an engine sees them, and unusual ones that must not be.

use std::path::PathBuf;

use prost::Message;
use tempfile::TempDir;

use super::messages::*;
use super::*;
use crate::testing::{classifier, node, value, weights};

fn changed(change: impl FnOnce(&mut GraphProto)) -> ModelProto {
    let mut model = classifier();
    change(model.graph.as_mut().unwrap());
    model
}

fn written(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn open(model: &ModelProto) -> Result<Model, ModelError> {
    let (_folder, path) = written(&model.encode_to_vec());
    Model::open(&path)
}

/// The problem of a file, without its path.
fn problem(bytes: &[u8]) -> String {
    let (_folder, path) = written(bytes);
    match Model::open(&path).unwrap_err() {
        ModelError::Refused { problem, .. } => problem,
        other => panic!("{other}"),
    }
}

#[test]
fn a_classifier_is_understood() {
    let model = open(&classifier()).unwrap();
    let Signature { input, output, unused_outputs } = model.signature();
    assert_eq!((input.layout, input.batch, input.element), (Layout::Nchw, Batch::Any, Element::F32));
    assert_eq!((input.channels, input.height, input.width), (Some(3), Some(8), Some(8)));
    assert_eq!((output.name.as_str(), output.classes, output.is_probability), ("logits", Some(10), false));
    assert!(unused_outputs.is_empty());
}

#[test]
fn files_that_are_no_models() {
    assert_eq!(problem(b""), "the file is empty; expected an ONNX model");
    assert!(problem(&[0; 900]).starts_with("not a whole ONNX file"));
    let whole = classifier().encode_to_vec();
    assert!(problem(&whole[..whole.len() - 20]).starts_with("not a whole ONNX file"));
    assert!(problem(&ModelProto::default().encode_to_vec()).contains("empty"));
    let nothing = ModelProto { ir_version: 8, ..ModelProto::default() };
    assert_eq!(problem(&nothing.encode_to_vec()), "not an ONNX model: it has no graph");
}

#[test]
fn every_byte_that_is_cut_is_noticed_and_none_panics() {
    let whole = classifier().encode_to_vec();
    for end in 0..whole.len() {
        let (_folder, path) = written(&whole[..end]);
        // A cut between two messages may leave a smaller model; it must not panic.
        let _ = Model::open(&path);
    }
}

#[test]
fn shapes_that_the_file_does_not_hold() {
    let with = |dims: &[i64], bytes| {
        problem(&changed(|graph| graph.initializer = vec![weights("W", dims, bytes)]).encode_to_vec())
    };
    assert_eq!(with(&[3, 10], 114), "initialiser W: its shape [3, 10] needs 120 bytes, the file has 114");
    assert_eq!(with(&[-10, 3], 120), "initialiser W: its shape [-10, 3] has the negative dimension -10");
    assert!(with(&[1 << 31, 1 << 31], 120).contains("needs more bytes than there can be"));
    assert!(with(&[1 << 40], 120).contains("needs 4398046511104 bytes"));
}

#[test]
fn external_data_stays_beside_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("models");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(folder.path().join("outside.bin"), [0; 200]).unwrap();
    std::fs::write(inside.join("weights.bin"), [0; 130]).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../outside.bin", inside.join("link.bin")).unwrap();
    let open = |location: &str, offset: &str| {
        let entry = |key: &str, value: &str| StringStringEntryProto { key: key.into(), value: value.into() };
        let model = changed(|graph| {
            graph.initializer[0].raw_data = Default::default();
            graph.initializer[0].data_location = 1;
            graph.initializer[0].external_data = vec![entry("location", location), entry("offset", offset)];
        });
        let path = inside.join("model.onnx");
        std::fs::write(&path, model.encode_to_vec()).unwrap();
        Model::open(&path).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(open("weights.bin", "0"), Ok(()));
    assert_eq!(open("./weights.bin", "10"), Ok(()));
    for (location, wanted) in [
        ("../outside.bin", "outside of the model's own folder"),
        ("/etc/hostname", "outside of the model's own folder"),
        ("sub/../../outside.bin", "outside of the model's own folder"),
        #[cfg(unix)]
        ("link.bin", "outside of the model's own folder"),
        ("nosuch.bin", "'nosuch.bin' beside the model, which isn't there"),
    ] {
        let error = open(location, "0").unwrap_err();
        assert!(error.contains("initialiser W") && error.contains(wanted), "{error}");
    }
    assert!(open("weights.bin", "11").unwrap_err().contains("needs 120 bytes; 'weights.bin' has 130"));
    assert!(open("weights.bin", "many").unwrap_err().contains("the offset 'many'"));
}

#[test]
fn external_data_is_found_wherever_a_tensor_can_be() {
    let mut tensor = weights("hidden", &[1], 0);
    let entry = StringStringEntryProto { key: "location".into(), value: "../outside.bin".into() };
    (tensor.data_location, tensor.external_data) = (1, vec![entry]);
    let sparse = || SparseTensorProto { values: Some(tensor.clone()), ..SparseTensorProto::default() };
    let attribute = |attribute: AttributeProto| {
        let mut constant = node("Constant", &[], "constant");
        constant.attribute = vec![AttributeProto { name: "value".into(), ..attribute }];
        constant
    };
    let inner = GraphProto { initializer: vec![tensor.clone()], ..GraphProto::default() };
    let nodes = [
        attribute(AttributeProto { t: Some(Box::new(tensor.clone())), ..AttributeProto::default() }),
        attribute(AttributeProto { tensors: vec![tensor.clone()], ..AttributeProto::default() }),
        attribute(AttributeProto { sparse_tensor: Some(Box::new(sparse())), ..AttributeProto::default() }),
        attribute(AttributeProto { g: Some(Box::new(inner)), ..AttributeProto::default() }),
    ];
    let mut models: Vec<ModelProto> =
        nodes.iter().map(|node| changed(|graph| graph.node.push(node.clone()))).collect();
    models.push(changed(|graph| graph.sparse_initializer = vec![sparse()]));
    let mut with_function = classifier();
    with_function.functions =
        vec![FunctionProto { node: vec![nodes[0].clone()], ..FunctionProto::default() }];
    models.push(with_function);
    for (number, model) in models.iter().enumerate() {
        let error = problem(&model.encode_to_vec());
        assert!(error.contains("outside of the model's own folder"), "{number}: {error}");
    }
}

#[test]
fn graphs_that_cannot_run() {
    let cycle = changed(|graph| graph.node[0].input = vec!["logits".into()]);
    assert!(problem(&cycle.encode_to_vec()).starts_with("the graph has a cycle"));
    let nowhere = changed(|graph| graph.node[0].input = vec!["nowhere".into()]);
    assert_eq!(
        problem(&nowhere.encode_to_vec()),
        "a node GlobalAveragePool needs 'nowhere', which nothing gives"
    );
    let unknown = changed(|graph| {
        graph.node[1].domain = "com.example".into();
        graph.node[1].op_type = "Frobnicate".into();
    });
    assert!(problem(&unknown.encode_to_vec()).starts_with("unknown operator com.example.Frobnicate"));
    let mut newer = classifier();
    newer.opset_import[0].version = 999;
    assert!(problem(&newer.encode_to_vec()).contains("version 999 of ONNX's operators, the newest known is"));
}

#[test]
fn nested_graphs_have_a_limit() {
    let nested = |levels: usize| {
        let mut inner = GraphProto { node: vec![node("Identity", &["image"], "x")], ..GraphProto::default() };
        inner.output = vec![value("x", 1, &[])];
        for _ in 0..levels {
            let mut branch = node("If", &["image"], "x");
            branch.attribute = vec![AttributeProto { g: Some(Box::new(inner)), ..AttributeProto::default() }];
            inner =
                GraphProto { node: vec![branch], output: vec![value("x", 1, &[])], ..GraphProto::default() };
        }
        changed(|graph| graph.node.extend(inner.node))
    };
    assert!(open(&nested(3)).is_ok());
    assert!(problem(&nested(20).encode_to_vec()).contains("nested too deeply"));
    assert!(problem(&nested(200).encode_to_vec()).contains("nested too deeply"), "beyond the parser's limit");
}

#[test]
fn inputs_and_outputs_of_all_kinds() {
    let signature = |change: &dyn Fn(&mut GraphProto)| open(&changed(change)).unwrap().signature().clone();
    let refused = |change: &dyn Fn(&mut GraphProto)| problem(&changed(change).encode_to_vec());
    let input = |dims: &'static [i64], element| {
        signature(&move |graph: &mut GraphProto| graph.input = vec![value("image", element, dims)]).input
    };
    assert_eq!(input(&[0, 8, 8, 3], 1).layout, Layout::Nhwc);
    assert_eq!(input(&[4, 3, 8, 8], 1).batch, Batch::Fixed(4));
    assert_eq!(input(&[0, 3, 8, 8], 2).element, Element::U8);
    assert_eq!(
        input(&[0, 1, 0, 0], 10),
        Input {
            name: "image".into(),
            element: Element::F16,
            layout: Layout::Nchw,
            batch: Batch::Any,
            channels: Some(1),
            height: None,
            width: None,
        }
    );
    // Old exporters list the weights among the inputs.
    assert_eq!(signature(&|graph| graph.input.push(value("W", 1, &[3, 10]))).input.name, "image");
    assert!(
        refused(&|graph| graph.input.push(value("mask", 1, &[0, 8]))).ends_with("found 2: 'image', 'mask'")
    );
    assert!(refused(&|graph| graph.input = vec![value("image", 8, &[0, 3, 8, 8])]).contains("takes strings"));
    assert_eq!(
        signature(&|graph| graph.output = vec![value("logits", 1, &[0, 10, 1, 1])]).output.classes,
        Some(10)
    );
    let classes = refused(&|graph| graph.output = vec![value("logits", 7, &[0])]);
    assert_eq!(classes, "output 'logits' gives class indices (int64); scores are needed");
    let two = |graph: &mut GraphProto| graph.output.insert(0, value("pooled", 7, &[0]));
    let found = signature(&two);
    assert_eq!((found.output.name.as_str(), found.unused_outputs), ("logits", vec!["pooled".to_owned()]));
    let softmax = signature(&|graph| {
        graph.node.push(node("Softmax", &["logits"], "p"));
        graph.output = vec![value("p", 1, &[0, 10])];
    });
    assert!(softmax.output.is_probability);
}

#[test]
fn the_output_can_be_chosen() {
    let (_folder, path) =
        written(&changed(|graph| graph.output.push(value("flat", 1, &[0, 3]))).encode_to_vec());
    assert_eq!(Model::open_for(&path, Some("flat")).unwrap().signature().output.classes, Some(3));
    let error = Model::open_for(&path, Some("nosuch")).unwrap_err().to_string();
    assert!(error.ends_with("it has no output 'nosuch'; its outputs are 'logits', 'flat'"), "{error}");
}
