//! Checks of a model's weights: that a file holds what its shapes claim.

use std::path::Path;

use super::external;
use super::messages::{GraphProto, TensorProto};
use super::node::inner;

/// Checks the weights of a graph and of those in it.
pub fn check_all(graph: &GraphProto, model: &Path) -> Result<(), String> {
    graph.initializer.iter().try_for_each(|tensor| check(tensor, "initialiser", model))?;
    for node in &graph.node {
        let tensors = node
            .attribute
            .iter()
            .flat_map(|attribute| attribute.t.as_deref().into_iter().chain(&attribute.tensors));
        tensors.into_iter().try_for_each(|tensor| check(tensor, "constant", model))?;
        inner(node).try_for_each(|graph| check_all(graph, model))?;
    }
    Ok(())
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
