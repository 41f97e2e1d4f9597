//! The samples, row by row.

use std::vec;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint, Value};
use hub_schema::Feature;
use serde_json::Value as Json;

use super::boxes::{BoxColumns, BoxTable};
use super::choice::find;
use super::column_mapping::{ColumnMapping, MappedColumn, Role, missing_media, split_of_path};
use super::files::TableFile;
use super::paths::{Base, bases_of};
use super::row::{Cell, Form, Row};
use super::rows::Rows;
use super::survey::{Survey, Surveyed};
use super::value::{label_of, numbered_class_of, value_of};
use crate::format::Format;
use crate::read::class_folder;
use crate::read::input::Input;
use crate::read::kind::{kind_of_name, one};
use crate::read::split::split_name;

/// Opens a table, or those of a folder.
pub fn open(input: &Input) -> Result<Box<dyn SampleSource>, SampleError> {
    let form = if input.options.format == Some(Format::Jsonl) { Form::Jsonl } else { Form::Csv };
    let source = input.source_root()?;
    let tables = find(input, &source, form)?;
    let survey = Survey::of(&tables, usize::MAX)?;
    let bases = bases_of(&tables);
    let place = tables.first().map_or_else(String::new, |table| table.place.clone());
    if survey.rows == 0 {
        return Err(match survey.first_error {
            Some(error) => SampleError { fatal: true, ..error },
            None => SampleError::fatal(place, "no rows").advise("check the path"),
        });
    }
    let mapping = ColumnMapping::of(&survey, &bases, (&source, ""), &place)?;
    if !mapping.has_media()
        && let Some((column, path)) = missing_media(&survey)
    {
        // The error of a refused path tells more than "not found".
        if let Some(error) = bases.first().and_then(|base| base.refusal(&place, path)) {
            return Err(SampleError { fatal: true, ..error });
        }
        let looked = bases.first().map(Base::display).unwrap_or_default();
        let problem =
            format!("column '{column}' seems to name media, but '{path}' was not found in {looked}");
        return Err(SampleError::fatal(place, problem).advise("paths are relative to the table's folder"));
    }
    let has_media = input.look.media().iter().any(|(_, count)| *count > 0);
    if !mapping.has_media() && has_media && input.recognised {
        let names = mapping.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
        let problem =
            format!("no column names the images, audio or video beside it; its columns are {names}");
        return Err(SampleError::fatal(place, problem).advise(format!(
            "add a column 'file_name' with a path in each row; or pass --format {} to push the table without them, or \
             --ignore '{}' to push them without the table",
            if form == Form::Csv { Format::Csv } else { Format::Jsonl },
            tables.first().map_or("", |table| table.place.as_str()),
        )));
    }
    let boxes = BoxColumns::of(&mapping);
    if boxes.is_none() {
        note_what_is_kept(input, &survey, &mapping);
    }
    let tables: Vec<_> = tables.into_iter().zip(bases).collect();
    let table = Table { form, tables: tables.into_iter(), current: None, mapping, rows: survey.rows };
    Ok(match boxes {
        Some(boxes) => Box::new(BoxTable::gather(Box::new(table), &boxes)),
        None => Box::new(table),
    })
}

/// Tells the user what a table of media does not say, or says in its own way.
fn note_what_is_kept(input: &Input, survey: &Survey, mapping: &ColumnMapping) {
    let label = mapping.columns.iter().any(|c| matches!(c.feature, Feature::ClassLabel { .. }));
    if let (false, Some(classes)) = (label, class_folder::recognise(&input.look)) {
        input.note(format!("{classes} are not read as classes: the table says what each file is"));
    }
    let is_media = |m: &&MappedColumn| matches!(m.role, Role::Media(_));
    for column in mapping.mapped.iter().filter(is_media) {
        let found = survey.columns.iter().find(|c| c.name == column.from);
        let repeats =
            |c: &&Surveyed| c.firsts.iter().enumerate().any(|(i, path)| c.firsts[..i].contains(path));
        if let Some(column) = found.filter(repeats) {
            let text = format!(
                "several rows have the same file in '{}': each row becomes a sample of its own",
                column.name
            );
            input.note(text);
        }
    }
}

struct Table {
    form: Form,
    tables: vec::IntoIter<(TableFile, Base)>,
    current: Option<Current>,
    mapping: ColumnMapping,
    rows: u64,
}

/// The table that is being read.
struct Current {
    rows: Rows,
    table: TableFile,
    base: Base,
}

impl Current {
    fn sample(&self, row: &Row, mapping: &ColumnMapping) -> Result<Sample, SampleError> {
        let place = format!("{}:{}", self.table.place, row.line);
        let mut values = Vec::with_capacity(mapping.columns.len());
        for (column, mapped) in mapping.columns.iter().zip(&mapping.mapped) {
            let place = || format!("{place}, column '{}'", mapped.from);
            values.push(self.value(&place, row, column, mapped)?);
        }
        Ok(Sample { split: self.split(row, mapping), place, values })
    }

    fn value(
        &self,
        place: &dyn Fn() -> String,
        row: &Row,
        column: &Column,
        mapped: &MappedColumn,
    ) -> Result<Value, SampleError> {
        let cell = row.get(&mapped.from);
        let wrong =
            |problem: String| SampleError::sample(place(), problem).advise("correct the row, or remove it");
        match &mapped.role {
            Role::Plain => value_of(cell, &column.feature).map_err(wrong),
            Role::NumberedClass(classes) => numbered_class_of(cell, *classes).map_err(wrong),
            Role::Label(numbers) => label_of(cell, numbers).map_err(wrong),
            Role::Nested => self.nested(place, cell, &column.feature),
            Role::Media(kind) => match cell.text() {
                None => Ok(Value::Null),
                Some(path) if kind_of_name(path).is_some_and(|found| found != *kind) => {
                    Err(wrong(format!("expected {} as in the other rows, found '{path}'", one(*kind))))
                }
                Some(path) => self.base.media(&place(), path).map(Value::Media),
            },
        }
    }

    /// A value that has media in it.
    fn nested(
        &self,
        place: &dyn Fn() -> String,
        cell: Cell<'_>,
        feature: &Feature,
    ) -> Result<Value, SampleError> {
        let below = |value: &Json, feature: &Feature| match value {
            Json::Null => Ok(Value::Null),
            value => self.nested(place, Cell::Json(value), feature),
        };
        match (feature, cell) {
            (feature, Cell::Json(Json::String(path))) if feature.is_media() => {
                self.base.media(&place(), path).map(Value::Media)
            }
            (Feature::List { item }, Cell::Json(Json::Array(values))) => {
                values.iter().map(|value| below(value, item)).collect::<Result<_, _>>().map(Value::List)
            }
            (Feature::Struct { fields }, Cell::Json(Json::Object(members))) => {
                let member = |name: &str| members.get(name).unwrap_or(&Json::Null);
                let values = fields.iter().map(|field| below(member(&field.name), &field.feature));
                values.collect::<Result<_, _>>().map(Value::Struct)
            }
            (feature, cell) => value_of(cell, feature).map_err(|problem| {
                SampleError::sample(place(), problem).advise("correct the row, or remove it")
            }),
        }
    }

    fn split(&self, row: &Row, mapping: &ColumnMapping) -> Option<String> {
        if let Some(column) = &mapping.split {
            return row.get(column).text().map(|name| split_name(name.trim()));
        }
        let in_path = || split_of_path(row.get(mapping.split_folder.as_ref()?).text()?);
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
        &self.mapping.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: Some(self.rows), bytes: None }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            let Some(current) = &mut self.current else {
                let (table, base) = self.tables.next()?;
                match table.rows() {
                    Ok(rows) => self.current = Some(Current { rows, table, base }),
                    Err(e) => return Some(Err(e)),
                }
                continue;
            };
            match current.rows.next() {
                None => self.current = None,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(row)) => return Some(current.sample(&row, &self.mapping)),
            }
        }
    }
}
