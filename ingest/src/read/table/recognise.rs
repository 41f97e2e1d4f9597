//! Recognises tables.

use super::column_mapping::ColumnMapping;
use super::files::{TableFile, form_of, has_metadata, loose_files};
use super::paths::bases_of;
use super::row::Form;
use super::survey::Survey;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;

/// Number of rows that are read to see whether a table names media.
const ROWS_LOOKED_AT: usize = 100;

/// Is it a CSV file, or a folder with `metadata.csv`?
pub fn recognise_csv(look: &Sniff) -> bool {
    recognise(look, Form::Csv)
}

/// Is it a JSON lines file, or a folder with `metadata.jsonl`?
pub fn recognise_jsonl(look: &Sniff) -> bool {
    recognise(look, Form::Jsonl)
}

fn recognise(look: &Sniff, form: Form) -> bool {
    if look.is_dir { has_metadata(look, form) } else { form_of(&look.name()) == Some(form) }
}

/// Is it a folder with a CSV file of another name that names media?
pub fn recognise_loose_csv(look: &Sniff) -> bool {
    recognise_loose(look, Form::Csv)
}

/// Is it a folder with such a JSON lines file?
pub fn recognise_loose_jsonl(look: &Sniff) -> bool {
    recognise_loose(look, Form::Jsonl)
}

fn recognise_loose(look: &Sniff, form: Form) -> bool {
    let Ok(root) = SourceRoot::of(&look.root, false) else { return false };
    look.is_dir && loose_files(&root, look, form).iter().any(names_media)
}

/// Do the first rows of a table name media that are there?
pub fn names_media(table: &TableFile) -> bool {
    let tables = std::slice::from_ref(table);
    Survey::of(tables, ROWS_LOOKED_AT)
        .and_then(|survey| {
            ColumnMapping::of(&survey, &bases_of(tables), (&table.root, &table.prefix), &table.place)
        })
        .is_ok_and(|mapping| mapping.has_media())
}
