//! Trees of hard links: a second copy of a data set that takes no disk space.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Creates a directory tree whose files are hard links to those of another.
pub fn tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => tree(&entry.path(), &there)?,
            false => fs::hard_link(entry.path(), there)?,
        }
    }
    Ok(())
}
