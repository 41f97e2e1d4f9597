//! `hub gc`: deletes files that no commit names.

use std::time::Duration;

use clap::Args;
use hub_schema::Location;

use crate::args::{JsonArg, Target, parse_duration};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, counted};

const EXAMPLES: &str = "\
Examples:
  hub gc pets --dry-run      only count
  hub gc pets
  hub gc pets --grace 7d

Files that no commit names are left by pushes that were cut off, by branches that were ended and by
compaction. A push that is running has such files too: the grace time keeps them. At a server an
owner of the namespace may sweep, with a grace time of a day or more.";

/// `hub gc`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Gc {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Leave files that are younger: 30m, 24h, 7d
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "24h")]
    grace: Duration,
    /// Only count
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

/// Sweeps.
pub async fn run(args: Gc, context: &Context) -> anyhow::Result<Exit> {
    let swept = match context.resolve(&args.target.location) {
        Location::Server { base, name } => {
            context.interrupt.at_once("the server goes on sweeping");
            context.home.connect(&base.parse()?)?.gc(&name, args.grace, args.dry_run).await?
        }
        location => context.open(&location).await?.gc(args.grace, args.dry_run).await?,
    };
    if args.json.json {
        context.print_json(&swept)?;
        return Ok(Exit::Done);
    }
    let verb = if args.dry_run { "dry run: would delete" } else { "deleted" };
    let mut text = format!("{verb} {}, {}\n", counted(swept.files, "file"), bytes(swept.bytes));
    if swept.young_files > 0 {
        let (files, size) = (counted(swept.young_files, "file"), bytes(swept.young_bytes));
        text += &format!("left {files}, {size}, that no commit names yet: younger than the grace time\n");
    }
    context.report(&text)?;
    Ok(Exit::Done)
}
