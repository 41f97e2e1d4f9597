//! `hub ls` on a server.

use chrono::Utc;
use hub_client::remote::Hub;
use hub_schema::Visibility;
use hub_schema::api::DatasetView;

use super::short::short;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{self, Align, Table, age, bytes, number};

/// Lists the data sets that the user may see.
pub async fn run(namespace: Option<&str>, json: bool, context: &Context, hub: &Hub) -> anyhow::Result<Exit> {
    let listings = hub.datasets(namespace).await?;
    if json {
        context.print_json(&listings.iter().map(output::json::listed).collect::<Vec<_>>())?;
    } else if listings.is_empty() {
        let login = if hub.has_token() { "" } else { " that are public; to see yours, run `hub login`" };
        let within = namespace.map(|name| format!(" in namespace '{name}'")).unwrap_or_default();
        context.note(&format!("no data sets{within} at {}{login}", hub.address()));
    } else {
        context.print(&table(&listings))?;
    }
    Ok(Exit::Done)
}

fn table(listings: &[DatasetView]) -> String {
    let columns = [
        ("NAME", Align::Left),
        ("ROWS", Align::Right),
        ("SIZE", Align::Right),
        ("CHANGED", Align::Left),
        ("VISIBLE TO", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for listing in listings {
        let audience = if listing.visibility == Visibility::Public { "everyone" } else { "members" };
        let (rows, size, changed) =
            (number(listing.rows), bytes(listing.size_bytes), age(listing.updated, Utc::now()));
        table.row([short(&listing.name), rows, size, changed, audience.to_owned()]);
    }
    table.render("")
}
