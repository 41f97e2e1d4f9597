//! A worker's job: a draft becomes an encoded fragment.

use std::sync::Arc;

use hub_dataset::Dataset;
use hub_dataset::ops::derived::Derive;
use hub_dataset::ops::fragment_builder::{EncodedFragment, FragmentBuilder, Uploaded};
use hub_dataset::sample::{MediaBytes, Sample, SampleError, Value};
use hub_media::Limits;
use hub_schema::{BLOB_THRESHOLD_BYTES, Feature, Field, Schema, Skipped};
use tokio::runtime::Handle;

use super::content::RowsContent;
use super::draft::{Draft, content_bytes, weight};
use super::layout::{Cell, RowLayout};
use super::progress::StageProgress;
use super::{OnError, blob, facts};
use crate::error::{Error, Result};

/// Bytes of media at which a row group ends; it exceeds them by at most one sample.
const ROW_GROUP_BYTES: u64 = 12 * 1024 * 1024;
/// Rows at which a row group ends.
const ROW_GROUP_ROWS: usize = 65_536;

/// What all workers share.
#[derive(Debug)]
pub struct Encoder {
    /// The data set, for long samples.
    pub dataset: Dataset,
    /// The runtime that uploads run on.
    pub runtime: Handle,
    /// The columns as the files declare them.
    pub schema: Schema,
    /// How samples become rows.
    pub layout: RowLayout,
    /// What to do about a broken sample.
    pub on_error: OnError,
    pub limits: Limits,
    pub progress: StageProgress,
    /// Encode, but don't upload long samples.
    pub dry_run: bool,
    /// Sum up what the rows hold.
    pub with_content: bool,
    /// Computes derived columns.
    pub derives: Vec<Arc<dyn Derive>>,
}

/// The result of encoding a draft.
#[derive(Debug)]
pub struct Encoded {
    /// Its place among the fragments.
    pub index: usize,
    /// The fragment; `None` if every sample was left out.
    pub fragment: Option<EncodedFragment>,
    /// The samples that were left out.
    pub skipped: Vec<Skipped>,
    /// Long samples that were uploaded on the way.
    pub blobs: Uploaded,
    /// What the rows hold, if it was asked for.
    pub content: RowsContent,
}

impl Encoder {
    /// Loads, probes and encodes a draft. Blocks.
    pub fn encode(&self, draft: Draft) -> Result<Encoded> {
        let builder = FragmentBuilder::new(&self.schema, &self.layout.ids, draft.split)?;
        let mut builder = builder.derive(&self.schema, &self.derives)?;
        let mut content = RowsContent::default();
        let mut skipped = Vec::new();
        let mut blobs = Uploaded::default();
        let mut rows: Vec<Vec<Value>> = Vec::new();
        let mut places: Vec<String> = Vec::new();
        let (mut bytes, mut read_bytes) = (0, 0);
        for sample in draft.samples {
            if self.progress.is_stopped() {
                return Err(Error::Cancelled);
            }
            let (place, size) = (sample.place.clone(), weight(&sample));
            // Long ones are counted as they are read.
            read_bytes += content_bytes(&sample, false);
            match self.row(sample, &mut blobs) {
                Ok(row) => {
                    rows.push(row);
                    places.push(place);
                    bytes += size;
                }
                Err(error) => skipped.push(self.refuse(error)?),
            }
            if bytes >= ROW_GROUP_BYTES || rows.len() >= ROW_GROUP_ROWS {
                content.merge(self.row_group(&mut builder, &mut rows, &mut places, &mut skipped)?);
                self.progress.took(0, std::mem::take(&mut read_bytes));
                bytes = 0;
            }
        }
        content.merge(self.row_group(&mut builder, &mut rows, &mut places, &mut skipped)?);
        self.progress.took(0, read_bytes);
        let fragment = (builder.rows() > 0).then(|| builder.finish()).transpose()?;
        Ok(Encoded { index: draft.index, fragment, skipped, blobs, content })
    }

    /// Writes rows as a row group; a row with a value that doesn't fit its column is left out or an error. Returns what
    /// the rows hold.
    fn row_group(
        &self,
        builder: &mut FragmentBuilder,
        rows: &mut Vec<Vec<Value>>,
        places: &mut Vec<String>,
        skipped: &mut Vec<Skipped>,
    ) -> Result<RowsContent> {
        let mut content = RowsContent::default();
        while !rows.is_empty() {
            match builder.row_group(rows) {
                Ok(()) => {
                    self.progress.took(rows.len() as u64, 0);
                    if self.with_content {
                        content = self.content(builder.split(), rows, places)?;
                    }
                    rows.clear();
                    places.clear();
                }
                Err(hub_dataset::Error::Build { column, source }) if source.row().is_some() => {
                    let row = source.row().unwrap_or(0);
                    rows.remove(row);
                    let problem = format!("column '{column}': {source}");
                    let error = SampleError::sample(places.remove(row), problem);
                    skipped.push(self.refuse(error.into())?);
                }
                Err(other) => return Err(other.into()),
            }
        }
        Ok(content)
    }

    fn content(&self, split: Option<&str>, rows: &[Vec<Value>], places: &[String]) -> Result<RowsContent> {
        let fields: Vec<&Field> = self.layout.ids.iter().filter_map(|id| self.schema.by_id(*id)).collect();
        let mut content = RowsContent::default();
        for (row, place) in rows.iter().zip(places) {
            let unreadable = |e| SampleError::sample(place.clone(), "can't be read").because(e);
            content.add(split, &fields, row).map_err(unreadable)?;
        }
        Ok(content)
    }

    /// A broken sample: an error, or a line in the list of those left out.
    fn refuse(&self, error: Error) -> Result<Skipped> {
        match (self.on_error, error) {
            (OnError::Skip, Error::Sample(e)) if !e.fatal => {
                self.progress.left_out();
                Ok(skipped(e))
            }
            (_, other) => Err(other),
        }
    }

    /// A sample's row: media loaded or stored, facts probed, class numbers those of the data set.
    fn row(&self, sample: Sample, blobs: &mut Uploaded) -> Result<Vec<Value>> {
        let Sample { place, mut values, .. } = sample;
        let mut facts_of: Vec<Vec<Value>> = vec![Vec::new(); values.len()];
        for (i, value) in values.iter_mut().enumerate() {
            let Some((column, relabel)) = self.layout.columns.get(i) else { break };
            if let Some(relabel) = relabel {
                relabel.apply(value);
            }
            // A long sample is probed in the source, before it is stored.
            let long = matches!(&*value, Value::Media(m) if m.bytes.size_bytes() > BLOB_THRESHOLD_BYTES);
            let may_be_long = column.feature.is_media();
            if !long {
                self.load(&place, value, may_be_long, blobs)?;
            }
            facts_of[i] = self.facts(&place, &column.feature, value)?;
            if long {
                self.load(&place, value, may_be_long, blobs)?;
            }
        }
        let cell = |cell: &Cell| match cell {
            Cell::Given(i) => values.get(*i).cloned().unwrap_or_default(),
            Cell::Fact(i, fact) => facts_of.get(*i).and_then(|f| f.get(*fact)).cloned().unwrap_or_default(),
        };
        Ok(self.layout.cells.iter().map(cell).collect())
    }

    /// The facts of a media column's value; none for other columns and for nulls.
    fn facts(&self, place: &str, feature: &Feature, value: &Value) -> Result<Vec<Value>> {
        let Value::Media(medium) = value else { return Ok(Vec::new()) };
        let broken = |e: hub_media::MediaError| {
            let problem = format!("{}: {e}", feature.describe());
            let advice = "repair or remove it, or push with --on-error skip to leave such samples out";
            Error::from(SampleError::sample(place_of(place, &medium.name), problem).advise(advice))
        };
        facts::probe(feature, medium, &self.limits).map_err(broken)
    }

    /// Reads a medium into memory or, if it is long and its column may hold long ones, stores it. The media in
    /// lists and structs are always read.
    fn load(&self, place: &str, value: &mut Value, may_be_long: bool, blobs: &mut Uploaded) -> Result<()> {
        match value {
            Value::Media(medium) if medium.bytes.size_bytes() > BLOB_THRESHOLD_BYTES && may_be_long => {
                let bytes = &medium.bytes;
                let (stored, up) =
                    blob::store(&self.dataset, &self.runtime, place, bytes, &self.progress, self.dry_run)?;
                medium.bytes = stored;
                *blobs += up;
            }
            Value::Media(medium) if !matches!(medium.bytes, MediaBytes::Memory(_)) => {
                let unreadable =
                    |e| SampleError::sample(place_of(place, &medium.name), "can't be read").because(e);
                medium.bytes = MediaBytes::Memory(medium.bytes.read_all().map_err(unreadable)?);
            }
            Value::List(values) | Value::Struct(values) => {
                for value in values {
                    self.load(place, value, false, blobs)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The sample's place and, where it says more, the medium's name.
fn place_of(place: &str, name: &str) -> String {
    if name.is_empty() || place.ends_with(name) { place.to_owned() } else { format!("{place} ({name})") }
}

/// A sample error as a commit lists it.
pub fn skipped(error: SampleError) -> Skipped {
    let because = error.source.map(|s| format!(": {s}")).unwrap_or_default();
    Skipped { place: error.place, problem: format!("{}{because}", error.problem) }
}
