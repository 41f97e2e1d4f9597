//! `hub visibility`: shows or changes who may see a data set of a server.

use clap::Args;
use hub_client::remote::Hub;
use hub_schema::api::UpdateDataset;
use hub_schema::{DatasetName, Location, Visibility};
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub visibility vision/pets             show who may see it
  hub visibility vision/pets public      everyone who reaches the server
  hub visibility vision/pets private     only the members of the namespace

Only owners of the namespace can change it.";

#[derive(Args, Debug)]
#[command(name = "visibility", after_help = EXAMPLES)]
pub struct VisibilityArgs {
    /// NAMESPACE/NAME
    #[arg(value_name = "NAME")]
    target: Location,
    /// public or private; without it, the visibility is shown
    #[arg(value_name = "public|private")]
    visibility: Option<Visibility>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: VisibilityArgs, context: &Context) -> anyhow::Result<Exit> {
    let (hub, name) = at_server(&args.target, context).await?;
    let (now, is_new) = match args.visibility {
        None => (hub.dataset(&name).await?.dataset.visibility, false),
        Some(wanted) => {
            let change = UpdateDataset { visibility: Some(wanted), ..UpdateDataset::default() };
            (hub.update_dataset(&name, &change).await?.visibility, true)
        }
    };
    if args.json.json {
        context.print_json(&json!({ "name": name, "visibility": now }))?;
        return Ok(Exit::Done);
    }
    let who = match now {
        Visibility::Public => "everyone who reaches the server may see it",
        Visibility::Private => "only the members of its namespace may see it",
    };
    let is = if is_new { "is now" } else { "is" };
    context.report(&format!("{name} {is} {now}: {who}\n"))?;
    Ok(Exit::Done)
}

/// The server of a data set that exists there.
async fn at_server(location: &Location, context: &Context) -> anyhow::Result<(Hub, DatasetName)> {
    let resolved = context.resolve(location);
    let Location::Server { base, name } = &resolved else {
        let message = format!("{location} is not on a server: whoever may read its files sees it");
        let hint = "name a data set of a server (http://HOST/NAMESPACE/NAME), or set HUB_URL";
        return Err(Failure::usage(message).hint(hint).into());
    };
    context.open(&resolved).await?;
    Ok((context.home.connect(&base.parse()?)?, name.clone()))
}
