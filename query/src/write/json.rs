//! A JSON array of objects, one on each line.

use std::io::{BufWriter, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::cells::{Cells, columns};
use super::row_writer::{RowWriter, failed};
use crate::error::QueryError;

pub struct JsonWriter<W: Write> {
    columns: Vec<Cells>,
    out: BufWriter<W>,
    begun: bool,
}

impl<W: Write + Send> JsonWriter<W> {
    pub fn new(schema: &SchemaRef, out: W) -> Self {
        let mut columns: Vec<Cells> = schema.fields().iter().map(Cells::of).collect();
        // An object has each name once: the second `label` of a join is `label_2`.
        for i in 1..columns.len() {
            let name = columns[i].name.clone();
            let mut times = 1;
            while columns[..i].iter().any(|c| c.name == columns[i].name) {
                times += 1;
                columns[i].name = format!("{name}_{times}");
            }
        }
        Self { columns, out: BufWriter::new(out), begun: false }
    }
}

impl<W: Write + Send> RowWriter for JsonWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let columns = columns(&self.columns, batch)?;
        for row in 0..batch.num_rows() {
            self.out.write_all(if self.begun { b",\n" } else { b"[\n" }).map_err(failed)?;
            self.begun = true;
            // Written value by value, so that a row with large media is not also held in memory as text.
            for (i, (cells, column)) in self.columns.iter().zip(&columns).enumerate() {
                self.out.write_all(if i == 0 { b"{" } else { b"," }).map_err(failed)?;
                serde_json::to_writer(&mut self.out, &cells.name).map_err(|e| failed(e.into()))?;
                self.out.write_all(b":").map_err(failed)?;
                let read = column.read(row)?;
                serde_json::to_writer(&mut self.out, &read.json()).map_err(|e| failed(e.into()))?;
            }
            self.out.write_all(if columns.is_empty() { b"{}" } else { b"}" }).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), QueryError> {
        self.out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" }).map_err(failed)?;
        self.out.flush().map_err(failed)
    }
}
