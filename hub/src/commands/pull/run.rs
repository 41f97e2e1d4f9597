//! Chooses between an exact copy and a conversion, and where it is written.

use hub_schema::Location;

use super::{Pull, copy, export};
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
