//! A stream of batches, polled from Python.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{FieldRef, Schema as ArrowSchema, UInt32Type};
use arrow::error::ArrowError;
use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_decode::ImageSpec;
use hub_schema::{Feature, Field};
use hub_stream::{
    BatchStream, Bucket, Copies, Cost, MediaSpec, Mixing, Moving, OnError, PerBatch, Stop, StreamBuilder,
    StreamState, Tail, Weights,
};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use tokio::sync::Mutex;

use crate::arrow_stream::Table;
use crate::columns::{BatchColumn, ColumnKind, Pixels};
use crate::errors::{Kind, from_stream, raise};
use crate::positions::Positions;
use crate::revision::Revision;
use crate::runtime::{Owned, wait};

/// The settings of a stream, from Python's keyword arguments.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Settings {
    columns: Vec<String>,
    positions: Option<Py<Positions>>,
    batch_size: usize,
    /// The seed of the shuffle; `None`: in order.
    shuffle: Option<u64>,
    epoch: u64,
    rank: usize,
    world: usize,
    /// This stream among those that read for the rank.
    worker: (usize, usize),
    /// `keep`, `drop` or `pad`.
    tail: String,
    weights: Option<WeightSettings>,
    /// Further data sets, with which the first one is mixed.
    mix: Option<MixSettings>,
    /// `shape`, or a column.
    bucket: Option<String>,
    /// The budget of a batch, and the column that tells what a row costs; none: its pixels.
    max_cost: Option<(f64, Option<String>)>,
    prefetch_bytes: Option<u64>,
    window_chunks: Option<usize>,
    lanes: Option<usize>,
    /// Columns of images that are decoded, the specification of each as JSON, and what moves along.
    images: Vec<(String, String, MovingSettings)>,
    /// Columns of audio and videos that are decoded, `audio` or `video`, and the specification of each as JSON.
    media: Vec<(String, String, String)>,
    /// Whether indexes of JPEGs are made and used.
    indexes: bool,
    /// `off`, `enough` or `always`.
    copies: String,
    /// The shorter side of the copies that the cache keeps, in pixels, if it keeps some.
    copy_side: Option<u32>,
    /// Whether of large images only what a crop needs is fetched.
    fetch_parts: bool,
    /// Whether to measure where the time of decoding goes.
    profile: bool,
    image_seed: u64,
    /// Threads that decode at a time; `None`: as many as there are cores.
    threads: Option<usize>,
    /// `raise`, `skip` or `zero`.
    on_error: String,
    /// A state as JSON.
    resume: Option<String>,
}

/// Columns that move along, the least part of a box, and pairs of keypoints.
type MovingSettings = (Vec<String>, f64, Option<Vec<(String, String)>>);

/// A data set of a mix: its revision, the rows that are taken of it, and their weights.
type MixedSource = (Py<Revision>, Option<Py<Positions>>, Option<WeightSettings>);

/// How data sets are mixed.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct MixSettings {
    /// The first data set's positions and weights are the stream's own.
    others: Vec<MixedSource>,
    weights: Option<Vec<f64>>,
    /// `random`, `stratified` or `one`.
    per_batch: String,
    /// `first` or `all`.
    stop: String,
}

/// How often rows come: a column of numbers, or one of classes with their weights, or with none where all are balanced.
#[derive(FromPyObject)]
enum WeightSettings {
    #[pyo3(transparent)]
    Column(String),
    #[pyo3(transparent)]
    Classes((String, Option<BTreeMap<String, f64>>)),
}

/// The batches of one epoch, for one rank.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Debug)]
pub struct Stream {
    location: String,
    /// Of each data set.
    snapshots: Vec<Snapshot>,
    /// The columns before the row ids tell the data set of each row.
    is_mix: bool,
    names: Vec<Py<PyString>>,
    kinds: Vec<ColumnKind>,
    /// Of the process whose runtime runs the prefetch; `None` inside once it is closed.
    batches: Owned<Mutex<Option<BatchStream>>>,
}

#[pymethods]
impl Stream {
    /// Builds the stream: reads manifests, evaluates nothing else.
    #[new]
    #[pyo3(signature = (revision, **settings))]
    fn new(py: Python<'_>, revision: &Revision, settings: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let settings: Settings = settings.map_or_else(|| PyDict::new(py), Clone::clone).extract()?;
        let location = revision.location_text().to_owned();
        let fields = revision.fields(py, &settings.columns)?;
        let mut snapshots = vec![revision.snapshot().clone()];
        let others = settings.mix.iter().flat_map(|mix| &mix.others);
        snapshots.extend(others.map(|(revision, ..)| revision.get().snapshot().clone()));
        let is_mix = settings.mix.is_some();
        let builder = builder(py, revision, &settings)?;
        let batches = wait(py, builder.build())?.map_err(|e| from_stream(py, &e, &location))?;
        let mut names: Vec<Py<PyString>> =
            fields.iter().map(|field| PyString::intern(py, &field.name).unbind()).collect();
        if is_mix {
            names.push(PyString::intern(py, "dataset").unbind());
        }
        names.push(PyString::intern(py, "id").unbind());
        let specs = specs(py, &settings, &location)?;
        let media = media_specs(py, &settings, &location)?;
        let stacked = settings.bucket.as_deref() == Some("shape");
        let kind = |field: Field| {
            if let Some((_, spec, _)) = specs.iter().find(|(column, ..)| *column == field.name) {
                return ColumnKind::Pixels(Pixels::of_images(spec, stacked));
            }
            if let Some((_, spec)) = media.iter().find(|(column, _)| *column == field.name) {
                return ColumnKind::Media(spec.clone());
            }
            let moved = specs.iter().find(|(_, _, moving)| moving.columns.contains(&field.name));
            match moved.filter(|_| matches!(field.feature, Feature::Mask { .. })) {
                Some((_, spec, _)) => ColumnKind::Pixels(Pixels::of_masks(spec, stacked)),
                None => ColumnKind::Stored(field.feature),
            }
        };
        let mut kinds: Vec<ColumnKind> = fields.into_iter().map(kind).collect();
        let number = |dtype| ColumnKind::Stored(Feature::Number { dtype });
        kinds.extend(is_mix.then(|| number(hub_schema::DType::U32)));
        kinds.push(number(hub_schema::DType::U64));
        let batches = Owned::new(Mutex::new(Some(batches)));
        Ok(Self { location, snapshots, is_mix, names, kinds, batches })
    }

    /// The next batch as a dictionary of columns; `None` at the end of the epoch.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let batches = self.batches(py)?;
        let next = async {
            let mut held = batches.lock().await;
            let Some(batches) = held.as_mut() else { return Err(None) };
            let Some(batch) = batches.next().await else { return Ok(None) };
            let (_, arrays, _) = batch.map_err(Some)?.into_parts();
            let told =
                arrays.len().checked_sub(2).filter(|_| self.is_mix).and_then(|place| arrays.get(place));
            let told = told.and_then(|sources| sources.as_primitive_opt::<UInt32Type>());
            let sources = told.map(|sources| sources.values().clone());
            let columns = self.kinds.iter().zip(arrays);
            Ok(Some((
                columns.map(|(kind, array)| BatchColumn::new(kind, array)).collect::<Vec<_>>(),
                sources,
            )))
        };
        let (columns, sources) = match wait(py, next)? {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(Some(error)) => return Err(from_stream(py, &error, &self.location)),
            Err(None) => return Err(raise(py, Kind::State, "the stream is closed", Some(&self.location))),
        };
        let batch = PyDict::new(py);
        for ((name, kind), column) in self.names.iter().zip(&self.kinds).zip(columns) {
            let column = column.into_python(py, &self.snapshots, sources.as_deref(), kind)?;
            batch.set_item(name.bind(py), column)?;
        }
        Ok(Some(batch))
    }

    /// The next batch as an Arrow table, whose last column `id` has the rows' ids; `None` at the end of the epoch.
    fn next_table(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        let batches = self.batches(py)?;
        let next = async {
            let mut held = batches.lock().await;
            let Some(batches) = held.as_mut() else { return Err(None) };
            batches.next().await.transpose().map_err(Some)
        };
        let batch = match wait(py, next)? {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(None),
            Err(Some(error)) => return Err(from_stream(py, &error, &self.location)),
            Err(None) => return Err(raise(py, Kind::State, "the stream is closed", Some(&self.location))),
        };
        let (schema, columns, rows) = batch.into_parts();
        let mut fields: Vec<FieldRef> = schema.fields().iter().cloned().collect();
        if let Some(ids) = fields.last_mut() {
            *ids = Arc::new(ids.as_ref().clone().with_name("id"));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), columns, &options);
        let failed = |e: ArrowError| raise(py, Kind::Other, &e.to_string(), Some(&self.location));
        Ok(Some(Table::one(batch.map_err(failed)?)))
    }

    /// Compares the order with a shuffle of all rows, by a column of classes if one is given.
    #[staticmethod]
    #[pyo3(signature = (revision, label, **settings))]
    fn shuffle_report<'py>(
        py: Python<'py>,
        revision: &Revision,
        label: Option<&str>,
        settings: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let settings: Settings = settings.map_or_else(|| PyDict::new(py), Clone::clone).extract()?;
        let builder = builder(py, revision, &settings)?;
        let report = wait(py, builder.shuffle_report(label))?;
        let report = report.map_err(|e| from_stream(py, &e, revision.location_text()))?;
        let dict = PyDict::new(py);
        dict.set_item("displacement", report.displacement)?;
        dict.set_item("class_runs", report.class_runs)?;
        dict.set_item("true_class_runs", report.true_class_runs)?;
        Ok(dict)
    }

    /// Batches that are still to come on this rank.
    fn batches_left(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |batches| batches.batches_left())
    }

    /// Batches of the whole epoch on this rank.
    fn epoch_share(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |batches| batches.epoch_share())
    }

    /// The position after the batches that were handed out, as JSON.
    fn state(&self, py: Python<'_>) -> PyResult<String> {
        let state = self.with(py, |batches| batches.state())?;
        serde_json::to_string(&state).map_err(|e| {
            raise(py, Kind::Other, &format!("the state can't be written: {e}"), Some(&self.location))
        })
    }

    /// What the stream has done, by name.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let stats = self.with(py, |batches| batches.stats())?;
        let dict = PyDict::new(py);
        dict.set_item("batches", stats.batches)?;
        dict.set_item("samples", stats.samples)?;
        dict.set_item("bytes", stats.bytes)?;
        dict.set_item("waited_s", stats.waited.as_secs_f64())?;
        dict.set_item("images", stats.images)?;
        dict.set_item("image_bytes", stats.image_bytes)?;
        dict.set_item("audio", stats.audio)?;
        dict.set_item("video", stats.video)?;
        dict.set_item("decode_s", stats.decode_cpu.as_secs_f64())?;
        dict.set_item("indexed", stats.indexed)?;
        dict.set_item("copies", stats.copies)?;
        dict.set_item("cached_copies", stats.cached_copies)?;
        dict.set_item("copies_made", stats.copies_made)?;
        dict.set_item("cache_hits", stats.cache_hits)?;
        dict.set_item("cache_misses", stats.cache_misses)?;
        dict.set_item("fetched_parts", stats.fetched_parts)?;
        dict.set_item("saved_bytes", stats.saved_bytes)?;
        dict.set_item("stored_indexes", stats.stored_indexes)?;
        dict.set_item("whole_scans", stats.whole_scans)?;
        dict.set_item("scaled", stats.scaled)?;
        dict.set_item("indexes_made", stats.indexes_made)?;
        dict.set_item("indexes_refused", stats.indexes_refused)?;
        dict.set_item("entropy_s", stats.stages.entropy.as_secs_f64())?;
        dict.set_item("pixels_s", stats.stages.pixels.as_secs_f64())?;
        dict.set_item("transform_s", stats.stages.transform.as_secs_f64())?;
        dict.set_item("skipped_total", stats.failed_total)?;
        let skipped: Vec<_> =
            stats.failed.into_iter().map(|row| (row.source, row.id.raw(), row.reason)).collect();
        dict.set_item("skipped", skipped)?;
        Ok(dict)
    }

    /// Ends the prefetch and lets go of what it holds.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        match self.batches.get() {
            Some(batches) => wait(py, async { drop(batches.lock().await.take()) }),
            None => Ok(()),
        }
    }
}

impl Stream {
    /// A fork copies the stream, but not the threads that feed it.
    fn batches(&self, py: Python<'_>) -> PyResult<&Mutex<Option<BatchStream>>> {
        self.batches.get().ok_or_else(|| {
            let problem = "this stream was opened before the process forked, and its threads are those of the parent; \
                           open the stream in the child (a Dataset can be passed to it)";
            raise(py, Kind::State, problem, Some(&self.location))
        })
    }

    fn with<T: Send>(&self, py: Python<'_>, get: impl FnOnce(&BatchStream) -> T + Send) -> PyResult<T> {
        let batches = self.batches(py)?;
        let found = wait(py, async { batches.lock().await.as_ref().map(get) })?;
        found.ok_or_else(|| raise(py, Kind::State, "the stream is closed", Some(&self.location)))
    }
}

/// A column that is decoded, and those that move along.
type ImageColumn = (String, ImageSpec, Moving);

/// The columns that are decoded.
fn specs(py: Python<'_>, settings: &Settings, location: &str) -> PyResult<Vec<ImageColumn>> {
    let parse = |(column, json, moving): &(String, String, MovingSettings)| match serde_json::from_str(json) {
        Ok(spec) => {
            let (columns, min_visible, flip_pairs) = moving.clone();
            Ok((column.clone(), spec, Moving { columns, min_visible, flip_pairs }))
        }
        Err(e) => {
            Err(raise(py, Kind::Value, &format!("the transform of column '{column}': {e}"), Some(location)))
        }
    };
    settings.images.iter().map(parse).collect()
}

/// The columns of audio and videos that are decoded.
fn media_specs(py: Python<'_>, settings: &Settings, location: &str) -> PyResult<Vec<(String, MediaSpec)>> {
    let parse = |(column, kind, json): &(String, String, String)| {
        let spec = match kind.as_str() {
            "video" => serde_json::from_str(json).map(MediaSpec::Clip),
            _ => serde_json::from_str(json).map(MediaSpec::Audio),
        };
        let wrong = |e| format!("the transform of column '{column}': {e}");
        let spec = spec.map_err(|e| raise(py, Kind::Value, &wrong(e), Some(location)))?;
        Ok((column.clone(), spec))
    };
    settings.media.iter().map(parse).collect()
}

/// One data set's rows, and how often they come.
fn part(
    py: Python<'_>,
    revision: &Revision,
    positions: Option<&Py<Positions>>,
    weights: Option<&WeightSettings>,
    settings: &Settings,
) -> PyResult<StreamBuilder> {
    let mut builder = StreamBuilder::new(revision.snapshot().clone());
    if let Some(positions) = positions {
        builder = builder.positions(positions.get().as_slice().iter().copied());
    }
    if let Some(cache) = revision.cache() {
        builder = builder.cache(cache.clone());
    }
    if settings.indexes && !settings.images.is_empty() {
        builder = builder.index_cache(revision.indexes(py)?.clone());
    }
    if let Some(short_side) = settings.copy_side {
        builder = builder.copy_cache(revision.copy_cache(py)?.clone(), short_side);
    }
    Ok(match weights {
        None => builder,
        Some(WeightSettings::Column(column)) => builder.weights(Weights::Column(column.clone())),
        Some(WeightSettings::Classes((column, None))) => builder.weights(Weights::Balanced(column.clone())),
        Some(WeightSettings::Classes((column, Some(weights)))) => {
            builder.weights(Weights::Classes { column: column.clone(), weights: weights.clone() })
        }
    })
}

/// All data sets.
fn parts(py: Python<'_>, revision: &Revision, settings: &Settings) -> PyResult<StreamBuilder> {
    let first = part(py, revision, settings.positions.as_ref(), settings.weights.as_ref(), settings)?;
    let Some(mix) = &settings.mix else { return Ok(first) };
    let mut parts = vec![first];
    for (revision, positions, weights) in &mix.others {
        parts.push(part(py, revision.get(), positions.as_ref(), weights.as_ref(), settings)?);
    }
    let mixing = Mixing {
        weights: mix.weights.clone(),
        per_batch: match mix.per_batch.as_str() {
            "stratified" => PerBatch::Stratified,
            "one" => PerBatch::One,
            _ => PerBatch::Random,
        },
        stop: if mix.stop == "first" { Stop::First } else { Stop::All },
    };
    StreamBuilder::mix(parts, mixing).map_err(|e| from_stream(py, &e, revision.location_text()))
}

fn builder(py: Python<'_>, revision: &Revision, settings: &Settings) -> PyResult<StreamBuilder> {
    let mut builder = parts(py, revision, settings)?
        .columns(&settings.columns)
        .batch_size(settings.batch_size)
        .rank(settings.rank, settings.world)
        .worker(settings.worker.0, settings.worker.1)
        .tail(match settings.tail.as_str() {
            "drop" => Tail::Drop,
            "pad" => Tail::Pad,
            _ => Tail::Keep,
        })
        .profile(settings.profile)
        .decode_tensors(false)
        .with_row_ids(true);
    builder = match settings.shuffle {
        Some(seed) => builder.shuffle(seed),
        None => builder.in_order(),
    };
    if let Some(bytes) = settings.prefetch_bytes {
        builder = builder.prefetch(bytes);
    }
    if let Some(chunks) = settings.window_chunks {
        builder = builder.window_chunks(chunks);
    }
    if let Some(lanes) = settings.lanes {
        builder = builder.lanes(lanes);
    }
    for (column, spec, moving) in specs(py, settings, revision.location_text())? {
        builder = builder.image_with(column, spec, moving);
    }
    for (column, spec) in media_specs(py, settings, revision.location_text())? {
        builder = match spec {
            MediaSpec::Audio(spec) => builder.audio(column, spec),
            MediaSpec::Clip(spec) => builder.video(column, spec),
        };
    }
    builder = builder.stored_indexes(settings.indexes).fetch_parts(settings.fetch_parts);
    builder = builder.copies(match settings.copies.as_str() {
        "off" => Copies::Off,
        "always" => Copies::Always,
        _ => Copies::Enough,
    });
    builder = match settings.bucket.as_deref() {
        None => builder,
        Some("shape") => builder.bucket(Bucket::Shape),
        Some(column) => builder.bucket(Bucket::Column(column.to_owned())),
    };
    if let Some((most, column)) = &settings.max_cost {
        let cost = column.clone().map_or(Cost::Pixels, Cost::Column);
        builder = builder.max_cost(cost, *most);
    }
    builder = builder.image_seed(settings.image_seed).on_error(match settings.on_error.as_str() {
        "skip" => OnError::Skip,
        "zero" => OnError::Zero,
        _ => OnError::Raise,
    });
    if let Some(threads) = settings.threads {
        builder = builder.decode_threads(threads);
    }
    match &settings.resume {
        None => Ok(builder.epoch(settings.epoch)),
        Some(state) => {
            let state: StreamState = serde_json::from_str(state).map_err(|e| {
                let problem =
                    format!("this is not a state of a stream: {e}; give what state_dict() returned");
                raise(py, Kind::State, &problem, Some(revision.location_text()))
            })?;
            Ok(builder.resume(state))
        }
    }
}
