//! Which files are the tables, and what are their paths relative to?
//!
//! A folder's tables are its `metadata.csv` (or `.jsonl`), as Hugging Face names them, at the top and in the
//! folders of splits; without any, every `.csv` (`.tsv`, `.jsonl`) at the top.

use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

use super::rows::Form;
use crate::read::Sniff;
use crate::read::split::{split_of, split_of_file};
use crate::read::tar_members::file_name;

/// One table.
#[derive(Clone, Debug)]
pub struct TableFile {
    pub path: PathBuf,
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
    fn new(root: &Path, prefix: &str, name: &str, form: Form) -> Self {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let split = split_of(prefix.trim_end_matches('/')).or_else(|| split_of_file(stem));
        let place = format!("{prefix}{name}");
        let split = split.map(ToOwned::to_owned);
        Self { path: root.join(&place), place, prefix: prefix.to_owned(), split, form }
    }

    /// The folder its paths are relative to.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }
}

/// The tables named `metadata` in a folder.
pub fn metadata_files(look: &Sniff, form: Form) -> Vec<TableFile> {
    let name = metadata_name(form);
    let splits = look.folders_in("").filter(|folder| split_of(folder).is_some());
    let folders = std::iter::once(String::new()).chain(splits.map(|folder| format!("{folder}/")));
    folders
        .filter(|folder| look.has(&format!("{folder}{name}")))
        .map(|folder| TableFile::new(&look.root, &folder, name, form))
        .collect()
}

/// Every table at the top of a folder.
pub fn loose_files(look: &Sniff, form: Form) -> Vec<TableFile> {
    let names = look.files_in("").filter(|name| form_of(name) == Some(form));
    names.map(|name| TableFile::new(&look.root, "", name, form)).collect()
}

/// The tables of a file or folder.
///
/// # Errors
/// There is none.
pub fn find(look: &Sniff, form: Form) -> Result<Vec<TableFile>, SampleError> {
    if !look.is_dir {
        let name = file_name(&look.root);
        let folder = look.root.parent().unwrap_or(&look.root);
        return Ok(vec![TableFile::new(folder, "", &name, form_of(&name).unwrap_or(form))]);
    }
    let mut files = metadata_files(look, form);
    if files.is_empty() {
        files = loose_files(look, form);
    }
    if files.is_empty() {
        let place = look.root.display().to_string();
        return Err(SampleError::fatal(
            place,
            format!("no {} and no other table in it", metadata_name(form)),
        )
        .advise("check the path"));
    }
    Ok(files)
}
