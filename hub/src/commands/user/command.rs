use std::io::IsTerminal;

use chrono::Utc;
use clap::{Args, Subcommand};
use hub_client::remote::Hub;
use hub_schema::api::CreateUser;
use serde_json::json;

use crate::args::{HubArg, JsonArg};
use crate::console::Console;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{Align, Table, age};

use super::{passwd, password};

const EXAMPLES: &str = "\
Examples:
  hub user add ada                         prompt for a password
  hub user add ci --no-password            a program, which signs in with tokens
  hub user add grace --admin
  hub user ls
  hub user passwd ada                      set a new password
  hub user passwd ann --database-url sqlite:///var/lib/imagehub/catalog.db
  hub user rm ada

Only owners of the hub can manage users. Each user owns the namespace of the same name, unless it
holds data sets of an earlier user. A new password ends all sessions and tokens of the user, which
are listed. If the only owner has forgotten the password, set a new one with --database-url on the
server's machine.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct UserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Add a user
    Add(Add),
    /// List users
    Ls(Ls),
    /// Set a user's password
    Passwd(passwd::Passwd),
    /// Remove a user, with all tokens
    Rm(Rm),
}

#[derive(Args, Debug)]
struct Add {
    /// User name; also the name of the user's own namespace
    name: String,
    /// Make the user an owner of the hub, who may do everything
    #[arg(long)]
    admin: bool,
    /// Read the password from stdin instead of prompting for it
    #[arg(long)]
    password_stdin: bool,
    /// Create a user without a password, who can only sign in with tokens
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
struct Ls {
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
struct Rm {
    /// User name
    name: String,
    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: UserArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Add(args) => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            context.interrupt.at_once("no user was added");
            let password = tokio::task::block_in_place(|| first_password(&args))?;
            let (name, admin) = (args.name.clone(), args.admin);
            let password = password.map(Into::into);
            let new = CreateUser { name: name.clone(), password, admin };
            let created = hub.create_user(&new).await?;
            if args.json.json {
                context.print_json(&created)?;
            } else if created.owns_namespace {
                context.report(&format!("added user {name}, owner of the namespace {name}\n"))?;
            } else {
                context.report(&format!("added user {name}\n"))?;
                context.note(&format!(
                    "note: the namespace {name} holds data sets already, so it is not {name}'s; \
                     `hub member add {name} {name} --role owner` gives it to this user"
                ));
            }
        }
        Action::Passwd(args) => passwd::run(args, context).await?,
        Action::Ls(args) => list(&args, &context.need_hub(args.hub.url.as_ref())?, context).await?,
        Action::Rm(args) => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            if !args.yes {
                confirm(&args.name, &context.console)?;
            }
            hub.remove_user(&args.name).await?;
            match args.json.json {
                true => context.print_json(&json!({ "user": args.name, "deleted": true }))?,
                false => context.report(&format!("removed user {}\n", args.name))?,
            }
        }
    }
    Ok(Exit::Done)
}

fn first_password(args: &Add) -> anyhow::Result<Option<String>> {
    if args.no_password {
        return Ok(None);
    }
    let hint = "give it with --password-stdin, or add --no-password";
    password::read(&args.name, args.password_stdin, hint).map(Some)
}

async fn list(args: &Ls, hub: &Hub, context: &Context) -> anyhow::Result<()> {
    let users = hub.users().await?;
    if args.json.json {
        return context.print_json(&users);
    }
    let mut table = Table::new(&["NAME", "ADMIN", "SINCE"].map(|name| (name, Align::Left)));
    for user in &users {
        let admin = if user.admin { "yes" } else { "" };
        table.row([user.name.clone(), admin.to_owned(), age(user.created, Utc::now())]);
    }
    context.print(&table.render(""))
}

fn confirm(name: &str, console: &Console) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        let failure = Failure::usage(format!(
            "user {name} would be removed, but stdin is not a terminal to confirm it"
        ));
        return Err(failure.hint("add --yes to remove the user without confirmation").into());
    }
    match console.ask(&format!("Remove user {name}, with all tokens?"))? {
        true => Ok(()),
        false => Err(Failure::conflict("no user was removed").into()),
    }
}
