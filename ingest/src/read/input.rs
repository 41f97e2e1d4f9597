//! A source that is being opened: what it holds, how it is to be read, and what there is to say about it.

use std::cell::RefCell;
use std::path::Path;

use hub_dataset::sample::SampleError;

use super::files_read::FilesRead;
use super::inside::SourceRoot;
use super::options::ReadOptions;
use super::sniff::Sniff;

/// What a format's `open` works on.
#[derive(Debug)]
pub struct Input {
    pub look: Sniff,
    pub options: ReadOptions,
    /// Was the format recognised, rather than named by the user?
    pub recognised: bool,
    /// The files that were read.
    pub read: FilesRead,
    notes: RefCell<Vec<String>>,
}

impl Input {
    /// The source that `look` has listed.
    pub fn new(look: Sniff, options: ReadOptions) -> Self {
        Self { look, options, recognised: false, read: FilesRead::default(), notes: RefCell::default() }
    }

    /// The source that `look` has listed, whose format was recognised.
    pub fn recognised(look: Sniff, options: ReadOptions) -> Self {
        Self { recognised: true, ..Self::new(look, options) }
    }

    /// Lists the source at `root`.
    pub fn at(root: &Path, options: &ReadOptions) -> Self {
        Self::new(Sniff::at(root, &options.ignore, options.allow_outside), options.clone())
    }

    /// The path of the source.
    pub fn root(&self) -> &Path {
        &self.look.root
    }

    /// The folder that paths are relative to: the source's own, or that of the file.
    ///
    /// # Errors
    /// It does not exist.
    pub fn source_root(&self) -> Result<SourceRoot, SampleError> {
        SourceRoot::with(self.root(), self.options.allow_outside, &self.options.ignore, &self.read)
    }

    /// As [`Self::source_root`], but paths are relative to `folder`.
    ///
    /// # Errors
    /// It does not exist.
    pub fn source_root_in(&self, folder: &Path) -> Result<SourceRoot, SampleError> {
        let options = &self.options;
        SourceRoot::new(folder, self.root(), options.allow_outside, (&options.ignore, &self.read))
    }

    /// Adds a sentence that the user should read about how the source is read.
    pub fn note(&self, text: impl Into<String>) {
        self.notes.borrow_mut().push(text.into());
    }

    /// What [`Self::note`] added.
    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }
}
