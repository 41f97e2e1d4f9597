//! The server that a command talks to.

use clap::Args;
use hub_client::remote::Address;

#[derive(Args, Debug)]
pub struct HubArg {
    /// URL of the server [default: HUB_URL]
    #[arg(long, value_name = "URL")]
    pub url: Option<Address>,
}
