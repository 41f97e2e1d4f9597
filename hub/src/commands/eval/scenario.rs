//! `hub eval --scenario`: how fast a model answers, by the rules of MLPerf Inference.

use std::time::Duration;

use hub_eval::inference::{Columns, Pipeline, Selection, choose};
use hub_eval::scenario::{
    Claim, LatencyFigures, Loaded, Measured, Plan, RealClock, Scenario, ServerFigures, System, measure,
};
use serde_json::json;

use super::args::Eval;
use super::model;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{Align, Table, counted, number, pairs};

/// Rows whose tensors lie in memory, unless `--limit` says otherwise.
const SAMPLES: u64 = 1024;
/// Maximum bytes of their tensors.
const TENSOR_BYTES: u64 = 512 << 20;

pub async fn run(args: &Eval, scenario: Scenario, context: &Context) -> anyhow::Result<Exit> {
    let (target, snapshot, positions) = args.open(context).await?;
    let columns = Columns::of(snapshot.schema(), args.column.as_deref(), args.label.as_deref(), None)?;
    let (name, opened) = model::open(args, context).await?;
    let image_bytes = opened.preparation.image_bytes().max(1) as u64;
    let most = (TENSOR_BYTES / image_bytes).max(1);
    let selection = Selection {
        split: args.split.clone(),
        condition: args.condition.clone(),
        positions,
        limit: Some(args.limit.unwrap_or(SAMPLES).min(most)),
        seed: args.seed,
        ..Selection::default()
    };
    let chosen = choose(&snapshot, &selection).await?;
    let pipeline = Pipeline {
        snapshot,
        columns,
        preparation: opened.preparation.clone(),
        labels: None,
        valid_classes: None,
        batch_size: usize::from(args.batch_size),
        decoders: 1,
        keep: 1,
        cache: None,
    };
    let tensors = pipeline.tensors(chosen).await?;
    let engine = opened.classifier.engine();
    let Some(mut loaded) = Loaded::new(opened.classifier, opened.preparation, tensors) else {
        return Err(Failure::bad_input("none of the images can be decoded").into());
    };
    let plan = Plan {
        scenario,
        duration: args.scenarios.duration,
        queries: args.scenarios.queries,
        bound: args.scenarios.latency_bound,
        batch_size: usize::from(args.batch_size),
        seed: args.seed,
    };
    let (samples, threads) = (loaded.samples() as u64, args.engine.options().threads);
    let console = context.console.clone();
    let work = move || measure(&plan, &mut loaded, &RealClock::default(), |line| console.note(line));
    let found = tokio::task::spawn_blocking(work).await??;
    if args.json.json {
        let mut all = serde_json::to_value(&found)?;
        if let Some(object) = all.as_object_mut() {
            object.insert("model".to_owned(), json!(name));
            object.insert("dataset".to_owned(), json!(target.name()));
            object.insert("engine".to_owned(), json!(engine));
            object.insert("threads".to_owned(), json!(threads));
            object.insert("samples_in_memory".to_owned(), json!(samples));
        }
        context.print_json(&all)?;
        return Ok(Exit::Done);
    }
    let about = format!(
        "{name} on {}, {scenario} ({}; {engine}, {}; {} in memory)\n",
        target.name(),
        found.note,
        counted(threads as u64, "thread"),
        counted(samples, "sample")
    );
    context.print(&(about + &describe(&found)))?;
    Ok(Exit::Done)
}

fn milliseconds(nanoseconds: u64) -> String {
    format!("{:.3} ms", Duration::from_nanos(nanoseconds).as_secs_f64() * 1e3)
}

fn describe(found: &Measured) -> String {
    let mut out = match &found.server {
        Some(server) => rates(server),
        None => String::new(),
    };
    match &found.latency {
        Some(latency) => out += &latencies(latency, found.server.is_none().then_some(found)),
        None if found.server.is_none() => {
            out += &pairs([
                ("samples/s", format!("{:.2}", found.samples_per_second)),
                ("measured", format!("{} in {:.1} s", counted(found.samples, "sample"), found.seconds)),
            ]);
        }
        None => {}
    }
    out
}

/// Latencies; with `all` also how much was measured.
fn latencies(latency: &LatencyFigures, all: Option<&Measured>) -> String {
    let name = format!("p{:.0}", latency.percentile * 100.0);
    let mut lines = vec![(
        "result".to_owned(),
        match latency.claim {
            Claim::AtMost { latency_ns, .. } => {
                format!("{name} at most {} (with 99 % confidence)", milliseconds(latency_ns))
            }
            Claim::TooFew { queries, needs } => {
                format!("too few queries for {name}: {}, at least {needs} are needed", number(queries))
            }
        },
    )];
    if let Some(all) = all {
        lines.push((
            "measured".to_owned(),
            format!(
                "{} in {:.1} s, {:.2} samples/s",
                counted(all.queries, "query"),
                all.seconds,
                all.samples_per_second
            ),
        ));
    }
    lines.push(("mean".to_owned(), milliseconds(latency.mean_ns)));
    lines.extend(latency.percentiles_ns.iter().map(|(name, time)| (name.clone(), milliseconds(*time))));
    pairs(lines.iter().map(|(name, value)| (name.as_str(), value.clone())))
}

fn rates(server: &ServerFigures) -> String {
    let bound = milliseconds(server.bound_ns);
    let result = match (server.queries_per_second, &server.problem) {
        (Some(rate), _) => format!("{rate:.2} queries/s with p99 within {bound}"),
        (None, Some(problem)) => format!("no rate with p99 within {bound}: {problem}"),
        (None, None) => format!("no rate with p99 within {bound}"),
    };
    let mut out = pairs([("rate", result)]);
    let mut table = Table::new(&[
        ("QUERIES/S", Align::Right),
        ("QUERIES", Align::Right),
        ("P99", Align::Right),
        ("TOO SLOW", Align::Right),
        ("", Align::Left),
    ]);
    for trial in &server.trials {
        let verdict = match (trial.verdict.valid, trial.verdict.within_bound) {
            (true, _) => "valid".to_owned(),
            (false, true) => format!("too few queries, at least {} are needed", trial.verdict.needs_at_least),
            (false, false) => "too slow".to_owned(),
        };
        table.row([
            format!("{:.2}", trial.queries_per_second),
            number(trial.queries),
            if trial.ended_early { "–".to_owned() } else { milliseconds(trial.p99_ns) },
            number(trial.verdict.over_latency),
            verdict,
        ]);
    }
    if !server.trials.is_empty() {
        out += &table.render("  ");
    }
    out
}
