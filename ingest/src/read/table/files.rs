//! Finds the tables of a source, and the folders that their paths are relative to.
//!
//! A folder's tables are its `metadata.csv` (or `.jsonl`), as Hugging Face names them, at the top and in the
//! folders of splits; without any, every `.csv` (`.tsv`, `.jsonl`) at the top.

use std::io::ErrorKind;

use hub_dataset::sample::SampleError;

use super::row::Form;
use super::rows::Rows;
use crate::read::file_errors::unreadable;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;
use crate::read::split::{split_of, split_of_file};
use crate::read::tar_members::file_name;

#[derive(Clone, Debug)]
pub struct TableFile {
    /// The folder of the source.
    pub root: SourceRoot,
    /// Its path below the source, for messages.
    pub place: String,
    /// The folder it lies in, below the source: `train/` or nothing.
    pub prefix: String,
    /// The split that its folder or name says.
    pub split: Option<String>,
    pub form: Form,
}

/// How a table of that name is written, if it is one.
pub fn form_of(name: &str) -> Option<Form> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "csv" | "tsv" => Some(Form::Csv),
        "jsonl" | "ndjson" => Some(Form::Jsonl),
        _ => None,
    }
}

fn metadata_name(form: Form) -> &'static str {
    match form {
        Form::Csv => "metadata.csv",
        Form::Jsonl => "metadata.jsonl",
    }
}

impl TableFile {
    fn new(root: &SourceRoot, prefix: &str, name: &str, form: Form) -> Self {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let split = split_of(prefix.trim_end_matches('/')).or_else(|| split_of_file(stem));
        let place = format!("{prefix}{name}");
        let split = split.map(ToOwned::to_owned);
        Self { root: root.clone(), place, prefix: prefix.to_owned(), split, form }
    }

    /// Its rows, from the first.
    ///
    /// # Errors
    /// It leads out of the source or can't be read.
    pub fn rows(&self) -> Result<Rows, SampleError> {
        let found = self.root.file(&self.place).map_err(|refusal| refusal.fatal(&self.place))?;
        let gone = || unreadable(&self.place, ErrorKind::NotFound.into());
        Rows::open(&found.ok_or_else(gone)?.path, &self.place, self.form)
    }
}

/// Is there a table named `metadata`, at the top or in the folder of a split?
pub fn has_metadata(look: &Sniff, form: Form) -> bool {
    metadata_folders(look, form).next().is_some()
}

/// The folders, `""` for the top or with `/` at the end, with a table named `metadata`.
fn metadata_folders(look: &Sniff, form: Form) -> impl Iterator<Item = String> {
    let splits = look.folders_in("").filter(|folder| split_of(folder).is_some());
    let folders = std::iter::once(String::new()).chain(splits.map(|folder| format!("{folder}/")));
    folders.filter(move |folder| look.has(&format!("{folder}{}", metadata_name(form))))
}

/// The tables named `metadata` in a folder.
pub fn metadata_files(root: &SourceRoot, look: &Sniff, form: Form) -> Vec<TableFile> {
    let folders = metadata_folders(look, form);
    folders.map(|folder| TableFile::new(root, &folder, metadata_name(form), form)).collect()
}

/// Every table at the top of a folder.
pub fn loose_files(root: &SourceRoot, look: &Sniff, form: Form) -> Vec<TableFile> {
    let names = look.files_in("").filter(|name| form_of(name) == Some(form));
    names.map(|name| TableFile::new(root, "", name, form)).collect()
}

/// The tables of a file or folder.
///
/// # Errors
/// There is none.
pub fn find(root: &SourceRoot, look: &Sniff, form: Form) -> Result<Vec<TableFile>, SampleError> {
    if !look.is_dir {
        let name = file_name(&look.root);
        return Ok(vec![TableFile::new(root, "", &name, form_of(&name).unwrap_or(form))]);
    }
    let mut files = metadata_files(root, look, form);
    if files.is_empty() {
        files = loose_files(root, look, form);
    }
    if files.is_empty() {
        let place = look.root.display().to_string();
        return Err(SampleError::fatal(
            place,
            format!("neither {} nor another table found", metadata_name(form)),
        )
        .advise("check the path"));
    }
    Ok(files)
}
