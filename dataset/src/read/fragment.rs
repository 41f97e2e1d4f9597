//! Reads a fragment: the columns of several files, put side by side.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::Schema as ArrowSchema;
use hub_schema::arrow_types::{Form, arrow_field};
use hub_schema::{Field, Fragment};

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::file::GroupFile;

/// Some columns of a fragment, open for reading.
#[derive(Clone, Debug)]
pub struct FragmentReader {
    fragment: Fragment,
    fields: Vec<Field>,
    /// Each file, with the places in `fields` of the columns it holds.
    files: Vec<(GroupFile, Vec<usize>)>,
}

impl FragmentReader {
    /// Opens the files that hold the given columns.
    pub async fn open(dataset: &Dataset, fragment: &Fragment, fields: &[&Field]) -> Result<Self> {
        let mut files = Vec::new();
        for file in &fragment.files {
            let held: Vec<usize> =
                (0..fields.len()).filter(|i| file.fields.contains(&fields[*i].id)).collect();
            if !held.is_empty() {
                let open = dataset.file(file).await?;
                let held: Vec<usize> =
                    held.into_iter().filter(|i| is_current(fragment, fields[*i], &open)).collect();
                if held.is_empty() {
                    continue;
                }
                if !open.row_groups().eq(fragment.row_groups.iter().copied()) {
                    let rows: u64 = open.row_groups().map(u64::from).sum();
                    let problem = format!(
                        "{rows} rows in {} row groups, the manifest states {} in {}",
                        open.row_groups().count(),
                        fragment.rows,
                        fragment.row_groups.len()
                    );
                    return Err(Error::damaged(open.path(), problem));
                }
                files.push((open, held));
            }
        }
        let fields = fields.iter().map(|f| (*f).clone()).collect();
        Ok(Self { fragment: fragment.clone(), fields, files })
    }

    /// The file that holds the column at a place among [`fields`](Self::fields).
    pub fn file_of(&self, place: usize) -> Option<&GroupFile> {
        self.files.iter().find(|(_, held)| held.contains(&place)).map(|(file, _)| file)
    }

    /// The fragment as its manifest lists it.
    pub fn fragment(&self) -> &Fragment {
        &self.fragment
    }

    /// The columns, in the order of the batches.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The files, each with the places of its columns among [`fields`](Self::fields).
    pub fn files(&self) -> &[(GroupFile, Vec<usize>)] {
        &self.files
    }

    /// Reads a whole row group, deleted rows and all.
    pub async fn read_row_group(&self, row_group: usize) -> Result<RecordBatch> {
        let rows = self.fragment.row_groups.get(row_group).copied().unwrap_or(0);
        let mut parts = Vec::with_capacity(self.files.len());
        for (file, held) in &self.files {
            parts.push((file.read_row_group(row_group, &self.held(held)).await?, held.as_slice()));
        }
        self.assemble(&parts, rows as usize)
    }

    /// Releases the pages of a row group that was used; see [`GroupFile::release_pages`].
    pub fn release_pages(&self, row_group: usize) {
        for (file, _) in self.files.iter().filter(|(file, _)| row_group < file.row_groups().count()) {
            file.release_pages(row_group);
        }
    }

    /// Reads the rows at `offsets` (rising, without repeats).
    pub async fn read_rows(&self, offsets: &[u32]) -> Result<RecordBatch> {
        let mut parts = Vec::with_capacity(self.files.len());
        for (file, held) in &self.files {
            parts.push((file.read_rows(offsets, &self.held(held)).await?, held.as_slice()));
        }
        self.assemble(&parts, offsets.len())
    }

    /// The columns at some places.
    pub fn held(&self, places: &[usize]) -> Vec<&Field> {
        places.iter().map(|i| &self.fields[*i]).collect()
    }

    /// Puts the columns of several files side by side; a column that no file holds is null.
    pub fn assemble(&self, parts: &[(RecordBatch, &[usize])], rows: usize) -> Result<RecordBatch> {
        let mut columns = vec![None; self.fields.len()];
        for (batch, held) in parts {
            if batch.num_rows() != rows {
                let problem = format!("a file of it has {} rows, {rows} were wanted", batch.num_rows());
                return Err(Error::damaged(format!("fragment {}", self.fragment.id), problem));
            }
            for (column, place) in batch.columns().iter().zip(*held) {
                columns[*place] = Some(Arc::clone(column));
            }
        }
        let fields: Vec<_> = self.fields.iter().map(|f| arrow_field(f, Form::Read)).collect();
        let columns = columns.into_iter().zip(&fields);
        let columns =
            columns.map(|(c, f)| c.unwrap_or_else(|| new_null_array(f.data_type(), rows))).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), columns, &options)
            .map_err(Error::arrow("the files of a fragment don't fit together"))
    }
}

/// Whether a column of a file may be read: one that is derived only if its media are still those that it was computed from.
fn is_current(fragment: &Fragment, field: &Field, file: &GroupFile) -> bool {
    if field.derived_kind().is_none() {
        return true;
    }
    let media = field.fact_of.and_then(|of| fragment.file_of(of)).map(|file| file.hash);
    media.is_some() && file.source() == media
}
