//! `hub restore`: brings back a data set that was deleted on a server, and lists those that can be brought back.

use chrono::Utc;
use clap::Args;
use hub_client::remote::Hub;
use hub_schema::DatasetName;
use hub_schema::api::DatasetView;

use crate::args::{HubArg, JsonArg};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{self, Align, Table, age, bytes, number};

const EXAMPLES: &str = "\
Examples:
  hub restore                          list the deleted data sets that can be restored
  hub restore vision/pets
  hub restore 3f0c8e0a-9d0e-4c55-8f0a-2a4a3f1b7c11

A data set that was deleted on a server can be restored until the server's grace time is over
(HUB_DELETE_GRACE_SECS, a week by default). Only owners of its namespace can restore it. If several
of one name were deleted, give the id that the list shows.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Restore {
    /// Name or id of the data set; without it, list the deleted ones
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Restore, context: &Context) -> anyhow::Result<Exit> {
    let hub = context.need_hub(args.hub.url.as_ref())?;
    let Some(wanted) = &args.name else {
        return list(&hub, None, &args.json, context).await;
    };
    let deleted = hub.deleted_datasets().await?;
    let restored = hub.restore_dataset(find(&deleted, wanted)?.uuid).await?;
    match args.json.json {
        true => context.print_json(&output::json::listed(&restored))?,
        false => context.report(&format!("restored {}\n", restored.name))?,
    }
    Ok(Exit::Done)
}

/// Lists the deleted data sets that can be restored, of one namespace where one is given.
pub async fn list(
    hub: &Hub,
    namespace: Option<&str>,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<Exit> {
    let mut deleted = hub.deleted_datasets().await?;
    deleted.retain(|found| namespace.is_none_or(|namespace| found.name.namespace() == namespace));
    if json.json {
        context.print_json(&deleted.iter().map(output::json::deleted).collect::<Vec<_>>())?;
    } else if deleted.is_empty() {
        context.note(&format!("no deleted data sets that you could restore at {}", hub.address()));
    } else {
        context.print(&table(&deleted))?;
    }
    Ok(Exit::Done)
}

/// The deleted data set of a name or an id.
fn find<'a>(deleted: &'a [DatasetView], wanted: &str) -> anyhow::Result<&'a DatasetView> {
    let name: Option<DatasetName> = wanted.parse().ok();
    let is_wanted = |found: &&DatasetView| {
        name.as_ref() == Some(&found.name) || found.uuid.to_string().eq_ignore_ascii_case(wanted)
    };
    let found: Vec<_> = deleted.iter().filter(is_wanted).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let failure =
                Failure::not_found(format!("no deleted data set '{wanted}' that you could restore"));
            Err(failure.hint("`hub restore` lists them").into())
        }
        several => {
            let ids: Vec<String> = several.iter().map(|found| found.uuid.to_string()).collect();
            let message = format!("several data sets of the name {wanted} were deleted: {}", ids.join(", "));
            Err(Failure::usage(message).hint("give the id of one").into())
        }
    }
}

fn table(deleted: &[DatasetView]) -> String {
    let columns = [
        ("NAME", Align::Left),
        ("ROWS", Align::Right),
        ("SIZE", Align::Right),
        ("DELETED", Align::Left),
        ("ID", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for found in deleted {
        let when = found.deleted.map(|time| age(time, Utc::now())).unwrap_or_default();
        let (rows, size) = (number(found.rows), bytes(found.size_bytes));
        table.row([found.name.to_string(), rows, size, when, found.uuid.to_string()]);
    }
    table.render("")
}
