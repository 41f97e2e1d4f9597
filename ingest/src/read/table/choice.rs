//! Decides which tables of a source are read.

use std::slice;

use hub_dataset::sample::SampleError;
use hub_schema::Feature;

use super::column_mapping::ColumnMapping;
use super::files::{TableFile, form_of, loose_files, metadata_files};
use super::media_folders::MediaFolders;
use super::paths::bases_of;
use super::row::Form;
use super::survey::Survey;
use crate::read::files_read::FilesRead;
use crate::read::input::Input;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;
use crate::read::tar_members::file_name;

/// Number of rows that are read to see whether a table names media.
const ROWS_LOOKED_AT: usize = 100;

/// The tables of a file or folder.
///
/// # Errors
/// There is none.
pub fn find(input: &Input, root: &SourceRoot, form: Form) -> Result<Vec<TableFile>, SampleError> {
    let look = &input.look;
    if !look.is_dir {
        let name = file_name(&look.root);
        let beside = Sniff::at(root.shown(), &input.options.ignore, input.options.allow_outside);
        let form = form_of(&name).unwrap_or(form);
        return Ok(vec![TableFile::new(root, ("", &name), form, &MediaFolders::of(&beside))]);
    }
    let metadata = metadata_files(root, look, form);
    if !metadata.is_empty() {
        return Ok(metadata);
    }
    // Tables that are only looked at are not noted as read.
    let options = &input.options;
    let looked_at = FilesRead::default();
    let probe = SourceRoot::with(&look.root, options.allow_outside, &options.ignore, &looked_at)?;
    let mut levels = loose_files(&probe, look, form);
    // The first level whose tables name media; without any, the first.
    let named = levels.iter().position(|tables| tables.iter().any(names_media));
    if levels.is_empty() {
        let place = look.root.display().to_string();
        return Err(SampleError::fatal(place, "no table found").advise("check the path"));
    }
    let mut tables = levels.swap_remove(named.unwrap_or(0));
    if named.is_some() {
        // Of several tables, those that name no media are about something else.
        tables.retain(names_media);
    }
    tables.iter_mut().for_each(|table| table.root = root.clone());
    Ok(tables)
}

/// The first of the loose tables that names media. One beside class folders has to have labels itself, or those of the
/// folders would be lost.
pub fn first_loose(root: &SourceRoot, look: &Sniff, form: Form, beside_classes: bool) -> Option<String> {
    let levels = loose_files(root, look, form);
    let fits = |table: &&TableFile| {
        mapping(table).is_some_and(|found| {
            let has_label = || found.columns.iter().any(|c| matches!(c.feature, Feature::ClassLabel { .. }));
            found.has_media() && (!beside_classes || has_label())
        })
    };
    levels.iter().flatten().find(fits).map(|table| table.place.clone())
}

/// Do the first rows of a table name media that are there?
fn names_media(table: &TableFile) -> bool {
    mapping(table).is_some_and(|mapping| mapping.has_media())
}

/// What the first rows of a table hold.
fn mapping(table: &TableFile) -> Option<ColumnMapping> {
    let tables = slice::from_ref(table);
    let survey = Survey::of(tables, ROWS_LOOKED_AT).ok()?;
    ColumnMapping::of(&survey, &bases_of(tables), (&table.root, &table.prefix), &table.place).ok()
}
