//! `hub user passwd`: sets a user's password.
//!
//! On a server an owner of the hub does this for others. With access to the database no account is needed, so that a hub
//! whose only owner has forgotten the password stays usable.

use clap::Args;

use super::password;
use crate::args::HubArg;
use crate::context::Context;
use crate::output::{clip, counted};

#[derive(Args, Debug)]
pub struct Passwd {
    /// User name
    name: String,
    /// Read the password from stdin instead of prompting for it
    #[arg(long)]
    password_stdin: bool,
    /// Write to this database instead of sending a request to a server, for owners who can't log in any more
    #[arg(long, value_name = "URL", conflicts_with = "url")]
    database_url: Option<String>,
    #[command(flatten)]
    hub: HubArg,
}

/// Sets the password. All sessions and tokens of the user end, and are listed.
pub async fn run(args: Passwd, context: &Context) -> anyhow::Result<()> {
    context.interrupt.at_once("nothing was changed");
    let ask = || password::read(&args.name, args.password_stdin, "give it with --password-stdin");
    let (sessions, tokens) = match &args.database_url {
        Some(url) => {
            let catalog = hub_catalog::open(url).await?;
            let user = catalog.user(&args.name).await?;
            let ended = catalog.set_password(user.id, Some(&tokio::task::block_in_place(ask)?), None).await?;
            catalog.close().await;
            (ended.sessions, ended.tokens.into_iter().map(|token| clip(&token.name, 200)).collect())
        }
        None => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            let changed = hub.set_password(&args.name, &tokio::task::block_in_place(ask)?).await?;
            let ended = changed.ended.map(|ended| (ended.sessions, ended.tokens)).unwrap_or_default();
            (ended.0, ended.1.into_iter().map(|token| clip(&token.name, 200)).collect::<Vec<_>>())
        }
    };
    let mut report = format!("set the password of {}; {} ended", args.name, counted(sessions, "session"));
    report += &format!(", and {}", counted(tokens.len() as u64, "token"));
    if !tokens.is_empty() {
        report += &format!(": {}", tokens.join(", "));
    }
    context.report(&(report + "\n"))
}
