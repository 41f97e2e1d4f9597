//! `hub known`: lists the well-known data sets that can be pushed by name.

use clap::Args;
use hub_ingest::known::{Catalogue, Known};
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, bytes};

const EXAMPLES: &str = "\
Examples:
  hub known
  hub push mnist             download one of them, verify it, and push it
  hub push mnist ./files     push files of it that were downloaded before";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct KnownArgs {
    #[command(flatten)]
    json: JsonArg,
}

pub fn run(args: &KnownArgs, context: &Context) -> anyhow::Result<Exit> {
    let sets = &Catalogue::official().sets;
    if args.json.json {
        let listed = sets.iter().map(|known| {
            json!({
                "name": known.name, "title": known.title, "home": known.home,
                "format": known.format.name(), "bytes": size_bytes(known), "by_hand": known.by_hand,
                "files": known.files.iter().map(|file| json!({
                    "name": file.name, "bytes": file.size_bytes, "sha256": file.sha256,
                    "addresses": file.addresses,
                })).collect::<Vec<_>>(),
            })
        });
        context.print_json(&listed.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let columns =
        [("NAME", Align::Left), ("DOWNLOAD", Align::Right), ("TITLE", Align::Left), ("HOME", Align::Left)];
    let mut table = Table::new(&columns);
    for known in sets {
        let size = match &known.by_hand {
            Some(_) => "by hand".to_owned(),
            None => size_bytes(known).map_or("?".to_owned(), bytes),
        };
        table.row([known.name.clone(), size, known.title.clone(), known.home.clone()]);
    }
    context.print(&table.render(""))?;
    Ok(Exit::Done)
}

/// The length of all files; `None` if that of one isn't published.
fn size_bytes(known: &Known) -> Option<u64> {
    known.files.iter().map(|file| file.size_bytes).sum()
}
