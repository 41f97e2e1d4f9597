//! `hub login`: logs in to a server, and stores a token for it.
//!
//! People have passwords, programs have tokens. A login with a password creates a token for this machine, so that the
//! password is typed once and stored nowhere; a token that was created elsewhere is stored as it is.

use std::io::{BufRead, IsTerminal, Read, Write};

use clap::{Args, ValueEnum};
use hub_client::remote::{Address, Credentials, Hub, Login as Kept, Token};
use hub_schema::api::CreateToken;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

/// Maximum length of a token or password.
const SECRET_BYTES: u64 = 1024;

const EXAMPLES: &str = "\
Examples:
  hub login https://hub.example.com                    prompt for name and password
  hub login https://hub.example.com --user ada --password-stdin < password
  hub login https://hub.example.com --token-stdin < token
  hub login https://hub.example.com --browser          open the page where tokens are created

A login with a password creates a token for this machine, which `hub token ls` lists and
`hub token revoke` revokes. The token is stored in imagehub/credentials.json in your configuration
directory, readable only by you. HUB_TOKEN takes precedence over it, for machines that store none.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Login {
    /// URL of the server [default: HUB_URL]
    #[arg(value_name = "URL")]
    url: Option<Address>,
    /// User name, to log in with a password
    #[arg(long, value_name = "NAME", conflicts_with_all = ["token_stdin", "browser"])]
    user: Option<String>,
    /// Read the password from stdin instead of prompting for it
    #[arg(long, requires = "user")]
    password_stdin: bool,
    /// Maximum permissions of the token that is created from a password
    #[arg(long, value_enum, default_value_t = Scope::Admin)]
    scope: Scope,
    /// Read a token from stdin instead of prompting for name and password
    #[arg(long, conflicts_with = "browser")]
    token_stdin: bool,
    /// Open the page where tokens are created, and prompt for one
    #[arg(long)]
    browser: bool,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scope {
    Read,
    Write,
    Admin,
}

enum LoginInput {
    Token(Token),
    Password { name: String, password: String },
}

pub async fn run(args: Login, context: &Context) -> anyhow::Result<Exit> {
    let address = context.need_address(args.url.as_ref())?;
    if !address.is_https() && !address.is_local() {
        context.note("warning: the connection to this address is not encrypted; others on the network can read passwords, tokens and data");
    }
    // Before the prompt and the request: a broken credentials file must not leave an unused token on the server.
    let mut credentials = Credentials::load()?;
    context.interrupt.at_once("no token was stored");
    let token = match tokio::task::block_in_place(|| read_input(&args, &address, context))? {
        LoginInput::Token(token) => token,
        LoginInput::Password { name, password } => {
            let (new, network) = (new_token(args.scope), context.home.network());
            Hub::token_by_password(&address, &name, &password, &new, network).await?
        }
    };
    let me = Hub::with_token(&address, Some(token.clone()), context.home.network())?.me().await?;
    let login = Kept { token, user: me.user.name.clone() };
    credentials.put(&address, login)?;
    let path = credentials.path().display();
    match args.json.json {
        true => context.print_json(&json!({ "server": address.to_string(), "user": me.user.name }))?,
        false => context.report(&format!(
            "logged in at {address} as {}; the token is stored in {path}\n",
            me.user.name
        ))?,
    }
    if std::env::var_os("HUB_TOKEN").is_some_and(|token| !token.is_empty()) {
        context.note("note: HUB_TOKEN is set and takes precedence over the stored token");
    }
    Ok(Exit::Done)
}

/// The request for a token that is named after this machine, so that its owner knows which one to revoke.
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

fn read_input(args: &Login, address: &Address, context: &Context) -> anyhow::Result<LoginInput> {
    if args.token_stdin {
        return Ok(LoginInput::Token(parse(&read_secret()?)?));
    }
    if args.password_stdin {
        let name = args.user.clone().unwrap_or_default();
        let password = read_secret()?.trim_end_matches(['\r', '\n']).to_owned();
        return Ok(LoginInput::Password { name, password });
    }
    if !std::io::stdin().is_terminal() {
        let failure = Failure::usage("stdin is not a terminal: can't prompt for a password or a token");
        let hint =
            "give a token with --token-stdin or HUB_TOKEN, or a password with --user NAME --password-stdin";
        return Err(failure.hint(hint).into());
    }
    if args.browser {
        let page = address.page("api/docs");
        if let Err(e) = open::that_detached(&page) {
            context.note(&format!("can't open a browser: {e}"));
        }
        context.note(&format!("Create a token at {page}."));
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
    Ok(LoginInput::Password { name, password })
}

fn read_secret() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(SECRET_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn ask_name(address: &Address) -> anyhow::Result<String> {
    let mut stderr = std::io::stderr();
    write!(stderr, "User name at {address} (leave empty to enter a token): ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().take(SECRET_BYTES).read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}

fn ask_token() -> anyhow::Result<LoginInput> {
    Ok(LoginInput::Token(parse(&rpassword::prompt_password("Token: ")?)?))
}

fn parse(text: &str) -> anyhow::Result<Token> {
    Token::parse(text).ok_or_else(|| {
        let failure = Failure::usage("this is not a token");
        failure.hint("a token is one word that begins with hub_").into()
    })
}
