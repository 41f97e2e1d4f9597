//! The graphs of VGG-16 and ResNet-50 with random weights: as fast as with trained ones, and nobody has to have them.

use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;
use hub_eval::onnx::ModelProto;
use hub_eval::onnx::messages::{
    AttributeProto, Dimension, DimensionValue, GraphProto, NodeProto, OperatorSetIdProto, TensorProto,
    TensorShapeProto, TensorType, TypeProto, ValueInfoProto,
};
use prost::Message;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// `AttributeProto.type`: an integer, integers.
const INT: i32 = 2;
const INTS: i32 = 7;
/// `TensorProto.data_type`: 32-bit floats.
const FLOAT: i32 = 1;
const CLASSES: usize = 1000;

/// A network by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Network {
    /// Simonyan and Zisserman, 2014, configuration D
    Vgg16,
    /// He et al., 2015, with the stride in the 3 x 3 convolutions as torchvision has it
    Resnet50,
}

/// Writes a network with random weights as an ONNX file.
pub fn write(network: Network, path: &Path) -> Result<()> {
    let mut builder = Builder::default();
    match network {
        Network::Vgg16 => vgg16(&mut builder),
        Network::Resnet50 => resnet50(&mut builder),
    }
    let bytes = builder.finish().encode_to_vec();
    std::fs::write(path, bytes).with_context(|| format!("{}: can't write it", path.display()))
}

fn vgg16(net: &mut Builder) {
    let mut channels = 3;
    let mut at = "image".to_owned();
    for (out, convolutions) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
        for _ in 0..convolutions {
            let made = net.convolution(&at, channels, out, 3, 1);
            at = net.relu(&made);
            channels = out;
        }
        at = net.max_pool(&at, 2, 2, 0);
    }
    at = net.node("Flatten", &[&at], Vec::new());
    for (inputs, outputs) in [(512 * 7 * 7, 4096), (4096, 4096)] {
        let made = net.dense(&at, inputs, outputs);
        at = net.relu(&made);
    }
    net.output = net.dense(&at, 4096, CLASSES);
}

fn resnet50(net: &mut Builder) {
    let made = net.convolution("image", 3, 64, 7, 2);
    let made = net.relu(&made);
    let mut at = net.max_pool(&made, 3, 2, 1);
    let mut channels = 64;
    for (stage, (width, blocks)) in [(64, 3), (128, 4), (256, 6), (512, 3)].into_iter().enumerate() {
        for block in 0..blocks {
            let stride = if block == 0 && stage > 0 { 2 } else { 1 };
            let made = net.convolution(&at, channels, width, 1, 1);
            let made = net.relu(&made);
            let made = net.convolution(&made, width, width, 3, stride);
            let made = net.relu(&made);
            let made = net.convolution(&made, width, width * 4, 1, 1);
            let beside = match block {
                0 => net.convolution(&at, channels, width * 4, 1, stride),
                _ => at,
            };
            let sum = net.node("Add", &[&made, &beside], Vec::new());
            at = net.relu(&sum);
            channels = width * 4;
        }
    }
    at = net.node("GlobalAveragePool", &[&at], Vec::new());
    at = net.node("Flatten", &[&at], Vec::new());
    net.output = net.dense(&at, channels, CLASSES);
}

struct Builder {
    nodes: Vec<NodeProto>,
    weights: Vec<TensorProto>,
    random: SmallRng,
    output: String,
}

impl Default for Builder {
    fn default() -> Self {
        let (nodes, weights, output) = (Vec::new(), Vec::new(), String::new());
        Self { nodes, weights, random: SmallRng::seed_from_u64(1), output }
    }
}

fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.to_owned(), i, r#type: INT, ..AttributeProto::default() }
}

fn ints(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto { name: name.to_owned(), ints: ints.to_vec(), r#type: INTS, ..AttributeProto::default() }
}

impl Builder {
    /// Adds a node, and returns the name of its output.
    fn node(&mut self, op_type: &str, input: &[&str], attribute: Vec<AttributeProto>) -> String {
        let output = format!("{op_type}{}", self.nodes.len());
        let input = input.iter().map(ToString::to_string).collect();
        let (op_type, output_names) = (op_type.to_owned(), vec![output.clone()]);
        self.nodes.push(NodeProto {
            op_type,
            input,
            output: output_names,
            attribute,
            ..NodeProto::default()
        });
        output
    }

    /// Adds weights that keep the size of activations, and returns their name.
    fn weights(&mut self, dims: &[usize], inputs: usize) -> String {
        let name = format!("w{}", self.weights.len());
        let most = (6.0 / inputs as f32).sqrt();
        let random = &mut self.random;
        let values =
            (0..dims.iter().product::<usize>()).flat_map(|_| random.random_range(-most..most).to_le_bytes());
        self.weights.push(TensorProto {
            name: name.clone(),
            dims: dims.iter().map(|size| *size as i64).collect(),
            data_type: FLOAT,
            raw_data: values.collect::<Vec<u8>>().into(),
            ..TensorProto::default()
        });
        name
    }

    /// A convolution with a bias, as batch normalisation leaves it when it is folded.
    fn convolution(
        &mut self,
        input: &str,
        inputs: usize,
        outputs: usize,
        side: usize,
        stride: i64,
    ) -> String {
        let weights = self.weights(&[outputs, inputs, side, side], inputs * side * side);
        let bias = self.weights(&[outputs], 600);
        let (side, pad) = (side as i64, (side / 2) as i64);
        let attributes =
            vec![ints("kernel_shape", &[side; 2]), ints("pads", &[pad; 4]), ints("strides", &[stride; 2])];
        self.node("Conv", &[input, &weights, &bias], attributes)
    }

    fn relu(&mut self, input: &str) -> String {
        self.node("Relu", &[input], Vec::new())
    }

    fn max_pool(&mut self, input: &str, side: i64, stride: i64, pad: i64) -> String {
        let attributes =
            vec![ints("kernel_shape", &[side; 2]), ints("pads", &[pad; 4]), ints("strides", &[stride; 2])];
        self.node("MaxPool", &[input], attributes)
    }

    fn dense(&mut self, input: &str, inputs: usize, outputs: usize) -> String {
        let weights = self.weights(&[outputs, inputs], inputs);
        let bias = self.weights(&[outputs], 600);
        self.node("Gemm", &[input, &weights, &bias], vec![int("transB", 1)])
    }

    fn finish(self) -> ModelProto {
        let value = |name: &str, sizes: &[i64]| {
            let batch = Dimension { value: Some(DimensionValue::Named("N".to_owned())) };
            let fixed = sizes.iter().map(|size| Dimension { value: Some(DimensionValue::Fixed(*size)) });
            let shape = TensorShapeProto { dim: std::iter::once(batch).chain(fixed).collect() };
            let tensor_type = Some(TensorType { elem_type: FLOAT, shape: Some(shape) });
            ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }) }
        };
        let graph = GraphProto {
            name: "network".to_owned(),
            input: vec![value("image", &[3, 224, 224])],
            output: vec![value(&self.output, &[CLASSES as i64])],
            node: self.nodes,
            initializer: self.weights,
            ..GraphProto::default()
        };
        let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: 17 }];
        ModelProto { ir_version: 8, graph: Some(graph), opset_import, ..ModelProto::default() }
    }
}
