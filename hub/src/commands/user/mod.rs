//! `hub user`: adds, lists and removes the people of a server.

mod passwd;
mod password;

use std::io::{BufRead, IsTerminal, Write};

use chrono::Utc;
use clap::{Args, Subcommand};
use hub_client::remote::Hub;
use hub_schema::api::CreateUser;

use crate::args::{HubArg, JsonArg};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{Align, Table, age};

const EXAMPLES: &str = "\
Examples:
  hub user add ada                         asks for a password
  hub user add ci --no-password            a program, which signs in with tokens
  hub user add grace --admin
  hub user ls
  hub user passwd ada                      gives her another password
  hub user passwd ann --database-url sqlite:///var/lib/imagehub/catalog.db
  hub user rm ada

Whoever runs the hub may do this. A user owns the namespace of the same name. The owner who forgot
the password gets another with --database-url, on the server's machine.";

/// `hub user`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct UserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Add one
    Add(Add),
    /// List them
    Ls(Ls),
    /// Give one another password
    Passwd(passwd::Passwd),
    /// Remove one, with its tokens
    Rm(Rm),
}

#[derive(Args, Debug)]
struct Add {
    /// Name; also of the user's own namespace
    name: String,
    /// May do everything, and add users
    #[arg(long)]
    admin: bool,
    /// Read the password from stdin instead of asking for it
    #[arg(long)]
    password_stdin: bool,
    /// Sign in with tokens only
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    #[command(flatten)]
    hub: HubArg,
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
    /// Name
    name: String,
    /// Don't ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    hub: HubArg,
}

/// Adds, lists or removes users.
pub async fn run(args: UserArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Add(args) => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            context.interrupt.at_once("nobody was added");
            let password = tokio::task::block_in_place(|| password(&args))?;
            let (name, admin) = (args.name, args.admin);
            let password = password.map(Into::into);
            hub.create_user(&CreateUser { name: name.clone(), password, admin }).await?;
            context.report(&format!("{name} is added, and owns the namespace {name}\n"))?;
        }
        Action::Passwd(args) => passwd::run(args, context).await?,
        Action::Ls(args) => list(&args, &context.need_hub(args.hub.url.as_ref())?, context).await?,
        Action::Rm(args) => {
            let hub = context.need_hub(args.hub.url.as_ref())?;
            if !args.yes {
                ask(&args.name)?;
            }
            hub.remove_user(&args.name).await?;
            context.report(&format!("{} is removed\n", args.name))?;
        }
    }
    Ok(Exit::Done)
}

fn password(args: &Add) -> anyhow::Result<Option<String>> {
    if args.no_password {
        return Ok(None);
    }
    let otherwise = "give it with --password-stdin, or say --no-password";
    password::read(&args.name, args.password_stdin, otherwise).map(Some)
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

fn ask(name: &str) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        let failure = Failure::usage(format!("{name} would be removed, and nobody is there to be asked"));
        return Err(failure.hint("say --yes if that is meant").into());
    }
    let mut stderr = std::io::stderr();
    write!(stderr, "Remove {name}, with all tokens? [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::conflict("nobody was removed").into()),
    }
}
