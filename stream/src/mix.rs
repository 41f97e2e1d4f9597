//! Mixes rows of several chunks into the columns of a batch.
//!
//! Media are 16-byte views: mixing copies the views and keeps only the buffers (pages) that they point into,
//! so an image's bytes are not touched. Adjacent rows of one chunk are a slice, of any column. Everything
//! else is copied row by row; Arrow's `interleave` does both.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef};

use crate::columns::Columns;
use crate::error::Result;
use crate::interleaved::interleaved;

/// The rows of a batch, as they come from loaded chunks.
#[derive(Debug, Default)]
pub struct Mix {
    /// The columns of each chunk.
    chunks: Vec<Vec<ArrayRef>>,
    places: HashMap<u32, usize>,
    /// Chunk and row of each row.
    rows: Vec<(usize, usize)>,
}

impl Mix {
    /// Adds a row of a chunk; `columns` gives the chunk's columns when it is met for the first time.
    pub fn add(&mut self, chunk: u32, row: usize, columns: impl FnOnce() -> Vec<ArrayRef>) {
        let chunks = &mut self.chunks;
        let place = *self.places.entry(chunk).or_insert_with(|| {
            chunks.push(columns());
            chunks.len() - 1
        });
        self.rows.push((place, row));
    }

    /// The columns of the batch.
    pub fn columns(&self, columns: &Columns) -> Result<Vec<ArrayRef>> {
        if let Some(start) = self.slice() {
            return Ok(self.chunks[0].iter().map(|column| column.slice(start, self.rows.len())).collect());
        }
        let fields = columns.schema().fields().iter().enumerate();
        fields.map(|(i, field)| self.column(i, field.name())).collect()
    }

    /// The first row, where all lie together in one chunk.
    fn slice(&self) -> Option<usize> {
        let start = self.rows.first()?.1;
        let together = self.rows.iter().enumerate().all(|(i, row)| *row == (0, start + i));
        together.then_some(start)
    }

    fn column(&self, place: usize, name: &str) -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = self.chunks.iter().map(|c| c[place].as_ref()).collect();
        interleaved(&arrays, &self.rows, name)
    }
}
