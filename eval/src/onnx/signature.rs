//! How a classifier is run: its input and its output.

use serde::{Deserialize, Serialize};

use super::messages::{Dimension, DimensionValue, GraphProto, ValueInfoProto};

/// The order of an image's dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Layout {
    /// Batch, channels, height, width.
    Nchw,
    /// Batch, height, width, channels.
    Nhwc,
}

/// The type of an element of an input or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Element {
    /// 32-bit float.
    F32,
    /// 16-bit float.
    F16,
    /// 64-bit float.
    F64,
    /// Bytes, from 0 to 255: the model scales them itself.
    U8,
}

/// How many images a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Batch {
    /// Any number.
    Any,
    /// Exactly this number: a smaller batch is filled up, and what was added is dropped.
    Fixed(usize),
}

/// The input that takes images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The name in the graph.
    pub name: String,
    /// The type of its numbers.
    pub element: Element,
    /// The order of its dimensions.
    pub layout: Layout,
    /// Images a run.
    pub batch: Batch,
    /// 1 (grey) or 3; `None`: the graph doesn't say.
    pub channels: Option<usize>,
    /// Pixels; `None`: the graph takes any.
    pub height: Option<usize>,
    /// Pixels; `None`: the graph takes any.
    pub width: Option<usize>,
}

/// The output that holds the scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The name in the graph.
    pub name: String,
    /// The type of its numbers.
    pub element: Element,
    /// The number of classes; `None`: the graph doesn't say.
    pub classes: Option<usize>,
    /// Does the graph end with a softmax, so that scores are probabilities already?
    pub is_probability: bool,
}

/// How a classifier is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The input that takes images.
    pub input: Input,
    /// The output that holds the scores.
    pub output: Output,
    /// Outputs that are not used.
    pub unused_outputs: Vec<String>,
}

impl Signature {
    /// Finds the input and the output; `output` names the one to use.
    ///
    /// # Errors
    /// What doesn't fit a classifier of images, in words.
    pub(super) fn of(graph: &GraphProto, output: Option<&str>) -> Result<Self, String> {
        let is_weight = |name: &str| graph.initializer.iter().any(|tensor| tensor.name == name);
        // Old exporters list weights among the inputs.
        let inputs: Vec<&ValueInfoProto> =
            graph.input.iter().filter(|input| !is_weight(&input.name)).collect();
        let [input] = inputs[..] else {
            let names: Vec<String> = inputs.iter().map(|input| format!("'{}'", input.name)).collect();
            return Err(format!(
                "expected one input for images, found {}: {}",
                names.len(),
                names.join(", ")
            ));
        };
        let (output, unused) = choose(graph, output)?;
        let unused_outputs = unused.into_iter().map(|output| output.name.clone()).collect();
        Ok(Self { input: image_input(input)?, output: scores(graph, output)?, unused_outputs })
    }
}

/// The output to use, and the others.
fn choose<'g>(
    graph: &'g GraphProto,
    wanted: Option<&str>,
) -> Result<(&'g ValueInfoProto, Vec<&'g ValueInfoProto>), String> {
    let names =
        || graph.output.iter().map(|output| format!("'{}'", output.name)).collect::<Vec<_>>().join(", ");
    let found = match wanted {
        Some(wanted) => graph.output.iter().find(|output| output.name == wanted),
        // The first that can hold scores; if none can, the first, whose fault is then named.
        None => graph.output.iter().find(|output| scores(graph, output).is_ok()).or(graph.output.first()),
    };
    let Some(found) = found else {
        return Err(match wanted {
            Some(wanted) => format!("it has no output '{wanted}'; its outputs are {}", names()),
            None => "it has no output".to_owned(),
        });
    };
    Ok((found, graph.output.iter().filter(|output| output.name != found.name).collect()))
}

fn image_input(value: &ValueInfoProto) -> Result<Input, String> {
    let name = &value.name;
    let (element, dims) = tensor(value).ok_or_else(|| format!("input '{name}' is not a tensor"))?;
    let element = match element {
        2 => Element::U8,
        other => float(other).ok_or_else(|| {
            format!("input '{name}' takes {}; expected floats or bytes (uint8)", type_name(other))
        })?,
    };
    let [batch, rest @ ..] = dims else {
        return Err(format!("input '{name}' has no dimensions; expected [batch, channels, height, width]"));
    };
    let sizes: Vec<Option<usize>> = rest.iter().map(fixed).collect();
    let is_channels = |size: Option<usize>| matches!(size, Some(1 | 3));
    let (layout, channels, height, width) = match sizes[..] {
        [a, b, c] if is_channels(c) && !is_channels(a) => (Layout::Nhwc, c, a, b),
        [a, b, c] => (Layout::Nchw, a, b, c),
        _ => {
            return Err(format!(
                "input '{name}' has {} dimensions; expected 4: [batch, channels, height, width]",
                dims.len()
            ));
        }
    };
    if let Some(channels) = channels.filter(|channels| !matches!(channels, 1 | 3)) {
        return Err(format!("input '{name}' takes {channels} channels; expected 1 (grey) or 3 (RGB)"));
    }
    let batch = fixed(batch).filter(|batch| *batch > 0).map_or(Batch::Any, Batch::Fixed);
    Ok(Input { name: name.clone(), element, layout, batch, channels, height, width })
}

fn scores(graph: &GraphProto, value: &ValueInfoProto) -> Result<Output, String> {
    let name = &value.name;
    let (element, dims) =
        tensor(value).ok_or_else(|| format!("output '{name}' is not a tensor; scores are needed"))?;
    let Some(element) = float(element) else {
        return Err(match element {
            8 => format!("output '{name}' gives strings; scores of the classes are needed"),
            6 | 7 => {
                format!("output '{name}' gives class indices ({}); scores are needed", type_name(element))
            }
            other => format!("output '{name}' gives {}; scores (floats) are needed", type_name(other)),
        });
    };
    let classes = match dims {
        [] | [_] => None,
        [_, classes, rest @ ..]
            if rest.iter().all(|dim| matches!(fixed(dim), None | Some(1))) && rest.len() <= 2 =>
        {
            fixed(classes)
        }
        _ => return Err(format!("output '{name}' has {} dimensions; expected [batch, classes]", dims.len())),
    };
    if dims.len() == 1 {
        return Err(format!("output '{name}' has 1 dimension; expected [batch, classes]"));
    }
    let is_probability = ends_with_softmax(graph, name);
    Ok(Output { name: name.clone(), element, classes, is_probability })
}

/// Does the value come from a softmax, through operators that only change its shape or type?
fn ends_with_softmax(graph: &GraphProto, name: &str) -> bool {
    let mut name = name;
    for _ in 0..=graph.node.len() {
        let Some(node) = graph.node.iter().find(|node| node.output.iter().any(|output| output == name))
        else {
            return false;
        };
        match node.op_type.as_str() {
            "Softmax" => return true,
            "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" | "Identity" | "Cast" | "Dropout" => {
                match node.input.first() {
                    Some(input) => name = input,
                    None => return false,
                }
            }
            _ => return false,
        }
    }
    false
}

/// Element type and dimensions; without dimensions where the graph doesn't state them.
fn tensor(value: &ValueInfoProto) -> Option<(i32, &[Dimension])> {
    let tensor = value.r#type.as_ref()?.tensor_type.as_ref()?;
    Some((tensor.elem_type, tensor.shape.as_ref().map_or(&[][..], |shape| &shape.dim)))
}

fn fixed(dimension: &Dimension) -> Option<usize> {
    match &dimension.value {
        Some(DimensionValue::Fixed(size)) => usize::try_from(*size).ok().filter(|size| *size > 0),
        _ => None,
    }
}

const fn float(element: i32) -> Option<Element> {
    match element {
        1 => Some(Element::F32),
        10 => Some(Element::F16),
        11 => Some(Element::F64),
        _ => None,
    }
}

/// An element type by `TensorProto.DataType`, as NumPy names it.
fn type_name(element: i32) -> String {
    let known = match element {
        1 => "float32",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        8 => "strings",
        9 => "bool",
        10 => "float16",
        11 => "float64",
        16 => "bfloat16",
        other => return format!("elements of type {other}"),
    };
    known.to_owned()
}
