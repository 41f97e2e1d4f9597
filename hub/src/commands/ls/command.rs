use std::collections::BTreeSet;

use chrono::Utc;
use clap::Args;
use hub_client::Summary;
use hub_schema::BranchName;
use serde_json::{Value, json};

use super::server;
use super::short::short;
use crate::args::JsonArg;
use crate::commands::info::split_order;
use crate::commands::restore;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{Align, Table, age, bytes, number};

const EXAMPLES: &str = "\
Examples:
  hub ls
  hub ls vision            list the data sets of one namespace
  hub ls --deleted         list what `hub restore` can bring back on a server
  hub ls --json | jq -r '.[].name'";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Ls {
    /// List only data sets of this namespace
    namespace: Option<String>,
    /// List the deleted data sets that can be restored on a server
    #[arg(long)]
    deleted: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Ls, context: &Context) -> anyhow::Result<Exit> {
    args.namespace.as_deref().map_or(Ok(()), is_namespace)?;
    if args.deleted {
        let hub = context.need_hub(None)?;
        return restore::list(&hub, args.namespace.as_deref(), &args.json, context).await;
    }
    if let Some(hub) = context.hub()? {
        return server::run(args.namespace.as_deref(), args.json.json, context, &hub).await;
    }
    let mut listings = context.home.summaries().await?;
    let there: BTreeSet<String> = listings.iter().map(|l| l.name.namespace().to_owned()).collect();
    if let Some(namespace) = &args.namespace {
        listings.retain(|l| l.name.namespace() == namespace);
    }
    if args.json.json {
        context.print_json(&listings.iter().map(to_json).collect::<Vec<_>>())?;
    } else if listings.is_empty() {
        let place = context.home.path().display();
        if let (Some(namespace), false) = (&args.namespace, there.is_empty()) {
            let there = there.into_iter().collect::<Vec<_>>().join(", ");
            context.note(&format!("no data sets in namespace '{namespace}' of {place}; there are: {there}"));
            return Ok(Exit::Done);
        }
        context.note(&format!("no data sets in {place}; `hub push NAME DIR` creates one"));
    } else {
        context.print(&table(&listings))?;
    }
    let unreadable = listings.iter().filter_map(|l| Some((&l.name, l.head.as_ref().err()?)));
    let unreadable: Vec<_> = unreadable.map(|(name, e)| format!("{name}: {e}")).collect();
    unreadable.iter().for_each(|line| context.note(&format!("warning: {line}")));
    Ok(if unreadable.is_empty() { Exit::Done } else { Exit::Failure })
}

/// Refuses a URL or a directory, which would otherwise be a namespace without data sets.
fn is_namespace(text: &str) -> anyhow::Result<()> {
    let hint = match text {
        _ if text.starts_with("http://") || text.starts_with("https://") => {
            format!("to list the data sets of a server: HUB_URL={text} hub ls")
        }
        _ if text.contains('/') || text.starts_with(['.', '~']) => {
            "to show a data set elsewhere: hub info s3://BUCKET/PREFIX, hub info ./DIR; \
             to list another hub's data sets: hub --home DIR ls"
                .to_owned()
        }
        _ => return Ok(()),
    };
    let message = format!("'{text}' is not a namespace; `hub ls` lists data sets of the hub");
    Err(Failure::usage(message).hint(hint).into())
}

fn table(listings: &[Summary]) -> String {
    let columns = [
        ("NAME", Align::Left),
        ("ROWS", Align::Right),
        ("SIZE", Align::Right),
        ("VERSION", Align::Right),
        ("CHANGED", Align::Left),
        ("SPLITS", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for Summary { name, head } in listings {
        let name = short(name);
        let cells = match head {
            Ok(Some(head)) => {
                let version = match head.branch == BranchName::main() {
                    true => head.version.to_string(),
                    false => format!("{}:{}", head.branch, head.version),
                };
                let changed = age(head.time, Utc::now());
                let mut splits: Vec<&str> =
                    head.splits.keys().map(String::as_str).filter(|s| !s.is_empty()).collect();
                splits.sort_by_key(|split| split_order(split));
                [name, number(head.rows), bytes(head.bytes), version, changed, splits.join(", ")]
            }
            Ok(None) => {
                [name, "0".into(), "0 B".into(), String::new(), "nothing committed".into(), "".into()]
            }
            Err(_) => [name, "?".into(), "?".into(), "?".into(), "can't be read".into(), String::new()],
        };
        table.row(cells);
    }
    table.render("")
}

fn to_json(listing: &Summary) -> Value {
    let name = listing.name.to_string();
    match &listing.head {
        Ok(Some(head)) => json!({
            "name": name, "rows": head.rows, "bytes": head.bytes, "branch": head.branch,
            "version": head.version, "commit": head.commit.to_string(), "time": head.time,
            "splits": head.splits,
        }),
        Ok(None) => json!({ "name": name, "rows": 0, "bytes": 0, "branch": null, "version": null }),
        Err(error) => json!({ "name": name, "error": error.to_string() }),
    }
}
