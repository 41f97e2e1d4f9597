//! `hub tag`: lists, creates and deletes tags.

use chrono::Utc;
use clap::Args;
use hub_dataset::Dataset;
use hub_schema::BranchName;
use serde_json::json;

use crate::args::{AuthorArgs, JsonArg, ReadArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{self, Align, Table, age, clip};

const EXAMPLES: &str = "\
Examples:
  hub tag pets                            list tags
  hub tag pets v1 -m 'as in the paper'    tag the head of main
  hub tag pets v0 --rev 3                 tag version 3 of main
  hub tag pets v1 --delete";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Tag {
    #[command(flatten)]
    read: ReadArgs,
    /// Tag to create; without it, tags are listed
    tag: Option<BranchName>,
    /// Delete the tag; its commit stays
    #[arg(long, short, requires = "tag")]
    delete: bool,
    #[command(flatten)]
    author: AuthorArgs,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Tag, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.read.target.location).await?;
    let Some(name) = &args.tag else { return list(&dataset, &args, context).await };
    if args.delete {
        dataset.delete_tag(name).await?;
        match args.json.json {
            true => context.print_json(&json!({ "tag": name, "deleted": true }))?,
            false => context.report(&format!("deleted tag {name}; its commit stays\n"))?,
        }
        return Ok(Exit::Done);
    }
    let snapshot = dataset.snapshot(&args.read.revision()?).await?;
    let tag = dataset.create_tag(name, &snapshot, &args.author.author()).await?;
    if args.json.json {
        context.print_json(&json!({ "tag": name, "at": output::json::commit(&tag.commit) }))?;
    } else {
        let at = &tag.commit;
        context.report(&format!(
            "created tag {name} at {}:{} ({})\n",
            at.branch,
            at.version,
            at.id.short()
        ))?;
    }
    Ok(Exit::Done)
}

async fn list(dataset: &Dataset, args: &Tag, context: &Context) -> anyhow::Result<Exit> {
    let columns =
        [("TAG", Align::Left), ("COMMIT", Align::Left), ("CREATED", Align::Left), ("MESSAGE", Align::Left)];
    let mut table = Table::new(&columns);
    let mut listed = Vec::new();
    for name in dataset.tags().await? {
        let Some(tag) = dataset.tag(&name).await? else { continue };
        let at = format!("{} ({}:{})", tag.commit.id.short(), tag.commit.branch, tag.commit.version);
        table.row([name.to_string(), at, age(tag.time, Utc::now()), clip(&tag.message, 80)]);
        listed.push(json!({ "tag": name, "at": output::json::commit(&tag.commit), "author": tag.author,
            "message": tag.message, "time": tag.time }));
    }
    match (args.json.json, listed.is_empty()) {
        (true, _) => context.print_json(&listed)?,
        (false, true) => context.note("no tags; `hub tag NAME TAG` creates one"),
        (false, false) => context.print(&table.render(""))?,
    }
    Ok(Exit::Done)
}
