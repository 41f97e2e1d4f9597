//! Tables: `metadata.csv` or `metadata.jsonl`, and the media its rows name.
//!
//! A medium goes to its own name (below its split's folder, if the name doesn't begin with that), and its
//! column holds the path: `file_name`, as Hugging Face's image folders have it, for a column `image`, `audio`
//! or `video`, and `left_file_name` for a column `left`. The split is a column of its own. The label's class
//! names are listed in `classnames.txt`, in their order.
//!
//! JSON lines have values in the shape of [`hub_dataset::sample::json`], class labels with their number, name and
//! synset. In CSV a class label is its name, or its number where a name looks like a number and would be taken for
//! one; lists and structs are JSON texts. Numbers that JSON does not have (NaN) are null there; CSV has them.

mod cells;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use hub_dataset::sample::{Column, Media, Sample, SampleError};
use hub_schema::Feature;
use serde_json::{Map, Value as Json};

use self::cells::Cell;
use super::columns::{self, LabelColumn};
use super::copy::copy_to;
use super::json;
use super::loss::{Loss, LossKind, Unfit};
use super::media_folder::path_of;
use super::medium::MediumColumn;
use super::names::{Unique, one_line};
use super::splits::Splits;
use super::staging::{Writer, cant};
use crate::Format;

/// Columns whose texts our reader takes for class names.
const LABEL_NAMES: [&str; 3] = ["label", "class", "category"];

/// What is written.
#[derive(Debug)]
pub struct Plan {
    format: Format,
    /// The table's columns, media first.
    fields: Vec<Field>,
    label: Option<LabelColumn>,
}

/// A column of the table.
#[derive(Debug)]
struct Field {
    /// Its name in the table.
    name: String,
    at: usize,
    feature: Feature,
    medium: Option<MediumColumn>,
    /// Are classes written as numbers?
    numbered: bool,
}

/// Finds what each column becomes, and what is lost.
pub fn fit(format: Format, columns: &[Column], splits: &[String]) -> Result<(Plan, Vec<Loss>), Unfit> {
    let label = columns::label(columns).filter(|label| LABEL_NAMES.contains(&label.name.as_str()));
    let numbered = label.as_ref().is_some_and(|label| label.names.iter().any(|name| looks_like_number(name)));
    let mut names = Unique::default();
    if !splits.is_empty() {
        names.name("split".to_owned());
    }
    let (mut fields, mut left_out) = (Vec::new(), Vec::new());
    for (at, column) in columns.iter().enumerate() {
        let medium = MediumColumn::of(at, column);
        let is_label = label.as_ref().is_some_and(|label| label.at == at);
        let name = match (&medium, column.name.as_str()) {
            (None, name) => name.to_owned(),
            (Some(_), "image" | "audio" | "video") if !fields.iter().any(is_medium) => "file_name".to_owned(),
            (Some(_), name) => format!("{name}_file_name"),
        };
        if medium.is_none() && !json::fits(&column.feature) {
            left_out.push(&column.name);
            continue;
        }
        let feature = column.feature.clone();
        fields.push(Field { name: names.name(name), at, feature, medium, numbered: numbered && is_label });
    }
    if fields.is_empty() {
        return Err(columns::lacking(format, "a column of something else than bytes", columns));
    }
    fields.sort_by_key(|field| field.medium.is_none());
    let mut losses = Vec::new();
    if !left_out.is_empty() {
        losses.push(Loss::new(format, left_out, LossKind::Column));
    }
    losses.extend(fields.iter().filter_map(|field| field.medium.as_ref()?.loss(format)));
    let mut by_type: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for field in fields.iter().filter(|field| field.medium.is_none()) {
        let is_label = label.as_ref().is_some_and(|label| label.at == field.at);
        if let Some(kind) = cells::loses(format, &field.feature).filter(|_| !is_label) {
            match by_type.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, names)) => names.push(&columns[field.at].name),
                None => by_type.push((kind, vec![&columns[field.at].name])),
            }
        }
        if field.name != columns[field.at].name {
            losses.push(Loss::new(format, [&columns[field.at].name], LossKind::Renamed(field.name.clone())));
        }
    }
    losses.extend(by_type.into_iter().map(|(kind, names)| Loss::new(format, names, LossKind::Type(kind))));
    // JSON lines have the synset in each row.
    let text_label = label.as_ref().filter(|_| format == Format::Csv);
    losses.extend(text_label.and_then(|label| label.synset_loss(format, &label.names)));
    Ok((Plan { format, fields, label }, losses))
}

const fn is_medium(field: &Field) -> bool {
    field.medium.is_some()
}

fn looks_like_number(name: &str) -> bool {
    let name = name.trim();
    name.is_empty() || name.parse::<f64>().is_ok() || matches!(name.to_lowercase().as_str(), "true" | "false")
}

/// Writes a table and its media.
pub struct Table {
    plan: Plan,
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
    pub fn new(plan: Plan, root: PathBuf, splits: &[String]) -> Result<Self, SampleError> {
        let is_csv = plan.format == Format::Csv;
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
            Self { plan, root, path, out, splits: Splits::new(splits), has_splits, unique, row: 0 };
        table.header()?;
        Ok(table)
    }

    fn header(&mut self) -> Result<(), SampleError> {
        let Out::Csv(csv) = &mut self.out else { return Ok(()) };
        let names = self.plan.fields.iter().map(|field| field.name.as_str());
        let names = names.chain(self.has_splits.then_some("split"));
        csv.write_record(names).map_err(|e| cant("write", &self.path, e.into()))
    }

    /// The media of a sample; whether they can be is known before the first is written.
    fn media(&self, sample: &Sample) -> Result<Vec<Option<Media>>, SampleError> {
        let of = |field: &Field| match &field.medium {
            Some(medium) => medium.file(sample, self.row),
            None => Ok(None),
        };
        self.plan.fields.iter().map(of).collect()
    }

    fn put(&mut self, cells: Vec<Cell>, split: Option<&str>) -> Result<(), SampleError> {
        let split = self.has_splits.then(|| split.map_or(Cell::Null, Cell::text));
        let cells = cells.into_iter().chain(split);
        let put = match &mut self.out {
            Out::Csv(csv) => csv.write_record(cells.map(Cell::into_text)).map_err(Into::into),
            Out::Jsonl(out) => {
                let names = self.plan.fields.iter().map(|field| field.name.as_str()).chain(["split"]);
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
        for field in &self.plan.fields {
            let cell = match field.medium {
                Some(_) => Cell::Null,
                None => {
                    let value = &sample.values[field.at];
                    let cell = Cell::of(self.plan.format, value, &field.feature, field.numbered);
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
        if let Some(label) = &self.plan.label {
            let path = self.root.join("classnames.txt");
            let names: String = label.names.iter().map(|name| one_line(name) + "\n").collect();
            fs::write(&path, names).map_err(|e| cant("write", &path, e))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
