//! `hub serve`: runs the hub as a server.

use anyhow::Context as _;
use clap::Args;
use hub_client::Home;
use hub_server::{Config, Settings};

use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub serve                                              serve the embedded hub to this machine only
  hub serve --listen 0.0.0.0:8017                        serve to the network, behind a TLS proxy
  hub serve --database-url postgres://hub@db/hub --store s3://team-hub/sets
  hub serve --config /etc/imagehub.toml

The first start prints a link with which you create the owner's account. Each setting can be a flag
(--signed-url-secs), an environment variable (HUB_SIGNED_URL_SECS) or a key of the TOML file
(signed_url_secs); flags take precedence over variables, and variables over the file.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Serve {
    #[command(flatten)]
    settings: Settings,
}

/// Serves until the process is stopped.
pub async fn run(args: Serve, context: &Context) -> anyhow::Result<Exit> {
    // Only a home that was set explicitly: otherwise the configuration file may set it.
    let named = std::env::var_os("HUB_HOME").is_some() || context.home.path() != Home::from_env()?.path();
    let home = named.then(|| context.home.path().to_owned());
    let config = Config::load(Settings { home, ..args.settings })?;
    context.interrupt.serving();
    hub_server::serve(config).await.context("the server stopped")?;
    Ok(Exit::Done)
}
