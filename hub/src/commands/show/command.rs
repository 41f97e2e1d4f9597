use std::path::PathBuf;

use clap::Args;
use hub_dataset::Snapshot;
use hub_dataset::sample::json::Style;
use hub_dataset::sample::{self, Value};
use hub_schema::Field;
use serde_json::{Map, json};

use super::row::{Row, read_at};
use super::{facts, save};
use crate::args::{JsonArg, ReadArgs, RowRef};
use crate::commands::selection::{Condition, positions};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{self, Align, Table, counted};

const EXAMPLES: &str = "\
Examples:
  hub show pets 0                          show the first row
  hub show pets 0a1b2c3d4e:17              show a row by its id
  hub show pets cat/7.jpg                  show a row by the name of its file
  hub show pets 0-9                        show the first ten rows
  hub show pets --where \"label = 'cat'\" --limit 3
  hub show pets 0 --out first.jpg          save its image
  hub show digits 7 --out seven.png        save raw pixels as PNG
  hub show coco 3 --columns objects
  hub show clips 1 --column video --out - | ffplay -";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Show {
    #[command(flatten)]
    read: ReadArgs,
    /// Position from 0, range (0-9), row id or file name
    #[arg(value_name = "ROW", required_unless_present_any = ["condition", "split"])]
    #[arg(conflicts_with_all = ["condition", "split"])]
    rows: Vec<RowRef>,
    #[command(flatten)]
    condition: Condition,
    /// Maximum number of rows to show
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Show only these columns
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Write the value of a column to a file; with - to stdout, where nothing else is printed then
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Column that --out writes [default: the first image, audio, video or tensor column]
    #[arg(long, value_name = "COLUMN", requires = "out")]
    column: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Show, context: &Context) -> anyhow::Result<Exit> {
    let snapshot = context.snapshot(&args.read.target.location, &args.read.revision()?).await?;
    let location = &args.read.target.location;
    let found = positions(&args.rows, &args.condition, &snapshot, location, context).await?;
    if let [RowRef::Position(_) | RowRef::Id(_) | RowRef::Name(_)] = args.rows.as_slice() {
        return one(&args, &snapshot, found[0], context).await;
    }
    if args.out.is_some() {
        let failure = Failure::usage("--out writes the file of one row");
        return Err(failure.hint("to save those of several rows: hub cp NAME ROW… DIR").into());
    }
    let shown = &found[..found.len().min(args.limit)];
    let (mut texts, mut jsons) = (Vec::new(), Vec::new());
    for position in shown {
        let row = read_at(&snapshot, *position).await?;
        let columns = shown_columns(&args, &snapshot, &row)?;
        match args.json.json {
            true => jsons.push(to_json(&row, &columns)?),
            false => texts.push(title(&args, &snapshot, &row) + &describe(&row, &columns)),
        }
    }
    match args.json.json {
        true => context.print_json(&jsons)?,
        false => context.print(&texts.join("\n"))?,
    }
    if shown.len() < found.len() {
        let (shown, all) = (shown.len(), counted(found.len() as u64, "row"));
        context.note(&format!("{shown} of {all} shown; for more: --limit {}", found.len()));
    } else if found.is_empty() {
        context.note("no row meets the condition");
    }
    Ok(Exit::Done)
}

async fn one(args: &Show, snapshot: &Snapshot, position: u64, context: &Context) -> anyhow::Result<Exit> {
    let row = read_at(snapshot, position).await?;
    let shown = shown_columns(args, snapshot, &row)?;
    if let Some(file) = &args.out {
        // A large sample in a bucket is read range by range, which blocks the thread.
        let done = tokio::task::block_in_place(|| save::write(&row, args.column.as_deref(), file))?;
        if file.as_os_str() == "-" {
            return Ok(Exit::Done);
        }
        context.note(&done);
    }
    match args.json.json {
        true => context.print_json(&to_json(&row, &shown)?)?,
        false => context.print(&(title(args, snapshot, &row) + &describe(&row, &shown)))?,
    }
    Ok(Exit::Done)
}

/// The values of the columns that are to be shown.
fn shown_columns<'a>(
    args: &Show,
    snapshot: &Snapshot,
    row: &'a Row<'_>,
) -> anyhow::Result<Vec<&'a (Field, Value)>> {
    let wanted = snapshot.fields(args.columns.as_deref())?;
    let is_wanted = |field: &Field| match &args.columns {
        Some(_) => wanted.iter().any(|w| w.id == field.id),
        None => field.fact_of.is_none(),
    };
    Ok(row.values.iter().filter(|(field, _)| is_wanted(field)).collect())
}

fn title(args: &Show, snapshot: &Snapshot, row: &Row<'_>) -> String {
    let at = snapshot.at();
    let split = row.fragment.split.as_ref().map(|s| format!(", split {s}")).unwrap_or_default();
    let (name, position) = (args.read.target.name(), row.position);
    format!("row {position} of {name} at {}:{} (id {}{split})\n", at.branch, at.version, row.id())
}

fn describe(row: &Row<'_>, shown: &[&(Field, Value)]) -> String {
    let mut table = Table::plain(&[Align::Left, Align::Left]);
    for (field, value) in shown {
        let lines = match value {
            Value::Media(_) => vec![facts::describe(row, field, value)],
            _ => output::value_lines(&field.feature, value),
        };
        let mut lines = lines.into_iter();
        table.row([field.name.clone(), lines.next().unwrap_or_default()]);
        lines.for_each(|line| table.row([String::new(), line]));
    }
    table.render("  ")
}

fn to_json(row: &Row<'_>, shown: &[&(Field, Value)]) -> serde_json::Result<serde_json::Value> {
    let mut values = Map::new();
    for (field, value) in shown {
        let json = match value {
            Value::Media(_) => facts::to_json(row, field, value)?,
            _ => sample::json::to_json(&field.feature, value, Style::WITHOUT_BYTES)?,
        };
        values.insert(field.name.clone(), json);
    }
    Ok(json!({
        "position": row.position, "row_id": row.id().to_string(), "split": row.fragment.split,
        "values": values,
    }))
}
