//! Chooses between an exact copy and a conversion, and where it is written.

use hub_query::ViewRows;
use hub_schema::{Location, Revision};

use super::{Pull, copy, export, history};
use crate::args::last_part;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

pub async fn run(args: Pull, context: &Context) -> anyhow::Result<Exit> {
    let dest = dest(&args)?;
    let location = &args.read.target.location;
    let view = match &args.view {
        Some(view) => Some(context.view(location, view).await?),
        None => None,
    };
    match pull(&args, context, view, &dest).await {
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

async fn pull(args: &Pull, context: &Context, view: Option<ViewRows>, dest: &Location) -> anyhow::Result<()> {
    let location = &args.read.target.location;
    if let Some(format) = args.format {
        if args.depth.is_one_state() {
            let failure = Failure::usage(format!("--depth is for copies; {format} has no history"));
            return Err(failure.hint("omit --depth").into());
        }
        let snapshot = match &view {
            Some(view) => view.snapshot.clone(),
            None => context.snapshot(location, &args.read.revision()?).await?,
        };
        return export::pull(args, context, &snapshot, view, dest, format).await;
    }
    check_whole(args)?;
    let dataset = context.open(location).await?;
    if args.depth.is_one_state() {
        let snapshot = dataset.snapshot(&args.read.revision()?).await?;
        return copy::pull(args, context, &snapshot, dest).await;
    }
    // Without one, it is an error if nothing is committed at all.
    let given = match args.read.is_revision_given() {
        true => Some(dataset.snapshot(&args.read.revision()?).await?),
        false => None,
    };
    if given.is_none() && dataset.branches().await?.is_empty() {
        dataset.snapshot(&Revision::main()).await?;
    }
    if history::pull(args, context, &dataset, given.as_ref(), dest).await? {
        return Ok(());
    }
    let Some(snapshot) = given else { return Ok(()) };
    let (revision, branch) = (args.read.revision()?, &snapshot.at().branch);
    context.note(&format!(
        "note: {revision} is on branch {branch}, and not a version of main: the copy holds this state alone, without \
         its history"
    ));
    copy::pull(args, context, &snapshot, dest).await
}

/// Refuses options that choose rows or columns: a copy holds all.
fn check_whole(args: &Pull) -> anyhow::Result<()> {
    let options = [
        ("--split", args.split.is_some()),
        ("--columns", args.columns.is_some()),
        ("--where", args.condition.is_some()),
        ("--view", args.view.is_some()),
    ];
    match options.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((option, _)) => {
            let message = format!("{option} requires --format: a copy always holds all rows and columns");
            Err(Failure::usage(message).hint("for example --format parquet").into())
        }
    }
}

/// The destination. A plain name is a local directory, not a data set of the hub.
fn dest(args: &Pull) -> anyhow::Result<Location> {
    let name = match &args.dest {
        Some(dest) if ["s3://", "http://", "https://", "~/"].iter().any(|begin| dest.starts_with(begin)) => {
            return Ok(dest.parse()?);
        }
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
