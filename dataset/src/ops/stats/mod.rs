//! Statistics of a revision: sizes from its manifests, the rest from a scan of the annotations.
//!
//! Counted rather than taken from Parquet's statistics, since those count deleted rows and know nothing of
//! labels in lists. A row group is held at a time by each of a few readers, and decoded and counted aside
//! ([`crate::cpu_pool`]): others are served meanwhile, and a count that nobody waits for ends.

mod column_counter;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use futures::stream::{self, StreamExt};
use hub_schema::{Field, Fragment};
use serde::Serialize;

use column_counter::ColumnCounter;

use crate::cpu_pool;
use crate::error::{Error, Result};
use crate::read::{FragmentReader, Snapshot};

/// Fragments that are scanned at a time.
const READERS: usize = 4;

/// Statistics of a revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Rows.
    pub rows: u64,
    /// Bytes of files and blobs.
    pub bytes: u64,
    /// Fragments.
    pub fragments: u64,
    /// Each split; rows without one are under the empty name.
    pub splits: BTreeMap<String, SplitStats>,
    /// Each column, facts and all, in order.
    pub columns: Vec<ColumnStats>,
}

/// A split's share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SplitStats {
    /// Rows.
    pub rows: u64,
    /// Bytes of files and blobs.
    pub bytes: u64,
    /// Fragments.
    pub fragments: u64,
}

/// Statistics of a column.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ColumnStats {
    /// The column.
    pub name: String,
    /// Its type in words.
    pub feature: String,
    /// The media column it is a fact of.
    pub fact_of: Option<String>,
    /// Rows that hold null; not known for tensors of 256 bytes and more, which are not read.
    pub nulls: Option<u64>,
    /// The smallest number, earliest moment, shortest text (in characters), fewest items of a list.
    pub min: Option<Bound>,
    /// The greatest.
    pub max: Option<Bound>,
    /// Of each class label in the column: how often each class occurs.
    pub labels: Vec<LabelStats>,
}

/// An end of a range.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Bound {
    /// An integer, or a length.
    Int(i128),
    /// A float.
    Float(f64),
    /// A moment, RFC 3339.
    Time(String),
}

/// How often each class of a label occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelStats {
    /// Where the label is: the column's name, or the way to a member (`objects.category`).
    pub path: String,
    /// Labels that are null.
    pub nulls: u64,
    /// Every class in the order of its number, those that never occur too.
    pub classes: Vec<ClassCount>,
}

/// How often a class occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClassCount {
    /// Its name.
    pub name: String,
    /// Its WordNet id.
    pub synset: Option<String>,
    /// How often it occurs.
    pub count: u64,
}

impl Snapshot {
    /// Scans the annotations and counts. Media are not read: their facts tell of them.
    ///
    /// # Errors
    /// A file can't be read.
    pub async fn stats(&self) -> Result<Stats> {
        let index = self.index().await?;
        let mut stats = Stats { rows: index.rows(), ..Stats::default() };
        for fragment in index.fragments() {
            stats.bytes += fragment.size_bytes();
            stats.fragments += 1;
            let split = stats.splits.entry(fragment.split.clone().unwrap_or_default()).or_default();
            split.rows += u64::from(fragment.live_rows());
            split.bytes += fragment.size_bytes();
            split.fragments += 1;
        }
        let fields: Arc<[Field]> =
            self.schema().fields.iter().filter(|f| !f.feature.is_bulky()).cloned().collect();
        let (snapshot, scanned) = (self.clone(), Arc::clone(&fields));
        let scans = index.fragments().to_vec().into_iter().map(move |fragment| {
            let (snapshot, fields) = (snapshot.clone(), Arc::clone(&scanned));
            cpu_pool::abort_on_drop(async move { scan(&snapshot, fields, fragment).await })
        });
        let mut scans = stream::iter(scans).buffer_unordered(READERS);
        let mut tallies: Vec<ColumnCounter> = fields.iter().map(|f| ColumnCounter::new(&f.feature)).collect();
        while let Some(scan) = scans.next().await {
            let scan = scan.map_err(|e| failed(self, &e))??;
            tallies.iter_mut().zip(scan).for_each(|(all, part)| all.add(part));
        }
        stats.columns = self.describe(&fields, tallies);
        Ok(stats)
    }

    fn describe(&self, scanned: &[Field], tallies: Vec<ColumnCounter>) -> Vec<ColumnStats> {
        let schema = self.schema();
        let mut columns: Vec<ColumnStats> = schema
            .fields
            .iter()
            .map(|f| ColumnStats {
                name: f.name.clone(),
                feature: f.feature.describe(),
                fact_of: f.fact_of.and_then(|of| schema.by_id(of)).map(|of| of.name.clone()),
                ..ColumnStats::default()
            })
            .collect();
        for (field, tally) in scanned.iter().zip(tallies) {
            let Some(column) = columns.iter_mut().find(|c| c.name == field.name) else { continue };
            tally.write(&field.feature, column);
        }
        // A medium without a length is none.
        for i in 0..columns.len() {
            let lengths = format!("{}.bytes", columns[i].name);
            let fact =
                columns.iter().find(|c| c.name == lengths && c.fact_of.as_ref() == Some(&columns[i].name));
            if let Some(nulls) = fact.and_then(|f| f.nulls) {
                columns[i].nulls = Some(nulls);
            }
        }
        columns
    }
}

/// The tallies of one fragment's rows that are not deleted.
async fn scan(snapshot: &Snapshot, fields: Arc<[Field]>, fragment: Fragment) -> Result<Vec<ColumnCounter>> {
    let mut tallies: Vec<ColumnCounter> = fields.iter().map(|f| ColumnCounter::new(&f.feature)).collect();
    let refs: Vec<&Field> = fields.iter().collect();
    let reader = snapshot.open(&fragment, &refs).await?;
    for row_group in 0..fragment.row_groups.len() {
        let (reader, fields) = (reader.clone(), Arc::clone(&fields));
        let count = async move { count(&reader, &fields, row_group, tallies).await };
        tallies = cpu_pool::run(count).await.map_err(|e| failed(snapshot, &e))??;
    }
    Ok(tallies)
}

/// The tallies, with the rows of one more row group.
async fn count(
    reader: &FragmentReader,
    fields: &[Field],
    row_group: usize,
    mut tallies: Vec<ColumnCounter>,
) -> Result<Vec<ColumnCounter>> {
    let fragment = reader.fragment();
    let start: u32 = fragment.row_groups[..row_group].iter().sum();
    let rows = fragment.row_groups[row_group];
    let mut batch = reader.read_row_group(row_group).await?;
    if fragment.deleted.range_cardinality(start..start + rows) > 0 {
        let live: BooleanArray = (start..start + rows).map(|o| Some(!fragment.deleted.contains(o))).collect();
        batch = filter_record_batch(&batch, &live).map_err(Error::arrow("deleted rows can't be left out"))?;
    }
    for ((tally, field), column) in tallies.iter_mut().zip(fields).zip(batch.columns()) {
        tally.count(&field.feature, column);
    }
    Ok(tallies)
}

fn failed(snapshot: &Snapshot, error: &tokio::task::JoinError) -> Error {
    Error::damaged(snapshot.dataset().store().uri(), error.to_string())
}
