//! Reads the columns of a Parquet file.

use std::path::Path;

use hub_dataset::sample::{SampleError, Value};

use super::table::{Cells, TableColumn, ValueTable};
use crate::read::ReadOptions;
use crate::read::file_errors::unreadable;
use crate::read::input::Input;

pub(super) fn read(path: &Path) -> Result<ValueTable, SampleError> {
    std::fs::metadata(path).map_err(|e| unreadable(&path.display().to_string(), e))?;
    let mut source = crate::read::parquet::open_values(&Input::at(path, &ReadOptions::default()))?;
    let columns = source.columns().to_vec();
    let mut values: Vec<Vec<Value>> = vec![Vec::new(); columns.len()];
    let mut places = Vec::new();
    while let Some(sample) = source.next_sample() {
        let sample = sample?;
        places.push(sample.place);
        for (column, value) in values.iter_mut().zip(sample.values) {
            column.push(value);
        }
    }
    let columns = columns.into_iter().zip(values);
    let columns =
        columns.map(|(c, values)| TableColumn { name: c.name, cells: Cells::Values(c.feature, values) });
    Ok(ValueTable { columns: columns.collect(), places })
}
