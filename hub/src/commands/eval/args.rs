//! The arguments of `hub eval`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use hub_dataset::Snapshot;
use hub_eval::run::CorruptPolicy;
use hub_schema::Revision;
use roaring::RoaringBitmap;

use crate::args::{
    AuthorArgs, EngineArgs, JsonArg, MAX_THREADS, ModelRef, PreparationArgs, ScenarioArgs, Target, ViewRef,
    parse_duration,
};
use crate::context::Context;
use crate::errors::Failure;

const EXAMPLES: &str = "\
Examples:
  hub eval mnist --model lenet5 --split test
  hub eval vision/imagenet --model resnet50 --split val --report resnet50.html
  hub eval vision/imagenet --model vgg16 --split val --until 0.5      stop at ± 0.5 points
  hub eval pets --model resnet50 --slice \"image.width < 300\" --by-synset dog.n.01,cat.n.01
  hub eval pets --model resnet50 --json | jq .top1
  hub eval --explain goldfish.jpg --model vgg16      hashes of each step, and common mistakes
  hub eval --explain goldfish.jpg --model vgg16 --against other.json    why they differ
  hub eval mnist --model lenet5 --scenario server --latency-bound 2ms

Labels are compared with the model's classes by synset, else by name, never by their order. Tensors
are exactly those of the libraries that published scores were made with; --fast decodes large JPEGs
at a part of their size, and states how often that gives the same class. The run is stored beside
the data set: `hub runs` lists, shows, compares and ranks runs, and `hub query --run` queries their
predictions.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Eval {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX, optionally with @REV
    #[arg(value_name = "NAME[@REV]", required_unless_present = "explain", conflicts_with = "explain")]
    pub target: Option<Target>,
    /// Revision: a branch, a tag, a version (3, dev:3) or a prefix of a commit id [default: main]
    #[arg(long, value_name = "REV")]
    pub rev: Option<Revision>,
    /// Model: a name (`hub model ls` lists them) or an ONNX file
    #[arg(long, value_name = "MODEL")]
    pub model: ModelRef,
    /// Evaluate only this split
    #[arg(long, value_name = "SPLIT", help_heading = "Rows")]
    pub split: Option<String>,
    /// Evaluate only rows that match this condition, as in SQL's WHERE
    #[arg(long = "where", value_name = "CONDITION", help_heading = "Rows")]
    pub condition: Option<String>,
    /// Evaluate the rows of a view: VIEW or VIEW:VERSION
    #[arg(
        long,
        value_name = "VIEW",
        visible_alias = "subset",
        conflicts_with = "rev",
        help_heading = "Rows"
    )]
    pub view: Option<ViewRef>,
    /// Evaluate at most N rows, drawn at random by --seed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Rows")]
    pub limit: Option<u64>,
    /// Seed of what is drawn at random
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Rows")]
    pub seed: u64,
    /// Stop when the 95 % interval of top-1 is at most ± POINTS wide, on rows in random order
    #[arg(long, value_name = "POINTS", value_parser = parse_points, help_heading = "Rows")]
    pub until: Option<f64>,
    /// Column of images [default: the first]
    #[arg(long, value_name = "COLUMN", help_heading = "Rows")]
    pub column: Option<String>,
    /// Column of labels [default: the first class label]
    #[arg(long, value_name = "COLUMN", help_heading = "Rows")]
    pub label: Option<String>,
    /// Score the boxes of a column (a list of structs with a box and a label) instead of whole images
    #[arg(long, value_name = "COLUMN", conflicts_with = "label", help_heading = "Rows")]
    pub boxes: Option<String>,
    /// What to do with images that can't be decoded
    #[arg(long, value_name = "POLICY", default_value = "skip", value_parser = parse_policy, help_heading = "Rows")]
    pub corrupt: CorruptPolicy,
    /// Count a label among the K most probable classes too; top-1 and top-5 always are
    #[arg(long, value_name = "K,…", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..), help_heading = "Scores")]
    pub top: Vec<u16>,
    /// Compare the rows that match a condition with all others; may be repeated
    #[arg(long, value_name = "CONDITION", help_heading = "Scores")]
    pub slice: Vec<String>,
    /// Several valid labels: a column of lists, or a JSON file such as ReaL's real.json
    #[arg(long, value_name = "COLUMN|FILE", help_heading = "Scores")]
    pub valid: Option<String>,
    /// Score below these concepts
    #[arg(long, value_name = "SYNSET,…", value_delimiter = ',', help_heading = "Scores")]
    pub by_synset: Vec<String>,
    /// Score below all concepts at this depth of WordNet (entity.n.01 is at 0)
    #[arg(long, value_name = "N", help_heading = "Scores")]
    pub depth: Option<u32>,
    /// Tree of classes (lines of PARENT CHILD) for the distances tree-height and tree-depth; may be repeated
    #[arg(long, value_name = "FILE", help_heading = "Scores")]
    pub tree: Vec<PathBuf>,
    /// Take label and class numbers for the same, where neither synsets nor names say so
    #[arg(long, help_heading = "Scores")]
    pub by_number: bool,
    /// Decode large JPEGs at a part of their size, and state how often the class is the same
    #[arg(long, help_heading = "Speed")]
    pub fast: bool,
    #[command(flatten)]
    #[command(next_help_heading = "Speed")]
    pub engine: EngineArgs,
    /// Images per batch
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=4096), help_heading = "Speed")]
    pub batch_size: u16,
    /// Threads that decode [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(..=MAX_THREADS), help_heading = "Speed")]
    pub decoders: Option<u16>,
    /// Continue the newest run of the same rows, model and engine that was stopped
    #[arg(long, help_heading = "Run")]
    pub resume: bool,
    /// Keep what is done at most so often, so that --resume can continue there; the longer it runs, the more rarely
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration, help_heading = "Run")]
    pub keep_every: Duration,
    /// Don't store the run
    #[arg(long, conflicts_with = "resume", help_heading = "Run")]
    pub no_record: bool,
    #[command(flatten)]
    #[command(next_help_heading = "Run")]
    pub author: AuthorArgs,
    /// Write a self-contained HTML page with plots and the most confident mistakes
    #[arg(long, value_name = "FILE.html", help_heading = "Output")]
    pub report: Option<PathBuf>,
    /// Print the scores as CSV
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    pub csv: bool,
    /// Explain what the model says of one image, step by step
    #[arg(long, value_name = "IMAGE", help_heading = "Output")]
    pub explain: Option<PathBuf>,
    /// With --explain: name what gives the tensor with this SHA-256 (bytes, height x width x RGB)
    #[arg(long, value_name = "HASH", requires = "explain", help_heading = "Output")]
    pub tensor_hash: Option<String>,
    /// With --explain: compare step by step with another model, or with a JSON file: a run's record, a card, another
    /// explanation, or what another program made (file_sha256, decoded_sha256, tensor_sha256, first_logits)
    #[arg(long, value_name = "MODEL|FILE.json", requires = "explain", help_heading = "Output")]
    pub against: Option<String>,
    #[command(flatten)]
    #[command(next_help_heading = "Output")]
    pub json: JsonArg,
    #[command(flatten)]
    pub scenarios: ScenarioArgs,
    #[command(flatten)]
    pub preparation: PreparationArgs,
}

impl Eval {
    /// The data set, its revision that is scored, and the rows of the view if one is given.
    ///
    /// # Errors
    /// No data set is given, or two revisions; it can't be read.
    pub async fn open(
        &self,
        context: &Context,
    ) -> anyhow::Result<(&Target, Snapshot, Option<Arc<RoaringBitmap>>)> {
        let (target, revision) = self.read()?;
        let Some(view) = &self.view else {
            return Ok((target, context.snapshot(&target.location, &revision).await?, None));
        };
        let view = context.view(&target.location, view).await?;
        Ok((target, view.snapshot, Some(Arc::new(view.positions))))
    }

    /// The data set and its revision.
    ///
    /// # Errors
    /// None is given, or two revisions.
    fn read(&self) -> anyhow::Result<(&Target, Revision)> {
        let Some(target) = &self.target else {
            return Err(Failure::usage("name a data set: hub eval NAME --model MODEL").into());
        };
        match (&target.revision, &self.rev) {
            (Some(one), Some(other)) if one != other => {
                let failure = Failure::usage(format!("the name ends in @{one}, but --rev is {other}"));
                Err(failure.hint("give only one of them").into())
            }
            (Some(rev), _) | (None, Some(rev)) => Ok((target, rev.clone())),
            (None, None) => Ok((target, Revision::main())),
        }
    }

    /// The `k` of top-k, sorted.
    pub fn top(&self) -> Vec<usize> {
        let mut top: Vec<usize> = self.top.iter().copied().map(usize::from).chain([1, 5]).collect();
        top.sort_unstable();
        top.dedup();
        top
    }
}

/// Points of percent, as a fraction.
fn parse_points(text: &str) -> Result<f64, String> {
    let points: f64 = text.parse().map_err(|_| format!("'{text}' is not a number of points"))?;
    if (0.01..=50.0).contains(&points) {
        return Ok(points / 100.0);
    }
    Err(format!("{text} points; expected 0.01 to 50 (half of the width of the interval)"))
}

fn parse_policy(text: &str) -> Result<CorruptPolicy, String> {
    match text {
        "skip" => Ok(CorruptPolicy::Skip),
        "wrong" => Ok(CorruptPolicy::Wrong),
        "fail" => Ok(CorruptPolicy::Fail),
        other => {
            Err(format!("'{other}' is none of skip (left out and counted), wrong (counts as wrong), fail"))
        }
    }
}
