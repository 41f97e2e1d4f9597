//! The row groups of a fragment: which chunks of which files they are made of.

use std::ops::Range;
use std::sync::Arc;

use hub_schema::{DataFile, Fragment};
use parquet::file::metadata::ParquetMetaData;

use super::chunk::{Chunk, Origin, RewrittenPart, RowGroup, What, byte_range};
use super::nulls::Nulls;
use super::rewritten::{Job, live, names_blobs, row_groups};
use super::target::{Target, leaves, same_bytes};
use crate::error::{Error, Result};
use crate::file::GroupFile;
use crate::layout;

/// The files of a fragment, open.
pub struct OpenFragment<'a> {
    fragment: &'a Fragment,
    /// The offsets of the rows of each row group.
    rows: Vec<Range<u32>>,
    /// Of each column the file that holds it; none: it is null.
    homes: Vec<Option<usize>>,
    files: Vec<(GroupFile, &'a DataFile, Arc<str>)>,
    /// Whether every column has the same Parquet leaves in its file as in the assembled file.
    fits: bool,
}

impl<'a> OpenFragment<'a> {
    /// Finds each column's file. `files` are the fragment's, those that hold a column of the target.
    pub fn new(
        target: &Target,
        fragment: &'a Fragment,
        files: Vec<(GroupFile, &'a DataFile)>,
    ) -> Result<Self> {
        let mut homes = Vec::with_capacity(target.fields.len());
        let mut fits = true;
        for (column, field) in target.fields.iter().enumerate() {
            let home = files.iter().position(|(_, file)| file.fields.contains(&field.id));
            if let Some((file, _)) = home.map(|h| &files[h]) {
                let place = file.place(field.id).ok_or_else(|| {
                    let problem =
                        format!("it doesn't hold column '{}', which the manifest names", field.name);
                    Error::damaged(file.path(), problem)
                })?;
                fits &= fits_in(target, column, file.metadata(), place);
            }
            homes.push(home);
        }
        let files = files.into_iter().map(|(open, file)| (open, file, layout::data(file.hash).into()));
        let rows = row_groups(fragment).collect();
        Ok(Self { fragment, rows, homes, files: files.collect(), fits })
    }

    /// Which part of a row group must be rewritten, if any.
    pub fn rewrites(&self, target: &Target, row_group: usize, blob_address: Option<&str>) -> Option<What> {
        let rows = self.rows(row_group);
        let whole = live(self.fragment, &rows) == rows.len() as u64;
        if !whole || !self.fits {
            let any = self.homes.iter().any(Option::is_some);
            return any.then_some(What::Rows);
        }
        let blobs = blob_address.is_some() && target.fields.iter().any(|f| names_blobs(self.fragment, f));
        blobs.then_some(What::Paths)
    }

    /// The chunks of a row group; `made` is the footer of its rewritten part.
    pub fn row_group(
        &self,
        target: &Target,
        row_group: usize,
        made: Option<(&Arc<RewrittenPart>, &ParquetMetaData)>,
        nulls: &mut Nulls,
    ) -> Result<RowGroup> {
        let live = self.live(row_group);
        let mut chunks = Vec::with_capacity(target.schema.num_columns());
        let all_rewritten = made.is_some_and(|(part, _)| part.what == What::Rows);
        for (column, home) in self.homes.iter().enumerate() {
            match home {
                None => chunks.extend(nulls.chunks(target, column, live)?),
                Some(_) if all_rewritten => {}
                Some(home) => self.stored(target, column, *home, row_group, &mut chunks)?,
            }
        }
        if let Some((part, metadata)) = made {
            let new = rewritten_chunks(target, part, metadata)?;
            chunks.retain(|chunk| new.iter().all(|n| n.leaf != chunk.leaf));
            chunks.extend(new);
        }
        Ok(RowGroup { rows: live, chunks })
    }

    fn stored(
        &self,
        target: &Target,
        column: usize,
        home: usize,
        row_group: usize,
        chunks: &mut Vec<Chunk>,
    ) -> Result<()> {
        let (open, file, path) = &self.files[home];
        let end = file.bytes.saturating_sub(file.footer_bytes.into());
        let place = open.place(target.fields[column].id).unwrap_or_default();
        let there = leaves(open.metadata().file_metadata().schema_descr());
        let there = there.get(place).cloned().unwrap_or_default();
        let metadata = open.metadata().row_group(row_group);
        for (leaf, from) in target.leaves(column).zip(there) {
            let metadata = metadata.column(from).clone();
            let range = byte_range(&metadata, end).ok_or_else(|| {
                Error::damaged(
                    open.path(),
                    format!("a column chunk of row group {row_group} lies outside the file"),
                )
            })?;
            chunks.push(Chunk { leaf, origin: Origin::Stored(Arc::clone(path)), range, metadata });
        }
        Ok(())
    }

    /// The job that rewrites a row group.
    pub fn job<'b>(
        &'b self,
        target: &'b Target,
        row_group: usize,
        what: What,
        blob_address: Option<&'b str>,
    ) -> Job<'b> {
        Job::new(self.fragment, (row_group, self.rows(row_group)), what, &target.fields, blob_address)
    }

    fn rows(&self, row_group: usize) -> Range<u32> {
        self.rows.get(row_group).cloned().unwrap_or_default()
    }

    /// The number of row groups in the fragment.
    pub fn row_groups(&self) -> usize {
        self.rows.len()
    }

    /// Rows of a row group that are not deleted.
    pub fn live(&self, row_group: usize) -> u64 {
        live(self.fragment, &self.rows(row_group))
    }
}

/// Has a column the same leaves in a file as in the target?
fn fits_in(target: &Target, column: usize, file: &ParquetMetaData, place: usize) -> bool {
    let there = file.file_metadata().schema_descr();
    let (wanted, found) = (target.leaves(column), leaves(there).get(place).cloned().unwrap_or_default());
    wanted.len() == found.len()
        && wanted.zip(found).all(|(w, f)| same_bytes(&target.schema.column(w), &there.column(f)))
}

/// The chunks of a rewritten row group, found by their paths.
fn rewritten_chunks(
    target: &Target,
    part: &Arc<RewrittenPart>,
    metadata: &ParquetMetaData,
) -> Result<Vec<Chunk>> {
    let lost = || Error::damaged(format!("rewritten row group {}", part.row_group), "it lacks columns");
    let row_group = metadata.row_groups().first().ok_or_else(lost)?;
    let mut chunks = Vec::with_capacity(row_group.num_columns());
    for found in row_group.columns() {
        let leaf = target.schema.columns().iter().position(|c| c.path() == found.column_path());
        let range = byte_range(found, u64::MAX).ok_or_else(lost)?;
        let leaf = leaf.ok_or_else(lost)?;
        chunks.push(Chunk {
            leaf,
            origin: Origin::Rewritten(Arc::clone(part)),
            range,
            metadata: found.clone(),
        });
    }
    Ok(chunks)
}
