//! Runs an evaluation, and prints its scores.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use hub_dataset::{LabelIndex, Snapshot};
use hub_eval::inference::{Chosen, Class, Columns, LabelMatch, Pipeline, Selection, choose};
use hub_eval::model::OpenModel;
use hub_eval::run::{
    CorruptPolicy, Evaluated, Evaluation, Finished, RunData, RunEngine, RunModel, Wanted, mistakes, pictures,
    report,
};
use hub_eval::score::hierarchy::Tree;
use hub_eval::score::subtrees::at_depth;
use hub_stream::Cache;
use hub_wordnet::{SynsetId, WordNet};

use super::args::Eval;
use super::progress::EvalBar;
use super::{explain, model, print, scenario, valid_file};
use crate::args::Target;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

/// The most probable classes that are kept of each sample, unless `--top` asks for more.
const KEEP: usize = 20;
/// Mistakes in a report.
const MISTAKES: usize = 24;
/// Maximum size of the local cache of remote data sets.
const CACHE_BYTES: u64 = 10_000_000_000;

pub async fn run(args: Eval, context: &Context) -> anyhow::Result<Exit> {
    if let Some(image) = &args.explain {
        return explain::run(&args, image, context).await;
    }
    if let Some(scenario) = args.scenarios.scenario {
        return scenario::run(&args, scenario, context).await;
    }
    let (target, snapshot, positions) = args.open(context).await?;
    let index = context.label_index(&target.location).await;
    let selection = Selection {
        split: args.split.clone(),
        condition: args.condition.clone(),
        positions,
        limit: args.limit,
        seed: args.seed,
        is_random: args.until.is_some(),
        index: index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>),
    };
    let chosen = choose(&snapshot, &selection).await?;
    let (name, opened) = model::open(&args, context).await?;
    let prepared = prepare(&args, context, &snapshot, &selection, target, &name, &opened).await?;
    let evaluation = Evaluation { chosen, ..prepared };
    let (classes, labels) = (evaluation.classes.clone(), evaluation.labels.clone());
    let columns = evaluation.pipeline.columns.clone();
    context.interrupt.at_once("run the same command again with --resume to continue");
    let bar = EvalBar::new(&context.console, &format!("{name} on {}", target.name()));
    let finished = evaluation.run(opened.classifier, |progress| bar.show(progress)).await?;
    drop(bar);
    if let Some(path) = &args.report {
        let shown = mistakes(&finished.samples, MISTAKES);
        let shown = pictures(&snapshot, &columns, &shown).await?;
        let page = report(&finished.run, &finished.samples, &shown, (&classes, &labels));
        std::fs::write(path, page).with_context(|| format!("{}: can't write it", path.display()))?;
    }
    print(&args, target, &finished, context)
}

fn print(args: &Eval, target: &Target, finished: &Finished, context: &Context) -> anyhow::Result<Exit> {
    let run = &finished.run;
    if args.json.json {
        let mut summary = run.summary()?;
        if let Some(object) = summary.as_object_mut() {
            object.insert("run".to_owned(), run.header.id.to_string().into());
            object.insert("stored".to_owned(), finished.not_stored.is_none().into());
        }
        context.print_json(&summary)?;
    } else if args.csv {
        context.print(&print::csv(run))?;
    } else {
        context.print(&print::describe(run))?;
    }
    if let Some(path) = &args.report {
        context.note(&format!("report in {}", path.display()));
    }
    match &finished.not_stored {
        None => {
            context.note(&format!("stored as run {}; hub runs show {} {0}", run.header.id, target.shell()))
        }
        Some(_) if args.no_record => {}
        Some(why) => context.note(&format!("warning: the run can't be stored beside the data set: {why}")),
    }
    Ok(Exit::Done)
}

/// The evaluation, but for its rows.
async fn prepare(
    args: &Eval,
    context: &Context,
    snapshot: &Snapshot,
    selection: &Selection,
    target: &Target,
    name: &str,
    opened: &OpenModel,
) -> anyhow::Result<Evaluation> {
    let (column, file) = valid_source(args, snapshot)?;
    let columns = Columns::of(snapshot.schema(), args.column.as_deref(), args.label.as_deref(), column)?;
    let columns = match &args.boxes {
        Some(boxes) => columns.with_boxes(snapshot.schema(), boxes)?,
        None => columns,
    };
    let classes = classes_of(opened);
    let labels = columns.label.as_ref().map(|label| label.classes.clone()).unwrap_or_default();
    let matched = match &columns.label {
        Some(_) => Some(LabelMatch::new(&classes, &labels, args.by_number)?),
        None => {
            context.note("note: the data set has no class label, so nothing is scored");
            None
        }
    };
    let valid_classes = match columns.valid.as_ref().filter(|valid| !valid.classes.is_empty()) {
        Some(valid) => Some(LabelMatch::new(&classes, &valid.classes, args.by_number)?),
        None => None,
    };
    let options = args.engine.options();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let top = args.top();
    let keep = top.iter().copied().max().unwrap_or(1).max(KEEP).min(classes.len().max(1));
    let cache = match snapshot.dataset().store().directory() {
        Some(_) => None,
        None => Some(Cache::open(context.home.cache().join("chunks"), CACHE_BYTES)?),
    };
    let data = RunData {
        dataset: target.name(),
        split: selection.split.clone(),
        condition: selection.condition.clone(),
        view: args.view.as_ref().map(|view| view.name.to_string()),
        limit: args.limit,
        seed: args.seed,
        until: args.until,
        image: columns.image.clone(),
        label: columns.label.as_ref().map(|label| label.column.clone()),
        valid: args.valid.clone(),
        boxes: args.boxes.clone(),
    };
    let evaluated = Evaluated {
        data,
        model: RunModel {
            name: name.to_owned(),
            hash: opened.card.model.hash.to_string(),
            card: opened.card.hash()?,
            classes: classes.len(),
        },
        preprocessing: serde_json::to_value(&opened.card.preprocessing)?,
        exact: !args.fast,
        corrupt: args.corrupt,
        keep,
        top: top.clone(),
    };
    let pipeline = Pipeline {
        snapshot: snapshot.clone(),
        columns,
        preparation: opened.preparation.clone().with_exact(!args.fast),
        labels: matched,
        valid_classes,
        batch_size: usize::from(args.batch_size),
        decoders: args.decoders.map_or(cores, usize::from).max(1),
        keep,
        cache,
    };
    let engine = RunEngine {
        engine: opened.classifier.engine(),
        threads: options.threads,
        batch_size: usize::from(args.batch_size),
        hub: env!("CARGO_PKG_VERSION").to_owned(),
        machine: format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH),
    };
    let wanted = Wanted {
        top,
        keep,
        slices: slices(args, snapshot, selection).await?,
        roots: roots(args, &labels, &classes)?,
        trees: trees(&args.tree)?,
        corrupt_is_wrong: args.corrupt == CorruptPolicy::Wrong,
    };
    Ok(Evaluation {
        pipeline,
        // Chosen before the model is opened, so that an invalid condition is reported at once.
        chosen: Chosen { blocks: Vec::new() },
        evaluated,
        engine,
        classes,
        labels,
        wanted,
        valid: file,
        until: args.until,
        resume: args.resume,
        keep_every: args.keep_every,
        record_as: (!args.no_record).then(|| args.author.author()),
    })
}

fn classes_of(opened: &OpenModel) -> Vec<Class> {
    let (names, synsets) = (opened.card.labels.names(), opened.card.labels.synsets());
    names.into_iter().zip(synsets).map(|(name, synset)| Class { name, synset }).collect()
}

type ValidFile = HashMap<String, Vec<usize>>;

/// `--valid` as a column of the data set, or as a file.
fn valid_source<'a>(
    args: &'a Eval,
    snapshot: &Snapshot,
) -> anyhow::Result<(Option<&'a str>, Option<ValidFile>)> {
    let Some(valid) = args.valid.as_deref() else { return Ok((None, None)) };
    if snapshot.schema().fields.iter().any(|field| field.name == valid) {
        return Ok((Some(valid), None));
    }
    let path = Path::new(valid);
    if path.is_file() {
        return Ok((None, Some(valid_file::read(path)?)));
    }
    let names: Vec<&str> = snapshot.schema().fields.iter().map(|field| field.name.as_str()).collect();
    Err(Failure::not_found(format!("--valid {valid}: neither a column ({}) nor a file", names.join(", ")))
        .into())
}

async fn slices(
    args: &Eval,
    snapshot: &Snapshot,
    selection: &Selection,
) -> anyhow::Result<Vec<(String, roaring::RoaringBitmap)>> {
    let mut slices = Vec::new();
    for condition in &args.slice {
        let limits = hub_query::Limits::default();
        let positions = hub_query::filter(snapshot, condition, selection.index.clone(), &limits).await?;
        slices.push((condition.clone(), positions));
    }
    Ok(slices)
}

/// The concepts of `--by-synset` and `--depth`.
fn roots(args: &Eval, labels: &[Class], classes: &[Class]) -> anyhow::Result<Vec<SynsetId>> {
    let net = WordNet::get();
    let mut roots =
        args.by_synset.iter().map(|text| net.resolve(text)).collect::<Result<Vec<SynsetId>, _>>()?;
    if let Some(depth) = args.depth {
        let meant: Vec<SynsetId> = labels.iter().chain(classes).filter_map(|class| class.synset).collect();
        let mut below: Vec<SynsetId> = at_depth(&meant, depth);
        // Those below which the data set has no label have nothing to score.
        below.retain(|root| {
            let is_under = |synset: SynsetId| synset == *root || net.is_a(synset, *root);
            labels.iter().filter_map(|label| label.synset).any(is_under)
        });
        if below.is_empty() {
            return Err(Failure::usage(format!(
                "--depth {depth}: no label of the data set has a concept at this depth of WordNet"
            ))
            .hint("labels need synsets: `hub synset map` maps them")
            .into());
        }
        roots.extend(below);
    }
    Ok(roots)
}

/// Trees by the names of their files without extension.
fn trees(paths: &[PathBuf]) -> anyhow::Result<Vec<(String, Tree)>> {
    let mut trees: Vec<(String, Tree)> = Vec::with_capacity(paths.len());
    for path in paths {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("{shown}: can't read it"))?;
        let tree = Tree::parse(&text).map_err(|error| Failure::bad_input(format!("{shown}: {error}")))?;
        let name =
            path.file_stem().map_or_else(|| "tree".to_owned(), |name| name.to_string_lossy().into_owned());
        if trees.iter().any(|(other, _)| *other == name) {
            return Err(Failure::usage(format!("--tree {shown}: another tree has the name '{name}' too"))
                .hint("a tree is named after its file; copy or link one of them to another name")
                .into());
        }
        trees.push((name, tree));
    }
    Ok(trees)
}
