//! CIFAR's pickled dicts.
//!
//! A batch has `data`, a numpy array of 3,072 bytes a row, `labels` (or `fine_labels` and `coarse_labels`) and
//! `filenames`; the file of names has `label_names` (or `fine_label_names` and `coarse_label_names`).

use hub_dataset::sample::{MediaBytes, SampleError};

use super::pickle::{Node, Pickle};
use super::sizes::PICTURE_BYTES;

/// A batch, its pixels left in the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns {
    /// Byte offset of the pixels in the file.
    pub images: u64,
    pub labels: Vec<u8>,
    pub coarse: Option<Vec<u8>>,
    /// As many as labels, or none.
    pub names: Vec<String>,
}

/// Reads a batch.
///
/// # Errors
/// It is not one.
pub fn batch(place: &str, bytes: &MediaBytes) -> Result<Columns, SampleError> {
    read(place, bytes, |pickle| {
        let dict = pickle.root();
        let rows = |len: usize, what: &str, pixels: u64| {
            let images = pixels / PICTURE_BYTES as u64;
            if len as u64 == images { Ok(()) } else { Err(format!("{len} {what} for {images} images")) }
        };
        let (images, pixels) = pixels(pickle, pickle.get(dict, "data").ok_or("'data' is missing")?)?;
        let fine = pickle.get(dict, "fine_labels");
        let labels = fine
            .or_else(|| pickle.get(dict, "labels"))
            .ok_or("both 'labels' and 'fine_labels' are missing")?;
        let labels = numbers(pickle, labels)?;
        rows(labels.len(), "labels", pixels)?;
        let coarse = pickle.get(dict, "coarse_labels").filter(|_| fine.is_some());
        let coarse = coarse.map(|coarse| numbers(pickle, coarse)).transpose()?;
        rows(coarse.as_ref().map_or(labels.len(), Vec::len), "coarse labels", pixels)?;
        let names = match pickle.get(dict, "filenames") {
            Some(names) => texts(pickle, names)?,
            None => Vec::new(),
        };
        if !names.is_empty() {
            rows(names.len(), "file names", pixels)?;
        }
        Ok(Columns { images, labels, coarse, names })
    })
}

/// Reads the class names: fine (or only) ones, coarse ones.
///
/// # Errors
/// The file has none.
pub fn class_names(
    place: &str,
    bytes: &MediaBytes,
) -> Result<(Vec<String>, Option<Vec<String>>), SampleError> {
    read(place, bytes, |pickle| {
        let list = |key: &str| pickle.get(pickle.root(), key).map(|names| texts(pickle, names)).transpose();
        let fine = match list("fine_label_names")? {
            Some(names) => names,
            None => list("label_names")?.ok_or("both 'label_names' and 'fine_label_names' are missing")?,
        };
        Ok((fine, list("coarse_label_names")?))
    })
}

fn read<T>(
    place: &str,
    bytes: &MediaBytes,
    take: impl FnOnce(&Pickle) -> Result<T, String>,
) -> Result<T, SampleError> {
    let taken = Pickle::read(bytes).and_then(|pickle| take(&pickle));
    taken.map_err(|problem| SampleError::fatal(place, problem).advise("download the file again"))
}

fn items<'a>(node: &'a Node, what: &str) -> Result<&'a [usize], String> {
    match node {
        Node::List(items) | Node::Tuple(items) => Ok(items),
        _ => Err(format!("{what} are not a list")),
    }
}

fn numbers(pickle: &Pickle, list: &Node) -> Result<Vec<u8>, String> {
    let number = |(i, id): (usize, &usize)| match pickle.node(*id) {
        Node::Int(n) => u8::try_from(*n).map_err(|_| format!("label {n} in row {i}, expected 0 to 255")),
        _ => Err(format!("the label in row {i} is not a number")),
    };
    items(list, "the labels")?.iter().enumerate().map(number).collect()
}

fn texts(pickle: &Pickle, list: &Node) -> Result<Vec<String>, String> {
    let text = |(i, id): (usize, &usize)| match pickle.node(*id) {
        Node::Short(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => Err(format!("name {i} is not a short string")),
    };
    items(list, "the names")?.iter().enumerate().map(text).collect()
}

/// Where the bytes of a numpy array of images are, and how many. The array's state is (version, shape, type,
/// Fortran's order?, bytes).
fn pixels(pickle: &Pickle, array: &Node) -> Result<(u64, u64), String> {
    let state = match array {
        Node::Call { callee, state: Some(state), .. } if matches!(pickle.node(*callee), Node::Global(name) if name.ends_with("multiarray._reconstruct")) => {
            match pickle.node(*state) {
                Node::Tuple(state) => &state[..],
                _ => &[],
            }
        }
        _ => &[],
    };
    let [_, shape, dtype, fortran, bytes] = state else { return Err("'data' is not a NumPy array".into()) };
    let is_byte = match pickle.node(*dtype) {
        Node::Call { arguments, .. } => match pickle.node(*arguments) {
            Node::Tuple(arguments) => arguments.first().is_some_and(
                |first| matches!(pickle.node(*first), Node::Short(name) if matches!(&**name, b"u1" | b"|u1")),
            ),
            _ => false,
        },
        _ => false,
    };
    if !is_byte || !matches!(pickle.node(*fortran), Node::Bool(false) | Node::Int(0)) {
        return Err("'data' is not an array of uint8 in row-major order".into());
    }
    let Node::Tuple(shape) = pickle.node(*shape) else { return Err("'data' has no shape".into()) };
    let shape: Vec<i64> =
        shape.iter().map(|n| if let Node::Int(n) = pickle.node(*n) { *n } else { -1 }).collect();
    match (&shape[..], pickle.node(*bytes)) {
        ([rows, 3072], Node::Long { offset, len })
            if *rows > 0 && rows.checked_mul(3072) == i64::try_from(*len).ok() =>
        {
            Ok((*offset, *len))
        }
        ([_, 3072], Node::Long { len, .. }) => {
            Err(format!("'data' has {len} bytes, which does not fit the shape {shape:?}"))
        }
        _ => Err(format!("'data' has the shape {shape:?}, expected rows of 3072, as plain bytes")),
    }
}
