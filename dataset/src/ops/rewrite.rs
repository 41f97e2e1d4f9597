//! Rewriting: columns of a fragment, row group by row group, into new files.
//!
//! Values, merge and compaction all end here. Columns are grouped as a push groups them: the bulky ones in one
//! file, the rest in another. Media pass through as views, undecoded.

use std::collections::{BTreeSet, HashMap, HashSet};

use arrow::array::{Array, AsArray, RecordBatch};
use hub_schema::{ContentHash, DataFile, Field, FieldId, Fragment, Patch, Schema};

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::file::GroupWriter;

/// Writes some columns of a fragment.
pub(super) struct ColumnsWriter {
    groups: Vec<Group>,
}

struct Group {
    /// Columns, with their places in the batches.
    fields: Vec<(usize, Field)>,
    writer: GroupWriter,
    blobs: BTreeSet<ContentHash>,
}

impl ColumnsWriter {
    /// A writer of these columns.
    pub fn new(fields: &[&Field]) -> Result<Self> {
        let mut groups = Vec::new();
        for bulky in [true, false] {
            let places = fields.iter().enumerate().filter(|(_, f)| f.feature.is_bulky() == bulky);
            let fields: Vec<(usize, Field)> = places.map(|(i, f)| (i, (*f).clone())).collect();
            if !fields.is_empty() {
                let refs: Vec<&Field> = fields.iter().map(|(_, f)| f).collect();
                let writer = GroupWriter::new(&refs)?;
                groups.push(Group { fields, writer, blobs: BTreeSet::new() });
            }
        }
        Ok(Self { groups })
    }

    /// Writes a batch of all columns, in the order of the writer's, as one row group.
    pub fn write_row_group(&mut self, batch: &RecordBatch) -> Result<()> {
        for group in &mut self.groups {
            let places: Vec<usize> = group.fields.iter().map(|(place, _)| *place).collect();
            let part = batch.project(&places).map_err(Error::arrow("columns are not those of the file"))?;
            group.writer.write_row_group(&part)?;
            for (column, (_, field)) in part.columns().iter().zip(&group.fields) {
                if field.feature.is_media() {
                    group.blobs.extend(blobs_of(column));
                }
            }
        }
        Ok(())
    }

    /// Uploads the files. `lengths` are those of the samples that are objects of their own.
    pub async fn finish(
        self,
        dataset: &Dataset,
        lengths: &HashMap<ContentHash, u64>,
    ) -> Result<Vec<DataFile>> {
        let mut files = Vec::with_capacity(self.groups.len());
        for group in self.groups {
            let ids: Vec<FieldId> = group.fields.iter().map(|(_, f)| f.id).collect();
            let blobs = group.blobs.into_iter().map(|b| (b, lengths.get(&b).copied().unwrap_or(0)));
            let blobs = blobs.collect();
            let encoded = group.writer.finish()?;
            files.push(encoded.describe(ids, blobs));
            dataset.put_file(encoded, &HashSet::new()).await?;
        }
        Ok(files)
    }
}

/// The objects that a media column names.
fn blobs_of(column: &dyn Array) -> Vec<ContentHash> {
    let Some(media) = column.as_struct_opt() else { return Vec::new() };
    let Some(bytes) = media.column_by_name("bytes").filter(|b| b.null_count() > 0) else { return Vec::new() };
    let paths = media.column_by_name("path").and_then(|p| p.as_string_opt::<i32>());
    let Some(paths) = paths else { return Vec::new() };
    let rows = (0..media.len()).filter(|i| bytes.is_null(*i) && media.is_valid(*i) && paths.is_valid(*i));
    rows.filter_map(|i| paths.value(i).strip_prefix("blobs/")?.parse().ok()).collect()
}

/// The lengths of the samples of a fragment that are objects of their own.
pub(super) fn blob_lengths(fragment: &Fragment) -> HashMap<ContentHash, u64> {
    fragment.files.iter().flat_map(|f| f.blobs.iter().copied()).collect()
}

/// Makes `file` hold its columns in `fragment`: patches of those columns move to it, `patch` is added, and files
/// without any column left are removed.
pub(super) fn take_over(fragment: &mut Fragment, mut file: DataFile, patch: Option<Patch>) {
    let taken = std::mem::take(&mut file.fields);
    file.patches = patches_of(fragment, &taken);
    file.patches.extend(patch);
    for old in &mut fragment.files {
        old.fields.retain(|f| !taken.contains(f));
        for patch in &mut old.patches {
            patch.fields.retain(|f| !taken.contains(f));
        }
        old.patches.retain(|p| !p.fields.is_empty());
    }
    fragment.files.retain(|f| !f.fields.is_empty());
    file.fields = taken;
    fragment.files.push(file);
}

/// Drops from `fragment` what was derived from columns that are written anew.
pub(super) fn drop_derived(fragment: &mut Fragment, schema: &Schema, written: &[FieldId]) {
    let derived = schema.derived.iter().filter(|derived| written.contains(&derived.of));
    let ids: Vec<FieldId> = derived.map(|derived| derived.id).collect();
    for file in &mut fragment.files {
        file.fields.retain(|field| !ids.contains(field));
    }
    fragment.files.retain(|file| !file.fields.is_empty());
}

/// The patches of some columns of a fragment, oldest first.
pub(super) fn patches_of(fragment: &Fragment, fields: &[FieldId]) -> Vec<Patch> {
    let mut patches: Vec<Patch> = Vec::new();
    for old in fragment.files.iter().flat_map(|f| &f.patches) {
        let held: Vec<FieldId> = old.fields.iter().copied().filter(|f| fields.contains(f)).collect();
        if !held.is_empty() {
            patches.push(Patch { fields: held, ..old.clone() });
        }
    }
    patches
}
