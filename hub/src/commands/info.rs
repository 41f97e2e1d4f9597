//! `hub info`: shows the rows, splits, size and columns of a data set.

use chrono::Utc;
use clap::Args;
use hub_dataset::Snapshot;
use hub_schema::{Feature, Field};
use serde_json::json;

use crate::args::{JsonArg, ReadArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, age, bytes, clip, counted, number, pairs};

/// Class names to show of a label column.
const MAX_CLASS_NAMES: usize = 8;

const EXAMPLES: &str = "\
Examples:
  hub info pets
  hub info pets@v1
  hub info s3://bucket/pets --json";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Info {
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Info, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.read.target.location).await?;
    let snapshot = dataset.snapshot(&args.read.revision()?).await?;
    let branches = dataset.branches().await?;
    let tags = dataset.tags().await?;
    let (at, commit) = (snapshot.at(), snapshot.commit());
    if args.json.json {
        context.print_json(&json!({
            "name": args.read.target.location.to_string(), "location": dataset.store().uri(),
            "uuid": dataset.hub_file().uuid, "created": dataset.hub_file().created,
            "branch": at.branch, "version": at.version, "commit": at.id.to_string(),
            "author": commit.author, "time": commit.time, "message": commit.message,
            "counts": commit.counts, "branches": branches, "tags": tags, "schema": commit.schema,
        }))?;
        return Ok(Exit::Done);
    }
    let names = |names: &[hub_schema::BranchName]| {
        names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let counts = &commit.counts;
    let derived = derived(&snapshot).await?;
    let mut facts = vec![
        ("rows", number(counts.rows)),
        ("splits", splits(&snapshot)),
        ("size", format!("{} in {}", bytes(counts.bytes), counted(counts.fragments, "fragment"))),
        ("derived", derived),
        ("commit", format!("{}, {} by {}", at.id.short(), age(commit.time, Utc::now()), commit.author)),
        ("message", clip(&commit.message, 200)),
        ("branches", names(&branches)),
        ("tags", names(&tags)),
        ("location", dataset.store().uri().to_owned()),
    ];
    facts.retain(|(_, text)| !text.is_empty());
    let title = format!("{} at {}:{}\n", args.read.target.name(), at.branch, at.version);
    context.print(&(title + &pairs(facts) + "\n" + &columns(&snapshot)))?;
    Ok(Exit::Done)
}

/// Sort key of splits: train, validation, test, then the others by name.
pub fn split_order(split: &str) -> (usize, String) {
    let common = ["train", "val", "validation", "test"];
    let place = common.iter().position(|common| *common == split).unwrap_or(common.len());
    (place, split.to_owned())
}

/// Splits with their rows, `train 6, val 6`; empty if no row has a split.
pub fn splits(snapshot: &Snapshot) -> String {
    let mut splits: Vec<(&String, &u64)> =
        snapshot.commit().counts.splits.iter().filter(|(_, rows)| **rows > 0).collect();
    splits.sort_by_key(|(split, _)| split_order(split));
    let name = |split: &str| if split.is_empty() { "(none)".to_owned() } else { split.to_owned() };
    let some = splits.iter().any(|(split, _)| !split.is_empty());
    let texts: Vec<_> =
        splits.iter().map(|(split, rows)| format!("{} {}", name(split), number(**rows))).collect();
    if some { texts.join(", ") } else { String::new() }
}

/// What the data set has of derived columns, `image.entry_points of 6 rows`; empty if it has none.
async fn derived(snapshot: &Snapshot) -> anyhow::Result<String> {
    let fields = snapshot.schema().derived_fields();
    if fields.is_empty() {
        return Ok(String::new());
    }
    let fragments = snapshot.index().await?.fragments();
    let texts = fields.iter().map(|field| {
        let with = fragments.iter().filter(|fragment| fragment.file_of(field.id).is_some());
        let rows: u64 = with.map(|fragment| u64::from(fragment.live_rows())).sum();
        format!("{} of {}", field.name, counted(rows, "row"))
    });
    Ok(texts.collect::<Vec<_>>().join(", "))
}

/// Each column with its type, followed by the members of structs, and the facts of media on one line.
fn columns(snapshot: &Snapshot) -> String {
    let mut table = Table::new(&[("COLUMN", Align::Left), ("TYPE", Align::Left)]);
    for field in snapshot.schema().given() {
        describe(&mut table, &field.name, &field.feature);
        let facts = facts(snapshot, field);
        if !facts.is_empty() {
            table.row([format!("{}.*", field.name), facts]);
        }
    }
    table.render("  ")
}

fn facts(snapshot: &Snapshot, field: &Field) -> String {
    let facts = snapshot.schema().fields.iter().filter(|f| f.fact_of == Some(field.id));
    let names = facts.map(|f| f.name.strip_prefix(&format!("{}.", field.name)).unwrap_or(&f.name).to_owned());
    names.collect::<Vec<_>>().join(", ")
}

fn describe(table: &mut Table, name: &str, feature: &Feature) {
    match feature {
        Feature::Struct { fields } => {
            table.row([name.to_owned(), "struct".to_owned()]);
            fields.iter().for_each(|f| describe(table, &format!("{name}.{}", f.name), &f.feature));
        }
        Feature::List { item } if matches!(**item, Feature::Struct { .. }) => {
            table.row([name.to_owned(), "list".to_owned()]);
            if let Feature::Struct { fields } = &**item {
                fields.iter().for_each(|f| describe(table, &format!("{name}[].{}", f.name), &f.feature));
            }
        }
        Feature::ClassLabel { names, .. } => table.row([name.to_owned(), classes(names)]),
        other => table.row([name.to_owned(), other.describe()]),
    }
}

/// `class label of 80: person, bicycle, …`.
fn classes(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_CLASS_NAMES).map(|name| clip(name, 30)).collect();
    let rest = if names.len() > MAX_CLASS_NAMES { ", …" } else { "" };
    format!("class label of {}: {}{rest}", names.len(), shown.join(", "))
}
