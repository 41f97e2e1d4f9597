//! Both engines on small models whose scores are computed here. ONNX Runtime takes part where it is installed
//! (`ORT_DYLIB_PATH`, or in the active Python).

use bytes::Bytes;
use half::f16;
use prost::Message;

use super::*;
use crate::onnx::messages::{AttributeProto, GraphProto, StringStringEntryProto};
use crate::onnx::{Model, ModelProto};
use crate::testing::{classifier, floats, node, value};

const CLASSES: usize = 10;

/// The classifier of means, with weights `c + k / 10` for channel `c` and class `k`.
fn model() -> ModelProto {
    let mut model = classifier();
    let weights: Vec<f32> = (0..3).flat_map(|c| (0..10).map(move |k| c as f32 + k as f32 / 10.0)).collect();
    model.graph.as_mut().unwrap().initializer = vec![floats("W", &[3, 10], &weights)];
    model
}

fn changed(change: impl FnOnce(&mut GraphProto)) -> ModelProto {
    let mut model = model();
    change(model.graph.as_mut().unwrap());
    model
}

/// `count` images of 3 × 8 × 8, each channel of its own value.
fn images(count: usize) -> Vec<f32> {
    (0..count).flat_map(|n| (0..3).flat_map(move |c| vec![n as f32 + c as f32 / 4.0; 64])).collect()
}

/// What [`model`] says of [`images`].
fn wanted(count: usize) -> Vec<Vec<f32>> {
    let score = |n: usize, k: usize| -> f32 {
        (0..3).map(|c| (n as f32 + c as f32 / 4.0) * (c as f32 + k as f32 / 10.0)).sum()
    };
    (0..count).map(|n| (0..CLASSES).map(|k| score(n, k)).collect()).collect()
}

/// The engines that are here, with the model loaded.
fn classifiers(proto: &ModelProto) -> Vec<Classifier> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, proto.encode_to_vec()).unwrap();
    let model = Model::open(&path).unwrap();
    on_all_engines(&model)
}

fn on_all_engines(model: &Model) -> Vec<Classifier> {
    let mut engines: Vec<Box<dyn Engine>> = vec![Box::new(Rten::load(model, 1).unwrap())];
    if let Ok(library) = find_library(None) {
        engines.push(Box::new(OnnxRuntime::load(model, &library, Device::Cpu, 1).unwrap().0));
    }
    engines.into_iter().map(|engine| Classifier::new(engine, model.signature().clone())).collect()
}

fn assert_scores(proto: &ModelProto, count: usize, wanted: &[Vec<f32>], within: f32) {
    for mut classifier in classifiers(proto) {
        assert_rows(&mut classifier, count, wanted, within);
    }
}

fn assert_rows(classifier: &mut Classifier, count: usize, wanted: &[Vec<f32>], within: f32) {
    let scores =
        classifier.run(Images { pixels: Pixels::F32(&images(count)), shape: [count, 3, 8, 8] }).unwrap();
    assert_eq!((scores.rows().len(), scores.classes()), (count, wanted[0].len()));
    for (row, wanted) in scores.rows().zip(wanted) {
        for (found, wanted) in row.iter().zip(wanted) {
            assert!((found - wanted).abs() <= within, "{}: {found}, not {wanted}", classifier.engine());
        }
    }
}

#[test]
fn any_batch_and_fixed_ones() {
    assert_scores(&model(), 3, &wanted(3), 1e-5);
    for size in [1, 2, 4] {
        let fixed = changed(|graph| graph.input = vec![value("image", 1, &[size, 3, 8, 8])]);
        assert_scores(&fixed, 5, &wanted(5), 1e-5);
    }
}

#[test]
fn half_floats() {
    let half = changed(|graph| {
        let weights = &mut graph.initializer[0];
        let (values, _) = weights.raw_data.as_chunks::<4>();
        let halves = values.iter().flat_map(|v| f16::from_f32(f32::from_le_bytes(*v)).to_le_bytes());
        weights.raw_data = halves.collect::<Vec<u8>>().into();
        weights.data_type = 10;
        graph.input = vec![value("image", 10, &[0, 3, 8, 8])];
        graph.output = vec![value("logits", 10, &[0, 10])];
    });
    assert_scores(&half, 2, &wanted(2), 0.02);
}

#[test]
fn weights_in_a_file_of_their_own() {
    let weights: Vec<f32> = (0..3).flat_map(|c| (0..10).map(move |k| c as f32 + k as f32 / 10.0)).collect();
    // An offset, and a length that is left open; half floats, which rten must have rewritten.
    let halves: Vec<u8> = weights.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect();
    let floats: Vec<u8> = weights.iter().flat_map(|v| v.to_le_bytes()).collect();
    for (element, bytes, within) in [(1, floats, 1e-5), (10, halves, 0.02)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("w.bin"), [vec![0; 8], bytes].concat()).unwrap();
        let proto = changed(|graph| {
            let tensor = &mut graph.initializer[0];
            (tensor.raw_data, tensor.data_location, tensor.data_type) = (Bytes::new(), 1, element);
            let entry =
                |key: &str, value: &str| StringStringEntryProto { key: key.into(), value: value.into() };
            tensor.external_data = vec![entry("location", "w.bin"), entry("offset", "8")];
            graph.input = vec![value("image", element, &[0, 3, 8, 8])];
            graph.output = vec![value("logits", element, &[0, 10])];
        });
        let path = folder.path().join("model.onnx");
        std::fs::write(&path, proto.encode_to_vec()).unwrap();
        let model = Model::open(&path).unwrap();
        assert_eq!(model.external_files(), ["w.bin"]);
        for mut classifier in on_all_engines(&model) {
            assert_rows(&mut classifier, 2, &wanted(2), within);
        }
    }
}

#[test]
fn a_convolution_with_the_defaults_of_its_steps() {
    let conv = changed(|graph| {
        let kernels: Vec<f32> =
            (0..10).flat_map(|k| (0..3).map(move |c| c as f32 + k as f32 / 10.0)).collect();
        graph.initializer = vec![floats("K", &[10, 3, 1, 1], &kernels)];
        graph.node =
            vec![node("GlobalAveragePool", &["image"], "pooled"), node("Conv", &["pooled", "K"], "logits")];
        graph.output = vec![value("logits", 1, &[0, 10, 1, 1])];
    });
    assert_scores(&conv, 2, &wanted(2), 1e-5);
}

#[test]
fn local_response_normalisation() {
    let (alpha, beta, bias) = (0.5f32, 0.75f32, 2.0f32);
    // ONNX Runtime takes odd sizes only.
    for size in [1i64, 3, 5] {
        let normalised = changed(|graph| {
            let float = |name: &str, f| AttributeProto {
                name: name.into(),
                f,
                r#type: 1,
                ..AttributeProto::default()
            };
            let mut lrn = node("LRN", &["image"], "normalised");
            lrn.attribute = vec![float("alpha", alpha), float("beta", beta), float("bias", bias)];
            lrn.attribute.push(AttributeProto {
                name: "size".into(),
                i: size,
                r#type: 2,
                ..AttributeProto::default()
            });
            graph.node = vec![
                lrn,
                node("GlobalAveragePool", &["normalised"], "pooled"),
                node("Flatten", &["pooled"], "y"),
            ];
            graph.initializer.clear();
            graph.output = vec![value("y", 1, &[0, 3])];
        });
        // ONNX: the window of channel c reaches from c - floor((size-1)/2) to c + ceil((size-1)/2).
        let (before, after) = ((size - 1) / 2, size / 2);
        let pixel = |n: usize, c: i64| n as f32 + c as f32 / 4.0;
        let wanted: Vec<Vec<f32>> = (0..2)
            .map(|n| {
                let one = |c: i64| {
                    let window = (c - before).max(0)..=(c + after).min(2);
                    let squares: f32 = window.map(|c| pixel(n, c).powi(2)).sum();
                    pixel(n, c) / (bias + alpha / size as f32 * squares).powf(beta)
                };
                (0..3).map(one).collect()
            })
            .collect();
        assert_scores(&normalised, 2, &wanted, 1e-5);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let mut classifier = classifiers(&model()).remove(0);
    let mut problem = |pixels: &[f32], shape| {
        classifier.run(Images { pixels: Pixels::F32(pixels), shape }).unwrap_err().to_string()
    };
    assert_eq!(
        problem(&[0.0; 64], [1, 1, 8, 8]),
        "the model's input 'image' takes 3 channels, the batch has 1"
    );
    assert_eq!(
        problem(&[0.0; 3 * 9 * 8], [1, 3, 9, 8]),
        "the model's input 'image' takes 8 rows of pixels, the batch has 9"
    );
    assert!(problem(&[0.0; 5], [1, 3, 8, 8]).contains("the shape [1, 3, 8, 8], the batch has 5 values"));
    let error = classifier.run(Images { pixels: Pixels::U8(&[0; 192]), shape: [1, 3, 8, 8] }).unwrap_err();
    assert_eq!(error.to_string(), "the model's input 'image' takes floats, the batch has bytes (uint8)");
}

#[test]
fn a_graph_whose_shapes_do_not_fit_is_an_error_and_no_panic() {
    let broken = changed(|graph| graph.initializer = vec![floats("W", &[5, 10], &[0.0; 50])]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, broken.encode_to_vec()).unwrap();
    let model = Model::open(&path).unwrap();
    let images = images(1);
    let batch = Images { pixels: Pixels::F32(&images), shape: [1, 3, 8, 8] };
    let error = Rten::load(&model, 1).and_then(|mut engine| engine.run(batch)).unwrap_err();
    assert!(error.to_string().starts_with("rten"), "{error}");
    if let Ok(library) = find_library(None) {
        let error = OnnxRuntime::load(&model, &library, Device::Cpu, 1)
            .and_then(|(mut engine, _)| engine.run(batch))
            .unwrap_err();
        assert!(error.to_string().starts_with("ONNX Runtime"), "{error}");
    }
}

#[test]
fn a_library_that_is_not_there_or_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("libonnxruntime.so");
    let error = find_library(Some(&missing)).unwrap_err().to_string();
    assert!(error.contains("there is no file") && error.contains("pip install onnxruntime"), "{error}");
}
