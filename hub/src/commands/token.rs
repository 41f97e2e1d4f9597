//! `hub token`: creates, lists and revokes the tokens with which programs sign in to a server.

use std::time::Duration;

use chrono::Utc;
use clap::{Args, Subcommand, ValueEnum};
use hub_client::remote::Hub;
use hub_schema::api::CreateToken;
use serde_json::json;

use crate::args::{HubArg, JsonArg, parse_duration};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{Align, Table, age};

const EXAMPLES: &str = "\
Examples:
  hub token create laptop
  hub token create ci --scope write --namespace vision --expires 90d
  hub token create nightly --user ci       create a token for another user
  hub token ls
  hub token revoke 0b5e2f4c-…

A token is shown only once, when it is created.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Create a token, and print it
    Create(Create),
    /// List your tokens
    Ls(Ls),
    /// Revoke a token
    Revoke(Revoke),
}

#[derive(Args, Debug)]
struct Create {
    /// Name of the token, to recognise it in `hub token ls`
    name: String,
    /// Maximum permissions of the token
    #[arg(long, value_enum, default_value_t = Scope::Write)]
    scope: Scope,
    /// Limit the token to this namespace
    #[arg(long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// Time until the token expires, such as 12h or 90d [default: never]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    expires: Option<Duration>,
    /// Create the token for another user, such as a program without a password; only for owners of the hub
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scope {
    Read,
    Write,
    Admin,
}

#[derive(Args, Debug)]
struct Ls {
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
struct Revoke {
    /// Id of the token, as `hub token ls` shows it
    #[arg(value_parser = parse_id)]
    id: String,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

/// Checks that an id has the form of a UUID; only the server knows which ids exist.
fn parse_id(text: &str) -> Result<String, String> {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let is_id = parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    match is_id {
        true => Ok(text.to_owned()),
        false => Err("expected a complete id, as `hub token ls` shows it in its first column".to_owned()),
    }
}

pub async fn run(args: TokenArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Create(args) => create(&args, &context.need_hub(args.hub.url.as_ref())?, context).await,
        Action::Ls(args) => list(&args, &context.need_hub(args.hub.url.as_ref())?, context).await,
        Action::Revoke(args) => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            hub.revoke_token(&args.id).await?;
            match args.json.json {
                true => context.print_json(&json!({ "id": args.id, "deleted": true }))?,
                false => context.report(&format!("revoked token {}\n", args.id))?,
            }
            Ok(Exit::Done)
        }
    }
}

async fn create(args: &Create, hub: &Hub, context: &Context) -> anyhow::Result<Exit> {
    let scope = match args.scope {
        Scope::Read => hub_schema::Scope::Read,
        Scope::Write => hub_schema::Scope::Write,
        Scope::Admin => hub_schema::Scope::Admin,
    };
    let secs = |time: Duration| {
        u32::try_from(time.as_secs())
            .map_err(|_| Failure::usage("--expires is too long: at most 4294967295 seconds"))
    };
    let expires_secs = args.expires.map(secs).transpose()?;
    let (name, namespace, user) = (args.name.clone(), args.namespace.clone(), args.user.clone());
    let new = CreateToken { name, scope, namespace, expires_secs, user };
    let created = hub.create_token(&new).await?;
    if args.json.json {
        context.print_json(&json!({ "token": created.secret.reveal(), "id": created.token.id }))?;
    } else {
        context.note("This token will not be shown again:");
        context.print(&format!("{}\n", created.secret.reveal()))?;
    }
    Ok(Exit::Done)
}

async fn list(args: &Ls, hub: &Hub, context: &Context) -> anyhow::Result<Exit> {
    let tokens = hub.tokens().await?;
    if args.json.json {
        context.print_json(&tokens)?;
        return Ok(Exit::Done);
    }
    let columns =
        ["ID", "NAME", "SCOPE", "NAMESPACE", "LAST USED", "EXPIRES"].map(|name| (name, Align::Left));
    let mut table = Table::new(&columns);
    let now = Utc::now();
    for token in &tokens {
        let used = token.last_used.map_or("never".to_owned(), |time| age(time, now));
        let ends = token.expires.map_or("never".to_owned(), |time| time.format("%Y-%m-%d").to_string());
        let namespace = token.namespace.clone().unwrap_or("all".to_owned());
        let (id, scope) = (token.id.to_string(), token.scope.to_string());
        table.row([id, token.name.clone(), scope, namespace, used, ends]);
    }
    match tokens.is_empty() {
        true => context.note("no tokens; `hub token create NAME` creates one"),
        false => context.print(&table.render(""))?,
    }
    Ok(Exit::Done)
}
