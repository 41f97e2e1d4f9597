//! CIFAR's pickled dicts.
//!
//! A batch has `data`, a numpy array of 3,072 bytes a row, `labels` (or `fine_labels` and `coarse_labels`) and
//! `filenames`; the file of names has `label_names` (or `fine_label_names` and `coarse_label_names`).

use bytes::Bytes;
use hub_dataset::sample::{MediaBytes, SampleError};

use super::pickle::{Node, Pickle, latin1};
use super::sizes::PICTURE_BYTES;

/// A batch, its pixels left in the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns {
    pub images: Images,
    pub labels: Vec<u8>,
    pub coarse: Option<Vec<u8>>,
    /// As many as labels, or none.
    pub names: Vec<String>,
}

/// The pixels of a batch.
#[derive(Debug, PartialEq, Eq)]
pub enum Images {
    /// In the file, from this byte on.
    At(u64),
    /// Of a pickle in which they don't stand as they are.
    Held(Bytes),
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
        let data = pickle.get(dict, "data").ok_or("'data' is missing")?;
        let (images, pixels) = pixels(pickle, data, bytes)?;
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

/// The bytes of a numpy array of images, and how many they are.
fn pixels(pickle: &Pickle, array: &Node, file: &MediaBytes) -> Result<(Images, u64), String> {
    let Array { shape, dtype, is_row_major, bytes } =
        Array::of(pickle, array).ok_or("'data' is not a NumPy array")?;
    let is_byte = match pickle.node(dtype) {
        Node::Call { arguments, .. } => match pickle.node(*arguments) {
            Node::Tuple(arguments) => arguments.first().is_some_and(
                |first| matches!(pickle.node(*first), Node::Short(name) if matches!(&**name, b"u1" | b"|u1")),
            ),
            _ => false,
        },
        _ => false,
    };
    if !is_byte || !is_row_major {
        return Err("'data' is not an array of uint8 in row-major order".into());
    }
    let Node::Tuple(shape) = pickle.node(shape) else { return Err("'data' has no shape".into()) };
    let shape: Vec<i64> =
        shape.iter().map(|n| if let Node::Int(n) = pickle.node(*n) { *n } else { -1 }).collect();
    let [rows, 3072] = shape[..] else {
        return Err(format!("'data' has the shape {shape:?}, expected rows of 3072"));
    };
    let (images, len) = match pickle.node(bytes) {
        Node::Long { offset, len } => (Images::At(*offset), *len),
        Node::Held(bytes) => (Images::Held(bytes.clone()), bytes.len() as u64),
        Node::LongLatin1 { offset, len } => {
            let len = usize::try_from(*len).map_err(|e| e.to_string())?;
            let text = file.read_at(*offset, len).map_err(|e| format!("can't be read: {e}"))?;
            let bytes = Bytes::from(latin1(&text).ok_or("'data' is a text that is not Latin-1")?);
            let len = bytes.len() as u64;
            (Images::Held(bytes), len)
        }
        _ => return Err("'data' has no bytes".into()),
    };
    match rows > 0 && rows.checked_mul(3072) == i64::try_from(len).ok() {
        true => Ok((images, len)),
        false => Err(format!("'data' has {len} bytes, which does not fit the shape {shape:?}")),
    }
}

/// The parts of a pickled numpy array.
struct Array {
    shape: usize,
    dtype: usize,
    is_row_major: bool,
    bytes: usize,
}

impl Array {
    fn of(pickle: &Pickle, array: &Node) -> Option<Self> {
        let Node::Call { callee, arguments, state } = array else { return None };
        let Node::Global(name) = pickle.node(*callee) else { return None };
        let tuple = |id: usize| if let Node::Tuple(items) = pickle.node(id) { &items[..] } else { &[] };
        if name.ends_with("multiarray._reconstruct") {
            // The state is (version, shape, type, Fortran's order?, bytes).
            let &[_, shape, dtype, fortran, bytes] = tuple((*state)?) else { return None };
            let is_row_major = matches!(pickle.node(fortran), Node::Bool(false) | Node::Int(0));
            return Some(Self { shape, dtype, is_row_major, bytes });
        }
        if name.ends_with("numeric._frombuffer") {
            // Protocol 5: the arguments are (bytes, type, shape, order).
            let &[bytes, dtype, shape, order] = tuple(*arguments) else { return None };
            let is_row_major = matches!(pickle.node(order), Node::Short(order) if **order == *b"C");
            return Some(Self { shape, dtype, is_row_major, bytes });
        }
        None
    }
}
