//! Recognises tables.

use super::choice::first_loose;
use super::files::{first_metadata, form_of};
use super::row::Form;
use crate::read::class_folder;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;

/// The CSV file, or the first `metadata.csv` of a folder.
pub fn recognise_csv(look: &Sniff) -> Option<String> {
    recognise(look, Form::Csv)
}

/// The JSON lines file, or the first `metadata.jsonl` of a folder.
pub fn recognise_jsonl(look: &Sniff) -> Option<String> {
    recognise(look, Form::Jsonl)
}

fn recognise(look: &Sniff, form: Form) -> Option<String> {
    if look.is_dir {
        first_metadata(look, form)
    } else {
        (form_of(&look.name()) == Some(form)).then(|| look.name())
    }
}

/// A CSV file of another name that names media.
pub fn recognise_loose_csv(look: &Sniff) -> Option<String> {
    recognise_loose(look, Form::Csv)
}

/// Such a JSON lines file.
pub fn recognise_loose_jsonl(look: &Sniff) -> Option<String> {
    recognise_loose(look, Form::Jsonl)
}

fn recognise_loose(look: &Sniff, form: Form) -> Option<String> {
    let root = SourceRoot::of(&look.root, false).ok().filter(|_| look.is_dir)?;
    first_loose(&root, look, form, class_folder::recognise(look).is_some())
}
