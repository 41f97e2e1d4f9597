//! How batches are planned: of several data sets, by buckets, by cost.

use clap::{Args, ValueEnum};
use hub_stream::{Bucket, Cost, Mixing, PerBatch, Stop, StreamBuilder};

use crate::args::Target;
use crate::errors::Failure;

#[derive(Args, Debug)]
#[command(next_help_heading = "Batches")]
pub struct PlanArgs {
    /// Mix with another data set; repeat it for more. --split and --where apply to each
    #[arg(long = "mix", value_name = "NAME[@REV]", conflicts_with_all = ["view", "shuffle_report"])]
    pub others: Vec<Target>,
    /// How often rows of each data set come, in proportion, the first one first [default: as their sizes]
    #[arg(long, value_name = "W,W,…", value_delimiter = ',', requires = "others")]
    mix_weights: Option<Vec<f64>>,
    /// Rows of a batch of a mix: each drawn at random, in the proportions of the weights, or of one data set
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Per::Random, requires = "others")]
    per_batch: Per,
    /// End an epoch of a mix before the first row comes again, or when all rows have come
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = End::All, requires = "others")]
    stop: End,
    /// Batches of rows of one kind: `shape` (images of one size), or the values of a column
    #[arg(long, value_name = "COLUMN")]
    bucket: Option<String>,
    /// Greatest cost of a batch, which has as many rows as fit, at most --batch-size
    #[arg(long, value_name = "N")]
    max_cost: Option<f64>,
    /// Column of numbers that says what a row costs [default: the pixels of its images]
    #[arg(long, value_name = "COLUMN", requires = "max_cost")]
    cost: Option<String>,
}

/// Rows of a batch of a mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Per {
    Random,
    Stratified,
    One,
}

/// The end of an epoch of a mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum End {
    First,
    All,
}

impl PlanArgs {
    /// Whether several data sets are mixed.
    pub fn is_mix(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether batches have different numbers of rows.
    pub fn is_sized(&self) -> bool {
        self.bucket.is_some() || self.max_cost.is_some()
    }

    /// One stream of the data sets.
    pub fn apply(&self, mut parts: Vec<StreamBuilder>) -> anyhow::Result<StreamBuilder> {
        let mut builder = match (self.is_mix(), parts.pop()) {
            (false, Some(only)) => only,
            (_, last) => {
                parts.extend(last);
                StreamBuilder::mix(parts, self.mixing())?
            }
        };
        builder = match self.bucket.as_deref() {
            None => builder,
            Some("shape") => builder.bucket(Bucket::Shape),
            Some(column) => builder.bucket(Bucket::Column(column.to_owned())),
        };
        Ok(match self.max_cost {
            None => builder,
            Some(most) => builder.max_cost(self.cost.clone().map_or(Cost::Pixels, Cost::Column), most),
        })
    }

    fn mixing(&self) -> Mixing {
        Mixing {
            weights: self.mix_weights.clone(),
            per_batch: match self.per_batch {
                Per::Random => PerBatch::Random,
                Per::Stratified => PerBatch::Stratified,
                Per::One => PerBatch::One,
            },
            stop: if self.stop == End::First { Stop::First } else { Stop::All },
        }
    }

    /// Checks what clap can't.
    pub fn check(&self) -> Result<(), Failure> {
        let (Some(weights), count) = (&self.mix_weights, self.others.len() + 1) else { return Ok(()) };
        if weights.len() == count {
            return Ok(());
        }
        let message = format!(
            "--mix-weights has {} numbers, expected one for each of {count} data sets",
            weights.len()
        );
        Err(Failure::usage(message)
            .hint("the first one is that of NAME, the others those of --mix, in order"))
    }
}
