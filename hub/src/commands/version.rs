//! `hub version`: prints the version of the program and of the format that it writes.

use clap::Args;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub version
  hub version --json";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Version {
    #[command(flatten)]
    json: JsonArg,
}

pub fn run(args: &Version, context: &Context) -> anyhow::Result<Exit> {
    let (version, format) = (env!("CARGO_PKG_VERSION"), hub_schema::FORMAT_VERSION);
    match args.json.json {
        true => context.print_json(&json!({ "version": version, "format": format }))?,
        false => context.print(&format!("hub {version} (format {format})\n"))?,
    }
    Ok(Exit::Done)
}
