//! `hub whoami`: shows the user, roles and token at a server, or the author of commits in the embedded hub.

use clap::Args;
use hub_schema::api::Me;
use serde_json::json;

use crate::args::{AuthorArgs, HubArg, JsonArg};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::pairs;

const EXAMPLES: &str = "\
Examples:
  hub whoami                              at the server of HUB_URL, or in the embedded hub
  hub whoami --url https://hub.example.com";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Whoami {
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Whoami, context: &Context) -> anyhow::Result<Exit> {
    let hub = match &args.hub.url {
        Some(url) => Some(context.home.connect(url)?),
        None => context.hub()?,
    };
    let Some(hub) = hub else {
        let (author, home) = (AuthorArgs::default().author().name, context.home.path().display());
        if args.json.json {
            context.print_json(&json!({ "author": author, "home": home.to_string(), "server": null }))?;
            return Ok(Exit::Done);
        }
        context.report(&format!("{author}, the author of commits in the embedded hub at {home}\n"))?;
        context.note("names are looked up in the embedded hub, since HUB_URL isn't set");
        return Ok(Exit::Done);
    };
    let me = hub.me().await?;
    let server = hub.address().to_string();
    if args.json.json {
        context.print_json(&json!({
            "user": me.user, "memberships": me.memberships, "token": me.token, "server": server,
        }))?;
        return Ok(Exit::Done);
    }
    context.report(&describe(&me, &server))?;
    Ok(Exit::Done)
}

fn describe(me: &Me, server: &str) -> String {
    let admin = if me.user.admin { ", an owner of the hub" } else { "" };
    let mut facts = Vec::new();
    let roles: Vec<String> =
        me.memberships.iter().map(|member| format!("{} of {}", member.role, member.namespace)).collect();
    if !roles.is_empty() {
        facts.push(("roles", roles.join(", ")));
    }
    if let Some(token) = &me.token {
        let within = token.namespace.as_ref().map(|ns| format!(", for {ns} only")).unwrap_or_default();
        let ends = token
            .expires
            .map_or("never expires".to_owned(), |time| format!("expires {}", time.format("%Y-%m-%d")));
        facts.push(("token", format!("{} ({}{within}, {ends})", token.name, token.scope)));
    }
    let from = match std::env::var_os("HUB_TOKEN").is_some_and(|token| !token.is_empty()) {
        true => "HUB_TOKEN",
        false => "hub login",
    };
    facts.push(("login", format!("by {from}")));
    format!("{} at {server}{admin}\n{}", me.user.name, pairs(facts))
}
