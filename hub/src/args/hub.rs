//! Which server.

use clap::Args;
use hub_client::remote::Address;

/// `--url`.
#[derive(Args, Debug)]
pub struct HubArg {
    /// The server [default: HUB_URL]
    #[arg(long, value_name = "URL")]
    pub url: Option<Address>,
}
