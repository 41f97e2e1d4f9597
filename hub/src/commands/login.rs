//! `hub login`: keeps a token for a server.

use std::io::{IsTerminal, Read};

use clap::Args;
use hub_client::remote::{Address, Credentials, Hub, Login as Kept, Token};

use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

/// No token is longer.
const TOKEN_BYTES: u64 = 1024;

const EXAMPLES: &str = "\
Examples:
  hub login https://hub.example.com
  hub login https://hub.example.com --browser          open the page where tokens are made
  hub login https://hub.example.com --token-stdin < token

The token is checked, and kept in imagehub/credentials.json in your configuration directory, which
only you may read. HUB_TOKEN comes before it, for machines that keep nothing.";

/// `hub login`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Login {
    /// The server [default: HUB_URL]
    #[arg(value_name = "URL")]
    url: Option<Address>,
    /// Read the token from stdin instead of asking for it
    #[arg(long, conflicts_with = "browser")]
    token_stdin: bool,
    /// Open the page where tokens are made
    #[arg(long)]
    browser: bool,
}

/// Logs in.
pub async fn run(args: Login, context: &Context) -> anyhow::Result<Exit> {
    let address = context.need_address(args.url.as_ref())?;
    if !address.is_https() && !address.is_local() {
        context.note("warning: this address is not encrypted; whoever is on the way can read the token");
    }
    // Before the question: a file that can't be kept should not cost a token.
    let mut credentials = Credentials::load()?;
    context.interrupt.at_once("nothing was kept");
    let token = tokio::task::block_in_place(|| match args.token_stdin {
        true => read_token(),
        false => ask(&address, args.browser, context),
    })?;
    let me = Hub::with_token(&address, Some(token.clone()))?.me().await?;
    let login = Kept { token, user: me.name.clone() };
    credentials.put(&address, login)?;
    let path = credentials.path().display();
    context.report(&format!("logged in at {address} as {}; the token is kept in {path}\n", me.name))?;
    if std::env::var_os("HUB_TOKEN").is_some_and(|token| !token.is_empty()) {
        context.note("note: HUB_TOKEN is set and comes before the token that was kept");
    }
    Ok(Exit::Done)
}

fn read_token() -> anyhow::Result<Token> {
    let mut text = String::new();
    std::io::stdin().lock().take(TOKEN_BYTES).read_to_string(&mut text)?;
    parse(&text)
}

fn ask(address: &Address, browser: bool, context: &Context) -> anyhow::Result<Token> {
    if !std::io::stdin().is_terminal() {
        let failure = Failure::usage("nobody is there to be asked for a token");
        return Err(failure.hint("give it with --token-stdin, or set HUB_TOKEN").into());
    }
    let page = address.page("api/docs");
    if browser && let Err(e) = open::that_detached(&page) {
        context.note(&format!("no browser can be opened ({e})"));
    }
    context.note(&format!("Tokens are made at {page}."));
    parse(&rpassword::prompt_password("Token: ")?)
}

fn parse(text: &str) -> anyhow::Result<Token> {
    Token::parse(text).ok_or_else(|| {
        let failure = Failure::usage("that is no token");
        failure.hint("a token is one word and begins with hub_").into()
    })
}
