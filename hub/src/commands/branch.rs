//! `hub branch`: lists, creates and deletes branches.

use chrono::Utc;
use clap::Args;
use hub_dataset::Dataset;
use hub_schema::BranchName;
use serde_json::json;

use crate::args::{AuthorArgs, JsonArg, ReadArgs};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{self, Align, Table, age, bytes, number};

const EXAMPLES: &str = "\
Examples:
  hub branch pets                     list branches
  hub branch pets dev                 create a branch from the head of main
  hub branch pets fix --rev v1        create a branch from a tag
  hub branch pets dev --delete";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(mut_arg("message", |arg| arg.requires("delete").help("Why the branch is deleted, shown in the log (with --delete)")))]
#[command(mut_arg("author", |arg| arg.requires("delete")))]
pub struct Branch {
    #[command(flatten)]
    read: ReadArgs,
    /// Branch to create; without it, branches are listed
    branch: Option<BranchName>,
    /// Delete the branch; commits that are part of other branches stay
    #[arg(long, short, requires = "branch")]
    delete: bool,
    #[command(flatten)]
    author: AuthorArgs,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Branch, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.read.target.location).await?;
    let Some(name) = &args.branch else { return list(&dataset, &args, context).await };
    if args.delete && *name == BranchName::main() {
        let message = "the branch main can't be deleted";
        let hint = format!("to remove the whole data set: hub rm {}", args.read.target.shell());
        return Err(Failure::usage(message).hint(hint).into());
    }
    if args.delete {
        let last = dataset.head(name).await?;
        dataset.delete_branch(name, &args.author.author()).await?;
        if args.json.json {
            let was = last.as_ref().map(|head| output::json::commit(head.at()));
            context.print_json(&json!({ "branch": name, "deleted": true, "was": was }))?;
        } else {
            let was = last.map(|s| format!(" (was {})", s.at().id.short())).unwrap_or_default();
            context.report(&format!("deleted branch {name}{was}\n"))?;
        }
        return Ok(Exit::Done);
    }
    let from = dataset.snapshot(&args.read.revision()?).await?;
    let head = dataset.create_branch(name, &from).await?;
    if args.json.json {
        context.print_json(&json!({ "branch": name, "at": output::json::commit(head.at()) }))?;
    } else {
        let at = from.at();
        context.report(&format!(
            "created branch {name} at {}:{} ({})\n",
            at.branch,
            at.version,
            at.id.short()
        ))?;
    }
    Ok(Exit::Done)
}

async fn list(dataset: &Dataset, args: &Branch, context: &Context) -> anyhow::Result<Exit> {
    let columns = [
        ("BRANCH", Align::Left),
        ("VERSION", Align::Right),
        ("COMMIT", Align::Left),
        ("ROWS", Align::Right),
        ("SIZE", Align::Right),
        ("CHANGED", Align::Left),
    ];
    let mut table = Table::new(&columns);
    let mut listed = Vec::new();
    for name in dataset.branches().await? {
        let Some(head) = dataset.head(&name).await? else { continue };
        let (at, commit) = (head.at(), head.commit());
        let (rows, size) = (commit.counts.rows, commit.counts.bytes);
        let (version, changed) = (at.version.to_string(), age(commit.time, Utc::now()));
        table.row([name.to_string(), version, at.id.short(), number(rows), bytes(size), changed]);
        listed.push(json!({
            "branch": name, "version": at.version, "commit": at.id.to_string(),
            "rows": rows, "bytes": size, "time": commit.time,
        }));
    }
    match args.json.json {
        true => context.print_json(&listed)?,
        false => context.print(&table.render(""))?,
    }
    Ok(Exit::Done)
}
