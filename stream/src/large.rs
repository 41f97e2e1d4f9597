//! Images that are left out when a chunk is loaded: large ones in a bucket, of which what a crop needs is fetched when it is
//! decoded, and those of which the cache has a smaller copy that is enough.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryViewArray, RecordBatch, StringArray, StructArray};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Schema};
use hub_dataset::FragmentReader;
use hub_dataset::file::{GroupFile, SparseBytes};
use hub_schema::arrow_types::{Form, arrow_field, data_type};
use hub_schema::{Feature, Field};

/// An image of at least this many bytes is fetched in parts.
pub const LEAST_BYTES: u64 = 1 << 20;
/// The path of an image that is left out, in place of the image's name. No image that is stored apart has this path.
pub const IN_PARTS: &str = "in parts";

/// An image column whose large images may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InParts {
    /// Its place among the stream's columns.
    pub image: usize,
    /// That of its indexes of entry points.
    pub entry_points: usize,
}

/// The rows of a file of which the bytes are read, and those whose image is left out. Counted from the fragment's first,
/// rising.
#[derive(Debug)]
pub struct Split {
    pub read: Vec<u32>,
    left_out: HashSet<u32>,
}

/// The place of a file's only column among the stream's: of others too the rows would be left out.
pub fn only_column((_, held): &(GroupFile, Vec<usize>)) -> Option<usize> {
    let [place] = held[..] else { return None };
    Some(place)
}

impl InParts {
    /// The rows of a row group, counted from the fragment's first, whose images are large.
    pub fn rows(&self, reader: &FragmentReader, file: &GroupFile, row_group: usize) -> HashSet<u32> {
        if reader.file_of(self.entry_points).is_none() {
            return HashSet::new();
        }
        let Some(field) = reader.fields().get(self.image) else { return HashSet::new() };
        let large = file.large_pages(row_group, field.id, LEAST_BYTES);
        large.into_iter().map(|page| page.row).collect()
    }
}

impl Split {
    /// Of the rows `offsets` without those that are left out; `None` if that leaves all of them.
    pub fn new(mut left_out: HashSet<u32>, offsets: &[u32]) -> Option<Self> {
        left_out.retain(|row| offsets.binary_search(row).is_ok());
        let read = offsets.iter().copied().filter(|row| !left_out.contains(row)).collect();
        (!left_out.is_empty()).then_some(Self { read, left_out })
    }

    /// Whether no row is read.
    pub fn is_all(&self) -> bool {
        self.read.is_empty()
    }

    /// Decodes the file's one column: the rows that were read, and placeholders of the others.
    pub fn decode(
        &self,
        file: &GroupFile,
        field: &Field,
        offsets: &[u32],
        bytes: SparseBytes,
    ) -> hub_dataset::Result<RecordBatch> {
        let failed = |source| {
            let context = "images can't be put beside those that are fetched later".to_owned();
            hub_dataset::Error::Arrow { context, source }
        };
        let placeholder = placeholder().map_err(failed)?;
        let read = match self.read.is_empty() {
            true => None,
            false => Some(file.decode_rows(&self.read, &[field], bytes)?),
        };
        let column = read.as_ref().map_or(&placeholder, |read| read.column(0));
        let mut next = 0;
        let places: Vec<(usize, usize)> = offsets
            .iter()
            .map(|offset| match self.left_out.contains(offset) {
                true => (1, 0),
                false => {
                    next += 1;
                    (0, next - 1)
                }
            })
            .collect();
        let mixed = interleave(&[column.as_ref(), placeholder.as_ref()], &places);
        let schema = Arc::new(Schema::new(vec![arrow_field(field, Form::Read)]));
        mixed.and_then(|mixed| RecordBatch::try_new(schema, vec![mixed])).map_err(failed)
    }
}

/// An image without bytes, whose path says that they are to be fetched.
fn placeholder() -> Result<ArrayRef, arrow::error::ArrowError> {
    let DataType::Struct(fields) = data_type(&Feature::Image, Form::Read) else {
        return Err(arrow::error::ArrowError::SchemaError("an image is no struct".to_owned()));
    };
    let bytes = BinaryViewArray::from_iter([None::<&[u8]>]);
    let path = StringArray::from(vec![IN_PARTS]);
    Ok(Arc::new(StructArray::try_new(fields, vec![Arc::new(bytes), Arc::new(path)], None)?))
}
