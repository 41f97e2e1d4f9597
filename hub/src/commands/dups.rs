//! `hub dups`: lists rows with the same picture, or nearly the same.

use clap::Args;
use hub_dataset::ops::pictures::{MAX_DISTANCE, Progress, Shelf, duplicates, first_pictures};
use hub_dataset::{ColumnPath, LabelColumn, Snapshot};
use hub_schema::Field;
use serde_json::json;

use crate::args::{JsonArg, ReadArgs};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{counted, number};

const EXAMPLES: &str = "\
Examples:
  hub dups pets                      rows whose images have the same bytes
  hub dups pets --near               the same picture in another size or encoding too
  hub dups pets --labels-differ      only those with different labels: one of them is wrong
  hub dups pets --json | jq -r '.groups[].rows[1:][].row_id'

All images are read once, and what was found is kept in the hub's home, so that the next time
only new images are read. Nearly equal are pictures whose 64-bit hashes differ in at most three
bits; pictures of one colour are compared byte by byte.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Dups {
    #[command(flatten)]
    read: ReadArgs,
    /// Pictures that are nearly the same are duplicates too
    #[arg(long)]
    near: bool,
    /// List only groups whose labels differ
    #[arg(long)]
    labels_differ: bool,
    /// Column of images [default: the first]
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,
    /// Label column to compare [default: the first]
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Maximum number of groups to list
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Dups, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.read.target.location).await?;
    let snapshot = dataset.snapshot(&args.read.revision()?).await?;
    let field = images(&snapshot, args.column.as_deref())?;
    let label = label(&snapshot, args.label.as_deref())?;
    if args.labels_differ && label.is_none() {
        let message = "this data set has no label column, so labels can't differ";
        return Err(Failure::usage(message).hint("leave out --labels-differ").into());
    }
    let shelf = Shelf::new(context.home.cache().join("pictures"));
    let prints = snapshot.fingerprints(&field, &shelf, &Progress::default()).await?;
    let mut groups = duplicates(&prints, args.near.then_some(MAX_DISTANCE)).groups;
    let facet = match &label {
        Some(label) => {
            let path = ColumnPath::find(snapshot.schema(), &label.name())?;
            Some(snapshot.facet(&path, 1).await?)
        }
        None => None,
    };
    let class = |row: u32| facet.as_ref().map(|facet| facet.first_code(row));
    let differ = |group: &[u32]| group.iter().any(|row| class(*row) != class(group[0]));
    if args.labels_differ {
        groups.retain(|group| differ(group));
    }
    let index = snapshot.index().await?;
    let row = |position: u32| {
        let place = index.at(u64::from(position));
        let id = place.map(|place| index.fragments()[place.fragment].row_id(place.offset).to_string());
        let name = class(position).and_then(|class| label.as_ref()?.names.get(class as usize).cloned());
        (position, id.unwrap_or_default(), name)
    };
    if args.json.json {
        let listed = groups.iter().map(|group| {
            let rows = group.iter().map(|at| row(*at));
            let rows = rows.map(|(at, id, label)| json!({ "position": at, "row_id": id, "label": label }));
            json!({ "labels_differ": differ(group), "rows": rows.collect::<Vec<_>>() })
        });
        let listed: Vec<_> = listed.collect();
        let at = snapshot.at();
        context
            .print_json(&json!({ "at": at, "column": field.name, "near": args.near, "groups": listed }))?;
        return Ok(Exit::Done);
    }
    let rows: usize = groups.iter().map(Vec::len).sum();
    let mut text = match groups.len() {
        0 => "no duplicates\n".to_owned(),
        found => format!("{} of {}\n", counted(found as u64, "group"), counted(rows as u64, "row")),
    };
    for group in groups.iter().take(args.limit) {
        text += if differ(group) { "\n  labels differ\n" } else { "\n" };
        for (position, id, name) in group.iter().map(|at| row(*at)) {
            text += &format!("  {position:>8}  {id}  {}\n", name.unwrap_or_default()).replace("  \n", "\n");
        }
    }
    if groups.len() > args.limit {
        let more = number((groups.len() - args.limit) as u64);
        context.note(&format!("{more} more groups; list them with -n {}", groups.len()));
    }
    context.print(&text)?;
    Ok(Exit::Done)
}

fn images(snapshot: &Snapshot, name: Option<&str>) -> anyhow::Result<Field> {
    if let Some(name) = name {
        return Ok(snapshot.schema().column(name)?.clone());
    }
    let first = first_pictures(snapshot.schema());
    Ok(first.ok_or_else(|| Failure::usage("this data set has no column of images"))?.clone())
}

fn label(snapshot: &Snapshot, name: Option<&str>) -> anyhow::Result<Option<LabelColumn>> {
    let mut labels = LabelColumn::all(snapshot.schema()).into_iter();
    let Some(name) = name else { return Ok(labels.find(|label| !label.many)) };
    let found = labels.find(|label| label.name() == name);
    let none = || Failure::usage(format!("there is no label column '{name}'"));
    Ok(Some(found.ok_or_else(none)?))
}
