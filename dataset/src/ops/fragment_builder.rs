//! Packing: the values of a fragment's rows become its files.
//!
//! The bulky columns (media, tensors) share one file, all others another, so that labels can change without
//! rewriting an image. Encoding is plain computation; [`Dataset::put_fragment`] then uploads what the store
//! does not hold yet.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use chrono::{DateTime, TimeDelta, Utc};
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{ContentHash, Field, FieldId, RowId, Schema};

use super::derived::{Derive, DerivedWriter};
use super::packed_rows::PackedFragment;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::file::{EncodedFile, GroupWriter};
use crate::layout;
use crate::sample::{MediaBytes, Value, build};

/// Age at which a file without a commit is uploaded again, since a sweep may delete it at any moment: half of the
/// shortest grace time of a sweep.
const REUSE_HOURS: i64 = 12;

/// Builds one fragment in memory.
#[derive(Debug)]
pub struct FragmentBuilder {
    split: Option<String>,
    row_groups: Vec<u32>,
    groups: Vec<Group>,
    derived: Vec<DerivedWriter>,
}

#[derive(Debug)]
struct Group {
    /// Columns, with their places in the values of a row.
    fields: Vec<(usize, Field)>,
    writer: GroupWriter,
    blobs: Blobs,
}

/// The samples that a file names and that are objects of their own, with their lengths.
pub type Blobs = Vec<(ContentHash, u64)>;

/// A fragment whose files are encoded in memory.
#[derive(Clone, Debug)]
pub struct EncodedFragment {
    /// The split of all its rows.
    pub split: Option<String>,
    /// Rows of each row group.
    pub row_groups: Vec<u32>,
    /// Its files, with their columns and the blobs they name.
    pub files: Vec<(EncodedFile, Vec<FieldId>, Blobs)>,
    /// The files of its derived columns.
    pub derived: Vec<(EncodedFile, FieldId)>,
}

impl FragmentBuilder {
    /// A fragment of some columns of `schema`, those of the given ids.
    pub fn new(schema: &Schema, ids: &[FieldId], split: Option<String>) -> Result<Self> {
        let fields: Vec<&Field> = ids.iter().filter_map(|id| schema.by_id(*id)).collect();
        let mut groups = Vec::new();
        for bulky in [true, false] {
            let fields: Vec<(usize, Field)> = fields
                .iter()
                .enumerate()
                .filter(|(_, f)| f.feature.is_bulky() == bulky)
                .map(|(i, f)| (i, (*f).clone()))
                .collect();
            if !fields.is_empty() {
                let refs: Vec<&Field> = fields.iter().map(|(_, f)| f).collect();
                let writer = GroupWriter::new(&refs)?;
                groups.push(Group { fields, writer, blobs: Vec::new() });
            }
        }
        Ok(Self { split, row_groups: Vec::new(), groups, derived: Vec::new() })
    }

    /// Computes the derived columns that `schema` lists and one of `derives` computes, too.
    pub fn derive(mut self, schema: &Schema, derives: &[Arc<dyn Derive>]) -> Result<Self> {
        let fields = || self.groups.iter().flat_map(|group| &group.fields);
        self.derived = DerivedWriter::all(schema, derives, |id| fields().any(|(_, field)| field.id == id))?;
        Ok(self)
    }

    /// Writes rows as one row group. A row holds a value for each of the builder's columns.
    ///
    /// # Errors
    /// [`Error::Build`] for the first value that does not fit; nothing is written then, and the builder can
    /// be used on.
    pub fn row_group(&mut self, rows: &[Vec<Value>]) -> Result<()> {
        let total = self.row_groups.iter().sum::<u32>() as usize + rows.len();
        if total > RowId::MAX_ROWS as usize {
            return Err(Error::TooManyRows { max: RowId::MAX_ROWS, found: total });
        }
        let mut batches = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let mut columns: Vec<ArrayRef> = Vec::with_capacity(group.fields.len());
            for (place, field) in &group.fields {
                let column = build::column(&field.feature, rows.iter().map(|row| &row[*place]));
                columns.push(column.map_err(|source| Error::Build { column: field.name.clone(), source })?);
            }
            let schema = arrow_schema(group.fields.iter().map(|(_, f)| f), Form::Read);
            batches.push(
                RecordBatch::try_new(schema.into(), columns)
                    .map_err(Error::arrow("the columns of a fragment don't fit together"))?,
            );
        }
        for derived in &mut self.derived {
            let of = derived.of();
            let columns =
                self.groups.iter().zip(&batches).flat_map(|(g, batch)| g.fields.iter().zip(batch.columns()));
            if let Some(((_, _), media)) = columns.into_iter().find(|((_, field), _)| field.id == of) {
                derived.write_row_group(media)?;
            }
        }
        for (group, batch) in self.groups.iter_mut().zip(batches) {
            group.writer.write_row_group(&batch)?;
            for (place, _) in group.fields.iter().filter(|(_, f)| f.feature.is_media()) {
                group.blobs.extend(rows.iter().filter_map(|row| blob_of(&row[*place])));
            }
        }
        self.row_groups.push(rows.len() as u32);
        Ok(())
    }

    /// The split of all rows.
    pub fn split(&self) -> Option<&str> {
        self.split.as_deref()
    }

    /// The number of rows added so far.
    pub fn rows(&self) -> u32 {
        self.row_groups.iter().sum()
    }

    /// Writes the footers; gives the encoded files.
    pub fn finish(self) -> Result<EncodedFragment> {
        let mut files = Vec::with_capacity(self.groups.len());
        for mut group in self.groups {
            group.blobs.sort_unstable();
            group.blobs.dedup();
            let ids = group.fields.iter().map(|(_, f)| f.id).collect();
            files.push((group.writer.finish()?, ids, group.blobs));
        }
        let mut derived = Vec::with_capacity(self.derived.len());
        for writer in self.derived {
            let (field, of) = (writer.field(), writer.of());
            if let Some((media, ..)) =
                files.iter().find(|(_, ids, _): &&(_, Vec<FieldId>, _)| ids.contains(&of))
            {
                let from = media.hash;
                derived.push((writer.finish(from)?, field));
            }
        }
        Ok(EncodedFragment { split: self.split, row_groups: self.row_groups, files, derived })
    }
}

pub(super) fn blob_of(value: &Value) -> Option<(ContentHash, u64)> {
    match value {
        Value::Media(medium) => match &medium.bytes {
            MediaBytes::Object(object) => Some((object.blob()?, object.size_bytes())),
            _ => None,
        },
        _ => None,
    }
}

/// How much an upload wrote and how much it reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// Bytes that were uploaded.
    pub written_bytes: u64,
    /// Bytes that were there before.
    pub reused_bytes: u64,
}

impl std::ops::AddAssign for Uploaded {
    fn add_assign(&mut self, other: Self) {
        self.written_bytes += other.written_bytes;
        self.reused_bytes += other.reused_bytes;
    }
}

impl Dataset {
    /// Uploads the files of a fragment that the store does not hold. `known` are files that a commit names.
    pub async fn put_fragment(
        &self,
        fragment: EncodedFragment,
        known: &HashSet<ContentHash>,
    ) -> Result<(PackedFragment, Uploaded)> {
        self.pack_fragment(fragment, known, true).await
    }

    /// Computes what [`put_fragment`](Self::put_fragment) would write, and writes nothing.
    pub async fn estimate_fragment(
        &self,
        fragment: EncodedFragment,
        known: &HashSet<ContentHash>,
    ) -> Result<(PackedFragment, Uploaded)> {
        self.pack_fragment(fragment, known, false).await
    }

    async fn pack_fragment(
        &self,
        fragment: EncodedFragment,
        known: &HashSet<ContentHash>,
        write: bool,
    ) -> Result<(PackedFragment, Uploaded)> {
        let mut files = Vec::with_capacity(fragment.files.len());
        let mut uploaded = Uploaded::default();
        for (file, fields, blobs) in fragment.files {
            files.push(file.describe(fields, blobs));
            uploaded += self.pack_file(file, known, write).await?;
        }
        let mut derived = Vec::with_capacity(fragment.derived.len());
        for (file, field) in fragment.derived {
            derived.push(file.describe(vec![field], Vec::new()));
            uploaded += self.pack_file(file, known, write).await?;
        }
        let packed =
            PackedFragment { split: fragment.split, row_groups: fragment.row_groups, files, derived };
        Ok((packed, uploaded))
    }

    async fn holds(&self, file: &EncodedFile, known: &HashSet<ContentHash>) -> Result<bool> {
        let there = self.store().head(&layout::data(file.hash)).await?;
        // A file that a commit names is checked too: if it is missing or truncated, this push restores it.
        let whole = there.is_some_and(|o| {
            o.size_bytes == file.size_bytes && (known.contains(&file.hash) || is_young(o.modified))
        });
        Ok(whole)
    }

    /// Uploads a file if the store does not hold it.
    pub async fn put_file(&self, file: EncodedFile, known: &HashSet<ContentHash>) -> Result<Uploaded> {
        self.pack_file(file, known, true).await
    }

    async fn pack_file(
        &self,
        file: EncodedFile,
        known: &HashSet<ContentHash>,
        write: bool,
    ) -> Result<Uploaded> {
        if self.holds(&file, known).await? {
            return Ok(Uploaded { reused_bytes: file.size_bytes, ..Uploaded::default() });
        }
        if write {
            self.store().put(&layout::data(file.hash), file.payload).await?;
        }
        Ok(Uploaded { written_bytes: file.size_bytes, ..Uploaded::default() })
    }

    /// Whether an object exists, is whole, and is too young to be swept before the commit.
    pub async fn is_reusable(&self, path: &str, size_bytes: u64) -> Result<bool> {
        let there = self.store().head(path).await?;
        Ok(there.is_some_and(|o| o.size_bytes == size_bytes && is_young(o.modified)))
    }
}

/// Whether an object that was written at that time is too young to be swept before the coming commit.
pub fn is_young(modified: DateTime<Utc>) -> bool {
    modified > Utc::now() - TimeDelta::hours(REUSE_HOURS)
}

/// The files that a revision names, for [`Dataset::put_fragment`].
pub fn known_files<'a>(
    fragments: impl IntoIterator<Item = &'a hub_schema::Fragment>,
) -> HashSet<ContentHash> {
    fragments.into_iter().flat_map(|f| f.files.iter().map(|file| file.hash)).collect()
}

/// Used by tests and small callers: packs rows (values by column name; missing ones are null) as one fragment
/// of one row group.
pub fn encode_rows(
    schema: &Schema,
    split: Option<&str>,
    rows: &[HashMap<&str, Value>],
) -> Result<EncodedFragment> {
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(schema, &ids, split.map(str::to_owned))?;
    let value = |row: &HashMap<&str, Value>, f: &Field| row.get(f.name.as_str()).cloned().unwrap_or_default();
    let rows: Vec<Vec<Value>> =
        rows.iter().map(|row| schema.fields.iter().map(|f| value(row, f)).collect()).collect();
    builder.row_group(&rows)?;
    builder.finish()
}
