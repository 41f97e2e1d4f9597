//! Reads some columns of the rows that a stream selects, before it is planned.

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use futures::TryStreamExt;

use crate::builder::{StreamBuilder, Tail};
use crate::error::{Error, Result};

/// Rows that are read at a time.
const BATCH_ROWS: usize = 8192;

/// The parts of each of these columns, whose rows are those that the builder selects, in the order of the revision.
pub async fn columns(builder: &StreamBuilder, names: &[&str]) -> Result<Vec<Vec<ArrayRef>>> {
    let mut rows =
        builder.clone().without_decoding().columns(names).in_order().lanes(1).batch_size(BATCH_ROWS);
    rows = rows.rank(0, 1).worker(0, 1).tail(Tail::Keep).with_row_ids(false);
    (rows.weights, rows.resume, rows.bucket, rows.max_cost, rows.mix) = (None, None, None, None, None);
    let mut batches = rows.build_boxed().await?;
    let mut parts = vec![Vec::new(); names.len()];
    while let Some(batch) = batches.try_next().await? {
        parts.iter_mut().zip(batch.columns()).for_each(|(parts, column)| parts.push(column.clone()));
    }
    Ok(parts)
}

/// The numbers of a column's parts; none where there is null.
pub fn numbers(columns: &[ArrayRef]) -> Result<Vec<Option<f64>>> {
    let mut numbers = Vec::new();
    for column in columns {
        let cast =
            cast(column, &DataType::Float64).map_err(Error::arrow("a column can't be read as numbers"))?;
        numbers.extend(cast.as_primitive::<Float64Type>().iter());
    }
    Ok(numbers)
}
