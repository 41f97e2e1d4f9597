//! An array in memory of its own that NumPy, PyTorch and JAX use without a copy: Python's buffer protocol and DLPack.
//!
//! Why own code: the crate for DLPack (`dlpark`) is tied to other versions of PyO3, and `numpy` (the crate) would load
//! NumPy's C interface into every process. The structs are those of `dlpack.h`, version 1.1
//! (<https://dmlc.github.io/dlpack/latest/c_api.html>); both the versioned capsule (which says that the memory is
//! writable) and the older one are given.

// Both protocols hand out raw pointers; each block says why they are valid.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;

use arrow::buffer::{Buffer, MutableBuffer};
use hub_schema::DType;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi::Py_buffer;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

/// DLPack's number of the device "CPU".
const CPU: i32 = 1;
const VERSION: Version = Version { major: 1, minor: 1 };
const UNVERSIONED: &CStr = c"dltensor";
const VERSIONED: &CStr = c"dltensor_versioned";

/// A row-major array in memory of its own, writable.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Debug)]
pub struct Tensor(Arc<Memory>);

#[derive(Debug)]
struct Memory {
    /// Where the memory lies; it is read and written through this alone.
    data: *mut u8,
    bytes: usize,
    /// Elements a dimension, outermost first.
    shape: Vec<isize>,
    /// Bytes from one element of a dimension to the next.
    strides: Vec<isize>,
    /// The same in elements, as DLPack counts.
    element_strides: Vec<i64>,
    dlpack_shape: Vec<i64>,
    element: Element,
    _owner: Owner,
}

/// What keeps the memory, which nothing else refers to.
#[derive(Debug)]
enum Owner {
    Copied { _buffer: MutableBuffer },
    Decoded { _buffer: Buffer },
}

// SAFETY: the pointer is that of the owner's memory, which moves with it. The memory is never used from Rust again; who uses
// it from Python follows Python's rules for shared arrays.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Tensor {
    /// A tensor of `shape` over `buffer`, whose length is that of the elements.
    pub fn new(mut buffer: MutableBuffer, element: Element, shape: &[usize]) -> Self {
        let (data, bytes) = (buffer.as_mut_ptr(), buffer.len());
        Self::over(data, bytes, Owner::Copied { _buffer: buffer }, element, shape)
    }

    /// A tensor of `shape` over memory that a batch was decoded into; it is copied if something else refers to it.
    pub fn decoded(buffer: Buffer, element: Element, shape: &[usize]) -> Self {
        let is_aligned = buffer.as_ptr().align_offset(element.size_bytes()) == 0;
        if buffer.strong_count() != 1 || !is_aligned {
            let mut copy = MutableBuffer::new(buffer.len());
            copy.extend_from_slice(&buffer);
            return Self::new(copy, element, shape);
        }
        // Nothing else refers to the memory, which was allocated to be written to.
        let (data, bytes) = (buffer.as_ptr().cast_mut(), buffer.len());
        Self::over(data, bytes, Owner::Decoded { _buffer: buffer }, element, shape)
    }

    fn over(data: *mut u8, bytes: usize, owner: Owner, element: Element, shape: &[usize]) -> Self {
        let width = element.size_bytes() as isize;
        let mut strides = vec![0; shape.len()];
        let mut step = width;
        for (stride, length) in strides.iter_mut().zip(shape).rev() {
            *stride = step;
            step *= *length as isize;
        }
        debug_assert_eq!(bytes, shape.iter().product::<usize>() * element.size_bytes());
        Self(Arc::new(Memory {
            data,
            bytes,
            element_strides: strides.iter().map(|stride| (stride / width) as i64).collect(),
            dlpack_shape: shape.iter().map(|length| *length as i64).collect(),
            shape: shape.iter().map(|length| *length as isize).collect(),
            strides,
            element,
            _owner: owner,
        }))
    }
}

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// One byte, 0 or 1.
    Bool,
    Number(DType),
    /// IEEE half precision.
    Half,
    /// The upper half of a float32. NumPy has no such type: it sees the bits.
    BrainFloat,
}

impl Element {
    pub const fn size_bytes(self) -> usize {
        match self {
            Self::Bool => 1,
            Self::Half | Self::BrainFloat => 2,
            Self::Number(dtype) => dtype.size_bytes(),
        }
    }

    /// NumPy's name; `bfloat16` for what NumPy has none for.
    const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Half => "float16",
            Self::BrainFloat => "bfloat16",
            Self::Number(dtype) => dtype.numpy(),
        }
    }

    /// As `struct` of the standard library writes it.
    const fn format(self) -> &'static CStr {
        let dtype = match self {
            Self::Bool => return c"?",
            Self::Half => return c"e",
            Self::BrainFloat => return c"H",
            Self::Number(dtype) => dtype,
        };
        match dtype {
            DType::U8 => c"B",
            DType::I8 => c"b",
            DType::U16 => c"H",
            DType::I16 => c"h",
            DType::U32 => c"I",
            DType::I32 => c"i",
            DType::U64 => c"Q",
            DType::I64 => c"q",
            DType::F32 => c"f",
            DType::F64 => c"d",
        }
    }

    const fn dlpack(self) -> DataType {
        let code = match self {
            Self::Number(DType::I8 | DType::I16 | DType::I32 | DType::I64) => 0,
            Self::Number(DType::U8 | DType::U16 | DType::U32 | DType::U64) => 1,
            Self::Number(DType::F32 | DType::F64) | Self::Half => 2,
            Self::BrainFloat => 4,
            Self::Bool => 6,
        };
        DataType { code, bits: (self.size_bytes() * 8) as u8, lanes: 1 }
    }
}

#[pymethods]
impl Tensor {
    /// Elements a dimension, outermost first.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.shape)
    }

    /// NumPy's name of the element type.
    #[getter]
    fn dtype(&self) -> &'static str {
        self.0.element.name()
    }

    /// Bytes of all elements.
    #[getter]
    fn nbytes(&self) -> usize {
        self.0.bytes
    }

    fn __len__(&self) -> usize {
        self.0.shape.first().map_or(0, |length| *length as usize)
    }

    fn __repr__(&self) -> String {
        let shape: Vec<String> = self.0.shape.iter().map(ToString::to_string).collect();
        format!("Tensor({}[{}])", self.0.element.name(), shape.join(", "))
    }

    /// # Safety
    /// Python calls this with a pointer to a `Py_buffer` that it owns.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut Py_buffer, _flags: c_int) -> PyResult<()> {
        if view.is_null() {
            return Err(PyBufferError::new_err("the view is null"));
        }
        let memory = Arc::clone(&slf.get().0);
        // SAFETY: `view` is valid (see above). The pointers are those of `memory`, which `obj` keeps alive until
        // the buffer is released; shape and strides are only read. An empty tensor's pointer is never followed.
        unsafe {
            (*view).buf = memory.data.cast::<c_void>();
            (*view).len = memory.bytes as isize;
            (*view).readonly = 0;
            (*view).itemsize = memory.element.size_bytes() as isize;
            (*view).format = memory.element.format().as_ptr().cast::<c_char>().cast_mut();
            (*view).ndim = memory.shape.len() as c_int;
            (*view).shape = memory.shape.as_ptr().cast_mut();
            (*view).strides = memory.strides.as_ptr().cast_mut();
            (*view).suboffsets = ptr::null_mut();
            (*view).internal = ptr::null_mut();
            (*view).obj = slf.into_any().into_ptr();
        }
        Ok(())
    }

    fn __dlpack_device__(&self) -> (i32, i32) {
        (CPU, 0)
    }

    /// A DLPack capsule of this memory: versioned if `max_version` allows it. Only the CPU is served; `copy=True` is
    /// not.
    #[pyo3(signature = (*, stream=None, max_version=None, dl_device=None, copy=None))]
    fn __dlpack__<'py>(
        &self,
        py: Python<'py>,
        stream: Option<Py<PyAny>>,
        max_version: Option<(u32, u32)>,
        dl_device: Option<(i32, i32)>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        if stream.is_some() || copy == Some(true) || dl_device.is_some_and(|device| device != (CPU, 0)) {
            let problem = "this tensor lies in main memory: give neither a stream nor another device, and copy it \
                           afterwards";
            return Err(PyBufferError::new_err(problem));
        }
        let memory = Arc::clone(&self.0);
        let tensor = DlTensor {
            data: memory.data.cast::<c_void>(),
            device: Device { kind: CPU, id: 0 },
            ndim: memory.dlpack_shape.len() as i32,
            dtype: memory.element.dlpack(),
            shape: memory.dlpack_shape.as_ptr().cast_mut(),
            strides: memory.element_strides.as_ptr().cast_mut(),
            byte_offset: 0,
        };
        let owner = Arc::into_raw(memory).cast_mut().cast::<c_void>();
        if max_version.is_some_and(|(major, _)| major >= VERSION.major) {
            let managed =
                Versioned { version: VERSION, owner, deleter: Some(drop_versioned), flags: 0, tensor };
            capsule(py, Box::into_raw(Box::new(managed)).cast::<c_void>(), VERSIONED)
        } else {
            let managed = Unversioned { tensor, owner, deleter: Some(drop_unversioned) };
            capsule(py, Box::into_raw(Box::new(managed)).cast::<c_void>(), UNVERSIONED)
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Version {
    major: u32,
    minor: u32,
}

#[repr(C)]
struct Device {
    kind: i32,
    id: i32,
}

#[repr(C)]
struct DataType {
    code: u8,
    bits: u8,
    lanes: u16,
}

#[repr(C)]
struct DlTensor {
    data: *mut c_void,
    device: Device,
    ndim: i32,
    dtype: DataType,
    shape: *mut i64,
    strides: *mut i64,
    byte_offset: u64,
}

#[repr(C)]
struct Unversioned {
    tensor: DlTensor,
    owner: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Self)>,
}

#[repr(C)]
struct Versioned {
    version: Version,
    owner: *mut c_void,
    deleter: Option<unsafe extern "C" fn(*mut Self)>,
    flags: u64,
    tensor: DlTensor,
}

/// # Safety
/// Called once, by the owner of the struct, which came from `Box::into_raw`.
unsafe extern "C" fn drop_versioned(managed: *mut Versioned) {
    // SAFETY: see above; `owner` came from `Arc::into_raw`.
    unsafe { drop(Arc::from_raw(Box::from_raw(managed).owner.cast::<Memory>())) };
}

/// # Safety
/// As [`drop_versioned`].
unsafe extern "C" fn drop_unversioned(managed: *mut Unversioned) {
    // SAFETY: see above; `owner` came from `Arc::into_raw`.
    unsafe { drop(Arc::from_raw(Box::from_raw(managed).owner.cast::<Memory>())) };
}

fn capsule<'py>(
    py: Python<'py>,
    managed: *mut c_void,
    name: &'static CStr,
) -> PyResult<Bound<'py, PyCapsule>> {
    let pointer = ptr::NonNull::new(managed).ok_or_else(|| PyBufferError::new_err("out of memory"))?;
    // SAFETY: the pointer is that of a struct that belongs to the name, and the destructor frees it unless a consumer
    // took it over, for which it renames the capsule.
    unsafe { PyCapsule::new_with_pointer_and_destructor(py, pointer, name, Some(drop_unused)) }
}

/// Frees what no consumer took.
///
/// # Safety
/// Python calls this with a capsule that [`capsule`] made.
unsafe extern "C" fn drop_unused(capsule: *mut pyo3::ffi::PyObject) {
    use pyo3::ffi::{PyCapsule_GetPointer, PyCapsule_IsValid};
    // SAFETY: the capsule is alive in its destructor; a valid name means that the pointer is still ours, and of the
    // struct that belongs to the name.
    unsafe {
        if PyCapsule_IsValid(capsule, VERSIONED.as_ptr()) == 1 {
            drop_versioned(PyCapsule_GetPointer(capsule, VERSIONED.as_ptr()).cast::<Versioned>());
        } else if PyCapsule_IsValid(capsule, UNVERSIONED.as_ptr()) == 1 {
            drop_unversioned(PyCapsule_GetPointer(capsule, UNVERSIONED.as_ptr()).cast::<Unversioned>());
        }
    }
}
