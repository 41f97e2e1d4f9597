//! Which engine runs a model, on which device.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An engine by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineName {
    /// ONNX Runtime where it is installed and takes the model, else rten.
    #[default]
    Auto,
    /// The one that is compiled in.
    Rten,
    /// The library of ONNX Runtime, found when a model is loaded.
    OnnxRuntime,
}

/// What a model is run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// A GPU where ONNX Runtime can use one, else the CPU.
    #[default]
    Auto,
    /// The CPU, also where there is a GPU.
    Cpu,
    /// The GPU of this number, by CUDA.
    Cuda(u32),
    /// The GPU of this number, by TensorRT, and by CUDA what TensorRT doesn't have.
    TensorRt(u32),
}

impl Device {
    /// The number of the GPU that is named.
    pub const fn gpu(self) -> Option<u32> {
        match self {
            Self::Auto | Self::Cpu => None,
            Self::Cuda(number) | Self::TensorRt(number) => Some(number),
        }
    }
}

/// How a model is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineOptions {
    /// The engine that is asked for.
    pub engine: EngineName,
    /// The library of ONNX Runtime, if it isn't to be searched for.
    pub library: Option<PathBuf>,
    /// The device that is asked for.
    pub device: Device,
    /// Threads of the CPU.
    pub threads: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { engine: EngineName::Auto, library: None, device: Device::Auto, threads }
    }
}

/// A text that names no engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no engine; known are auto, rten and onnxruntime")]
pub struct UnknownEngine(String);

impl FromStr for EngineName {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, UnknownEngine> {
        match text {
            "auto" => Ok(Self::Auto),
            "rten" => Ok(Self::Rten),
            "onnxruntime" => Ok(Self::OnnxRuntime),
            other => Err(UnknownEngine(other.to_owned())),
        }
    }
}

/// A text that names no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no device; known are auto, cpu, cuda:N and tensorrt:N, where N is the number of a GPU from 0"
)]
pub struct UnknownDevice(String);

impl FromStr for Device {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        let (name, number) = text.split_once(':').unwrap_or((text, "0"));
        let number = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
        match (name, number) {
            ("auto", _) if text == name => Ok(Self::Auto),
            ("cpu", _) if text == name => Ok(Self::Cpu),
            ("cuda", Some(number)) => Ok(Self::Cuda(number)),
            ("tensorrt", Some(number)) => Ok(Self::TensorRt(number)),
            _ => Err(UnknownDevice(text.to_owned())),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
            Self::TensorRt(number) => write!(f, "tensorrt:{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_engines_and_devices() {
        assert_eq!("rten".parse(), Ok(EngineName::Rten));
        assert_eq!("cuda:3".parse(), Ok(Device::Cuda(3)));
        assert_eq!("cuda".parse::<Device>().unwrap().to_string(), "cuda:0");
        let problem = "gpu".parse::<Device>().unwrap_err().to_string();
        assert_eq!(
            problem,
            "'gpu' is no device; known are auto, cpu, cuda:N and tensorrt:N, where N is the number of a GPU from 0"
        );
        assert_eq!("tensorrt:1".parse::<Device>().map(Device::gpu), Ok(Some(1)));
        for device in [Device::Auto, Device::Cpu, Device::Cuda(2), Device::TensorRt(0)] {
            assert_eq!(device.to_string().parse(), Ok(device));
        }
        for wrong in ["cuda:", "cuda:-1", "cuda:+1", "cpu:0", "auto:0", "tensorrt:x", "cuda:1:2", "CUDA"] {
            assert!(wrong.parse::<Device>().is_err(), "{wrong}");
        }
        assert!("ort".parse::<EngineName>().unwrap_err().to_string().starts_with("'ort' is no engine"));
    }
}
