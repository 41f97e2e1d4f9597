//! Comma-separated values. Nulls are empty; lists and structs are JSON.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::cells::{Cells, columns};
use super::row_writer::{RowWriter, failed};
use crate::error::QueryError;

pub struct CsvWriter<W: Write> {
    columns: Vec<Cells>,
    out: csv::Writer<W>,
}

impl<W: Write + Send> CsvWriter<W> {
    pub fn new(schema: &SchemaRef, out: W) -> Result<Self, QueryError> {
        let columns: Vec<Cells> = schema.fields().iter().map(Cells::of).collect();
        let mut out = csv::Writer::from_writer(out);
        out.write_record(columns.iter().map(|c| c.name.as_str())).map_err(|e| failed(e.into()))?;
        Ok(Self { columns, out })
    }
}

impl<W: Write + Send> RowWriter for CsvWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let columns = columns(&self.columns, batch)?;
        for row in 0..batch.num_rows() {
            let mut record = Vec::with_capacity(self.columns.len());
            for column in &columns {
                record.push(column.read(row)?.text()?);
            }
            self.out.write_record(&record).map_err(|e| failed(e.into()))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), QueryError> {
        self.out.flush().map_err(failed)
    }
}
