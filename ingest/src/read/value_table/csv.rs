//! Reads the cells of a CSV file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use hub_dataset::sample::SampleError;

use super::table::{Cells, TableColumn, ValueTable};
use crate::read::file_errors::unreadable;
use crate::read::table::CsvReader;

pub(super) fn read(path: &Path) -> Result<ValueTable, SampleError> {
    let place = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = File::open(path).map_err(|e| unreadable(&path.display().to_string(), e))?;
    let mut reader = CsvReader::new(BufReader::new(file), &place)?;
    let names = reader.names.clone();
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); names.len()];
    let mut places = Vec::new();
    while let Some(row) = reader.next(&place) {
        let row = row?;
        places.push(format!("{place}:{}", row.line));
        for (name, cells) in names.iter().zip(&mut columns) {
            cells.push(row.get(name).text().map(str::to_owned));
        }
    }
    let columns = names.into_iter().zip(columns);
    let columns = columns.map(|(name, cells)| TableColumn { name, cells: Cells::Texts(cells) });
    Ok(ValueTable { columns: columns.collect(), places })
}
