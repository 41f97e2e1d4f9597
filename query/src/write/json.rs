//! An array of objects, one a line.

use std::io::{BufWriter, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use serde_json::{Map, Value};

use super::cells::Cells;
use super::row_writer::{RowWriter, failed, failed_arrow};
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
        for row in 0..batch.num_rows() {
            let mut object = Map::with_capacity(self.columns.len());
            for (cells, array) in self.columns.iter().zip(batch.columns()) {
                object.insert(cells.name.clone(), cells.value(array, row).map_err(failed_arrow)?);
            }
            self.out.write_all(if self.begun { b",\n" } else { b"[\n" }).map_err(failed)?;
            self.begun = true;
            serde_json::to_writer(&mut self.out, &Value::Object(object)).map_err(|e| failed(e.into()))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), QueryError> {
        self.out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" }).map_err(failed)?;
        self.out.flush().map_err(failed)
    }
}
