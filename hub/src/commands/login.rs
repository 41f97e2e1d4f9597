//! `hub login`: keeps a token for a server.
//!
//! A person has a password, a program a token. Who logs in with a password gets a token made for this machine, so
//! that the password is typed once and kept nowhere; a token that was made elsewhere is taken as it is.

use std::io::{BufRead, IsTerminal, Read, Write};

use clap::{Args, ValueEnum};
use hub_client::remote::{Address, Credentials, Hub, Login as Kept, Token};
use hub_schema::api::CreateToken;

use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

/// No token or password is longer.
const SECRET_BYTES: u64 = 1024;

const EXAMPLES: &str = "\
Examples:
  hub login https://hub.example.com                    asks for name and password
  hub login https://hub.example.com --user ada --password-stdin < password
  hub login https://hub.example.com --token-stdin < token
  hub login https://hub.example.com --browser          open the page where tokens are made

A password makes a token for this machine: `hub token ls` shows it, `hub token revoke` ends it. The
token is kept in imagehub/credentials.json in your configuration directory, which only you may read.
HUB_TOKEN comes before it, for machines that keep nothing.";

/// `hub login`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Login {
    /// The server [default: HUB_URL]
    #[arg(value_name = "URL")]
    url: Option<Address>,
    /// Your name there, to log in with a password
    #[arg(long, value_name = "NAME", conflicts_with_all = ["token_stdin", "browser"])]
    user: Option<String>,
    /// Read the password from stdin instead of asking for it
    #[arg(long, requires = "user")]
    password_stdin: bool,
    /// What the token that a password makes is good for, at most
    #[arg(long, value_enum, default_value_t = Scope::Admin)]
    scope: Scope,
    /// Read a token from stdin instead of asking for name and password
    #[arg(long, conflicts_with = "browser")]
    token_stdin: bool,
    /// Open the page where tokens are made, and ask for one
    #[arg(long)]
    browser: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scope {
    Read,
    Write,
    Admin,
}

/// What a person logs in with.
enum Proof {
    Token(Token),
    Password { name: String, password: String },
}

/// Logs in.
pub async fn run(args: Login, context: &Context) -> anyhow::Result<Exit> {
    let address = context.need_address(args.url.as_ref())?;
    if !address.is_https() && !address.is_local() {
        context.note("warning: this address is not encrypted; whoever is on the way can read what is sent");
    }
    // Before the question: a file that can't be kept should not cost a token.
    let mut credentials = Credentials::load()?;
    context.interrupt.at_once("nothing was kept");
    let token = match tokio::task::block_in_place(|| proof(&args, &address, context))? {
        Proof::Token(token) => token,
        Proof::Password { name, password } => {
            let (new, network) = (new_token(args.scope), context.home.network());
            Hub::token_by_password(&address, &name, &password, &new, network).await?
        }
    };
    let me = Hub::with_token(&address, Some(token.clone()), context.home.network())?.me().await?;
    let login = Kept { token, user: me.user.name.clone() };
    credentials.put(&address, login)?;
    let path = credentials.path().display();
    context.report(&format!("logged in at {address} as {}; the token is kept in {path}\n", me.user.name))?;
    if std::env::var_os("HUB_TOKEN").is_some_and(|token| !token.is_empty()) {
        context.note("note: HUB_TOKEN is set and comes before the token that was kept");
    }
    Ok(Exit::Done)
}

/// A token named after this machine, so that its owner knows which one to end.
fn new_token(scope: Scope) -> CreateToken {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().take(60).collect();
    let name = if host.is_empty() { "hub login".to_owned() } else { format!("hub login on {host}") };
    let scope = match scope {
        Scope::Read => hub_schema::Scope::Read,
        Scope::Write => hub_schema::Scope::Write,
        Scope::Admin => hub_schema::Scope::Admin,
    };
    CreateToken::new(name, scope)
}

fn proof(args: &Login, address: &Address, context: &Context) -> anyhow::Result<Proof> {
    if args.token_stdin {
        return Ok(Proof::Token(parse(&read_secret()?)?));
    }
    if args.password_stdin {
        let name = args.user.clone().unwrap_or_default();
        let password = read_secret()?.trim_end_matches(['\r', '\n']).to_owned();
        return Ok(Proof::Password { name, password });
    }
    if !std::io::stdin().is_terminal() {
        let failure = Failure::usage("nobody is there to be asked for a password or a token");
        let hint =
            "give a token with --token-stdin or HUB_TOKEN, or a password with --user NAME --password-stdin";
        return Err(failure.hint(hint).into());
    }
    if args.browser {
        let page = address.page("api/docs");
        if let Err(e) = open::that_detached(&page) {
            context.note(&format!("no browser can be opened ({e})"));
        }
        context.note(&format!("Tokens are made at {page}."));
        return ask_token();
    }
    let name = match &args.user {
        Some(name) => name.clone(),
        None => ask_name(address)?,
    };
    if name.is_empty() {
        return ask_token();
    }
    let password = rpassword::prompt_password(format!("Password for {name}: "))?;
    Ok(Proof::Password { name, password })
}

fn read_secret() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(SECRET_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn ask_name(address: &Address) -> anyhow::Result<String> {
    let mut stderr = std::io::stderr();
    write!(stderr, "Name at {address} (Enter alone, to give a token): ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().take(SECRET_BYTES).read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

fn ask_token() -> anyhow::Result<Proof> {
    Ok(Proof::Token(parse(&rpassword::prompt_password("Token: ")?)?))
}

fn parse(text: &str) -> anyhow::Result<Token> {
    Token::parse(text).ok_or_else(|| {
        let failure = Failure::usage("that is no token");
        failure.hint("a token is one word and begins with hub_").into()
    })
}
