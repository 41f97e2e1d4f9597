//! A batch of a file → values, row by row.

use std::path::{Component, Path};

use arrow::array::{Array, ArrayRef, RecordBatch};
use hub_dataset::sample::{Media, MediaBytes, Sample, SampleError, Value, extract};
use hub_media::ending_of_bytes;
use hub_schema::Feature;

use super::convert::convert;

/// The rows of a batch as samples of some columns; columns that the batch lacks are null. `place` names a row of the batch.
pub fn samples(
    columns: &[(String, Feature)],
    batch: &RecordBatch,
    naming: &Naming<'_>,
    split: Option<&str>,
    place: impl Fn(u64) -> String,
) -> Vec<Result<Sample, SampleError>> {
    let mut samples: Vec<Result<Sample, SampleError>> = (0..batch.num_rows() as u64)
        .map(|i| {
            let values = Vec::with_capacity(columns.len());
            Ok(Sample { place: place(i), split: split.map(str::to_owned), values })
        })
        .collect();
    for (name, feature) in columns {
        let Some(array) = batch.column_by_name(name) else {
            samples.iter_mut().flatten().for_each(|sample| sample.values.push(Value::Null));
            continue;
        };
        let values = column(name, feature, array, naming);
        for (sample, value) in samples.iter_mut().zip(values) {
            match (&mut *sample, value) {
                (Ok(sample), Ok(value)) => sample.values.push(value),
                (Ok(broken), Err(problem)) => {
                    let place = std::mem::take(&mut broken.place);
                    *sample = Err(SampleError::sample(place, problem));
                }
                (Err(_), _) => {}
            }
        }
    }
    samples
}

/// The values of a column, or what is wrong with each row that can't be read.
pub fn column(
    name: &str,
    feature: &Feature,
    array: &ArrayRef,
    media: &Naming<'_>,
) -> Vec<Result<Value, String>> {
    match values(name, feature, array) {
        Ok(values) => values.into_iter().enumerate().map(|(i, v)| Ok(media.name(v, i))).collect(),
        // Some row is invalid: convert each by itself, to find which.
        Err(_) => (0..array.len())
            .map(|i| {
                let one = values(name, feature, &array.slice(i, 1));
                let one = one.map_err(|problem| format!("column '{name}': {problem}"))?;
                one.into_iter()
                    .next()
                    .map(|v| media.name(v, i))
                    .ok_or_else(|| "the column has no value for this row".to_owned())
            })
            .collect(),
    }
}

fn values(name: &str, feature: &Feature, array: &ArrayRef) -> Result<Vec<Value>, String> {
    let array = convert(feature, array)?;
    // No value refers to an object elsewhere, so this reader is never used.
    let nowhere = |_, _| -> std::sync::Arc<dyn hub_dataset::sample::ReadAt> { std::sync::Arc::new(Nowhere) };
    extract::column(name, feature, &array, &nowhere).map_err(|e| e.to_string())
}

/// An empty reader: the rows of a foreign file never refer to an object of its own.
#[derive(Debug)]
struct Nowhere;

impl hub_dataset::sample::ReadAt for Nowhere {
    fn size_bytes(&self) -> u64 {
        0
    }
    fn read_at(&self, _: u64, _: usize) -> std::io::Result<bytes::Bytes> {
        Ok(bytes::Bytes::new())
    }
}

/// Names for media that have none.
pub enum Naming<'a> {
    /// After their file and row.
    File {
        /// The file's name without its extension.
        file: &'a str,
        /// The number of the batch's first row.
        first_row: u64,
    },
    /// After their content.
    Content,
}

impl Naming<'_> {
    /// Gives each medium in a value a name that is a plain relative path.
    fn name(&self, mut value: Value, row: usize) -> Value {
        let mut count = 0;
        self.visit(&mut value, row as u64, &mut count);
        value
    }

    fn visit(&self, value: &mut Value, row: u64, count: &mut usize) {
        match value {
            Value::Media(media) => {
                media.name = match plain_path(&media.name) {
                    name if name.is_empty() => self.invented(media, row, *count),
                    name => name,
                };
                *count += 1;
            }
            Value::List(items) | Value::Struct(items) => {
                items.iter_mut().for_each(|item| self.visit(item, row, count));
            }
            _ => {}
        }
    }

    fn invented(&self, media: &Media, row: u64, count: usize) -> String {
        let head = match &media.bytes {
            MediaBytes::Memory(bytes) => &bytes[..bytes.len().min(64)],
            _ => &[],
        };
        let ending = ending_of_bytes(head).map(|e| format!(".{e}")).unwrap_or_default();
        match (self, &media.bytes, count) {
            (Self::Content, MediaBytes::Memory(bytes), _) => {
                Media::unnamed(bytes.clone(), ending_of_bytes(head)).name
            }
            (Self::Content, ..) => String::new(),
            (Self::File { file, first_row }, _, 0) => format!("{file}/{}{ending}", first_row + row),
            (Self::File { file, first_row }, _, n) => format!("{file}/{}-{n}{ending}", first_row + row),
        }
    }
}

/// A path without what leads anywhere: no root, no `.` and `..`.
fn plain_path(path: &str) -> String {
    let names = Path::new(path).components().filter_map(|c| match c {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    names.collect::<Vec<_>>().join("/")
}
