//! `hub runs rm`

use clap::Args;
use hub_eval::run::find;

use crate::args::Target;
use crate::context::Context;
use crate::exit::Exit;

#[derive(Args, Debug)]
pub struct RmArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Runs
    #[arg(value_name = "RUN", required = true, num_args = 1..)]
    runs: Vec<String>,
}

pub async fn run(args: &RmArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    // All are found before the first is deleted.
    let mut ids = Vec::new();
    for name in &args.runs {
        // A record that can't be read can still be deleted by its whole id.
        match name.parse() {
            Ok(id) if dataset.runs().await?.contains(&id) => ids.push(id),
            _ => ids.push(find(&dataset, name).await?.header.id),
        }
    }
    for id in ids {
        dataset.delete_run(&id).await?;
        context.report(&format!("deleted run {id}\n"))?;
    }
    Ok(Exit::Done)
}
