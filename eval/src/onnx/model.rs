//! A checked model.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use prost::Message;

use super::messages::ModelProto;
use super::node::is_onnx;
use super::signature::Signature;
use super::{external, graph, tensors};

/// The newest version of ONNX's own operator set whose meaning is known here.
pub const NEWEST_OPSET: i64 = 26;

/// The most graphs inside each other (`If`, `Loop`, `Scan`).
const NESTED_GRAPHS: usize = 16;

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file can't be read.
    #[error("{path}: can't be read")]
    Io {
        /// The file.
        path: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The file is refused.
    #[error("{path}: {problem}")]
    Refused {
        /// The file.
        path: String,
        /// What was found, and what is expected.
        problem: String,
    },
}

/// An ONNX file that passed the checks.
#[derive(Clone, Debug)]
pub struct Model {
    path: PathBuf,
    bytes: Bytes,
    proto: ModelProto,
    signature: Signature,
}

impl Model {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// The file can't be read, or is refused; nothing outside of its folder is opened.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::open_for(path, None)
    }

    /// As [`open`](Self::open), with the output that holds the scores.
    ///
    /// # Errors
    /// As [`open`](Self::open); there is no such output.
    pub fn open_for(path: &Path, output: Option<&str>) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| ModelError::Io { path: name.clone(), source })?;
        let refused = |problem| ModelError::Refused { path: name.clone(), problem };
        let bytes = Bytes::from(bytes);
        let proto = parse(&bytes).map_err(refused)?;
        let signature = check(&proto, path, output).map_err(refused)?;
        Ok(Self { path: path.to_owned(), bytes, proto, signature })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Its messages.
    pub fn proto(&self) -> &ModelProto {
        &self.proto
    }

    /// How it is run.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The value of an entry of its metadata.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.proto.metadata_props.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
    }

    /// Does any weight lie in a file of its own?
    pub fn has_external_data(&self) -> bool {
        tensors::all(&self.proto).iter().any(|(_, tensor)| external::is_external(tensor))
    }

    /// Its messages with all weights in them; as they are where none lies in a file of its own.
    ///
    /// # Errors
    /// A file with weights can't be read.
    pub fn with_all_data(&self) -> Result<Cow<'_, ModelProto>, ModelError> {
        if !self.has_external_data() {
            return Ok(Cow::Borrowed(&self.proto));
        }
        let mut proto = self.proto.clone();
        let read = tensors::change_all(&mut proto, &mut |tensor| external::inline(tensor, &self.path));
        let path = self.path.display().to_string();
        read.map_err(|source| ModelError::Io { path, source })?;
        Ok(Cow::Owned(proto))
    }

    /// The files with weights, as paths below the model's folder with `/` between their parts; sorted.
    pub fn external_files(&self) -> Vec<String> {
        let tensors = tensors::all(&self.proto);
        let external = tensors.iter().filter(|(_, tensor)| external::is_external(tensor));
        external
            .filter_map(|(_, tensor)| external::file(tensor))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

/// Reads the messages; the file may be anything.
fn parse(bytes: &Bytes) -> Result<ModelProto, String> {
    if bytes.is_empty() {
        return Err("the file is empty; expected an ONNX model".to_owned());
    }
    let proto = ModelProto::decode(bytes.clone()).map_err(|error| {
        let error = error.to_string();
        if error.contains("recursion limit") {
            nested_too_deeply()
        } else {
            format!("not a whole ONNX file ({error}); fetch or export it again")
        }
    })?;
    let Some(graph) = &proto.graph else {
        return Err("not an ONNX model: it has no graph".to_owned());
    };
    if graph.node.is_empty() || proto.ir_version <= 0 {
        return Err("not an ONNX model: its graph has no operators, or it states no version".to_owned());
    }
    Ok(proto)
}

fn nested_too_deeply() -> String {
    format!("its graphs are nested too deeply; at most {NESTED_GRAPHS} inside each other are allowed")
}

fn check(proto: &ModelProto, path: &Path, output: Option<&str>) -> Result<Signature, String> {
    let Some(graph) = &proto.graph else { return Err("it has no graph".to_owned()) };
    for opset in &proto.opset_import {
        if is_onnx(&opset.domain) && !(1..=NEWEST_OPSET).contains(&opset.version) {
            let version = opset.version;
            return Err(format!(
                "it uses version {version} of ONNX's operators, the newest known is {NEWEST_OPSET}; export it for an \
                 older one"
            ));
        }
    }
    if graph::depth(graph) > NESTED_GRAPHS {
        return Err(nested_too_deeply());
    }
    graph::check_operators(proto, graph)?;
    tensors::check_all(proto, path)?;
    graph::check_names(graph)?;
    Signature::of(graph, output)
}
