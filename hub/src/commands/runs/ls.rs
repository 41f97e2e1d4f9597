//! `hub runs ls`

use chrono::Utc;
use clap::Args;
use hub_eval::run::list;

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, age};

#[derive(Args, Debug)]
pub struct LsArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &LsArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let mut runs = Vec::new();
    for (id, run) in list(&dataset, usize::MAX).await? {
        match run {
            Ok(run) => runs.push(run),
            Err(error) => context.note(&format!("warning: run {id} can't be read: {error}")),
        }
    }
    if args.json.json {
        let summaries = runs.iter().map(hub_eval::run::Run::summary).collect::<Result<Vec<_>, _>>()?;
        context.print_json(&summaries)?;
        return Ok(Exit::Done);
    }
    if runs.is_empty() {
        context.note(&format!("no runs; hub eval {} --model MODEL makes one", args.target.shell()));
        return Ok(Exit::Done);
    }
    let mut table = Table::new(&[
        ("RUN", Align::Left),
        ("MODEL", Align::Left),
        ("TOP-1", Align::Right),
        ("95 %", Align::Left),
        ("SAMPLES", Align::Right),
        ("ROWS", Align::Left),
        ("COMMIT", Align::Left),
        ("WHEN", Align::Left),
    ]);
    for run in &runs {
        let top = run.scores.top(1);
        let percent = |value: f64| format!("{:.2}", value * 100.0);
        let commit = &run.header.commit;
        table.row([
            run.header.id.to_string(),
            run.evaluated.model.name.clone(),
            top.and_then(|top| top.fraction).map_or_else(|| "–".to_owned(), percent),
            top.map_or_else(String::new, |top| format!("{} – {}", percent(top.low), percent(top.high))),
            crate::output::number(top.map_or(0, |top| top.of)),
            run.evaluated.data.rows(),
            format!("{}:{}", commit.branch, commit.version),
            age(run.header.time, Utc::now()),
        ]);
    }
    context.print(&table.render(""))?;
    Ok(Exit::Done)
}
