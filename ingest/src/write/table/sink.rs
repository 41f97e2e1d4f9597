//! Writes each sample: its media to files, its row to the table.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use hub_dataset::sample::{Media, Sample, SampleError};
use serde_json::{Map, Value as Json};

use super::cells::Cell;
use super::layout::{Field, Layout};
use crate::format::Format;
use crate::write::copy::copy_to;
use crate::write::media_folder::path_of;
use crate::write::names::{Unique, one_line};
use crate::write::splits::Splits;
use crate::write::staging::{Writer, cant};

/// Writes a table and its media.
pub struct Table {
    layout: Layout,
    root: PathBuf,
    path: PathBuf,
    out: Out,
    splits: Splits,
    has_splits: bool,
    unique: Unique,
    row: u64,
}

enum Out {
    Csv(Box<csv::Writer<File>>),
    Jsonl(BufWriter<File>),
}

impl Table {
    pub fn new(layout: Layout, root: PathBuf, splits: &[String]) -> Result<Self, SampleError> {
        let is_csv = layout.format == Format::Csv;
        let name = if is_csv { "metadata.csv" } else { "metadata.jsonl" };
        let path = root.join(name);
        let file = File::create(&path).map_err(|e| cant("write", &path, e))?;
        let out = if is_csv {
            Out::Csv(Box::new(csv::Writer::from_writer(file)))
        } else {
            Out::Jsonl(BufWriter::with_capacity(1 << 18, file))
        };
        let mut unique = Unique::default();
        unique.path(name.to_owned());
        unique.path("classnames.txt".to_owned());
        let has_splits = !splits.is_empty();
        let mut table =
            Self { layout, root, path, out, splits: Splits::new(splits), has_splits, unique, row: 0 };
        table.header()?;
        Ok(table)
    }

    fn header(&mut self) -> Result<(), SampleError> {
        let Out::Csv(csv) = &mut self.out else { return Ok(()) };
        let names = self.layout.fields.iter().map(|field| field.name.as_str());
        let names = names.chain(self.has_splits.then_some("split"));
        csv.write_record(names).map_err(|e| cant("write", &self.path, e.into()))
    }

    /// The media of a sample; whether they can be is known before the first is written.
    fn media(&self, sample: &Sample) -> Result<Vec<Option<Media>>, SampleError> {
        let of = |field: &Field| match &field.medium {
            Some(medium) => medium.file(sample, self.row),
            None => Ok(None),
        };
        self.layout.fields.iter().map(of).collect()
    }

    fn put(&mut self, cells: Vec<Cell>, split: Option<&str>) -> Result<(), SampleError> {
        let split = self.has_splits.then(|| split.map_or(Cell::Null, Cell::text));
        let cells = cells.into_iter().chain(split);
        let put = match &mut self.out {
            Out::Csv(csv) => csv.write_record(cells.map(Cell::into_text)).map_err(Into::into),
            Out::Jsonl(out) => {
                let names = self.layout.fields.iter().map(|field| field.name.as_str()).chain(["split"]);
                let row: Map<String, Json> =
                    names.map(ToOwned::to_owned).zip(cells.map(Cell::into_json)).collect();
                writeln!(out, "{}", Json::Object(row))
            }
        };
        put.map_err(|e| cant("write", &self.path, e))
    }
}

impl Writer for Table {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let media = self.media(sample)?;
        let mut cells = Vec::with_capacity(media.len());
        for field in &self.layout.fields {
            let cell = match field.medium {
                Some(_) => Cell::Null,
                None => {
                    let value = &sample.values[field.at];
                    let cell = Cell::of(self.layout.format, value, &field.feature, field.numbered);
                    cell.map_err(|problem| {
                        SampleError::sample(&sample.place, format!("column '{}': {problem}", field.name))
                    })?
                }
            };
            cells.push(cell);
        }
        self.row += 1;
        let folder = self.splits.name(sample.split.as_deref());
        for (cell, medium) in cells.iter_mut().zip(media) {
            let Some(medium) = medium else { continue };
            let path = self.unique.path(path_of(&medium.name, folder.as_deref()));
            copy_to(&medium.bytes, &self.root.join(&path), sample)?;
            *cell = Cell::text(&path);
        }
        self.put(cells, sample.split.as_deref())
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        let flushed = match &mut self.out {
            Out::Csv(csv) => csv.flush(),
            Out::Jsonl(out) => out.flush(),
        };
        flushed.map_err(|e| cant("write", &self.path, e))?;
        if let Some(label) = &self.layout.label {
            let path = self.root.join("classnames.txt");
            let names: String = label.names.iter().map(|name| one_line(name) + "\n").collect();
            fs::write(&path, names).map_err(|e| cant("write", &path, e))?;
        }
        Ok(())
    }
}
