//! One value of a column as a Python object.
//!
//! | column | Python |
//! |---|---|
//! | image, audio, video, mask as PNG | `bytes` as pushed; a file object for samples over 32 MiB |
//! | tensor | NumPy array (a `Tensor` where NumPy isn't installed) |
//! | class label | `int`, the class number |
//! | box | `[x, y, width, height]` |
//! | timestamp | `datetime` in UTC |
//! | json | what `json.loads` gives |
//! | list, struct, and what is laid out as them | `list`, `dict` |
//! | null | `None` |

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::buffer::MutableBuffer;
use arrow::datatypes::{BinaryViewType, Int64Type};
use hub_dataset::Snapshot;
use hub_dataset::sample::{MediaBytes, Value, extract};
use hub_schema::{DType, Feature, MaskEncoding};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::blob::Blob;
use crate::errors::{Kind, raise};
use crate::tensor::{Element, Tensor};

/// The value in a row of a column.
pub fn value<'py>(
    py: Python<'py>,
    snapshot: &Snapshot,
    feature: &Feature,
    array: &ArrayRef,
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    if array.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    let quick = match feature {
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            array.as_struct_opt().and_then(|media| encoded(py, media, row))
        }
        Feature::ClassLabel { .. } | Feature::Number { dtype: DType::I64 } => {
            array.as_primitive_opt::<Int64Type>().map(|a| PyInt::new(py, a.value(row)).into_any())
        }
        Feature::Text => array.as_string_opt::<i32>().map(|a| PyString::new(py, a.value(row)).into_any()),
        Feature::Tensor { dtype, shape, .. } => match array.as_fixed_size_binary_opt() {
            Some(a) => {
                let mut buffer = MutableBuffer::new(a.value(row).len());
                buffer.extend_from_slice(a.value(row));
                Some(numpy(py, Tensor::new(buffer, Element::Number(*dtype), shape))?)
            }
            None => None,
        },
        _ => None,
    };
    match quick {
        Some(value) => Ok(value),
        None => general(py, snapshot, feature, &array.slice(row, 1)),
    }
}

/// The bytes of an encoded file, unless they are an object of their own.
fn encoded<'py>(py: Python<'py>, media: &StructArray, row: usize) -> Option<Bound<'py, PyAny>> {
    let views = media.column(0).as_byte_view_opt::<BinaryViewType>()?;
    views.is_valid(row).then(|| PyBytes::new(py, views.value(row)).into_any())
}

fn general<'py>(
    py: Python<'py>,
    snapshot: &Snapshot,
    feature: &Feature,
    array: &ArrayRef,
) -> PyResult<Bound<'py, PyAny>> {
    let open = |hash, size| snapshot.blob(hash, size);
    let values = extract::column("", feature, array, &open);
    let values = values.map_err(|e| raise(py, Kind::Corrupt, &e.to_string(), None))?;
    match values.first() {
        Some(value) => to_python(py, feature, value),
        None => Ok(py.None().into_bound(py)),
    }
}

fn to_python<'py>(py: Python<'py>, feature: &Feature, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    let object = match (value, feature) {
        (Value::Null, _) => py.None().into_bound(py),
        (Value::Bool(value), _) => PyBool::new(py, *value).to_owned().into_any(),
        (Value::Int(microseconds), Feature::Timestamp) => timestamp(py, *microseconds)?,
        (Value::Int(value), _) => PyInt::new(py, *value).into_any(),
        (Value::UInt(value), _) => PyInt::new(py, *value).into_any(),
        (Value::Float(value), _) => PyFloat::new(py, *value).into_any(),
        (Value::Text(text), Feature::Json) => json(py, text)?,
        (Value::Text(text), _) => PyString::new(py, text).into_any(),
        (Value::Bytes(bytes), Feature::Tensor { dtype, shape, .. }) => {
            let mut buffer = MutableBuffer::new(bytes.len());
            buffer.extend_from_slice(bytes);
            numpy(py, Tensor::new(buffer, Element::Number(*dtype), shape))?
        }
        (Value::Bytes(bytes), _) => PyBytes::new(py, bytes).into_any(),
        (Value::Media(media), _) => match &media.bytes {
            MediaBytes::Object(object) => file(py, Blob::new(object.clone()))?,
            bytes => PyBytes::new(py, &bytes.read_all()?).into_any(),
        },
        (Value::Struct(members), Feature::Bbox) => {
            let plain = Feature::float64();
            let members = members.iter().map(|member| to_python(py, &plain, member));
            PyList::new(py, members.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        (Value::List(items), Feature::List { item }) => list(py, item, items)?,
        (Value::Struct(members), Feature::Struct { fields }) => {
            let dict = PyDict::new(py);
            for (field, member) in fields.iter().zip(members) {
                dict.set_item(&field.name, to_python(py, &field.feature, member)?)?;
            }
            dict.into_any()
        }
        (value, feature) => match feature.layout() {
            Some(layout) => to_python(py, layout, value)?,
            None => {
                let problem = format!("expected {}, found {}", feature.describe(), value.kind());
                return Err(raise(py, Kind::Corrupt, &problem, None));
            }
        },
    };
    Ok(object)
}

fn list<'py>(py: Python<'py>, item: &Feature, items: &[Value]) -> PyResult<Bound<'py, PyAny>> {
    let items = items.iter().map(|value| to_python(py, item, value));
    Ok(PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any())
}

/// A tensor as a NumPy array over the same memory; as it is where NumPy isn't installed.
pub fn numpy(py: Python<'_>, tensor: Tensor) -> PyResult<Bound<'_, PyAny>> {
    static ASARRAY: PyOnceLock<Option<Py<PyAny>>> = PyOnceLock::new();
    let asarray =
        ASARRAY.get_or_init(py, || py.import("numpy").ok()?.getattr("asarray").ok().map(Bound::unbind));
    let tensor = Bound::new(py, tensor)?.into_any();
    match asarray {
        Some(asarray) => asarray.bind(py).call1((tensor,)),
        None => Ok(tensor),
    }
}

/// A function of `imagehub._values`.
pub fn helper<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyAny>>,
    name: &str,
) -> PyResult<&'py Bound<'py, PyAny>> {
    let find = || py.import("imagehub._values")?.getattr(name).map(Bound::unbind);
    cell.get_or_try_init(py, find).map(|function| function.bind(py))
}

fn timestamp(py: Python<'_>, microseconds: i64) -> PyResult<Bound<'_, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    helper(py, &FUNCTION, "timestamp")?.call1((microseconds,))
}

fn json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    helper(py, &FUNCTION, "parse_json")?.call1((text,))
}

/// A large sample as a file object.
fn file(py: Python<'_>, blob: Blob) -> PyResult<Bound<'_, PyAny>> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    helper(py, &FUNCTION, "open_blob")?.call1((Bound::new(py, blob)?,))
}
