//! One IDX file as a stream of rows.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek};
use std::ops::RangeInclusive;
use std::path::Path;

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use hub_dataset::sample::SampleError;

use crate::read::file_errors::unreadable;

/// Approximate number of bytes per read.
const READ_BYTES: usize = 1 << 16;

/// The longest row taken: a raw image of 64 megapixels.
const MAX_ROW_BYTES: u64 = 64 << 20;

/// The code of unsigned bytes.
const UNSIGNED_BYTES: u8 = 8;

/// The code of int32, which QMNIST's labels are.
const INT32: u8 = 12;

/// What a file may hold.
#[derive(Clone, Debug)]
pub struct Expected {
    /// How many dimensions, rows included.
    pub dimensions: RangeInclusive<u8>,
    /// Whether the values may be int32, beside unsigned bytes.
    pub may_be_int32: bool,
}

/// The codes there are; source: the IDX format as described at MNIST's page.
const TYPES: [(u8, &str); 6] =
    [(8, "uint8"), (9, "int8"), (11, "int16"), (12, "int32"), (13, "float32"), (14, "float64")];

/// A file of unsigned bytes (or int32, big end first), row by row.
pub struct Stream {
    pub name: String,
    pub rows: u64,
    /// Lengths of the other dimensions.
    pub shape: Vec<usize>,
    /// Whether the values are int32.
    pub is_int32: bool,
    reader: Box<dyn Read + Send>,
    row_bytes: usize,
    /// Rows read from the file.
    at: u64,
    /// Rows read and not returned yet.
    block: Bytes,
}

impl Stream {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// It can't be read, its header is not one, or its length is not what the header says.
    pub fn open(path: &Path, expected: &Expected) -> Result<Self, SampleError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let place = path.display().to_string();
        let cant = |e| unreadable(&place, e);
        let mut file = BufReader::with_capacity(READ_BYTES, File::open(path).map_err(cant)?);
        let length = file.get_ref().metadata().map_err(cant)?.len();
        let gzipped = is_gzip(&mut file).map_err(cant)?;
        let mut reader: Box<dyn Read + Send> =
            if gzipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let (code, sizes) =
            header(&mut reader, expected).map_err(|problem| SampleError::fatal(&name, problem))?;
        let header_bytes = 4 + 4 * sizes.len() as u64;
        let (rows, shape) = sizes.split_first().map_or((0, &[][..]), |(rows, shape)| (*rows, shape));
        let value_bytes = if code == INT32 { 4 } else { 1 };
        let row_bytes = shape.iter().fold(value_bytes, |n: u64, d| n.saturating_mul(u64::from(*d)));
        if row_bytes == 0 || row_bytes > MAX_ROW_BYTES {
            let problem =
                format!("a row of shape {shape:?} has {row_bytes} bytes, expected 1 to {MAX_ROW_BYTES}");
            return Err(SampleError::fatal(&name, problem));
        }
        let expected = header_bytes + row_bytes * u64::from(rows);
        if !gzipped && length != expected {
            let problem = format!("{length} bytes, expected {expected} for {rows} rows of {row_bytes}");
            return Err(SampleError::fatal(&name, problem).advise("download the file again"));
        }
        Ok(Self {
            name,
            rows: rows.into(),
            shape: shape.iter().map(|d| *d as usize).collect(),
            is_int32: code == INT32,
            reader,
            row_bytes: row_bytes as usize,
            at: 0,
            block: Bytes::new(),
        })
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// The file ends too soon or goes on too long, or can't be unpacked.
    pub fn next_row(&mut self) -> Result<Option<Bytes>, SampleError> {
        if self.block.is_empty() {
            if self.at == self.rows {
                return self.check_end().map(|()| None);
            }
            let rows = (READ_BYTES / self.row_bytes).max(1) as u64;
            let rows = rows.min(self.rows - self.at);
            let mut block = vec![0; rows as usize * self.row_bytes];
            self.reader.read_exact(&mut block).map_err(|e| self.broken(e))?;
            self.at += rows;
            self.block = block.into();
        }
        Ok(Some(self.block.split_to(self.row_bytes)))
    }

    /// A gzipped file shows its length, and whether its checksum is right, only at its end.
    fn check_end(&mut self) -> Result<(), SampleError> {
        match self.reader.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => {
                Err(SampleError::fatal(&self.name, format!("it has more data after its {} rows", self.rows))
                    .advise("download the file again"))
            }
            Err(e) => Err(self.broken(e)),
        }
    }

    fn broken(&self, error: io::Error) -> SampleError {
        let problem = match error.kind() {
            ErrorKind::UnexpectedEof if self.at == self.rows => "it is cut off before its checksum".into(),
            ErrorKind::UnexpectedEof => {
                format!("it ends near row {}, but its header says {} rows", self.at, self.rows)
            }
            _ => format!("it can't be read after row {}: {error}", self.at),
        };
        SampleError::fatal(&self.name, problem).advise("download the file again").because(error)
    }
}

fn is_gzip(file: &mut BufReader<File>) -> io::Result<bool> {
    let mut magic = [0; 2];
    let found = match file.read_exact(&mut magic) {
        Ok(()) => magic == [0x1f, 0x8b],
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => false,
        Err(e) => return Err(e),
    };
    file.rewind()?;
    Ok(found)
}

/// The code of the type, and the lengths of the dimensions.
fn header(reader: &mut impl Read, expected: &Expected) -> Result<(u8, Vec<u32>), String> {
    let cut = |e: io::Error| match e.kind() {
        ErrorKind::UnexpectedEof => "it ends inside its header".to_owned(),
        _ => format!("its header can't be read: {e}"),
    };
    let mut magic = [0; 4];
    reader.read_exact(&mut magic).map_err(cut)?;
    let [zero, nought, code, count] = magic;
    if (zero, nought) != (0, 0) {
        return Err(format!("it begins with the bytes {zero:02x} {nought:02x}, expected 00 00 (IDX)"));
    }
    if code != UNSIGNED_BYTES && !(code == INT32 && expected.may_be_int32) {
        let name = TYPES.iter().find(|(c, _)| *c == code).map_or("of an unknown type", |(_, n)| n);
        return Err(format!("its values are {name} (code {code}), expected uint8 (code {UNSIGNED_BYTES})"));
    }
    let dimensions = &expected.dimensions;
    if !dimensions.contains(&count) {
        let expected = match (dimensions.start(), dimensions.end()) {
            (a, b) if a == b => a.to_string(),
            (a, b) => format!("{a} to {b}"),
        };
        return Err(format!("it has {count} dimensions, expected {expected}"));
    }
    let mut sizes = vec![0; usize::from(count)];
    for size in &mut sizes {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).map_err(cut)?;
        *size = u32::from_be_bytes(bytes);
    }
    Ok((code, sizes))
}
