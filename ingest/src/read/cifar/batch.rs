//! A batch of images and their labels, binary or pickled.

use bytes::Bytes;
use hub_dataset::sample::{MediaBytes, SampleError};

use super::file_role::{Kind, Role};
use super::python::{self, Columns, Images};
use super::sizes::{MAX_BATCH_BYTES, PICTURE_BYTES, PLANE_BYTES};
use super::store::StoredFile;

/// Rows that are read from the file at a time.
const ROWS: u64 = 256;

/// A batch, open for reading.
pub struct Batch {
    pub place: String,
    pub split: &'static str,
    pub kind: Kind,
    pub rows: u64,
    bytes: MediaBytes,
    layout: Layout,
    /// The number of the next row, and the rows read ahead.
    at: u64,
    block: Bytes,
}

enum Layout {
    /// Records of so many bytes.
    Records(usize),
    /// Images from an offset on, the rest read already.
    Columns(Box<Columns>),
}

/// One row of a batch.
#[derive(Debug)]
pub struct Row {
    pub number: u64,
    /// 32 × 32 × 3 bytes: height, width, channel.
    pub image: Vec<u8>,
    pub label: u8,
    pub coarse: Option<u8>,
    pub name: Option<String>,
}

impl Batch {
    /// Opens a file of that role and checks its size; `None` if it is not a batch.
    ///
    /// # Errors
    /// The file is not what its name says.
    pub fn open(role: Role, file: StoredFile) -> Result<Option<Self>, SampleError> {
        let StoredFile { place, mut bytes, .. } = file;
        let size = bytes.size_bytes();
        if size > MAX_BATCH_BYTES {
            let problem = format!("{size} bytes, larger than any CIFAR batch");
            return Err(SampleError::fatal(place, problem));
        }
        let (split, kind, rows, layout) = match role {
            Role::Binary(kind, split) => {
                let record = PICTURE_BYTES + if kind == Kind::Cifar10 { 1 } else { 2 };
                if size == 0 || size % record as u64 != 0 {
                    let problem = format!("{size} bytes, expected a multiple of {record} (bytes per record)");
                    return Err(SampleError::fatal(place, problem).advise("download the file again"));
                }
                (split, kind, size / record as u64, Layout::Records(record))
            }
            Role::Python(split) => {
                let columns = python::batch(&place, &bytes)?;
                let kind = if columns.coarse.is_some() { Kind::Cifar100 } else { Kind::Cifar10 };
                if let Images::Held(held) = &columns.images {
                    bytes = MediaBytes::Memory(held.clone());
                }
                (split, kind, columns.labels.len() as u64, Layout::Columns(Box::new(columns)))
            }
            Role::Names(..) | Role::PythonNames => return Ok(None),
        };
        Ok(Some(Self { place, split, kind, rows, bytes, layout, at: 0, block: Bytes::new() }))
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn next_row(&mut self) -> Result<Option<Row>, SampleError> {
        let (start, stride) = match &self.layout {
            Layout::Records(record) => (0, *record),
            Layout::Columns(columns) => match columns.images {
                Images::At(offset) => (offset, PICTURE_BYTES),
                Images::Held(_) => (0, PICTURE_BYTES),
            },
        };
        if self.block.is_empty() {
            let rows = ROWS.min(self.rows - self.at);
            if rows == 0 {
                return Ok(None);
            }
            let len = rows as usize * stride;
            let read = self.bytes.read_at(start + self.at * stride as u64, len);
            let problem = |p: String| SampleError::fatal(format!("{} row {}", self.place, self.at), p);
            self.block = read.map_err(|e| problem(format!("can't be read: {e}")).because(e))?;
            if self.block.len() < len {
                return Err(problem("the file became shorter while being read".into()));
            }
        }
        let record = self.block.split_to(stride);
        let number = self.at;
        self.at += 1;
        let (labels, planes) = record.split_at(stride - PICTURE_BYTES);
        let image = interleave(planes);
        Ok(Some(match &mut self.layout {
            Layout::Records(_) => {
                let (label, coarse) = match labels {
                    [coarse, fine] => (*fine, Some(*coarse)),
                    other => (other.first().copied().unwrap_or_default(), None),
                };
                Row { number, image, label, coarse, name: None }
            }
            Layout::Columns(columns) => {
                let i = number as usize;
                Row {
                    number,
                    image,
                    label: columns.labels.get(i).copied().unwrap_or_default(),
                    coarse: columns.coarse.as_ref().and_then(|c| c.get(i).copied()),
                    name: columns.names.get_mut(i).map(std::mem::take),
                }
            }
        }))
    }
}

/// Planes of red, green, blue → red, green, blue of each pixel.
fn interleave(planes: &[u8]) -> Vec<u8> {
    let mut pixels = vec![0; planes.len()];
    for (colour, plane) in planes.chunks_exact(PLANE_BYTES).enumerate() {
        pixels.iter_mut().skip(colour).step_by(3).zip(plane).for_each(|(pixel, value)| *pixel = *value);
    }
    pixels
}
