//! Finds the tables of a source, and the folders that their paths are relative to.
//!
//! A folder's tables are its `metadata.csv` (or `.jsonl`), as Hugging Face names them, in any folder; without any, every
//! `.csv` (`.tsv`, `.jsonl`) of the highest level of folders on which one of them names media.

use std::io::ErrorKind;

use hub_dataset::sample::SampleError;

use super::media_folders::MediaFolders;
use super::row::Form;
use super::rows::Rows;
use crate::read::file_errors::unreadable;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;
use crate::read::split::{split_of_file, split_of_folders};

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
    /// Where else its media may be.
    pub media: MediaFolders,
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
    /// The table of that name in a folder of the source.
    pub fn new(root: &SourceRoot, (prefix, name): (&str, &str), form: Form, media: &MediaFolders) -> Self {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let split = split_of_folders(prefix).or_else(|| split_of_file(stem));
        let (root, media) = (root.clone(), media.clone());
        let split = split.map(ToOwned::to_owned);
        Self { root, place: format!("{prefix}{name}"), prefix: prefix.to_owned(), split, form, media }
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

/// Is it a table that is to be filled in for a competition? Its labels are made up.
fn is_submission(name: &str) -> bool {
    name.to_ascii_lowercase().contains("submission")
}

/// The first table named `metadata`.
pub fn first_metadata(look: &Sniff, form: Form) -> Option<String> {
    look.all().find_map(|folder| {
        let name = folder.files.iter().find(|name| *name == metadata_name(form))?;
        Some(folder.path_of(name))
    })
}

/// The tables named `metadata`, in any folder.
pub fn metadata_files(root: &SourceRoot, look: &Sniff, form: Form) -> Vec<TableFile> {
    let folders = look.all().filter(|folder| folder.files.iter().any(|name| name == metadata_name(form)));
    let media = MediaFolders::of(look);
    folders.map(|folder| TableFile::new(root, (&folder.path, metadata_name(form)), form, &media)).collect()
}

/// All other tables, level by level: those at the top, those in the folders below it, and so on.
pub fn loose_files(root: &SourceRoot, look: &Sniff, form: Form) -> Vec<Vec<TableFile>> {
    /// Depth of the folders whose tables are taken.
    const DEPTH: usize = 3;
    let media = MediaFolders::of(look);
    let at_depth = |depth: usize| -> Vec<TableFile> {
        let folders = look.all().filter(|folder| folder.path.matches('/').count() == depth);
        let names = folders.flat_map(|f| f.files.iter().map(move |name| (f.path.as_str(), name.as_str())));
        let tables = names.filter(|(_, name)| form_of(name) == Some(form) && !is_submission(name));
        tables.map(|(folder, name)| TableFile::new(root, (folder, name), form, &media)).collect()
    };
    (0..=DEPTH).map(at_depth).filter(|tables| !tables.is_empty()).collect()
}
