//! Tables: CSV and JSON lines with a column of file names.
//!
//! In: a folder with `metadata.csv` or `metadata.jsonl` (at the top, or in the folders of its splits), or any
//! `.csv`, `.tsv` or `.jsonl` file; paths in it are relative to its folder. Out: a row of the table is a sample,
//! in the table's order.
//!
//! The tables are read twice: all of their rows to find the columns' types ([`survey`], [`plan`]), then again
//! row by row. A type found from the first rows alone would be wrong for some later row, and a table is small
//! beside the media it names. Media that no row names are passed over; a row whose file is not there is an
//! error with the row's line.
//!
//! The split of a row is in the column `split`; without one, in the name of the table's folder or file; or, where
//! every path of the column begins with one, in the path's top folder.

mod csv_rows;
mod files;
mod json_rows;
mod label;
mod paths;
mod plan;
mod rows;
mod shape;
mod survey;
mod value;

use std::path::Path;
use std::vec;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint, Value};

use self::files::{TableFile, find, form_of, loose_files, metadata_files};
use self::paths::Base;
use self::plan::{Plan, Planned, Role, missing_media, split_of_path};
use self::rows::{Form, Row, Rows};
use self::survey::Survey;
use self::value::{label_of, numbered_class_of, value_of};
use super::kind::{kind_of_name, many};
use super::split::split_name;
use super::{ReadOptions, Sniff};
use crate::Format;

/// So many rows are enough to see whether a table names media.
const ROWS_LOOKED_AT: usize = 100;

/// Is it a CSV file, or a folder with `metadata.csv`?
pub(super) fn recognise_csv(look: &Sniff) -> bool {
    recognise(look, Form::Csv)
}

/// Is it a JSON lines file, or a folder with `metadata.jsonl`?
pub(super) fn recognise_jsonl(look: &Sniff) -> bool {
    recognise(look, Form::Jsonl)
}

fn recognise(look: &Sniff, form: Form) -> bool {
    if look.is_dir { !metadata_files(look, form).is_empty() } else { form_of(&look.name()) == Some(form) }
}

/// Is it a folder with a CSV file of another name that names media?
pub(super) fn recognise_loose_csv(look: &Sniff) -> bool {
    look.is_dir && loose_files(look, Form::Csv).iter().any(names_media)
}

/// Is it a folder with such a JSON lines file?
pub(super) fn recognise_loose_jsonl(look: &Sniff) -> bool {
    look.is_dir && loose_files(look, Form::Jsonl).iter().any(names_media)
}

/// Do the first rows of a table name media that are there?
fn names_media(table: &TableFile) -> bool {
    let tables = std::slice::from_ref(table);
    Survey::of(tables, ROWS_LOOKED_AT)
        .and_then(|survey| Plan::of(&survey, &bases_of(tables), table.folder(), &table.place))
        .is_ok_and(|plan| plan.has_media())
}

fn bases_of(tables: &[TableFile]) -> Vec<Base> {
    tables.iter().map(|table| Base::new(table.folder(), table.prefix.clone())).collect()
}

/// Opens a table, or those of a folder.
pub(super) fn open(root: &Path, options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let form = if options.format == Some(Format::Jsonl) { Form::Jsonl } else { Form::Csv };
    let look = Sniff::at(root);
    let mut tables = find(&look, form)?;
    if tables.len() > 1 && tables.iter().any(names_media) {
        // Of many tables at the top, those that name no media (a sample submission) are about something else.
        tables.retain(|table| names_media(table) || table.place.ends_with("metadata.csv"));
    }
    let survey = Survey::of(&tables, usize::MAX)?;
    let bases = bases_of(&tables);
    let place = tables.first().map_or_else(String::new, |table| table.place.clone());
    if survey.rows == 0 {
        return Err(SampleError::fatal(place, "no rows").advise("check the path"));
    }
    let folder = if look.is_dir { root } else { root.parent().unwrap_or(root) };
    let plan = Plan::of(&survey, &bases, folder, &place)?;
    if !plan.has_media()
        && let Some((column, path)) = missing_media(&survey)
    {
        let looked = bases.first().map(Base::display).unwrap_or_default();
        let problem = format!("column '{column}' seems to name media, but '{path}' is not in {looked}");
        return Err(SampleError::fatal(place, problem).advise("paths are relative to the table's folder"));
    }
    let tables: Vec<_> = tables.into_iter().zip(bases).collect();
    Ok(Box::new(Table { form, tables: tables.into_iter(), current: None, plan, rows: survey.rows }))
}

struct Table {
    form: Form,
    tables: vec::IntoIter<(TableFile, Base)>,
    current: Option<Current>,
    plan: Plan,
    rows: u64,
}

/// The table that is being read.
struct Current {
    rows: Rows,
    table: TableFile,
    base: Base,
}

impl Current {
    fn sample(&mut self, row: &Row, plan: &Plan) -> Result<Sample, SampleError> {
        let place = format!("{}:{}", self.table.place, row.line);
        let mut values = Vec::with_capacity(plan.columns.len());
        for (column, planned) in plan.columns.iter().zip(&plan.planned) {
            let value = self.value(row, column, planned).map_err(|problem| {
                SampleError::sample(format!("{place}, column '{}'", planned.from), problem)
                    .advise("correct the row, or take it out")
            })?;
            values.push(value);
        }
        Ok(Sample { place, split: self.split(row, plan), values })
    }

    fn value(&mut self, row: &Row, column: &Column, planned: &Planned) -> Result<Value, String> {
        let cell = row.get(&planned.from);
        match &planned.role {
            Role::Plain => value_of(cell, &column.feature),
            Role::NumberedClass(classes) => numbered_class_of(cell, *classes),
            Role::Label(numbers) => label_of(cell, numbers),
            Role::Media(kind) => match cell.text() {
                None => Ok(Value::Null),
                Some(path) if kind_of_name(path) != Some(*kind) => {
                    Err(format!("'{path}' is none of {}, as the others are", many(*kind)))
                }
                Some(path) => self.base.media(path).map(Value::Media),
            },
        }
    }

    fn split(&self, row: &Row, plan: &Plan) -> Option<String> {
        if let Some(column) = &plan.split {
            return row.get(column).text().map(|name| split_name(name.trim()));
        }
        let in_path = || split_of_path(row.get(plan.split_folder.as_ref()?).text()?);
        self.table.split.clone().or_else(|| in_path().map(ToOwned::to_owned))
    }
}

impl SampleSource for Table {
    fn format(&self) -> &'static str {
        match self.form {
            Form::Csv => "CSV",
            Form::Jsonl => "JSON lines",
        }
    }

    fn columns(&self) -> &[Column] {
        &self.plan.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: Some(self.rows), bytes: None }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            let Some(current) = &mut self.current else {
                let (table, base) = self.tables.next()?;
                match Rows::open(&table.path, &table.place, table.form) {
                    Ok(rows) => self.current = Some(Current { rows, table, base }),
                    Err(e) => return Some(Err(e)),
                }
                continue;
            };
            match current.rows.next() {
                None => self.current = None,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(row)) => return Some(current.sample(&row, &self.plan)),
            }
        }
    }
}

#[cfg(test)]
mod tests;
