//! Python objects as values of a column: the way back is [`crate::values`].

use std::path::PathBuf;

use bytes::Bytes;
use hub_dataset::sample::{Media, MediaBytes, Value, parse};
use hub_media::{encode_png, ending_of_bytes};
use hub_schema::similar::{did_you_mean, nearest};
use hub_schema::{DType, Feature, MaskEncoding};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyMapping, PyString};

use crate::values::helper;

/// Why an object is no value of a column: what was expected and found, in a clause.
#[derive(Debug)]
pub enum BadValue {
    Wrong(String),
    /// What Python itself raised: Ctrl-C, or an object's own method.
    Raised(PyErr),
}

impl From<PyErr> for BadValue {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

type Result<T> = std::result::Result<T, BadValue>;

/// The value of an object for a column of that type.
pub fn value_of(feature: &Feature, object: &Bound<'_, PyAny>) -> Result<Value> {
    if object.is_none() {
        return Ok(Value::Null);
    }
    match feature {
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            media(feature, object)
        }
        Feature::Tensor { dtype, shape, .. } => tensor(feature, object, *dtype, shape),
        Feature::ClassLabel { names, .. } => label(feature, names, object),
        Feature::Text => match object.cast::<PyString>() {
            Ok(text) => Ok(Value::text(text.to_str()?)),
            Err(_) => Err(wrong(feature, "a str", object)),
        },
        Feature::Json => {
            static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            let text = checked(helper(object.py(), &FUNCTION, "write_json")?.call1((object,)), object.py())?;
            Ok(Value::Text(text.extract()?))
        }
        Feature::Binary => match bytes_of(object)? {
            Some(bytes) => Ok(Value::Bytes(bytes)),
            None => Err(wrong(feature, "bytes", object)),
        },
        Feature::Number { dtype } => number(feature, *dtype, object),
        Feature::Bool => boolean(feature, object),
        Feature::Timestamp => timestamp(feature, object),
        Feature::List { item } => list(feature, item, object),
        Feature::Struct { fields } => {
            if let Ok(members) = object.cast::<PyMapping>() {
                return members_of(fields, members);
            }
            // Boxes and points are usually given as their numbers.
            let Some(items) = items_of(object)? else { return Err(wrong(feature, "a dict", object)) };
            if items.len() != fields.len() {
                let problem = format!("expected {} numbers, found {}", fields.len(), items.len());
                return Err(BadValue::Wrong(problem));
            }
            let values = fields.iter().zip(&items).map(|(field, item)| value_of(&field.feature, item));
            Ok(Value::Struct(values.collect::<Result<_>>()?))
        }
        other => match other.layout() {
            Some(plain) => value_of(plain, object),
            None => Err(wrong(feature, "another object", object)),
        },
    }
}

fn wrong(feature: &Feature, expected: &str, found: &Bound<'_, PyAny>) -> BadValue {
    BadValue::Wrong(format!("expected {} as {expected}, found {}", feature.describe(), shown(found)))
}

/// An object in a few words: its type and, where it is short, its value.
fn shown(object: &Bound<'_, PyAny>) -> String {
    let kind = object.get_type().name().map_or_else(|_| "an object".to_owned(), |name| name.to_string());
    match object.repr().map(|text| text.to_string()) {
        Ok(text) if text.chars().count() <= 40 => format!("{kind} {text}"),
        _ => format!("an object of type {kind}"),
    }
}

/// The bytes of a bytes-like object, copied.
fn bytes_of(object: &Bound<'_, PyAny>) -> Result<Option<Bytes>> {
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(Some(Bytes::copy_from_slice(bytes.as_bytes())));
    }
    if let Ok(bytes) = object.cast::<PyByteArray>() {
        return Ok(Some(bytes.to_vec().into()));
    }
    static MEMORYVIEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let view = MEMORYVIEW.import(py, "builtins", "memoryview")?;
    if object.is_instance(view)? {
        let bytes: Bound<'_, PyBytes> = object.call_method0("tobytes")?.extract().map_err(PyErr::from)?;
        return Ok(Some(Bytes::copy_from_slice(bytes.as_bytes())));
    }
    Ok(None)
}

/// An encoded file: its bytes, its path, a dictionary of both as Hugging Face has it, an open file, or, for an image,
/// pixels, which are encoded as PNG.
fn media(feature: &Feature, object: &Bound<'_, PyAny>) -> Result<Value> {
    if let Some(bytes) = bytes_of(object)? {
        return Ok(unnamed(bytes));
    }
    if let Ok(dict) = object.cast::<PyDict>() {
        return media_of_dict(feature, dict);
    }
    if object.is_instance_of::<PyString>() || object.hasattr("__fspath__")? {
        return media_file(object.extract()?);
    }
    let is_image = matches!(feature, Feature::Image | Feature::Mask { .. });
    if is_image && (object.hasattr("__array_interface__")? || object.hasattr("__dlpack__")?) {
        return pixels(object);
    }
    if object.hasattr("read")? {
        let read = object.call_method0("read")?;
        let bytes = bytes_of(&read)?.ok_or_else(|| wrong(feature, "a file opened in mode 'rb'", object))?;
        return Ok(unnamed(bytes));
    }
    let expected = match is_image {
        true => "bytes, a path, a PIL image or an array of pixels",
        false => "bytes or a path",
    };
    Err(wrong(feature, expected, object))
}

fn unnamed(bytes: Bytes) -> Value {
    let ending = ending_of_bytes(&bytes[..bytes.len().min(64)]);
    Value::Media(Media::unnamed(bytes, ending))
}

fn media_of_dict(feature: &Feature, dict: &Bound<'_, PyDict>) -> Result<Value> {
    let member = |name: &str| Ok::<_, PyErr>(dict.get_item(name)?.filter(|member| !member.is_none()));
    let path: Option<PathBuf> = member("path")?.map(|path| path.extract()).transpose()?;
    match (member("bytes")?, path) {
        (Some(bytes), path) => {
            let found = bytes_of(&bytes)?.ok_or_else(|| wrong(feature, "bytes", &bytes))?;
            Ok(match path.as_deref().map(plain_name).filter(|name| !name.is_empty()) {
                Some(name) => Value::Media(Media { name, bytes: MediaBytes::Memory(found) }),
                None => unnamed(found),
            })
        }
        (None, Some(path)) => media_file(path),
        (None, None) => Ok(Value::Null),
    }
}

/// A file, which is read when its turn comes.
fn media_file(path: PathBuf) -> Result<Value> {
    let found = std::fs::metadata(&path).map_err(|e| BadValue::Wrong(format!("{}: {e}", path.display())))?;
    if !found.is_file() {
        return Err(BadValue::Wrong(format!("{} is not a file", path.display())));
    }
    let bytes = MediaBytes::File {
        path: std::path::absolute(&path).unwrap_or(path.clone()),
        offset: 0,
        len: found.len(),
    };
    Ok(Value::Media(Media { name: plain_name(&path), bytes }))
}

/// A relative path as it is, without `.` and `..`; of an absolute one the last part.
fn plain_name(path: &std::path::Path) -> String {
    use std::path::Component;
    if path.is_absolute() {
        return path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    }
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A PIL image or an array of pixels, as PNG.
fn pixels(object: &Bound<'_, PyAny>) -> Result<Value> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let found = checked(helper(object.py(), &FUNCTION, "pixels")?.call1((object,)), object.py())?;
    if let Ok(png) = found.cast::<PyBytes>() {
        return Ok(unnamed(Bytes::copy_from_slice(png.as_bytes())));
    }
    let (pixels, height, width, channels): (Vec<u8>, u32, u32, u32) = found.extract()?;
    let png = object.py().detach(|| encode_png(&pixels, width, height, channels));
    Ok(unnamed(png.map_err(|e| BadValue::Wrong(e.to_string()))?.into()))
}

fn tensor(feature: &Feature, object: &Bound<'_, PyAny>, dtype: DType, shape: &[usize]) -> Result<Value> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let function = helper(object.py(), &FUNCTION, "tensor_bytes")?;
    let found = checked(function.call1((object, dtype.numpy(), shape.to_vec())), object.py());
    let bytes = found.map_err(|bad| match bad {
        BadValue::Wrong(problem) => {
            BadValue::Wrong(format!("expected {}, found {problem}", feature.describe()))
        }
        raised => raised,
    })?;
    let bytes: Bound<'_, PyBytes> = bytes.extract().map_err(PyErr::from)?;
    Ok(Value::Bytes(Bytes::copy_from_slice(bytes.as_bytes())))
}

/// The result of a helper that says by a `ValueError` or `TypeError` what is wrong with its argument.
fn checked<'py>(result: PyResult<Bound<'py, PyAny>>, py: Python<'py>) -> Result<Bound<'py, PyAny>> {
    result.map_err(|error| {
        if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py) {
            return BadValue::Wrong(error.value(py).to_string());
        }
        BadValue::Raised(error)
    })
}

/// A class by its name or number; -1 is none, as Hugging Face and batches have it.
fn label(feature: &Feature, names: &[String], object: &Bound<'_, PyAny>) -> Result<Value> {
    if let Ok(name) = object.cast::<PyString>() {
        let value = parse::from_text(feature, name.to_str()?);
        return value.map_err(|problem| BadValue::Wrong(problem.to_string()));
    }
    match integer(object)? {
        Some(Value::Int(-1)) => Ok(Value::Null),
        Some(Value::Int(class)) if usize::try_from(class).is_ok_and(|class| class < names.len()) => {
            Ok(Value::Int(class))
        }
        Some(_) => {
            let problem = format!("class {object}, expected 0 to {} or a name", names.len() as i64 - 1);
            Err(BadValue::Wrong(problem))
        }
        None => Err(wrong(feature, "the name or number of a class", object)),
    }
}

/// A whole number, NumPy's and PyTorch's too; `None` for anything else.
fn integer(object: &Bound<'_, PyAny>) -> Result<Option<Value>> {
    let py = object.py();
    let found = match object.cast::<PyInt>() {
        Ok(number) => number.clone(),
        Err(_) => match object.call_method0("__index__").and_then(|n| n.extract().map_err(PyErr::from)) {
            Ok(number) => number,
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => return Err(error.into()),
            Err(_) => return Ok(None),
        },
    };
    if let Ok(number) = found.extract::<i64>() {
        return Ok(Some(Value::Int(number)));
    }
    Ok(found.extract::<u64>().ok().map(Value::UInt))
}

fn number(feature: &Feature, dtype: DType, object: &Bound<'_, PyAny>) -> Result<Value> {
    if object.is_instance_of::<PyString>() {
        return Err(wrong(feature, "a number", object));
    }
    if matches!(dtype, DType::F32 | DType::F64) {
        return match object.extract::<f64>() {
            Ok(number) => Ok(Value::Float(number)),
            Err(_) => Err(wrong(feature, "a number", object)),
        };
    }
    let Some(value) = integer(object)? else {
        return Err(wrong(feature, "a whole number", object));
    };
    // The ranges of the types are those of texts.
    let text = match &value {
        Value::UInt(number) => number.to_string(),
        Value::Int(number) => number.to_string(),
        _ => String::new(),
    };
    parse::from_text(feature, &text).map_err(|problem| BadValue::Wrong(problem.to_string()))
}

fn boolean(feature: &Feature, object: &Bound<'_, PyAny>) -> Result<Value> {
    if let Ok(value) = object.cast::<PyBool>() {
        return Ok(Value::Bool(value.is_true()));
    }
    let kind = object.get_type().name()?;
    match kind.to_str()? {
        "bool" | "bool_" => Ok(Value::Bool(object.is_truthy()?)),
        _ => Err(wrong(feature, "True or False", object)),
    }
}

fn timestamp(feature: &Feature, object: &Bound<'_, PyAny>) -> Result<Value> {
    static FUNCTION: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Ok(text) = object.cast::<PyString>() {
        let value = parse::from_text(feature, text.to_str()?);
        return value.map_err(|problem| BadValue::Wrong(problem.to_string()));
    }
    let micros = helper(object.py(), &FUNCTION, "microseconds")?.call1((object,))?;
    match micros.extract::<Option<i64>>()? {
        Some(micros) => Ok(Value::Int(micros)),
        None => Err(wrong(feature, "a datetime", object)),
    }
}

fn list(feature: &Feature, item: &Feature, object: &Bound<'_, PyAny>) -> Result<Value> {
    let Some(items) = items_of(object)? else { return Err(wrong(feature, "a list", object)) };
    let mut values = Vec::with_capacity(items.len());
    for (at, object) in items.iter().enumerate() {
        values.push(value_of(item, object).map_err(|bad| inside(&format!("item {at}"), bad))?);
    }
    Ok(Value::List(values))
}

/// The items of a list, tuple, array or other iterable; `None` for what is none.
fn items_of<'py>(object: &Bound<'py, PyAny>) -> Result<Option<Vec<Bound<'py, PyAny>>>> {
    if object.is_instance_of::<PyString>()
        || object.is_instance_of::<PyBytes>()
        || object.is_instance_of::<PyFloat>()
    {
        return Ok(None);
    }
    match object.try_iter() {
        Ok(items) => Ok(Some(items.collect::<PyResult<_>>()?)),
        Err(_) => Ok(None),
    }
}

fn members_of(fields: &[hub_schema::StructField], members: &Bound<'_, PyMapping>) -> Result<Value> {
    let mut values = Vec::with_capacity(fields.len());
    let mut found = 0;
    for field in fields {
        if !members.contains(&field.name)? {
            values.push(Value::Null);
            continue;
        }
        found += 1;
        let member = members.get_item(&field.name)?;
        values.push(value_of(&field.feature, &member).map_err(|bad| inside(&field.name, bad))?);
    }
    if found < members.len()? {
        let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        for name in members.keys()?.iter() {
            let name = name.str()?.to_string();
            if !known.contains(&name.as_str()) {
                return Err(BadValue::Wrong(unknown("member", &name, &known)));
            }
        }
    }
    Ok(Value::Struct(values))
}

fn inside(place: &str, bad: BadValue) -> BadValue {
    match bad {
        BadValue::Wrong(problem) => BadValue::Wrong(format!("{place}: {problem}")),
        raised => raised,
    }
}

/// The message that there is no column or member of that name.
pub fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let similar = nearest(name, known.iter().copied());
    format!("there is no {what} '{name}'{}; there are: {}", did_you_mean(&similar), known.join(", "))
}
