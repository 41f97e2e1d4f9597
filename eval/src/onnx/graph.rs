//! Checks of a graph: its operators, its names, its order.

use std::collections::{HashMap, HashSet};

use super::messages::{GraphProto, ModelProto, NodeProto};
use super::node::{describe, inner, is_onnx};

/// Domains beside ONNX's own whose operators engines know.
const KNOWN_DOMAINS: [&str; 4] =
    ["com.microsoft", "ai.onnx.ml", "com.microsoft.nchwc", "ai.onnx.preview.training"];

/// How many graphs lie inside each other, this one included. The parser's own limit bounds the recursion.
pub fn depth(graph: &GraphProto) -> usize {
    1 + graph.node.iter().flat_map(inner).map(depth).max().unwrap_or(0)
}

/// Refuses operators of unknown domains that the model doesn't define itself.
pub fn check_operators(model: &ModelProto, graph: &GraphProto) -> Result<(), String> {
    for node in &graph.node {
        let is_defined = model.functions.iter().any(|f| f.domain == node.domain && f.name == node.op_type);
        if !is_onnx(&node.domain) && !KNOWN_DOMAINS.contains(&node.domain.as_str()) && !is_defined {
            return Err(format!(
                "unknown operator {}.{}; no engine here can run it",
                node.domain, node.op_type
            ));
        }
        inner(node).try_for_each(|graph| check_operators(model, graph))?;
    }
    Ok(())
}

/// Refuses a graph whose values come from nowhere, or from themselves.
pub fn check_names(graph: &GraphProto) -> Result<(), String> {
    check_scope(graph, &HashSet::new())
}

fn check_scope<'g>(graph: &'g GraphProto, outer: &HashSet<&'g str>) -> Result<(), String> {
    let mut given: HashSet<&str> = outer.clone();
    given.extend(graph.input.iter().map(|input| input.name.as_str()));
    given.extend(graph.initializer.iter().map(|tensor| tensor.name.as_str()));
    let sparse = graph.sparse_initializer.iter().filter_map(|sparse| sparse.values.as_ref());
    given.extend(sparse.map(|values| values.name.as_str()));
    let mut made_by: HashMap<&str, usize> = HashMap::new();
    for (place, node) in graph.node.iter().enumerate() {
        for output in node.output.iter().filter(|output| !output.is_empty()) {
            if made_by.insert(output, place).is_some() {
                return Err(format!("{} gives '{output}', which another node gives already", describe(node)));
            }
        }
    }
    let needs: Vec<Vec<&str>> = graph.node.iter().map(|node| needed(node).collect()).collect();
    for (node, names) in graph.node.iter().zip(&needs) {
        if let Some(name) = names.iter().find(|name| !given.contains(*name) && !made_by.contains_key(*name)) {
            return Err(format!("{} needs '{name}', which nothing gives", describe(node)));
        }
    }
    if let Some(output) = graph.output.iter().find(|output| {
        !output.name.is_empty()
            && !given.contains(output.name.as_str())
            && !made_by.contains_key(output.name.as_str())
    }) {
        return Err(format!("output '{}' is given by no node", output.name));
    }
    check_order(graph, &needs, &made_by)?;
    let mut visible = given;
    visible.extend(made_by.keys());
    graph.node.iter().flat_map(inner).try_for_each(|graph| check_scope(graph, &visible))
}

/// The names that a node needs, those that its inner graphs take from outside included.
fn needed(node: &NodeProto) -> impl Iterator<Item = &str> {
    let own = node.input.iter().map(String::as_str).filter(|name| !name.is_empty());
    own.chain(inner(node).flat_map(captured))
}

/// The names that a graph takes from outside.
fn captured(graph: &GraphProto) -> Vec<&str> {
    let mut own: HashSet<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
    own.extend(graph.initializer.iter().map(|tensor| tensor.name.as_str()));
    own.extend(graph.node.iter().flat_map(|node| &node.output).map(String::as_str));
    let used =
        graph.node.iter().flat_map(needed).chain(graph.output.iter().map(|output| output.name.as_str()));
    used.filter(|name| !name.is_empty() && !own.contains(name)).collect()
}

/// Refuses a circle: runs the nodes in any order that their inputs allow, and looks whether some are left.
fn check_order(
    graph: &GraphProto,
    needs: &[Vec<&str>],
    made_by: &HashMap<&str, usize>,
) -> Result<(), String> {
    let mut waits: Vec<usize> = vec![0; graph.node.len()];
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); graph.node.len()];
    for (node, names) in needs.iter().enumerate() {
        for maker in names.iter().filter_map(|name| made_by.get(name)) {
            waits[node] += 1;
            waiting[*maker].push(node);
        }
    }
    let mut ready: Vec<usize> = (0..waits.len()).filter(|node| waits[*node] == 0).collect();
    let mut ran = 0;
    while let Some(node) = ready.pop() {
        ran += 1;
        for next in std::mem::take(&mut waiting[node]) {
            waits[next] -= 1;
            if waits[next] == 0 {
                ready.push(next);
            }
        }
    }
    match waits.iter().position(|waits| *waits > 0).filter(|_| ran < graph.node.len()) {
        Some(node) => {
            Err(format!("the graph has a cycle, with {} in or behind it", describe(&graph.node[node])))
        }
        None => Ok(()),
    }
}
