//! From settings to a stream whose batches are planned row by row: of several data sets, by buckets, by cost.
//!
//! What a plan needs (splits, conditions, weights, classes, sizes, costs) is read from columns first. Then the whole epoch is
//! planned (`cutting.rs`), of which a consumer keeps its own rows, 16 bytes each; media are read as for other streams.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema as ArrowSchema, SchemaRef};
use hub_dataset::cpu_pool;
use hub_schema::{ContentHash, Feature, SchemaError, TensorRole};
use tokio::runtime::Handle;

use crate::batches::{BatchStream, Parts};
use crate::builder::{StreamBuilder, Tail};
use crate::chunks::Selection;
use crate::columns::{Columns, DATASET};
use crate::combined::{Combined, Several};
use crate::cutting::{Batches, Cutter, Kept, Planned, Size};
use crate::error::{Error, Result};
use crate::images::{Copies, Source};
use crate::load::Loader;
use crate::measures::{Buckets, Measures};
use crate::mixed::{MixedBatches, Rows};
use crate::order::Rules;
use crate::planning::Bucket;
use crate::prefetch::Prefetch;
use crate::proportions::{Mixing, PerBatch, Sources};
use crate::sequence::Sequence;
use crate::share::Share;
use crate::state::Plan;
use crate::stats::Counters;
use crate::walk::Walk;
use crate::{weigh, weights};

/// A data set of the stream: its rows, and what they are planned by.
struct Part {
    builder: StreamBuilder,
    selection: Selection,
    columns: Columns,
    weights: Option<Vec<f64>>,
    measures: Measures,
}

impl Part {
    async fn new(builder: StreamBuilder, buckets: &mut Buckets) -> Result<Self> {
        let (mut selection, columns) = builder.select().await?;
        let weights = match &builder.weights {
            Some(weights) => Some(weigh::read(&builder, weights).await?),
            None => None,
        };
        weights.iter().for_each(|weights| selection.weigh(weights));
        let measures = Measures::read(&builder, buckets).await?;
        Ok(Self { builder, selection, columns, weights, measures })
    }
}

/// What decides which rows are in which batch, beside the parts.
struct Planning {
    sequences: Vec<Sequence>,
    sources: Sources,
    measures: Vec<Measures>,
    /// The first row of each chunk, among those of its data set.
    starts: Vec<Vec<usize>>,
    cutter: Cutter,
    /// Whether a batch has rows of one data set.
    one: bool,
}

impl Planning {
    fn run(mut self) -> Batches {
        while let Some(source) = self.sources.next() {
            let Some(coming) = self.sequences[source].next() else { continue };
            let row = self.starts[source][coming.chunk as usize] + coming.row as usize;
            let measures = &self.measures[source];
            let bucket = measures.buckets.as_ref().map_or(0, |buckets| u64::from(buckets[row]));
            let of_source = if self.one { source as u64 } else { 0 };
            let cost = measures.costs.as_ref().map_or(0.0, |costs| costs[row]);
            let planned = Planned { source: source as u32, coming };
            self.cutter.add(planned, of_source << 32 | bucket, cost);
        }
        self.cutter.finish()
    }
}

impl StreamBuilder {
    /// [`build`](Self::build) of a stream whose batches are planned row by row.
    pub(super) async fn build_planned(self) -> Result<BatchStream> {
        let mut buckets = Buckets::default();
        let mut parts = Vec::new();
        for builder in self.parts()? {
            parts.push(Part::new(builder, &mut buckets).await?);
        }
        self.same_columns(&parts)?;
        let mixing = self.mix.as_ref().map(|mix| mix.mixing.clone()).unwrap_or_default();
        let state = self.state(self.revision(), &self.digest(&parts, &mixing), 1)?;
        let plan = state.plan;
        for (place, part) in parts.iter_mut().enumerate() {
            if let Some(weights) = &part.weights {
                let seed = plan.seed.unwrap_or(0).wrapping_add(place as u64);
                let counts = weights::draw(weights, seed, plan.epoch);
                part.selection.draw(part.builder.snapshot.index().await?, &counts);
                part.measures = std::mem::take(&mut part.measures).drawn(&counts);
            }
        }
        let kept = Kept {
            first: state.batches_done,
            consumer: self.consumer().0,
            consumers: self.consumer().1,
            pads: self.tail == Tail::Pad,
        };
        let planning = self.planning(&mut parts, &plan, &mixing, kept)?;
        let batches = cpu_pool::run(async move { planning.run() }).await.map_err(Error::Cancelled)?;
        self.stream(parts, plan, &batches, state.batches_done)
    }

    /// A builder for each data set.
    pub(super) fn parts(&self) -> Result<Vec<Self>> {
        if let Some(lanes) = self.lanes.filter(|lanes| *lanes != 1 && self.is_planned()) {
            let expected = "planned batches (of a mix, by bucket or cost) have one lane".to_owned();
            return Err(Error::Setting { setting: "lanes", found: lanes as u64, expected });
        }
        if let Some((_, most)) = self.max_cost.as_ref().filter(|(_, most)| !most.is_finite() || *most <= 0.0)
        {
            let problem = format!("found {most}, expected a number above 0");
            return Err(Error::Plan { setting: "max_cost", problem });
        }
        let mut one = self.clone();
        if self.bucket == Some(Bucket::Shape) {
            // Sizes are those of the images themselves.
            one.copies = Copies::Off;
        }
        let Some(mix) = &self.mix else { return Ok(vec![one]) };
        let is_planned = self.bucket.is_some() || self.max_cost.is_some();
        if is_planned && mix.mixing.per_batch == PerBatch::Stratified {
            let problem =
                "stratified batches can't have buckets or a budget; mix at random, or one data set a batch";
            return Err(Error::Plan { setting: "mix", problem: problem.to_owned() });
        }
        let part = |part: &Self| {
            if part.mix.is_some() {
                let problem =
                    "a mix can't be a part of a mix; name its data sets with their weights".to_owned();
                return Err(Error::Plan { setting: "mix", problem });
            }
            let mut whole = one.clone();
            // Not all data sets of a mix have them.
            (whole.stored_indexes, whole.copies) = (false, Copies::Off);
            whole.snapshot = part.snapshot.clone();
            whole.columns = self.columns.clone().or_else(|| part.columns.clone());
            (whole.split, whole.rows, whole.filter) =
                (part.split.clone(), part.rows.clone(), part.filter.clone());
            whole.weights = part.weights.clone();
            whole.cache = part.cache.clone().or_else(|| self.cache.clone());
            whole.indexes = part.indexes.clone().or_else(|| self.indexes.clone());
            whole.copy_cache = part.copy_cache.clone().or_else(|| self.copy_cache.clone());
            (whole.mix, whole.resume) = (None, None);
            Ok(whole)
        };
        mix.parts.iter().map(part).collect()
    }

    /// That of the data set; of a mix, the hash of all.
    fn revision(&self) -> ContentHash {
        let Some(mix) = &self.mix else { return self.snapshot.at().id };
        let mut hasher = blake3::Hasher::new();
        mix.parts.iter().for_each(|part| {
            hasher.update(&part.snapshot.at().id.0);
        });
        ContentHash(*hasher.finalize().as_bytes())
    }

    /// The hash (in hex) of the rows, and what they are planned by.
    fn digest(&self, parts: &[Part], mixing: &Mixing) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(part.selection.digest.as_bytes());
            part.measures.hash(&mut hasher);
        }
        if let Some((_, most)) = &self.max_cost {
            hasher.update(&most.to_le_bytes());
        }
        if self.mix.is_some() {
            hasher.update(&[mixing.per_batch as u8, mixing.stop as u8, u8::from(mixing.weights.is_some())]);
            mixing.weights.iter().flatten().for_each(|weight| {
                hasher.update(&weight.to_le_bytes());
            });
        }
        hasher.finalize().to_hex().to_string()
    }

    fn planning(&self, parts: &mut [Part], plan: &Plan, mixing: &Mixing, kept: Kept) -> Result<Planning> {
        let rules = Rules {
            shuffle: plan.seed.map(|seed| (seed, plan.epoch)),
            batch_size: plan.batch_size,
            lanes: 1,
            window_chunks: (plan.window_chunks / parts.len() as u64).max(1),
        };
        let (mut sequences, mut starts, mut measures) = (Vec::new(), Vec::new(), Vec::new());
        for (place, part) in parts.iter_mut().enumerate() {
            let sequence = Sequence::new(rules, place as u64, part.selection.rows.clone().into());
            self.check_window(rules, sequence.largest_window())?;
            sequences.push(sequence);
            let ends = part.selection.rows.iter().scan(0, |end, rows| {
                *end += *rows as usize;
                Some(*end - *rows as usize)
            });
            starts.push(ends.collect());
            measures.push(std::mem::take(&mut part.measures));
        }
        let sizes: Vec<u64> = sequences.iter().map(Sequence::len).collect();
        let keys = (plan.seed.unwrap_or(0), plan.epoch);
        let size = Size {
            rows: usize::try_from(plan.batch_size).unwrap_or(usize::MAX),
            cost: self.max_cost.as_ref().map(|(_, most)| *most),
        };
        // A stratified batch would come in the order in which data sets take turns.
        let within = plan.seed.filter(|_| mixing.per_batch == PerBatch::Stratified).map(|_| keys);
        Ok(Planning {
            sources: Sources::new(mixing, &sizes, keys)?,
            sequences,
            measures,
            starts,
            cutter: Cutter::new(size, kept, within),
            one: mixing.per_batch == PerBatch::One,
        })
    }

    /// Checks that the data sets of a mix have the same columns.
    fn same_columns(&self, parts: &[Part]) -> Result<()> {
        let Some((first, others)) = parts.split_first() else { return Ok(()) };
        let wrong = |problem| Err(Error::Plan { setting: "mix", problem });
        for (place, other) in (1..).zip(others) {
            let (expected, found) = (first.columns.fields(), other.columns.fields());
            let names = |part: &Part| {
                part.columns.fields().iter().map(|f| f.name.clone()).collect::<Vec<_>>().join(", ")
            };
            if expected.len() != found.len() || expected.iter().zip(&found).any(|(a, b)| a.name != b.name) {
                return wrong(format!(
                    "data set 0 has the columns {}, data set {place} has {}; select those that all of them have",
                    names(first),
                    names(other)
                ));
            }
            for (a, b) in expected.iter().zip(&found) {
                if comparable(&a.feature) != comparable(&b.feature) {
                    let column = &a.name;
                    let what = match (&a.feature, &b.feature) {
                        (Feature::ClassLabel { .. }, Feature::ClassLabel { .. }) => {
                            "other classes, or in another order,"
                        }
                        _ => "another type",
                    };
                    return wrong(format!(
                        "column '{column}' has {what} in data set {place} ({}) than in data set 0 ({})",
                        b.feature.describe(),
                        a.feature.describe()
                    ));
                }
            }
            if self.row_ids && self.mix.is_some() && expected.iter().any(|field| field.name == DATASET) {
                return Err(hub_dataset::Error::from(SchemaError::Taken(DATASET.to_owned())).into());
            }
        }
        Ok(())
    }

    /// The stream of planned batches.
    fn stream(self, parts: Vec<Part>, plan: Plan, batches: &Batches, first: u64) -> Result<BatchStream> {
        // With a budget of cost, batches that were left at the end are as good as others.
        let dealt = if self.max_cost.is_some() { batches.all } else { batches.dealt };
        let share = |first: u64| self.share(first.min(batches.all), dealt, batches.all);
        let (share, epoch_share): (Share, u64) = (share(first), share(0).len());
        let counters = Arc::new(Counters::default());
        let Some(columns) = parts.first().map(|part| part.columns.clone()) else {
            return Err(Error::Plan { setting: "mix", problem: "found no data sets".to_owned() });
        };
        let tells = self.mix.is_some() && self.row_ids;
        let stored = if tells { with_data_sets(columns.schema()) } else { Arc::clone(columns.schema()) };
        let sources: Vec<Source> = parts.iter().map(|part| part.builder.source(&part.columns)).collect();
        let decoding = self.decoding(sources, &columns, &stored, &plan, &counters)?;
        let schema =
            decoding.as_ref().map_or_else(|| Arc::clone(&stored), |decoding| decoding.work().schema());
        let window = plan.window_chunks / parts.len() as u64;
        let budget = self.prefetch_bytes / parts.len() as u64;
        let several = self
            .mix
            .is_some()
            .then(|| Several::new(batches.below(share.end), parts.len(), Arc::clone(&stored), tells));
        let held = parts
            .iter()
            .zip(0..)
            .map(|(part, source)| self.held_copies(&part.builder, &part.columns, &plan, source));
        let held: Vec<_> = held.collect();
        let mut read = Vec::with_capacity(parts.len());
        for ((place, Part { builder, selection, columns, .. }), held) in
            parts.into_iter().enumerate().zip(held)
        {
            let chunks = selection.chunks.len() as u32;
            let walk = Walk::new(batches.below(share.end), place as u32, chunks, window);
            let loader = Loader::of(builder, columns, held, Arc::clone(&counters));
            let ahead = Prefetch::new(loader, selection.into(), budget, Handle::current());
            read.push(MixedBatches::new(Rows::Planned(walk), ahead));
        }
        let mixed = Combined::new(read, several);
        let (epoch_rows, epoch_batches) = (batches.epoch_rows, batches.all);
        let parts =
            Parts { plan, share, epoch_rows, epoch_batches, epoch_share, schema, mixed, decoding, counters };
        Ok(BatchStream::new(parts))
    }
}

/// The schema with a column for the data set of each row, before the row ids.
fn with_data_sets(schema: &SchemaRef) -> SchemaRef {
    let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
    let place = fields.len().saturating_sub(1);
    fields.insert(place, Arc::new(ArrowField::new(DATASET, DataType::UInt32, false)));
    Arc::new(ArrowSchema::new(fields))
}

/// What must be the same of two columns so that their values mean the same: not which synsets classes have, nor what tensors
/// are for.
fn comparable(feature: &Feature) -> Feature {
    match feature {
        Feature::ClassLabel { names, .. } => Feature::labels(names.clone()),
        Feature::Tensor { dtype, shape, .. } => {
            Feature::Tensor { dtype: *dtype, shape: shape.clone(), role: TensorRole::Plain }
        }
        Feature::Keypoints { names, .. } => Feature::Keypoints { names: names.clone(), skeleton: Vec::new() },
        Feature::List { item } => Feature::list(comparable(item)),
        Feature::Struct { fields } => {
            Feature::structure(fields.iter().map(|field| (field.name.clone(), comparable(&field.feature))))
        }
        other => other.clone(),
    }
}
