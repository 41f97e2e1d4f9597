//! `hub member`: who may do what in a namespace of a server.

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{HubArg, JsonArg};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table};

const EXAMPLES: &str = "\
Examples:
  hub member add vision ada --role writer
  hub member ls vision
  hub member rm vision ada

A reader sees private data sets, a writer pushes to them, an owner renames, deletes and adds
members.";

/// `hub member`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct MemberArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Add one, or give one another role
    Add(Add),
    /// List them
    Ls(Ls),
    /// Take one out
    Rm(Rm),
}

#[derive(Args, Debug)]
struct Add {
    /// Namespace
    namespace: String,
    /// User
    user: String,
    /// What the user may do
    #[arg(long, value_enum, default_value_t = Role::Reader)]
    role: Role,
    #[command(flatten)]
    hub: HubArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    Reader,
    Writer,
    Owner,
}

#[derive(Args, Debug)]
struct Ls {
    /// Namespace
    namespace: String,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Args, Debug)]
struct Rm {
    /// Namespace
    namespace: String,
    /// User
    user: String,
    #[command(flatten)]
    hub: HubArg,
}

/// Adds, lists or removes members.
pub async fn run(args: MemberArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Add(Add { namespace, user, role, hub }) => {
            let role = match role {
                Role::Reader => hub_schema::Role::Reader,
                Role::Writer => hub_schema::Role::Writer,
                Role::Owner => hub_schema::Role::Owner,
            };
            context.need_hub(hub.url.as_ref())?.put_member(&namespace, &user, role).await?;
            context.report(&format!("{user} is {role} of {namespace}\n"))?;
        }
        Action::Ls(args) => {
            let members = context.need_hub(args.hub.url.as_ref())?.members(&args.namespace).await?;
            if args.json.json {
                context.print_json(&members)?;
                return Ok(Exit::Done);
            }
            let mut table = Table::new(&[("USER", Align::Left), ("ROLE", Align::Left)]);
            members.iter().for_each(|member| table.row([member.user.clone(), member.role.to_string()]));
            context.print(&table.render(""))?;
        }
        Action::Rm(Rm { namespace, user, hub }) => {
            context.need_hub(hub.url.as_ref())?.remove_member(&namespace, &user).await?;
            context.report(&format!("{user} is no member of {namespace} any more\n"))?;
        }
    }
    Ok(Exit::Done)
}
