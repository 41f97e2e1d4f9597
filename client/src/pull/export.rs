//! The samples of a revision, written in another format.

use std::sync::Arc;

use hub_dataset::Snapshot;
use hub_dataset::sample::{Column, ReadAt, Sample, SampleError, SampleSink, extract};
use hub_dataset::store::Scan;
use hub_schema::{ContentHash, Field, Fragment};
use hub_stream::Filter;
use roaring::RoaringBitmap;
use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::push::{Progress, content_bytes};
use crate::worker_thread;

/// Batches of samples that wait for the writer.
const WAITING: usize = 2;
/// Rows that are turned into samples at a time.
const BATCH_ROWS: usize = 256;

/// The samples and columns to export; by default all that were pushed.
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// The columns, in this order; `None`: all that were pushed (facts are derived, so they are left out).
    pub columns: Option<Vec<String>>,
    /// Only the samples of this split; `None`: of all splits.
    pub split: Option<String>,
    /// Only the rows that this filter keeps; `None`: all rows.
    pub filter: Option<Filter>,
}

/// The result of [`export`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// The number of exported samples.
    pub samples: u64,
}

/// The columns that an export hands over, in order.
///
/// # Errors
/// An unknown column.
pub fn exported_columns(snapshot: &Snapshot, options: &ExportOptions) -> Result<Vec<Column>> {
    let fields = exported_fields(snapshot, options)?;
    let column = |f: &&Field| Column {
        name: f.name.clone(),
        feature: f.feature.clone(),
        metadata: f.metadata.clone(),
    };
    Ok(fields.iter().map(column).collect())
}

fn exported_fields<'a>(snapshot: &'a Snapshot, options: &ExportOptions) -> Result<Vec<&'a Field>> {
    match &options.columns {
        Some(names) => Ok(snapshot.fields(Some(names))?),
        None => Ok(snapshot.schema().given().collect()),
    }
}

/// Writes the samples of a revision to `sink`, in the revision's order, and finishes it.
///
/// # Errors
/// A damaged file, an unknown column or split, an error of the sink. The sink is not finished then.
pub async fn export(
    snapshot: &Snapshot,
    options: &ExportOptions,
    mut sink: Box<dyn SampleSink>,
    progress: &Arc<Progress>,
) -> Result<ExportReport> {
    let (samples_in, mut samples_out) = mpsc::channel::<Message>(WAITING);
    let counters = Arc::clone(progress);
    let writer = worker_thread::spawn("export-write", move || -> Result<(), SampleError> {
        loop {
            match samples_out.blocking_recv() {
                Some(Message::Samples(samples)) => {
                    for sample in &samples {
                        sink.write(sample)?;
                    }
                    let bytes = samples.iter().map(|sample| content_bytes(sample, true)).sum();
                    counters.took(samples.len() as u64, bytes);
                }
                Some(Message::Complete) => return sink.finish(),
                // The reader failed: what is written is not whole.
                None => return Ok(()),
            }
        }
    })?;
    let read = read_all(snapshot, options, &samples_in, progress).await;
    if read.is_ok() {
        // Sending fails where the writer stopped; its error is returned below.
        let _ = samples_in.send(Message::Complete).await;
    }
    drop(samples_in);
    writer.ended().await??;
    read
}

/// A message from the reader to the writer.
enum Message {
    Samples(Vec<Sample>),
    /// All samples were read: finish the sink.
    Complete,
}

async fn read_all(
    snapshot: &Snapshot,
    options: &ExportOptions,
    samples: &mpsc::Sender<Message>,
    progress: &Progress,
) -> Result<ExportReport> {
    let fields = exported_fields(snapshot, options)?;
    // A long sample's name and length are in its facts.
    let wanted: Vec<&Field> = fields
        .iter()
        .copied()
        .chain(snapshot.schema().fields.iter().filter(|f| f.fact_of.is_some() && !fields.contains(f)))
        .collect();
    if let Some(split) = &options.split
        && !snapshot.splits().contains(split)
    {
        let known = snapshot.splits();
        return Err(hub_dataset::Error::NoSplit { split: split.clone(), known }.into());
    }
    let columns = wanted.iter().map(|field| field.name.clone()).collect();
    let (at, split) = (snapshot.at().clone(), options.split.clone());
    snapshot.dataset().store().will_read(&Scan { at, columns: Some(columns), split }).await?;
    let kept = match &options.filter {
        Some(filter) => Some(filter.positions(snapshot).await?),
        None => None,
    };
    let mut report = ExportReport::default();
    let index = snapshot.index().await?;
    for (i, fragment) in index.fragments().iter().enumerate() {
        if options.split.is_some() && fragment.split != options.split {
            continue;
        }
        let live: Vec<u32> = fragment.live_offsets().collect();
        let keeps = |position: u64| {
            kept.as_ref().is_none_or(|kept| u32::try_from(position).is_ok_and(|p| kept.contains(p)))
        };
        let rows = live.into_iter().zip(index.start(i)..).filter(|(_, position)| keeps(*position));
        let rows: RoaringBitmap = rows.map(|(offset, _)| offset).collect();
        if !rows.is_empty() {
            let part = Part { fragment, rows, fields: &fields, wanted: &wanted };
            report.samples += part.read(snapshot, samples, progress).await?;
        }
    }
    Ok(report)
}

/// The rows of a fragment that are exported.
struct Part<'a> {
    fragment: &'a Fragment,
    /// Their offsets in the fragment.
    rows: RoaringBitmap,
    fields: &'a [&'a Field],
    wanted: &'a [&'a Field],
}

impl Part<'_> {
    async fn read(
        &self,
        snapshot: &Snapshot,
        samples: &mpsc::Sender<Message>,
        progress: &Progress,
    ) -> Result<u64> {
        let fragment = self.fragment;
        let reader = snapshot.open(fragment, self.wanted).await?;
        let open_blob = |hash: ContentHash, len: u64| -> Arc<dyn ReadAt> { snapshot.blob(hash, len) };
        let (mut start, mut count) = (0, 0);
        for (group, rows) in fragment.row_groups.iter().enumerate() {
            let end = start + rows;
            if self.rows.range_cardinality(start..end) == 0 {
                start = end;
                continue;
            }
            let batch = reader.read_row_group(group).await?;
            for from in (0..batch.num_rows()).step_by(BATCH_ROWS) {
                if progress.is_cancelled() {
                    return Err(Error::Cancelled);
                }
                let part = batch.slice(from, BATCH_ROWS.min(batch.num_rows() - from));
                let values = extract::rows(&part, self.fields, &open_blob).map_err(|source| {
                    hub_dataset::Error::Extract { path: format!("fragment {}", fragment.id), source }
                })?;
                let rows =
                    values.into_iter().enumerate().map(|(i, values)| (start + (from + i) as u32, values));
                let ready: Vec<Sample> = rows
                    .filter(|(offset, _)| self.rows.contains(*offset))
                    .map(|(offset, values)| Sample {
                        place: format!("row {}", fragment.row_id(offset)),
                        split: fragment.split.clone(),
                        values,
                    })
                    .collect();
                count += ready.len() as u64;
                if !ready.is_empty() && samples.send(Message::Samples(ready)).await.is_err() {
                    // The writer stopped; its error is returned by `export`.
                    return Ok(count);
                }
            }
            start = end;
        }
        Ok(count)
    }
}
