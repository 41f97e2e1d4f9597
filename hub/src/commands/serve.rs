//! `hub serve`: the hub as a service.

use anyhow::Context as _;
use clap::Args;
use hub_client::Home;
use hub_server::{Config, Settings};

use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub serve                                              the embedded hub, on this machine only
  hub serve --listen 0.0.0.0:8017                        to the network; put TLS in front
  hub serve --database-url postgres://hub@db/hub --store s3://team-hub/sets
  hub serve --config /etc/imagehub.toml

The first start prints a link that makes you the owner. Every setting can be a flag, a variable
(--signed-url-secs, HUB_SIGNED_URL_SECS) or a key of the TOML file (signed_url_secs).";

/// `hub serve`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Serve {
    #[command(flatten)]
    settings: Settings,
}

/// Serves until it is told to stop.
pub async fn run(args: Serve, context: &Context) -> anyhow::Result<Exit> {
    // Where nobody named one, the file may.
    let named = std::env::var_os("HUB_HOME").is_some() || context.home.path() != Home::from_env()?.path();
    let home = named.then(|| context.home.path().to_owned());
    let config = Config::load(Settings { home, ..args.settings })?;
    hub_server::serve(config).await.context("the server ended")?;
    Ok(Exit::Done)
}
