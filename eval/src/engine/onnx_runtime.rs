//! ONNX Runtime, found when it is needed.
//!
//! The library is loaded at run time, so that a hub without it works, and one with it (or with its GPU build) uses
//! what is there. It is loaded once a process.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use half::f16;
use ort::environment::Environment;
use ort::ep::{CUDA, ExecutionProvider, TensorRT};
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::{DynValue, Tensor, TensorRef};

use super::options::Device;
use super::{Engine, EngineError, Images, Pixels, RawOutput, gpu};
use crate::onnx::{Element, Model, Signature};

const NAME: &str = "ONNX Runtime";
/// The package of Python that has the library.
const PACKAGE: &str = "onnxruntime";

static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();

/// A model on ONNX Runtime.
pub struct OnnxRuntime {
    session: Session,
    signature: Signature,
    version: String,
    device: Device,
}

/// The library: `given`, else `ORT_DYLIB_PATH`, else the system's, else that of the active Python's `onnxruntime`.
///
/// # Errors
/// It isn't there.
pub fn find_library(given: Option<&Path>) -> Result<PathBuf, EngineError> {
    let named = given.map(Path::to_owned).or_else(|| std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from));
    if let Some(path) = named.filter(|path| !path.as_os_str().is_empty()) {
        return match path.is_file() {
            true => Ok(path),
            false => {
                let looked = format!("there is no file {}", path.display());
                Err(EngineError::NoLibrary { looked, package: PACKAGE })
            }
        };
    }
    let system = ["/usr/lib", "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
    let candidates = system.iter().map(PathBuf::from).chain(python_packages());
    let found = candidates.filter_map(|folder| newest(&folder)).next();
    found.ok_or_else(|| EngineError::NoLibrary {
        looked: "neither --ort-lib nor ORT_DYLIB_PATH is given, and neither the system nor the active Python has it"
            .to_owned(),
        package: PACKAGE,
    })
}

/// The folders in which the packages of the active Python may have the library: of the active environment, of the
/// `python3` that the shell would start, of the user, and of the system.
fn python_packages() -> impl Iterator<Item = PathBuf> {
    let environments =
        ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let python =
        std::env::split_paths(&path).map(|folder| folder.join("python3")).find(|file| file.is_file());
    // In an environment it is a link to another Python, whose packages come after the environment's own.
    let real = python.as_ref().and_then(|python| python.canonicalize().ok());
    let of = |python: PathBuf| Some(python.parent()?.parent()?.to_owned());
    let pythons = python.into_iter().chain(real).filter_map(of);
    let user = std::env::home_dir().map(|home| home.join(".local"));
    let system = ["/usr/local", "/usr"].map(PathBuf::from);
    let prefixes = environments.chain(pythons).chain(user).chain(system);
    let packages = prefixes.flat_map(|prefix| {
        let entries = std::fs::read_dir(prefix.join("lib")).into_iter().flatten().flatten();
        let pythons = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("python"));
        let packages = pythons.flat_map(|python| {
            ["site-packages", "dist-packages"].map(|packages| python.path().join(packages))
        });
        packages.collect::<Vec<_>>()
    });
    packages.map(|packages| packages.join("onnxruntime").join("capi"))
}

/// `libonnxruntime.so`, or the one with the highest version behind its name (wheels have no plain name beside it).
fn newest(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let versions = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let version = name.strip_prefix("libonnxruntime.so")?;
        let numbers: Vec<u32> =
            version.split('.').filter(|part| !part.is_empty()).map_while(|p| p.parse().ok()).collect();
        Some((version.is_empty(), numbers, entry.path()))
    });
    versions.max().map(|(_, _, path)| path)
}

fn environment(library: &Path) -> Result<&'static Environment, EngineError> {
    if let Some(environment) = ENVIRONMENT.get() {
        return Ok(environment);
    }
    let fail = |problem: String| EngineError::Library { library: library.display().to_string(), problem };
    let builder = ort::init_from(library).map_err(|error| fail(error.to_string()))?;
    let environment = builder.with_telemetry(false).build().map_err(|error| fail(error.to_string()))?;
    Ok(ENVIRONMENT.get_or_init(|| environment))
}

impl OnnxRuntime {
    /// Loads a checked model, for `threads` threads of the CPU. With [`Device::Auto`] a GPU is used where there is one;
    /// where it can't be used after all, the note says why.
    ///
    /// # Errors
    /// The library can't be used, it refuses the model, or it can't use the GPU that was named.
    pub fn load(
        model: &Model,
        library: &Path,
        device: Device,
        threads: usize,
    ) -> Result<(Self, Option<String>), EngineError> {
        let environment = environment(library)?;
        let on = |device: Device| session(environment, model, device, threads);
        let fail = |error: ort::Error| EngineError::Load { engine: NAME, problem: error.to_string() };
        let has_cuda = || CUDA::is_available().unwrap_or(false);
        let refused = |problem: String| EngineError::Device { engine: NAME, device, problem: Some(problem) };
        let (session, device, note) = match device {
            Device::Cpu => (on(Device::Cpu).map_err(fail)?, Device::Cpu, None),
            Device::Cuda(_) | Device::TensorRt(_) => {
                let has_provider = match device {
                    Device::TensorRt(_) => TensorRT::is_available().unwrap_or(false),
                    _ => has_cuda(),
                };
                if !has_provider {
                    return Err(refused(gpu::not_built_for(library, device)));
                }
                (on(device).map_err(|error| refused(gpu::explain(&error.to_string(), device)))?, device, None)
            }
            Device::Auto if !has_cuda() => (on(Device::Cpu).map_err(fail)?, Device::Cpu, None),
            Device::Auto => match on(Device::Cuda(0)) {
                Ok(session) => (session, Device::Cuda(0), None),
                Err(error) => {
                    let why = gpu::explain(&error.to_string(), Device::Cuda(0));
                    let note = format!("{NAME} can't use the GPU ({why}); running on the CPU");
                    (on(Device::Cpu).map_err(fail)?, Device::Cpu, Some(note))
                }
            },
        };
        let version = version(library);
        Ok((Self { session, signature: model.signature().clone(), version, device }, note))
    }
}

/// A session on the CPU or a GPU.
fn session(environment: &Environment, model: &Model, device: Device, threads: usize) -> ort::Result<Session> {
    let builder = Session::builder(environment)?;
    let builder = builder.with_optimization_level(GraphOptimizationLevel::Level3)?;
    // Threads that spin would take the cores that loading needs.
    let builder = builder.with_intra_threads(threads.max(1))?.with_intra_op_spinning(false)?;
    let mut builder = builder.with_inter_op_spinning(false)?;
    if let Some(number) = device.gpu() {
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let cuda = CUDA::default().with_device_id(number).build().error_on_failure();
        builder = match device {
            Device::TensorRt(_) => {
                let tensorrt = TensorRT::default().with_device_id(number).build().error_on_failure();
                builder.with_execution_providers([tensorrt, cuda])?
            }
            _ => builder.with_execution_providers([cuda])?,
        };
    }
    match model.has_external_data() {
        true => builder.commit_from_file(model.path()),
        false => builder.commit_from_memory(model.bytes()),
    }
}

/// The version in the library's name, or nothing.
fn version(library: &Path) -> String {
    let name = library.canonicalize().unwrap_or_else(|_| library.to_owned());
    let name = name.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_prefix("libonnxruntime.so.").unwrap_or_default().to_owned()
}

impl Engine for OnnxRuntime {
    fn describe(&self) -> String {
        format!("{NAME} {} on {}", self.version, self.device).replace("  ", " ")
    }

    fn run(&mut self, images: Images<'_>) -> Result<RawOutput, EngineError> {
        let shape = images.shape;
        let (input, output) = (self.signature.input.clone(), self.signature.output.clone());
        let session = &mut self.session;
        let mut run = || -> ort::Result<RawOutput> {
            let outputs = match (images.pixels, input.element) {
                (Pixels::F32(pixels), Element::F16) => {
                    let halves: Vec<f16> = pixels.iter().copied().map(f16::from_f32).collect();
                    let tensor = Tensor::from_array((shape, halves))?;
                    session.run(ort::inputs![input.name.as_str() => tensor])?
                }
                (Pixels::F32(pixels), Element::F64) => {
                    let wide: Vec<f64> = pixels.iter().copied().map(f64::from).collect();
                    session.run(ort::inputs![input.name.as_str() => Tensor::from_array((shape, wide))?])?
                }
                (Pixels::F32(pixels), _) => {
                    let tensor = TensorRef::from_array_view((shape, pixels))?;
                    session.run(ort::inputs![input.name.as_str() => tensor])?
                }
                (Pixels::U8(pixels), _) => {
                    let tensor = TensorRef::from_array_view((shape, pixels))?;
                    session.run(ort::inputs![input.name.as_str() => tensor])?
                }
            };
            scores(&outputs[output.name.as_str()], output.element)
        };
        run().map_err(|error| EngineError::Run { engine: NAME, shape, problem: error.to_string() })
    }
}

fn scores(value: &DynValue, element: Element) -> ort::Result<RawOutput> {
    let (shape, values) = match element {
        Element::F16 => {
            let (shape, values) = value.try_extract_tensor::<f16>()?;
            (shape, values.iter().map(|value| value.to_f32()).collect())
        }
        Element::F64 => {
            let (shape, values) = value.try_extract_tensor::<f64>()?;
            (shape, values.iter().map(|value| *value as f32).collect())
        }
        _ => {
            let (shape, values) = value.try_extract_tensor::<f32>()?;
            (shape, values.to_vec())
        }
    };
    let shape = shape.iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect();
    Ok(RawOutput { shape, values })
}
