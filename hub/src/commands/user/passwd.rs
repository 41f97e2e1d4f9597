//! `hub user passwd`: gives somebody another password.
//!
//! At a server an owner of the hub does it for others. Whoever can open the database needs no account for it: so a hub
//! whose only owner forgot the password is not lost.

use clap::Args;

use super::password;
use crate::args::HubArg;
use crate::context::Context;

/// `hub user passwd`.
#[derive(Args, Debug)]
pub struct Passwd {
    /// Name
    name: String,
    /// Read the password from stdin instead of asking for it
    #[arg(long)]
    password_stdin: bool,
    /// Write it to this database rather than asking a server: for an owner who can't log in any more
    #[arg(long, value_name = "URL", conflicts_with = "url")]
    database_url: Option<String>,
    #[command(flatten)]
    hub: HubArg,
}

/// Sets it. All sessions of the user end; tokens stay.
pub async fn run(args: Passwd, context: &Context) -> anyhow::Result<()> {
    context.interrupt.at_once("nothing was changed");
    let ask = || password::read(&args.name, args.password_stdin, "give it with --password-stdin");
    match &args.database_url {
        Some(url) => {
            let catalog = hub_catalog::open(url).await?;
            let user = catalog.user(&args.name).await?;
            catalog.set_password(user.id, Some(&tokio::task::block_in_place(ask)?)).await?;
            catalog.close().await;
        }
        None => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            hub.set_password(&args.name, &tokio::task::block_in_place(ask)?).await?;
        }
    }
    context.report(&format!("{} has another password; tokens stay as they are\n", args.name))
}
