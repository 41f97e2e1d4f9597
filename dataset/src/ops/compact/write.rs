//! Writes the live rows of several fragments as one.
//!
//! Row by row group in, row group out: memory holds one row group that is read, one that grows, and the new
//! files. Media are views from the old file to the new one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::DataType;
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{DataFile, Field, FieldId, Fragment, FragmentId, Patch, RowId, RowRun, Schema};
use roaring::RoaringBitmap;

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::manifest::UsedIds;
use crate::ops::derived::{Derive, DerivedWriter};
use crate::ops::packed_rows::PackedFragment;
use crate::ops::rewrite::{ColumnsWriter, blob_lengths};
use crate::read::FragmentReader;

/// Bytes of media at which a row group ends.
const ROW_GROUP_BYTES: usize = 12 * 1024 * 1024;

/// Rows at which a row group ends.
const ROW_GROUP_ROWS: usize = 65_536;

/// Bytes of annotations at which a row group ends: with long texts, far fewer rows are enough.
const ANNOTATION_BYTES: usize = 64 * 1024 * 1024;

/// A compacted fragment without an id.
#[derive(Clone, Debug)]
pub(crate) struct NewFragment {
    pub files: Vec<DataFile>,
    /// The files of its derived columns.
    pub derived: Vec<DataFile>,
    split: Option<String>,
    row_groups: Vec<u32>,
    row_ids: Vec<RowRun>,
}

impl NewFragment {
    /// The fragment, with an id that is drawn from its files and its rows' ids, or the next that is not in
    /// `used`, which it joins.
    pub fn with_id(&self, used: &mut UsedIds) -> Fragment {
        let packed = PackedFragment {
            split: self.split.clone(),
            row_groups: self.row_groups.clone(),
            files: self.files.clone(),
            derived: Vec::new(),
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(&packed.natural_id().raw().to_be_bytes());
        for run in &self.row_ids {
            hasher.update(&run.first.raw().to_be_bytes());
            hasher.update(&run.rows.to_be_bytes());
        }
        let hash = hasher.finalize();
        let first = hash.as_bytes()[..5].iter().fold(0, |id, byte| (id << 8) | u64::from(*byte));
        let mut id = FragmentId::from_raw(first);
        while !used.insert(id) {
            id = id.next();
        }
        Fragment {
            id,
            rows: self.row_groups.iter().sum(),
            split: packed.split,
            row_groups: packed.row_groups,
            files: packed.files.into_iter().chain(self.derived.iter().cloned()).collect(),
            deleted: RoaringBitmap::new(),
            row_ids: self.row_ids.clone(),
        }
    }

    /// The fragments that its rows were first written in.
    pub fn birthplaces(&self) -> impl Iterator<Item = FragmentId> + '_ {
        self.row_ids.iter().map(|run| run.first.fragment())
    }

    /// Writes the live rows of `old` as one fragment; `None` if there are none. Of the derived columns that `schema`
    /// lists it has those that `derives` computes.
    pub async fn write(
        dataset: &Dataset,
        schema: &Schema,
        old: &[Fragment],
        derives: &[Arc<dyn Derive>],
    ) -> Result<Option<Self>> {
        write(dataset, schema, old, derives).await
    }
}

async fn write(
    dataset: &Dataset,
    schema: &Schema,
    old: &[Fragment],
    derives: &[Arc<dyn Derive>],
) -> Result<Option<NewFragment>> {
    if old.iter().all(|f| f.live_rows() == 0) {
        return Ok(None);
    }
    let held = |field: &&Field| old.iter().any(|f| f.file_of(field.id).is_some());
    let fields: Vec<&Field> = schema.fields.iter().filter(held).collect();
    let is_written = |id: FieldId| fields.iter().any(|field| field.id == id);
    let mut cutter = Cutter::new(&fields, DerivedWriter::all(schema, derives, is_written)?)?;
    for fragment in old.iter().filter(|f| f.live_rows() > 0) {
        let reader = FragmentReader::open(dataset, fragment, &fields).await?;
        let mut start = 0;
        for (row_group, rows) in fragment.row_groups.iter().enumerate() {
            let live: BooleanArray =
                (start..start + rows).map(|o| Some(!fragment.deleted.contains(o))).collect();
            start += rows;
            if live.true_count() == 0 {
                continue;
            }
            let batch = reader.read_row_group(row_group).await?;
            let batch = match live.false_count() {
                0 => batch,
                _ => filter_record_batch(&batch, &live)
                    .map_err(Error::arrow("deleted rows can't be left out"))?,
            };
            cutter.take(&batch)?;
        }
    }
    let (writer, derived, row_groups) = cutter.finish()?;
    let lengths = old.iter().flat_map(blob_lengths).collect::<HashMap<_, _>>();
    let mut files = writer.finish(dataset, &lengths).await?;
    let patches = patches(old);
    for file in &mut files {
        file.patches = patches.iter().filter_map(|p| only(p, &file.fields)).collect();
    }
    let mut derived_files = Vec::with_capacity(derived.len());
    for writer in derived {
        let (field, of) = (writer.field(), writer.of());
        let Some(media) = files.iter().find(|file| file.fields.contains(&of)) else { continue };
        let encoded = writer.finish(media.hash)?;
        derived_files.push(encoded.describe(vec![field], Vec::new()));
        dataset.put_file(encoded, &HashSet::new()).await?;
    }
    let (split, row_ids) = (old[0].split.clone(), row_ids(old));
    Ok(Some(NewFragment { files, derived: derived_files, split, row_groups, row_ids }))
}

/// Cuts what it is given into row groups.
struct Cutter<'a> {
    fields: Vec<&'a Field>,
    writer: ColumnsWriter,
    derived: Vec<DerivedWriter>,
    pending: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    /// Bytes of annotations, estimated by the average over the rows of a batch.
    light_bytes: usize,
    row_groups: Vec<u32>,
}

impl<'a> Cutter<'a> {
    fn new(fields: &[&'a Field], derived: Vec<DerivedWriter>) -> Result<Self> {
        let writer = ColumnsWriter::new(fields)?;
        let fields = fields.to_vec();
        Ok(Self {
            fields,
            writer,
            derived,
            pending: Vec::new(),
            rows: 0,
            bytes: 0,
            light_bytes: 0,
            row_groups: Vec::new(),
        })
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<()> {
        let bulky = self.fields.iter().zip(batch.columns()).filter(|(f, _)| f.feature.is_bulky());
        let bulky: Vec<ArrayRef> = bulky.map(|(_, c)| Arc::clone(c)).collect();
        let light = self.fields.iter().zip(batch.columns()).filter(|(f, _)| !f.feature.is_bulky());
        let light: usize = light.filter_map(|(_, c)| c.to_data().get_slice_memory_size().ok()).sum();
        let light_of_row = light / batch.num_rows().max(1);
        let mut from = 0;
        for row in 0..batch.num_rows() {
            self.rows += 1;
            self.bytes += bulky.iter().map(|c| weight(c, row)).sum::<usize>();
            self.light_bytes += light_of_row;
            let full = self.bytes >= ROW_GROUP_BYTES || self.light_bytes >= ANNOTATION_BYTES;
            if full || self.rows >= ROW_GROUP_ROWS {
                self.pending.push(batch.slice(from, row + 1 - from));
                from = row + 1;
                self.cut()?;
            }
        }
        if from < batch.num_rows() {
            self.pending.push(batch.slice(from, batch.num_rows() - from));
        }
        Ok(())
    }

    fn cut(&mut self) -> Result<()> {
        let schema = arrow_schema(self.fields.iter().copied(), Form::Read);
        let batch = concat_batches(&Arc::new(schema), &self.pending)
            .map_err(Error::arrow("rows of several fragments can't be put together"))?;
        for derived in &mut self.derived {
            if let Some(place) = self.fields.iter().position(|field| field.id == derived.of()) {
                derived.write_row_group(batch.column(place))?;
            }
        }
        self.writer.write_row_group(&batch)?;
        self.row_groups.push(self.rows as u32);
        self.pending.clear();
        (self.rows, self.bytes, self.light_bytes) = (0, 0, 0);
        Ok(())
    }

    fn finish(mut self) -> Result<(ColumnsWriter, Vec<DerivedWriter>, Vec<u32>)> {
        if self.rows > 0 {
            self.cut()?;
        }
        Ok((self.writer, self.derived, self.row_groups))
    }
}

/// The bytes of one value of a bulky column.
fn weight(column: &ArrayRef, row: usize) -> usize {
    match column.data_type() {
        DataType::FixedSizeBinary(size) => *size as usize,
        _ => {
            let media = column.as_struct_opt().and_then(|m| m.column_by_name("bytes"));
            let views = media.and_then(|b| b.as_byte_view_opt::<arrow::datatypes::BinaryViewType>());
            views.map_or(0, |v| if v.is_valid(row) { v.views()[row] as u32 as usize } else { 0 })
        }
    }
}

/// The ids of the live rows.
fn row_ids(old: &[Fragment]) -> Vec<RowRun> {
    let mut runs: Vec<RowRun> = Vec::new();
    let mut push = |id: RowId| match runs.last_mut() {
        Some(run)
            if run.first.raw() + u64::from(run.rows) == id.raw() && run.first.fragment() == id.fragment() =>
        {
            run.rows += 1;
        }
        _ => runs.push(RowRun { first: id, rows: 1 }),
    };
    for fragment in old {
        let natural = [RowRun { first: RowId::new(fragment.id, 0), rows: fragment.rows }];
        let born = if fragment.row_ids.is_empty() { natural.as_slice() } else { &fragment.row_ids };
        let mut offset = 0;
        for run in born {
            for i in 0..run.rows {
                if !fragment.deleted.contains(offset) {
                    push(RowId::from_raw(run.first.raw() + u64::from(i)));
                }
                offset += 1;
            }
        }
    }
    runs
}

/// What was replaced in the old fragments, at the rows' new places; what one commit did is one patch again.
fn patches(old: &[Fragment]) -> Vec<Patch> {
    let mut patches: Vec<Patch> = Vec::new();
    let mut start = 0;
    for fragment in old {
        let place = |offset: u32| start + offset - fragment.deleted.rank(offset) as u32;
        for file in &fragment.files {
            for patch in file.patches.iter().filter_map(|p| only(p, &file.fields)) {
                let rows = (&patch.rows - &fragment.deleted).iter().map(place).collect::<RoaringBitmap>();
                match patches.iter_mut().find(|p| p.by == patch.by && p.fields == patch.fields) {
                    Some(known) => known.rows |= rows,
                    None => patches.push(Patch { rows, ..patch }),
                }
            }
        }
        start += fragment.live_rows();
    }
    patches.retain(|p| !p.rows.is_empty());
    patches
}

/// The part of a patch that is about some columns.
fn only(patch: &Patch, fields: &[FieldId]) -> Option<Patch> {
    let held: Vec<FieldId> = patch.fields.iter().copied().filter(|f| fields.contains(f)).collect();
    (!held.is_empty()).then(|| Patch { fields: held, ..patch.clone() })
}
