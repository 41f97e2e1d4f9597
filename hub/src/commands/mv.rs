//! `hub mv`: renames a data set of the embedded hub or of a server.

use clap::Args;
use hub_schema::Location;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub mv pets animals               rename a data set
  hub mv pets vision/pets           move it to another namespace
  hub mv http://hub.lab:3000/vision/pets http://hub.lab:3000/vision/animals

Only the name changes: id, commits, branches, tags and views stay. On a server, owners of both
namespaces can rename. A directory is renamed with `mv`; `hub rename` renames a column.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Mv {
    /// Current name
    #[arg(value_name = "NAME")]
    target: Location,
    /// New name
    #[arg(value_name = "NEW")]
    to: Location,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Mv, context: &Context) -> anyhow::Result<Exit> {
    let (from, to) = (context.resolve(&args.target), context.resolve(&args.to));
    match (&from, &to) {
        (Location::Name(name), Location::Name(to)) => hub_client::rename(&context.home, name, to).await?,
        (Location::Server { base, name }, Location::Server { base: other, name: to }) if base == other => {
            // Opened for the error that names similar data sets.
            context.open(&from).await?;
            context.home.connect(&base.parse()?)?.rename_dataset(name, to).await?;
        }
        _ => return Err(not_renamed(&from, &to).into()),
    }
    let (from, to) = (name(&from), name(&to));
    match args.json.json {
        true => context.print_json(&json!({ "name": to, "was": from }))?,
        false => context.report(&format!("renamed {from} to {to}\n"))?,
    }
    Ok(Exit::Done)
}

fn name(location: &Location) -> String {
    match location {
        Location::Name(name) | Location::Server { name, .. } => name.to_string(),
        other => other.to_string(),
    }
}

fn not_renamed(from: &Location, to: &Location) -> Failure {
    let hint = match from {
        Location::Directory(path) => format!("a directory is renamed with: mv {} NEW", path.display()),
        _ => format!("to copy it there with its history: hub pull {from} {to}"),
    };
    let is_name = |location: &Location| matches!(location, Location::Name(_) | Location::Server { .. });
    let message = match is_name(from) && is_name(to) {
        true => format!("{from} and {to} are in different hubs; a data set is renamed within one"),
        false => {
            format!("only data sets of a hub are renamed, not {}", if is_name(from) { to } else { from })
        }
    };
    Failure::usage(message).hint(hint)
}
