//! `hub logout`: deletes the stored token for a server.

use clap::Args;
use hub_client::remote::{Address, Credentials, Hub};
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub logout https://hub.example.com
  hub logout https://hub.example.com --revoke    revoke the token on the server too

Without --revoke the token is deleted on this machine only and stays valid.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Logout {
    /// URL of the server [default: HUB_URL]
    #[arg(value_name = "URL")]
    url: Option<Address>,
    /// Also revoke the token on the server, so that it is no longer valid anywhere
    #[arg(long)]
    revoke: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &Logout, context: &Context) -> anyhow::Result<Exit> {
    let address = context.need_address(args.url.as_ref())?;
    let mut credentials = Credentials::load()?;
    if args.revoke
        && let Some(login) = credentials.get(&address)
    {
        let hub = Hub::with_token(&address, Some(login.token.clone()), context.home.network())?;
        if let Some(token) = hub.me().await?.token {
            hub.revoke_token(&token.id.to_string()).await?;
        }
    }
    if !credentials.remove(&address)? {
        let known: Vec<&str> = credentials.iter().map(|(server, _)| server).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let failure = Failure::not_found(format!("not logged in at {address}"));
        return Err(failure.hint(format!("logged in at: {known}")).into());
    }
    match args.json.json {
        true => context.print_json(&json!({ "server": address.to_string(), "deleted": true }))?,
        false => context.report(&format!("logged out of {address}\n"))?,
    }
    Ok(Exit::Done)
}
