//! Checks of a model's weights: that a file holds what its shapes claim.

use std::path::Path;

use super::external;
use super::messages::{AttributeProto, GraphProto, ModelProto, SparseTensorProto, TensorProto};

/// Checks the weights of a model: those of its graphs, its nodes' attributes and its functions.
pub fn check_all(proto: &ModelProto, model: &Path) -> Result<(), String> {
    all(proto).into_iter().try_for_each(|(kind, tensor)| check(tensor, kind, model))
}

/// All tensors of a model, wherever they are, with what each is.
pub fn all(proto: &ModelProto) -> Vec<(&'static str, &TensorProto)> {
    let mut found = Vec::new();
    proto.graph.iter().for_each(|graph| in_graph(graph, &mut found));
    for function in &proto.functions {
        in_attributes(&function.attribute_proto, &mut found);
        function.node.iter().for_each(|node| in_attributes(&node.attribute, &mut found));
    }
    found
}

fn in_graph<'m>(graph: &'m GraphProto, found: &mut Vec<(&'static str, &'m TensorProto)>) {
    found.extend(graph.initializer.iter().map(|tensor| ("initialiser", tensor)));
    graph.sparse_initializer.iter().for_each(|sparse| in_sparse(sparse, found));
    graph.node.iter().for_each(|node| in_attributes(&node.attribute, found));
}

fn in_attributes<'m>(attributes: &'m [AttributeProto], found: &mut Vec<(&'static str, &'m TensorProto)>) {
    for attribute in attributes {
        let tensors = attribute.t.as_deref().into_iter().chain(&attribute.tensors);
        found.extend(tensors.map(|tensor| ("constant", tensor)));
        attribute.sparse_tensor.iter().for_each(|sparse| in_sparse(sparse, found));
        attribute.g.as_deref().into_iter().chain(&attribute.graphs).for_each(|graph| in_graph(graph, found));
    }
}

fn in_sparse<'m>(sparse: &'m SparseTensorProto, found: &mut Vec<(&'static str, &'m TensorProto)>) {
    found.extend(sparse.values.iter().chain(&sparse.indices).map(|tensor| ("sparse tensor", tensor)));
}

/// Changes all tensors of a model.
pub fn change_all<E>(
    proto: &mut ModelProto,
    change: &mut impl FnMut(&mut TensorProto) -> Result<(), E>,
) -> Result<(), E> {
    proto.graph.iter_mut().try_for_each(|graph| change_graph(graph, change))?;
    for function in &mut proto.functions {
        change_attributes(&mut function.attribute_proto, change)?;
        function.node.iter_mut().try_for_each(|node| change_attributes(&mut node.attribute, change))?;
    }
    Ok(())
}

fn change_graph<E>(
    graph: &mut GraphProto,
    change: &mut impl FnMut(&mut TensorProto) -> Result<(), E>,
) -> Result<(), E> {
    graph.initializer.iter_mut().try_for_each(&mut *change)?;
    graph.sparse_initializer.iter_mut().try_for_each(|sparse| change_sparse(sparse, change))?;
    graph.node.iter_mut().try_for_each(|node| change_attributes(&mut node.attribute, change))
}

fn change_attributes<E>(
    attributes: &mut [AttributeProto],
    change: &mut impl FnMut(&mut TensorProto) -> Result<(), E>,
) -> Result<(), E> {
    for attribute in attributes {
        attribute.t.as_deref_mut().into_iter().chain(&mut attribute.tensors).try_for_each(&mut *change)?;
        attribute.sparse_tensor.iter_mut().try_for_each(|sparse| change_sparse(sparse, change))?;
        let graphs = attribute.g.as_deref_mut().into_iter().chain(&mut attribute.graphs);
        graphs.into_iter().try_for_each(|graph| change_graph(graph, change))?;
    }
    Ok(())
}

fn change_sparse<E>(
    sparse: &mut SparseTensorProto,
    change: &mut impl FnMut(&mut TensorProto) -> Result<(), E>,
) -> Result<(), E> {
    sparse.values.iter_mut().chain(&mut sparse.indices).try_for_each(change)
}

fn check(tensor: &TensorProto, kind: &str, model: &Path) -> Result<(), String> {
    let name = format!("{kind} {}", tensor.name);
    if let Some(dim) = tensor.dims.iter().find(|dim| **dim < 0) {
        return Err(format!("{name}: its shape {:?} has the negative dimension {dim}", tensor.dims));
    }
    let elements = tensor.dims.iter().try_fold(1u64, |all, dim| all.checked_mul(dim.unsigned_abs()));
    let Some(bits) = bits(tensor.data_type) else {
        // Text has no fixed size; its strings are in the message itself.
        return match tensor.data_type {
            STRING => Ok(()),
            other => Err(format!("{name}: unknown element type {other}")),
        };
    };
    let needed = elements.and_then(|elements| elements.checked_mul(bits)).map(|bits| bits.div_ceil(8));
    let Some(needed) = needed else {
        return Err(format!("{name}: its shape {:?} needs more bytes than there can be", tensor.dims));
    };
    if external::is_external(tensor) {
        return external::check(tensor, needed, model).map_err(|problem| format!("{name}: {problem}"));
    }
    let found = held(tensor, bits);
    if found < needed {
        return Err(format!(
            "{name}: its shape {:?} needs {needed} bytes, the file has {found}",
            tensor.dims
        ));
    }
    Ok(())
}

const STRING: i32 = 8;

/// Bits of an element, by `TensorProto.DataType`.
pub fn bits(data_type: i32) -> Option<u64> {
    Some(match data_type {
        1 | 6 | 12 => 32,
        2 | 3 | 9 | 17..=20 | 24 => 8,
        4 | 5 | 10 | 16 => 16,
        7 | 11 | 13 | 14 => 64,
        15 => 128,
        21..=23 => 4,
        _ => return None,
    })
}

/// The bytes of elements that a tensor's own fields hold.
fn held(tensor: &TensorProto, bits: u64) -> u64 {
    if !tensor.raw_data.is_empty() {
        return tensor.raw_data.len() as u64;
    }
    let wide = tensor.float_data.len() * 4
        + tensor.double_data.len() * 8
        + tensor.int64_data.len() * 8
        // One number each, whatever the element's width; an element of 64 bits needs its own field.
        + tensor.uint64_data.len() * (bits as usize / 8).clamp(4, 8);
    // Elements of up to 32 bits; those of 4 bits come two a number.
    let narrow = match bits {
        4 => tensor.int32_data.len(),
        bits => tensor.int32_data.len() * (bits as usize / 8).min(4),
    };
    (wide + narrow) as u64
}
