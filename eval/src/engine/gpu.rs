//! Why ONNX Runtime can't use a GPU, and what to install.
//!
//! Its own messages name a source line and a library's file; people need the package that has it.

use std::path::Path;

use super::options::Device;

/// The package of Python with CUDA and TensorRT.
pub const PACKAGE: &str = "onnxruntime-gpu";

/// The library has no provider for the device.
pub fn not_built_for(library: &Path, device: Device) -> String {
    let provider = if matches!(device, Device::TensorRt(_)) { "TensorRT" } else { "CUDA" };
    format!(
        "{} is built without {provider}; install the one that has it with `pip uninstall onnxruntime && pip install \
         {PACKAGE}`, or use --device cpu",
        library.display()
    )
}

/// What a message of ONNX Runtime means, with how to go on; the message itself is at the end.
pub fn explain(message: &str, device: Device) -> String {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let missing = missing_library(message);
    let number = device.gpu().unwrap_or(0);
    let what = if missing.is_some_and(|name| name.starts_with("libcuda.so"))
        || has(&[
            "CUDA failure 100",
            "CUDA failure 35",
            "no CUDA-capable device",
            "driver version is insufficient",
        ]) {
        "there is no NVIDIA GPU, or its driver is missing or too old: `nvidia-smi` must list it; install the driver \
         with `apt-get install nvidia-driver` (in a container: start it with `--gpus all`)"
            .to_owned()
    } else if has(&["CUDA failure 101", "invalid device ordinal"]) {
        format!("there is no GPU {number}: `nvidia-smi -L` lists them, counted from 0")
    } else if has(&["CUDA failure 2:", "out of memory"]) {
        format!("GPU {number} has too little free memory: use a smaller --batch-size, or another GPU")
    } else if let Some(library) = missing {
        match library {
            name if name.starts_with("libnvinfer") || name.starts_with("libnvonnxparser") => format!(
                "TensorRT's library {name} is missing: install it with `pip install tensorrt`, and name its folder in \
                 LD_LIBRARY_PATH; or use --device cuda:{number}"
            ),
            name if name.starts_with("libonnxruntime_providers") => format!(
                "{name} isn't beside the library of ONNX Runtime: install all of it with `pip install {PACKAGE}`"
            ),
            name => format!(
                "a library of CUDA or cuDNN, {name}, is missing: install them with `pip install \
                 '{PACKAGE}[cuda,cudnn]'`, and name their folders (site-packages/nvidia/*/lib) in LD_LIBRARY_PATH"
            ),
        }
    } else {
        return message.to_owned();
    };
    format!("{what} ({})", message.trim())
}

/// The name of the library that the system's loader didn't find.
fn missing_library(message: &str) -> Option<&str> {
    let (before, _) = message.split_once(": cannot open shared object file")?;
    let path = before.rsplit([' ', '\n', '"', '\'']).next()?;
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages of ONNX Runtime 1.18 to 1.23.
    #[test]
    fn what_is_missing_is_named_with_how_to_install_it() {
        let loading = |provider: &str, library: &str| {
            format!(
                "[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_{provider}.so with \
                 error: {library}: cannot open shared object file: No such file or directory"
            )
        };
        let cuda = Device::Cuda(1);
        for (message, device, words) in [
            (
                loading("cuda", "libcublasLt.so.12"),
                cuda,
                "libcublasLt.so.12, is missing: install them with `pip install 'onnxruntime-gpu[cuda,cudnn]'`",
            ),
            (loading("cuda", "libcudnn.so.9"), cuda, "onnxruntime-gpu[cuda,cudnn]"),
            (loading("cuda", "libcuda.so.1"), cuda, "apt-get install nvidia-driver"),
            (loading("tensorrt", "libnvinfer.so.10"), Device::TensorRt(1), "`pip install tensorrt`"),
            (
                loading("cuda", "/opt/ort/libonnxruntime_providers_cuda.so"),
                cuda,
                "libonnxruntime_providers_cuda.so isn't beside",
            ),
            (
                "CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=x".to_owned(),
                cuda,
                "--gpus all",
            ),
            (
                "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version".to_owned(),
                cuda,
                "too old",
            ),
            (
                "CUDA failure 101: invalid device ordinal ; GPU=7".to_owned(),
                Device::Cuda(7),
                "there is no GPU 7: `nvidia-smi -L`",
            ),
            ("CUDA failure 2: out of memory ; GPU=0".to_owned(), cuda, "smaller --batch-size"),
        ] {
            let told = explain(&message, device);
            assert!(told.contains(words), "{told}");
            assert!(told.contains(&message), "the message itself is kept: {told}");
        }
        assert_eq!(explain("something else", cuda), "something else");
    }

    #[test]
    fn a_library_for_the_cpu_alone_is_named() {
        let told = not_built_for(Path::new("/x/libonnxruntime.so.1.23.0"), Device::TensorRt(0));
        assert!(
            told.starts_with("/x/libonnxruntime.so.1.23.0 is built without TensorRT; install")
                && told.contains("pip install onnxruntime-gpu")
        );
    }
}
