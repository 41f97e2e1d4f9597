//! `hub member`: adds, lists and removes members of a server's namespace.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::args::{HubArg, JsonArg};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table};

const EXAMPLES: &str = "\
Examples:
  hub member add vision ada --role writer
  hub member ls vision
  hub member rm vision ada

Readers can read private data sets, writers can also push to data sets, and owners can also rename
and delete them and manage members.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct MemberArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Add a member, or change a member's role
    Add(Add),
    /// List members
    Ls(Ls),
    /// Remove a member
    Rm(Rm),
}

#[derive(Args, Debug)]
struct Add {
    /// Namespace
    namespace: String,
    /// User name
    user: String,
    /// Role of the user
    #[arg(long, value_enum, default_value_t = Role::Reader)]
    role: Role,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
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
    /// User name
    user: String,
    #[command(flatten)]
    hub: HubArg,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: MemberArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Add(Add { namespace, user, role, hub, json }) => {
            let role = match role {
                Role::Reader => hub_schema::Role::Reader,
                Role::Writer => hub_schema::Role::Writer,
                Role::Owner => hub_schema::Role::Owner,
            };
            context.need_hub(hub.url.as_ref())?.put_member(&namespace, &user, role).await?;
            match json.json {
                true => context.print_json(&json!({ "namespace": namespace, "user": user, "role": role }))?,
                false => context.report(&format!("{user} is now {role} of namespace {namespace}\n"))?,
            }
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
        Action::Rm(Rm { namespace, user, hub, json }) => {
            context.need_hub(hub.url.as_ref())?.remove_member(&namespace, &user).await?;
            match json.json {
                true => {
                    context.print_json(&json!({ "namespace": namespace, "user": user, "deleted": true }))?
                }
                false => context.report(&format!("removed {user} from namespace {namespace}\n"))?,
            }
        }
    }
    Ok(Exit::Done)
}
