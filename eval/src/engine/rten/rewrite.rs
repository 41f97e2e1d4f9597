//! Rewrites what `rten` 0.27 lacks into what it has. The results are the same up to rounding.

use half::f16;

use crate::onnx::ModelProto;
use crate::onnx::messages::{AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto};

const FLOAT: i32 = 1;
const INT64: i32 = 7;
const HALF: i32 = 10;

/// ONNX's numbers of attribute types.
const ATTRIBUTE_INT: i32 = 2;
const ATTRIBUTE_INTS: i32 = 7;

/// The model without what `rten` lacks; `None` if there is nothing to rewrite.
pub fn rewritten(model: &ModelProto) -> Option<ModelProto> {
    let graph = model.graph.as_ref()?;
    if !needs(graph) {
        return None;
    }
    let mut model = model.clone();
    if let Some(graph) = &mut model.graph {
        rewrite(graph);
    }
    Some(model)
}

fn needs(graph: &GraphProto) -> bool {
    let is_half = |tensor: &TensorProto| tensor.data_type == HALF;
    graph.initializer.iter().any(is_half)
        || graph.input.iter().chain(&graph.output).any(|value| element(value) == Some(HALF))
        || graph.node.iter().any(|node| {
            is_lrn(node)
                || !defaults(node, 1).is_empty()
                || node.attribute.iter().any(|attribute| {
                    attribute.t.as_deref().is_some_and(is_half)
                        || (node.op_type == "Cast"
                            && attribute.name == "to"
                            && attribute.i == i64::from(HALF))
                        || attribute.g.as_deref().into_iter().chain(&attribute.graphs).any(needs)
                })
        })
}

fn is_lrn(node: &NodeProto) -> bool {
    node.op_type == "LRN" && matches!(node.domain.as_str(), "" | "ai.onnx")
}

/// The attributes that a convolution along `rank` dimensions leaves out, with ONNX's defaults; `rten` has none.
fn defaults(node: &NodeProto, rank: usize) -> Vec<AttributeProto> {
    if node.op_type != "Conv" {
        return Vec::new();
    }
    let has = |name: &str| node.attribute.iter().any(|attribute| attribute.name == name);
    let mut left_out = vec![("strides", vec![1; rank]), ("dilations", vec![1; rank])];
    if !has("auto_pad") {
        left_out.push(("pads", vec![0; 2 * rank]));
    }
    left_out.into_iter().filter(|(name, _)| !has(name)).map(|(name, values)| ints(name, &values)).collect()
}

fn element(value: &ValueInfoProto) -> Option<i32> {
    Some(value.r#type.as_ref()?.tensor_type.as_ref()?.elem_type)
}

fn rewrite(graph: &mut GraphProto) {
    graph.initializer.iter_mut().for_each(widen);
    for value in graph.input.iter_mut().chain(&mut graph.output).chain(&mut graph.value_info) {
        if let Some(tensor) = value.r#type.as_mut().and_then(|t| t.tensor_type.as_mut())
            && tensor.elem_type == HALF
        {
            tensor.elem_type = FLOAT;
        }
    }
    let weights: Vec<(String, usize)> =
        graph.initializer.iter().map(|tensor| (tensor.name.clone(), tensor.dims.len())).collect();
    let nodes = std::mem::take(&mut graph.node);
    for (place, mut node) in nodes.into_iter().enumerate() {
        for attribute in &mut node.attribute {
            attribute.t.as_deref_mut().into_iter().chain(&mut attribute.tensors).for_each(widen);
            attribute.g.as_deref_mut().into_iter().chain(&mut attribute.graphs).for_each(rewrite);
            if node.op_type == "Cast" && attribute.name == "to" && attribute.i == i64::from(HALF) {
                attribute.i = i64::from(FLOAT);
            }
        }
        let left_out = defaults(&node, spatial_rank(&node, &weights));
        node.attribute.extend(left_out);
        if is_lrn(&node) {
            let (added, constants) = lrn(&node, place);
            graph.node.extend(added);
            graph.initializer.extend(constants);
        } else {
            graph.node.push(node);
        }
    }
}

/// Half floats as floats.
fn widen(tensor: &mut TensorProto) {
    if tensor.data_type != HALF {
        return;
    }
    let halves: Vec<f16> = if tensor.raw_data.is_empty() {
        tensor.int32_data.iter().map(|bits| f16::from_bits(*bits as u16)).collect()
    } else {
        let (pairs, _) = tensor.raw_data.as_chunks::<2>();
        pairs.iter().map(|pair| f16::from_le_bytes(*pair)).collect()
    };
    tensor.raw_data = halves.iter().flat_map(|half| half.to_f32().to_le_bytes()).collect::<Vec<u8>>().into();
    tensor.int32_data.clear();
    tensor.data_type = FLOAT;
}

/// The number of dimensions that a convolution goes along.
fn spatial_rank(node: &NodeProto, weights: &[(String, usize)]) -> usize {
    let kernel = node.attribute.iter().find(|attribute| attribute.name == "kernel_shape");
    let weight = || {
        let name = node.input.get(1)?;
        weights.iter().find(|(known, _)| known == name).map(|(_, dims)| dims.saturating_sub(2))
    };
    kernel.map(|kernel| kernel.ints.len()).or_else(weight).unwrap_or(2)
}

/// Local response normalisation, `x / (bias + alpha · mean)^beta`, where the mean is over the squares of `size`
/// neighbouring channels (zero beyond the first and last): the mean is that of an average pool over a dimension of
/// channels.
///
/// Source: the operator `LRN` of ONNX, whose sum of `alpha / size` times the squares this mean is.
fn lrn(node: &NodeProto, place: usize) -> (Vec<NodeProto>, Vec<TensorProto>) {
    let float = |name: &str, default: f32| {
        node.attribute
            .iter()
            .find(|attribute| attribute.name == name)
            .map_or(default, |attribute| attribute.f)
    };
    let size =
        node.attribute.iter().find(|attribute| attribute.name == "size").map_or(1, |size| size.i).max(1);
    let named = |part: &str| format!("__lrn_{place}_{part}");
    let (x, y) =
        (node.input.first().cloned().unwrap_or_default(), node.output.first().cloned().unwrap_or_default());
    let scalar = |part: &str, value: f32| TensorProto {
        name: named(part),
        data_type: FLOAT,
        raw_data: value.to_le_bytes().to_vec().into(),
        ..TensorProto::default()
    };
    let shape = |part: &str, dims: &[i64]| TensorProto {
        name: named(part),
        dims: vec![dims.len() as i64],
        data_type: INT64,
        raw_data: dims.iter().flat_map(|dim| dim.to_le_bytes()).collect::<Vec<u8>>().into(),
        ..TensorProto::default()
    };
    let constants = vec![
        scalar("alpha", float("alpha", 0.0001)),
        scalar("bias", float("bias", 1.0)),
        scalar("beta", float("beta", 0.75)),
        // [n, channels, height, width] as [n, channels, pixels]
        shape("flat", &[0, 0, -1]),
        shape("axis", &[1]),
    ];
    let op = |op_type: &str, inputs: &[String], output: String| NodeProto {
        op_type: op_type.to_owned(),
        name: named(&output),
        input: inputs.to_vec(),
        output: vec![output],
        ..NodeProto::default()
    };
    let mut pool = op("AveragePool", &[named("planes")], named("mean"));
    pool.attribute = vec![
        ints("kernel_shape", &[size, 1]),
        ints("strides", &[1, 1]),
        ints("pads", &[(size - 1) / 2, 0, size / 2, 0]),
        int("count_include_pad", 1),
    ];
    let nodes = vec![
        op("Mul", &[x.clone(), x.clone()], named("squares")),
        op("Reshape", &[named("squares"), named("flat")], named("pixels")),
        op("Unsqueeze", &[named("pixels"), named("axis")], named("planes")),
        pool,
        op("Squeeze", &[named("mean"), named("axis")], named("flat_mean")),
        op("Shape", std::slice::from_ref(&x), named("shape")),
        op("Reshape", &[named("flat_mean"), named("shape")], named("shaped")),
        op("Mul", &[named("shaped"), named("alpha")], named("scaled")),
        op("Add", &[named("scaled"), named("bias")], named("sum")),
        op("Pow", &[named("sum"), named("beta")], named("divisor")),
        op("Div", &[x, named("divisor")], y),
    ];
    (nodes, constants)
}

fn ints(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        ints: values.to_vec(),
        r#type: ATTRIBUTE_INTS,
        ..AttributeProto::default()
    }
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.to_owned(), i: value, r#type: ATTRIBUTE_INT, ..AttributeProto::default() }
}
