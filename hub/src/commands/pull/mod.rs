//! `hub pull`: copies a revision out of the hub, exactly or converted to another format.

mod copy;
mod export;

use clap::Args;
use hub_ingest::Format;
use hub_schema::Location;

use super::push::format_parser;
use crate::args::{JsonArg, ReadArgs, ViewRef, last_part};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub pull pets                            an exact copy in ./pets, a data set of its own
  hub pull pets@v1 /data/pets
  hub pull pets s3://bucket/pets           an exact copy in a bucket
  hub pull pets ./out --format class-folder
  hub pull coco ./out --format csv --split val --columns image,caption
  hub pull pets ./out --format idx --dry-run    only list what would be lost

An exact copy can be read, changed, pushed and pulled like any data set (hub info ./pets). What
another format can't represent is listed before anything is written.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Pull {
    #[command(flatten)]
    read: ReadArgs,
    /// Directory, or s3://BUCKET/PREFIX for an exact copy [default: ./NAME]
    dest: Option<String>,
    /// Format to convert to [default: an exact copy]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<Format>,
    /// Write only this split (with --format)
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    /// Write only rows that match this condition, as in SQL's WHERE: "isa(label, 'dog.n.01')" (with --format)
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// Write the rows and columns of a view: VIEW or VIEW:VERSION (with --format)
    #[arg(long, value_name = "VIEW", conflicts_with_all = ["rev", "condition"])]
    view: Option<ViewRef>,
    /// Write only these columns, in this order (with --format)
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Pull, context: &Context) -> anyhow::Result<Exit> {
    let dest = dest(&args)?;
    let location = &args.read.target.location;
    let view = match &args.view {
        Some(view) => Some(context.view(location, view).await?),
        None => None,
    };
    let snapshot = match &view {
        Some(view) => view.snapshot.clone(),
        None => context.snapshot(location, &args.read.revision()?).await?,
    };
    let pulled = match args.format {
        None => copy::pull(&args, context, &snapshot, &dest).await,
        Some(format) => export::pull(&args, context, &snapshot, view, &dest, format).await,
    };
    match pulled {
        Err(error) if matches!(error.downcast_ref(), Some(hub_client::Error::Cancelled)) => {
            let message = match args.format {
                None => format!("stopped; {dest} is incomplete"),
                Some(_) => format!("stopped; nothing was written to {dest}"),
            };
            let hint = match args.format {
                None => "what was copied is kept: run the same pull again to continue",
                Some(_) => "run the same pull again to start over",
            };
            Err(Failure::new(Exit::Interrupted, message).hint(hint).into())
        }
        other => other.map(|()| Exit::Done),
    }
}

/// The destination. A plain name is a local directory, not a data set of the hub.
fn dest(args: &Pull) -> anyhow::Result<Location> {
    let name = match &args.dest {
        Some(dest) if dest.starts_with("s3://") || dest.starts_with("~/") => return Ok(dest.parse()?),
        Some(dest) if dest.starts_with('/') || matches!(dest.split('/').next(), Some("." | "..")) => {
            dest.clone()
        }
        // With ./, so that the name in the report can be given to the next command.
        Some(dest) => format!("./{dest}"),
        None => {
            let last = last_part(&args.read.target.location);
            format!(
                "./{}",
                last.ok_or_else(|| Failure::usage(
                    "give a destination: the name has no last part to name a directory after"
                ))?
            )
        }
    };
    Ok(Location::Directory(name.into()))
}
