//! Aligned columns for a terminal. The first rows decide how wide each column is; longer cells that follow stick out.

use std::io::{BufWriter, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::cells::{Cells, Column, columns};
use super::row_writer::{RowWriter, failed};
use crate::error::QueryError;
use crate::text::cut;

/// Rows that are buffered to decide the widths of the columns.
const WIDTH_SAMPLE_ROWS: usize = 1000;

/// The longest cell in characters; a longer one is cut.
const MAX_CELL_CHARS: usize = 60;

pub struct TableWriter<W: Write> {
    columns: Vec<Cells>,
    numbers: Vec<bool>,
    out: BufWriter<W>,
    /// The first rows, until the widths are decided.
    buffered: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
    /// Whether it is the result of EXPLAIN, whose cells have many lines.
    plan: bool,
}

impl<W: Write + Send> TableWriter<W> {
    pub fn new(schema: &SchemaRef, out: W) -> Self {
        let columns = schema.fields().iter().map(Cells::of).collect();
        let numbers = schema.fields().iter().map(|f| f.data_type().is_numeric()).collect();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let plan = names == ["plan_type", "plan"];
        Self { columns, numbers, out: BufWriter::new(out), buffered: Vec::new(), widths: None, plan }
    }

    fn fix_widths(&mut self) -> Result<(), QueryError> {
        if self.widths.is_some() {
            return Ok(());
        }
        let mut widths: Vec<usize> = self.columns.iter().map(|c| width(&c.name)).collect();
        for row in &self.buffered {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(width(cell));
            }
        }
        let header: Vec<String> = self.columns.iter().map(|c| cut(&c.name, MAX_CELL_CHARS)).collect();
        self.widths = Some(widths.clone());
        self.line(&header)?;
        let rule: Vec<String> = widths.iter().map(|w| "─".repeat(*w)).collect();
        self.line(&rule)?;
        for row in std::mem::take(&mut self.buffered) {
            self.line(&row)?;
        }
        Ok(())
    }

    fn line(&mut self, row: &[String]) -> Result<(), QueryError> {
        let mut line = String::new();
        let widths = self.widths.as_deref().unwrap_or_default();
        for (i, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths.get(i).copied().unwrap_or(0).saturating_sub(width(cell)));
            if i > 0 {
                line.push_str("  ");
            }
            if self.numbers[i] {
                line.push_str(&padding);
            }
            line.push_str(cell);
            if !self.numbers[i] {
                line.push_str(&padding);
            }
        }
        writeln!(self.out, "{}", line.trim_end()).map_err(failed)
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The cells of each row, cut to [`MAX_CELL_CHARS`].
fn cut_cells(cells: &[Cells], batch: &RecordBatch) -> Result<Vec<Vec<String>>, QueryError> {
    let columns = columns(cells, batch)?;
    let cell = |column: &Column<'_>, row| {
        let shown = column.read(row)?.shown()?;
        // Control characters could move the terminal's cursor or change its colours.
        let line: String = shown.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok(cut(&line, MAX_CELL_CHARS))
    };
    (0..batch.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()).collect()
}

impl<W: Write + Send> RowWriter for TableWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        if self.plan {
            let columns = columns(&self.columns, batch)?;
            for row in 0..batch.num_rows() {
                let (name, plan) = (columns[0].read(row)?.shown()?, columns[1].read(row)?.shown()?);
                writeln!(self.out, "{name}:\n{}", plan.trim_end()).map_err(failed)?;
            }
            return Ok(());
        }
        for cells in cut_cells(&self.columns, batch)? {
            if self.widths.is_none() && self.buffered.len() < WIDTH_SAMPLE_ROWS {
                self.buffered.push(cells);
            } else {
                self.fix_widths()?;
                self.line(&cells)?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), QueryError> {
        if !self.plan {
            self.fix_widths()?;
        }
        self.out.flush().map_err(failed)
    }
}
