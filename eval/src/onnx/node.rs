//! What checks ask of a single node.

use super::messages::{GraphProto, NodeProto};

/// The graphs of a node's attributes.
pub fn inner(node: &NodeProto) -> impl Iterator<Item = &GraphProto> {
    node.attribute.iter().flat_map(|attribute| attribute.g.as_deref().into_iter().chain(&attribute.graphs))
}

/// Is it the domain of ONNX's own operators?
pub fn is_onnx(domain: &str) -> bool {
    matches!(domain, "" | "ai.onnx")
}

/// A node as messages name it: its name and operator.
pub fn describe(node: &NodeProto) -> String {
    match node.name.as_str() {
        "" => format!("a node {}", node.op_type),
        name => format!("node '{name}' ({})", node.op_type),
    }
}
