//! `hub gc`: deletes files that no commit references.

use std::time::Duration;

use clap::Args;
use hub_schema::Location;

use crate::args::{JsonArg, Target, parse_duration};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, counted};

const EXAMPLES: &str = "\
Examples:
  hub gc pets --dry-run      count the files, and delete nothing
  hub gc pets
  hub gc pets --grace 7d

Interrupted pushes, deleted branches and compaction leave files that no commit references. A push
that is still running has such files too; the grace period protects them. On a disk, a shorter one
than a day holds only while nothing is written to the data set; beside a running push, files younger
than a day are kept. In a bucket and on a server, where running pushes can't be seen, it must be a
day or more. On a server this requires an owner of the namespace.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Gc {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX
    #[arg(value_name = "NAME")]
    target: Target,
    /// Grace period: keep files younger than this, such as 30m, 24h, 7d
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "24h")]
    grace: Duration,
    /// Count what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Gc, context: &Context) -> anyhow::Result<Exit> {
    let swept = match context.resolve(&args.target.location) {
        Location::Server { base, name } => {
            context.interrupt.at_once("the server continues to delete files");
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
        text += &format!(
            "kept {files}, {size}, not referenced by any commit but younger than the grace period\n"
        );
    }
    if swept.kept_for_writers {
        text += "a push or another change is running: files younger than a day were kept\n";
    }
    context.report(&text)?;
    Ok(Exit::Done)
}
