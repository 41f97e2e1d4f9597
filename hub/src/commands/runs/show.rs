//! `hub runs show`

use clap::Args;
use hub_eval::run::find;

use crate::args::{JsonArg, Target};
use crate::commands::eval::{csv, describe};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::pairs;

#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Run
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
    /// Print the scores as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &ShowArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let run = find(&dataset, &args.run).await?;
    if args.json.json {
        context.print_json(&run.summary()?)?;
    } else if args.csv {
        context.print(&csv(&run))?;
    } else {
        let mode = if run.evaluated.exact { "exact" } else { "fast" };
        let facts = pairs([
            ("run", format!("{} by {}", run.header.id, run.header.author)),
            ("time", run.header.time.format("%Y-%m-%d %H:%M:%S UTC").to_string()),
            ("commit", run.header.commit.id.to_string()),
            ("model", run.evaluated.model.hash.clone()),
            ("card", run.evaluated.model.card.to_string()),
            ("preprocessing", format!("{} ({mode})", run.evaluated.preprocessing)),
            (
                "machine",
                format!("{}, {} threads, hub {}", run.engine.machine, run.engine.threads, run.engine.hub),
            ),
        ]);
        context.print(&(describe(&run) + &facts))?;
    }
    Ok(Exit::Done)
}
