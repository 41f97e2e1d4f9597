//! (reader A)
use std::path::Path;

use hub_dataset::sample::{SampleError, SampleSource};

use super::{Look, ReadOptions};

/// Is it of this format?
pub(super) fn recognise(_look: &Look) -> bool {
    false
}

/// Opens it.
pub(super) fn open(root: &Path, _options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    Err(SampleError::fatal(root.display().to_string(), "not read yet"))
}

/// Is it a brace pattern?
pub(super) fn is_pattern(_path: &Path) -> bool {
    false
}
