//! What the program and a model's process say to each other: a line of JSON with numbers behind it.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::EngineOptions;

/// The longest JSON in bytes.
const MAX_JSON_BYTES: u32 = 1 << 20;
/// The most bytes behind it: 1,024 images of 3 × 512 × 512 floats.
const MAX_BODY_BYTES: u64 = 3 << 30;

/// Loads the model; sent once.
#[derive(Debug, Serialize, Deserialize)]
pub struct Start {
    /// The ONNX file.
    pub path: PathBuf,
    /// The output with the scores.
    pub output: String,
    pub options: EngineOptions,
    /// The limit of private memory.
    pub memory_bytes: u64,
}

/// Runs a batch, whose pixels follow.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    pub shape: [usize; 4],
    /// Bytes; else 32-bit floats.
    pub is_bytes: bool,
}

/// The answer to either.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The model is loaded.
    Loaded {
        /// The engine, its version and device.
        engine: String,
        /// Why it is this one.
        notes: Vec<String>,
    },
    /// The output, whose 32-bit floats follow.
    Output { shape: Vec<usize> },
    Failed {
        /// The engine's message.
        problem: String,
    },
}

pub fn send(to: &mut impl Write, message: &impl Serialize, body: &[u8]) -> io::Result<()> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&(body.len() as u64).to_le_bytes())?;
    to.write_all(&json)?;
    to.write_all(body)?;
    to.flush()
}

pub fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<(T, Vec<u8>)> {
    let (mut json, mut body) = ([0; 4], [0; 8]);
    from.read_exact(&mut json)?;
    from.read_exact(&mut body)?;
    let (json, body) = (u32::from_le_bytes(json), u64::from_le_bytes(body));
    if json > MAX_JSON_BYTES || body > MAX_BODY_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is longer than it may be"));
    }
    let mut bytes = vec![0; json as usize];
    from.read_exact(&mut bytes)?;
    let message = serde_json::from_slice(&bytes)?;
    // Grows as bytes arrive, since the other side may be at its end.
    let mut received = Vec::new();
    from.take(body).read_to_end(&mut received)?;
    if received.len() as u64 != body {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((message, received))
}

pub fn to_bytes(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|value| value.to_ne_bytes()).collect()
}

pub fn to_floats(bytes: &[u8]) -> Vec<f32> {
    let (values, _) = bytes.as_chunks::<4>();
    values.iter().map(|value| f32::from_ne_bytes(*value)).collect()
}
