//! One run: its scores with their intervals, by class, calibration, confusion, slices, and the samples that say most.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub_eval::run::{Run, Slice};
use hub_wordnet::WordNet;
use serde::Deserialize;

use super::run_charts::{Calibration, Mark, Matrix, ShareLine, percent, points};
use super::run_samples::{Shot, Shots};
use super::set_frame::pinned;
use super::{Frame, SetFrame, SetVisit, Tab, models, page, runs_compared, show};
use crate::api::Query;
use crate::api::runs::{PredictionOrder, find, ordered, read_named};
use crate::problem::Result;
use crate::state::AppState;

/// Classes that are shown at first, those with the lowest F1.
const CLASSES: usize = 50;
/// Samples of each kind that are shown with their picture.
const SHOTS: usize = 24;
/// The axis of differences between a slice and the rest, in fractions.
const DIFFERENCES: (f64, f64) = (-0.5, 0.5);

#[derive(Template)]
#[template(path = "run.html")]
struct OneRun {
    frame: Frame,
    set: SetFrame,
    model: String,
    model_href: String,
    rows: String,
    facts: Vec<(&'static str, String)>,
    commit: (String, String),
    shares: Vec<ShareLine>,
    numbers: Vec<(&'static str, String)>,
    counts: Vec<(&'static str, String)>,
    calibration: Option<Calibration>,
    matrix: Option<Matrix>,
    confused: Vec<(String, String, String)>,
    classes: Vec<ClassLine>,
    all_classes: usize,
    are_model_classes: bool,
    orders: Vec<Order>,
    /// Where all classes are shown, unless they are.
    all_href: Option<String>,
    label_space: Option<LabelSpace>,
    slices: Vec<SliceLine>,
    subtrees: Vec<(String, String, ShareLine)>,
    distances: Vec<(String, String, String)>,
    hardest: Vec<Shot>,
    surest: Vec<Shot>,
    failed: Vec<Shot>,
    others: Vec<(String, String)>,
}

struct ClassLine {
    name: String,
    precision: String,
    recall: String,
    f1: String,
    support: String,
    width: String,
}

struct Order {
    name: &'static str,
    href: String,
    is_chosen: bool,
}

struct LabelSpace {
    words: String,
    shares: Vec<ShareLine>,
    unreachable: Vec<String>,
    unmapped: Vec<String>,
}

struct SliceLine {
    inside: ShareLine,
    rest: ShareLine,
    difference: Option<(String, Mark)>,
}

/// A run in a path; or two, with three dots between them.
#[derive(Debug, Deserialize)]
pub struct RunInPath {
    run: String,
}

/// How to show it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunQuery {
    /// The order of the classes: `f1` (the lowest first), `support`, `name`.
    sort: String,
    /// Whether all classes are shown: `all`.
    classes: String,
    /// The margin of the test of equivalence, in points of percent.
    margin: String,
}

/// The page of a run, or of the comparison of two.
pub async fn run(
    State(_): State<AppState>,
    visit: SetVisit,
    Path(path): Path<RunInPath>,
    Query(query): Query<RunQuery>,
) -> Result<Response> {
    if let Some((first, second)) = path.run.split_once("...") {
        return runs_compared::compared_page(&visit, (first, second), &query.margin).await;
    }
    let run = find(&visit.set, &path.run).await?;
    let (samples, names) = read_named(&visit.set, &run).await?;
    let snapshot = visit.snapshot_if_any().await?;
    let (frame, set) = visit.frame(&run.evaluated.model.name, Tab::Runs, snapshot.as_ref()).await?;
    let shots = Shots::of(&visit.set.info.name, &set, &run, &names);
    let hardest = ordered(&samples, PredictionOrder::Loss, None);
    let surest = ordered(&samples, PredictionOrder::Confidence, Some(false));
    let failed = samples.iter().filter(|sample| sample.prediction().is_none());
    let is_mistaken = |sample: &&&hub_eval::inference::SamplePrediction| {
        sample.prediction().is_some_and(|prediction| prediction.loss.is_some())
    };
    let scores = &run.scores;
    let table = scores.classes.as_ref();
    let is_whole = query.classes == "all";
    let (id, all_classes) = (run.header.id.to_string(), table.map_or(0, |table| table.rows.len()));
    page(&OneRun {
        model: run.evaluated.model.name.clone(),
        model_href: models::href(&run.evaluated.model.name),
        rows: run.evaluated.data.rows(),
        facts: facts(&run),
        commit: (
            pinned(&run.header.commit),
            format!("{}/commits/{}", set.base, show::encoded(&pinned(&run.header.commit))),
        ),
        shares: shares(&run),
        numbers: numbers(&run),
        counts: counts(&run),
        calibration: scores.reliability.as_ref().map(Calibration::of),
        matrix: table.and_then(Matrix::of),
        confused: table.map(confused).unwrap_or_default(),
        classes: classes(&run, &query.sort, if is_whole { usize::MAX } else { CLASSES }),
        all_classes,
        are_model_classes: table.is_none_or(|table| table.are_model_classes),
        orders: orders(&set, &id, &query.sort, is_whole),
        all_href: (!is_whole && all_classes > CLASSES).then(|| classes_href(&set, &id, &query.sort, true)),
        label_space: label_space(&run),
        slices: scores.slices.iter().map(slice).collect(),
        subtrees: subtrees(&run),
        distances: distances(&run),
        hardest: hardest
            .iter()
            .filter(is_mistaken)
            .take(SHOTS)
            .map(|sample| shots.of_sample(sample))
            .collect(),
        surest: surest
            .iter()
            .filter(|s| s.prediction().is_some())
            .take(SHOTS)
            .map(|s| shots.of_sample(s))
            .collect(),
        failed: failed.take(SHOTS).map(|sample| shots.of_sample(sample)).collect(),
        others: others(&visit, &set, &run).await?,
        set,
        frame,
    })
}

fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let (header, evaluated, engine) = (&run.header, &run.evaluated, &run.engine);
    let mode = if evaluated.exact { "exact" } else { "fast" };
    let mut facts = vec![
        ("Run", header.id.to_string()),
        ("By", header.author.clone()),
        ("When", show::minute(header.time)),
        ("Images", format!("column {}", evaluated.data.image)),
        (
            "Model",
            format!(
                "{}, {} classes",
                show::cut(&evaluated.model.hash, 12),
                show::count(evaluated.model.classes as u64)
            ),
        ),
        ("Tensors", mode.to_owned()),
        ("Engine", format!("{}, {} threads, batch {}", engine.engine, engine.threads, engine.batch_size)),
        ("Machine", format!("{}, hub {}", engine.machine, engine.hub)),
        ("Time", format!("{:.1} s, {:.1} samples/s", run.seconds.total, run.samples_per_second)),
    ];
    if let Some(label) = &evaluated.data.label {
        facts.insert(4, ("Labels", format!("column {label}")));
    }
    facts
}

fn shares(run: &Run) -> Vec<ShareLine> {
    let scores = &run.scores;
    let mut lines: Vec<ShareLine> =
        scores.top.iter().map(|top| ShareLine::of(format!("Top-{}", top.k), top.share)).collect();
    if let Some(valid) = &scores.valid {
        lines.push(ShareLine::of("Top-1, any valid label", valid.top1));
        lines.push(ShareLine::of("Top-5, any valid label", valid.top5));
        lines.push(ShareLine::of("Top-1, only the label, same samples", valid.label_top1));
    }
    lines.extend(run.same_as_exact.map(|same| ShareLine::of("Same as in the exact mode, of a sample", same)));
    lines
}

fn numbers(run: &Run) -> Vec<(&'static str, String)> {
    let scores = &run.scores;
    let numbers = [
        ("Macro F1", scores.classes.as_ref().map(|classes| classes.macro_average.f1)),
        ("Negative log-likelihood", scores.nll),
        ("Brier score", scores.brier),
        ("Mean confidence", scores.mean_confidence),
        ("Calibration error, 15 bins", scores.reliability.as_ref().map(|reliability| reliability.ece)),
        ("Calibration error, 10 bins", scores.ece10),
        ("Greatest calibration error", scores.reliability.as_ref().map(|reliability| reliability.mce)),
    ];
    numbers.into_iter().filter_map(|(name, value)| Some((name, format!("{:.4}", value?)))).collect()
}

fn counts(run: &Run) -> Vec<(&'static str, String)> {
    let scores = &run.scores;
    let counts = [
        ("Rows", scores.samples),
        ("Without a label", scores.unlabelled),
        ("Label of unknown meaning", scores.unmapped),
        ("Label that the model can’t predict", scores.unreachable),
        ("Images that can’t be decoded", scores.corrupt),
        ("Failed outputs, which count as wrong", scores.failed),
    ];
    let shown = counts.into_iter().enumerate().filter(|(at, (_, count))| *at == 0 || *count > 0);
    shown.map(|(_, (name, count))| (name, show::count(count))).collect()
}

fn confused(table: &hub_eval::run::ClassTable) -> Vec<(String, String, String)> {
    let pairs = table.most_confused.iter();
    pairs.map(|pair| (pair.label.clone(), pair.predicted.clone(), show::count(pair.samples))).collect()
}

fn classes(run: &Run, sort: &str, most: usize) -> Vec<ClassLine> {
    let Some(table) = &run.scores.classes else { return Vec::new() };
    let mut rows: Vec<_> = table.rows.iter().collect();
    match sort {
        "name" => rows.sort_by_key(|row| row.name.to_lowercase()),
        "support" => rows.sort_by_key(|row| (std::cmp::Reverse(row.score.support), row.number)),
        // What has no samples can't be wrong.
        _ => rows.sort_by(|a, b| {
            let empty = |row: &hub_eval::run::ClassRow| row.score.support == 0;
            empty(a).cmp(&empty(b)).then(a.score.f1.total_cmp(&b.score.f1)).then(a.number.cmp(&b.number))
        }),
    }
    let line = |row: &hub_eval::run::ClassRow| ClassLine {
        name: row.name.clone(),
        precision: percent(row.score.precision),
        recall: percent(row.score.recall),
        f1: format!("{:.3}", row.score.f1),
        support: show::count(row.score.support),
        width: format!("{:.2}", row.score.f1 * 100.0),
    };
    rows.into_iter().take(most).map(line).collect()
}

fn orders(set: &SetFrame, id: &str, sort: &str, is_whole: bool) -> Vec<Order> {
    let orders = [("f1", "Lowest F1"), ("support", "Most samples"), ("name", "Name")];
    let chosen = orders.iter().find(|(word, _)| *word == sort).map_or("f1", |(word, _)| word);
    let order = |(word, name): (&'static str, &'static str)| Order {
        name,
        href: classes_href(set, id, word, is_whole),
        is_chosen: word == chosen,
    };
    orders.into_iter().map(order).collect()
}

fn classes_href(set: &SetFrame, id: &str, sort: &str, is_whole: bool) -> String {
    let members = [("sort", sort), ("classes", "all")];
    let members = if is_whole { &members[..] } else { &members[..1] };
    format!("{}#by-class", set.at_with(&format!("/runs/{id}"), members))
}

fn label_space(run: &Run) -> Option<LabelSpace> {
    let space = run.scores.label_space.as_ref().filter(|space| !space.one_to_one)?;
    Some(LabelSpace {
        words: format!(
            "Labels and classes were compared by {}; {} of the model’s {} classes are right for some label.",
            space.by,
            show::count(space.restricted_classes),
            show::count(space.classes)
        ),
        shares: vec![
            ShareLine::of("The most probable of all classes", space.plain),
            ShareLine::of("Of the classes that can be right", space.restrict),
            ShareLine::of("Probabilities summed by label", space.restrict_sum),
        ],
        unreachable: space.unreachable.clone(),
        unmapped: space.unmapped.clone(),
    })
}

fn slice(slice: &Slice) -> SliceLine {
    let difference = slice.difference.zip(slice.interval).map(|(difference, interval)| {
        let words =
            format!("{} points ({} to {})", points(difference), points(interval.low), points(interval.high));
        (words, Mark::on(DIFFERENCES, difference, (interval.low, interval.high)))
    });
    SliceLine {
        inside: ShareLine::of(slice.condition.clone(), slice.top1),
        rest: ShareLine::of("All others", slice.rest),
        difference,
    }
}

fn subtrees(run: &Run) -> Vec<(String, String, ShareLine)> {
    let net = WordNet::get();
    let subtrees = run.scores.subtrees.iter().map(|subtree| {
        let found = net.resolve(&subtree.name).ok().and_then(|id| net.synset(id));
        let title = found.map_or_else(|| subtree.name.clone(), |synset| synset.title());
        let inside = format!(
            "{} of {} were taken for one of its kinds",
            show::count(subtree.inside_and_inside),
            show::count(subtree.top1.of)
        );
        (format!("/concepts/{}", subtree.name), inside, ShareLine::of(title, subtree.top1.into()))
    });
    subtrees.collect()
}

fn distances(run: &Run) -> Vec<(String, String, String)> {
    let graph = |(name, found): (&String, &hub_eval::score::hierarchy::HierarchyScores)| {
        let severity =
            found.mistake_severity.map_or_else(|| "–".to_owned(), |severity| format!("{severity:.3}"));
        (name.clone(), severity, found.max_distance.to_string())
    };
    run.scores.hierarchy.iter().map(graph).collect()
}

/// Other runs on the same rows, with the addresses of the comparisons.
async fn others(visit: &SetVisit, set: &SetFrame, run: &Run) -> Result<Vec<(String, String)>> {
    let (rows, id) = (run.evaluated.data.rows(), run.header.id.to_string());
    let found = crate::api::runs::listed(&visit.set).await?;
    let others = found.runs.into_iter().filter(|other| other.rows == rows && other.id != id).take(12);
    let link = |other: hub_schema::api::RunView| {
        let top1 = other.top1.and_then(|top1| top1.fraction).map(|top1| format!(", {}", percent(top1)));
        let words = format!("{}{}", other.model, top1.unwrap_or_default());
        (words, set.at(&format!("/runs/{id}...{}", other.id)))
    };
    Ok(others.map(link).collect())
}
