//! Small models for tests.

use crate::onnx::ModelProto;
use crate::onnx::messages::*;

/// A tensor type of some dimensions; 0 is a dimension without a number.
pub fn value(name: &str, elem_type: i32, dims: &[i64]) -> ValueInfoProto {
    let dim = dims.iter().map(|size| Dimension {
        value: Some(match size {
            0 => DimensionValue::Named("N".into()),
            size => DimensionValue::Fixed(*size),
        }),
    });
    let tensor_type = TensorType { elem_type, shape: Some(TensorShapeProto { dim: dim.collect() }) };
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}

pub fn node(op_type: &str, input: &[&str], output: &str) -> NodeProto {
    let input = input.iter().map(ToString::to_string).collect();
    NodeProto { op_type: op_type.into(), input, output: vec![output.into()], ..NodeProto::default() }
}

/// Zeros.
pub fn weights(name: &str, dims: &[i64], bytes: usize) -> TensorProto {
    let raw_data = vec![0; bytes].into();
    TensorProto { name: name.into(), dims: dims.to_vec(), data_type: 1, raw_data, ..TensorProto::default() }
}

/// Mean over the image, then a matrix of 10 classes.
pub fn classifier() -> ModelProto {
    let graph = GraphProto {
        node: vec![
            node("GlobalAveragePool", &["image"], "pooled"),
            node("Flatten", &["pooled"], "flat"),
            node("MatMul", &["flat", "W"], "logits"),
        ],
        initializer: vec![weights("W", &[3, 10], 120)],
        input: vec![value("image", 1, &[0, 3, 8, 8])],
        output: vec![value("logits", 1, &[0, 10])],
        ..GraphProto::default()
    };
    let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: 17 }];
    ModelProto { ir_version: 8, graph: Some(graph), opset_import, ..ModelProto::default() }
}

pub fn floats(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
    let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into();
    TensorProto { name: name.into(), dims: dims.to_vec(), data_type: 1, raw_data, ..TensorProto::default() }
}

/// A scalar of any type, from its bytes.
pub fn scalar(name: &str, data_type: i32, bytes: &[u8]) -> TensorProto {
    TensorProto { name: name.into(), data_type, raw_data: bytes.to_vec().into(), ..TensorProto::default() }
}

/// A list of 64-bit integers.
pub fn integers(name: &str, values: &[i64]) -> TensorProto {
    let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into();
    TensorProto {
        name: name.into(),
        dims: vec![values.len() as i64],
        data_type: 7,
        raw_data,
        ..TensorProto::default()
    }
}
