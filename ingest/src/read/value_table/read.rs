//! Reads a table by the ending of its name.

use std::path::Path;

use hub_dataset::sample::SampleError;

use super::table::ValueTable;
use super::{csv, parquet};

impl ValueTable {
    /// Reads a `.csv`, `.tsv` or `.parquet` file.
    ///
    /// # Errors
    /// Another ending; the file can't be read, or a row of it.
    pub fn read(path: &Path) -> Result<Self, SampleError> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        match ending.as_str() {
            "csv" | "tsv" => csv::read(path),
            "parquet" => parquet::read(path),
            _ => Err(SampleError::fatal(
                path.display().to_string(),
                format!("expected a .csv, .tsv or .parquet file, found '.{ending}'"),
            )),
        }
    }
}
