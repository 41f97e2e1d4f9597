//! From decoded parts to a batch, and what takes the place of rows that couldn't be decoded.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, UInt32Array, new_empty_array};
use arrow::compute::{concat, take_record_batch};
use arrow::datatypes::UInt64Type;
use hub_dataset::layout;
use hub_schema::RowId;

use super::buffers::{self, Part};
use super::failure::Failure;
use super::work::Work;
use crate::error::{Error, Result};
use crate::large::IN_PARTS;
use crate::media::{Values, array};
use crate::problem::Problem;
use crate::stats::FailedRow;

/// The batch with its images and media decoded, and the bytes of them; `parts` are those of each image column, `media` those
/// of each other one.
pub fn batch(
    work: &Work,
    stored: &RecordBatch,
    parts: Vec<Vec<Part>>,
    media: Vec<Vec<Values>>,
) -> Result<(RecordBatch, u64)> {
    let bytes: u64 = parts.iter().flatten().map(|part| part.pixels.bytes()).sum();
    let mut columns: Vec<ArrayRef> = stored.columns().to_vec();
    let schema = work.columns.schema();
    for (image, parts) in work.columns.images().iter().zip(parts) {
        let (pixels, moved): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| (part.pixels, part.moved)).unzip();
        let nulls = stored.column(image.place).nulls().cloned();
        columns[image.place] = buffers::array(pixels, &schema.fields()[image.place], nulls)
            .map_err(Error::arrow("decoded images can't be put into a batch"))?;
        for (nth, (place, _)) in image.moving.iter().enumerate() {
            let of_parts: Vec<&dyn Array> =
                moved.iter().filter_map(|moved| moved.get(nth)).map(AsRef::as_ref).collect();
            columns[*place] = match of_parts.is_empty() {
                true => new_empty_array(schema.fields()[*place].data_type()),
                false => {
                    concat(&of_parts).map_err(Error::arrow("what moved along can't be put into a batch"))?
                }
            };
        }
    }
    let media_bytes: u64 = media.iter().flatten().map(Values::bytes).sum();
    for (decoded, parts) in work.media.columns().iter().zip(media) {
        let nulls = stored.column(decoded.place).nulls().cloned();
        columns[decoded.place] = array(parts, &schema.fields()[decoded.place], nulls)
            .map_err(Error::arrow("decoded audio or videos can't be put into a batch"))?;
    }
    let options = RecordBatchOptions::new().with_row_count(Some(stored.num_rows()));
    let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options)
        .map_err(Error::arrow("the columns of a batch don't match its schema"))?;
    Ok((batch, bytes + media_bytes))
}

/// The batch with each failed row replaced by the next one that didn't fail, the first following the last.
/// `failed` rises, and not all have failed.
pub fn replaced(batch: &RecordBatch, failed: &[usize]) -> Result<RecordBatch> {
    let rows = batch.num_rows();
    let good: Vec<usize> = (0..rows).filter(|row| failed.binary_search(row).is_err()).collect();
    let next = |row: usize| good.get(good.partition_point(|good| *good < row)).or(good.first());
    take(batch, (0..rows).filter_map(next).map(|row| *row as u32))
}

/// Rows of a batch.
pub fn take(batch: &RecordBatch, rows: impl Iterator<Item = u32>) -> Result<RecordBatch> {
    take_record_batch(batch, &UInt32Array::from_iter_values(rows))
        .map_err(Error::arrow("rows that can't be decoded can't be replaced"))
}

/// The batch without derived columns, and the row ids if nobody asked for them.
pub fn shown(work: &Work, batch: RecordBatch) -> Result<RecordBatch> {
    let shown = work.columns.shown(work.shows_row_ids);
    if shown.len() == batch.num_columns() {
        return Ok(batch);
    }
    batch.project(&shown).map_err(Error::arrow("row ids can't be left out"))
}

fn id_of(stored: &RecordBatch, row: usize) -> RowId {
    let ids = stored.columns().last().and_then(|ids| ids.as_primitive_opt::<UInt64Type>());
    RowId::from_raw(ids.map_or(0, |ids| ids.value(row)))
}

/// For the statistics.
pub fn failed_row(work: &Work, source: u32, stored: &RecordBatch, failure: &Failure) -> FailedRow {
    let reason = match &failure.problem {
        Problem::Decode(error) => error.to_string(),
        Problem::Store(error) => error.to_string(),
    };
    let column = work.column(failure.column).0.to_owned();
    FailedRow { source, id: id_of(stored, failure.row), column, reason }
}

/// The error of a row.
pub fn error(work: &Work, source: u32, stored: &RecordBatch, failure: Failure) -> Error {
    let of = work.sources.get(source as usize);
    let source = match failure.problem {
        Problem::Decode(source) => source,
        Problem::Store(error) => return error.into(),
    };
    let (column, column_place) = work.column(failure.column);
    let id = id_of(stored, failure.row);
    let paths = stored.column(column_place).as_struct_opt().and_then(|column| column.column_by_name("path"));
    let name = paths
        .and_then(|paths| paths.as_string_opt::<i32>())
        .filter(|paths| paths.is_valid(failure.row) && paths.value(failure.row) != IN_PARTS)
        .map_or_else(String::new, |paths| paths.value(failure.row).to_owned());
    let index = of.and_then(|of| of.snapshot.known_index());
    let place = index.and_then(|index| Some((index, index.of_row(id)?)));
    let position = place.and_then(|(index, place)| index.position(place)).unwrap_or_default();
    let field = of.and_then(|of| of.snapshot.schema().column(column).ok()).map(|field| field.id);
    let file = place.and_then(|(index, place)| {
        let files = &index.fragments()[place.fragment].files;
        files.iter().find(|file| field.is_some_and(|field| file.fields.contains(&field)))
    });
    Error::Image {
        dataset: of.map_or_else(String::new, |of| of.store.uri().to_owned()),
        file: file.map_or_else(|| format!("fragment {}", id.fragment()), |file| layout::data(file.hash)),
        column: column.to_owned(),
        position,
        id,
        name,
        source,
    }
}
