//! Scans the annotations of a revision, fragment by fragment.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use hub_schema::{Field, Fragment};

use super::column_counter::ColumnCounter;
use super::figures::{ColumnStats, Stats};
use crate::cpu_pool;
use crate::error::{Error, Result};
use crate::read::{FragmentReader, Snapshot};

/// Fragments that are scanned concurrently.
const READERS: usize = 4;

impl Snapshot {
    /// Scans the annotations and counts. Media are not read: their facts are counted instead.
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
        // A media column is null where its length is.
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
    let batch = reader.read_live_rows(row_group).await?;
    for ((tally, field), column) in tallies.iter_mut().zip(fields).zip(batch.columns()) {
        tally.count(&field.feature, column);
    }
    Ok(tallies)
}

fn failed(snapshot: &Snapshot, error: &tokio::task::JoinError) -> Error {
    Error::damaged(snapshot.dataset().store().uri(), error.to_string())
}
