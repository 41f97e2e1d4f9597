use std::path::PathBuf;

use clap::Args;
use hub_dataset::sample::json::Style;
use hub_dataset::sample::{self, Value};
use hub_schema::Field;
use serde_json::{Map, json};

use super::row::{Row, read};
use super::{facts, save};
use crate::args::{JsonArg, ReadArgs, RowRef};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{self, Align, Table};

const EXAMPLES: &str = "\
Examples:
  hub show pets 0                          show the first row
  hub show pets 0a1b2c3d4e:17              show a row by its id
  hub show pets 0 --out first.jpg          save its image
  hub show digits 7 --out seven.png        save raw pixels as PNG
  hub show coco 3 --columns objects
  hub show clips 1 --column video --out - | ffplay -";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Show {
    #[command(flatten)]
    read: ReadArgs,
    /// Position from 0, or row id
    row: RowRef,
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
    let place = args.row.find(&snapshot).await?;
    let row = read(&snapshot, place).await?;
    let wanted = snapshot.fields(args.columns.as_deref())?;
    let is_wanted = |field: &Field| match &args.columns {
        Some(_) => wanted.iter().any(|w| w.id == field.id),
        None => field.fact_of.is_none(),
    };
    let shown: Vec<&(Field, Value)> = row.values.iter().filter(|(field, _)| is_wanted(field)).collect();
    if let Some(file) = &args.out {
        // A large sample in a bucket is read range by range, which blocks the thread.
        let done = tokio::task::block_in_place(|| save::write(&row, args.column.as_deref(), file))?;
        if file.as_os_str() == "-" {
            return Ok(Exit::Done);
        }
        context.note(&done);
    }
    if args.json.json {
        context.print_json(&to_json(&row, &shown)?)?;
        return Ok(Exit::Done);
    }
    let at = snapshot.at();
    let split = row.fragment.split.as_ref().map(|s| format!(", split {s}")).unwrap_or_default();
    let (name, position) = (args.read.target.name(), row.position);
    let title =
        format!("row {position} of {name} at {}:{} (id {}{split})\n", at.branch, at.version, row.id());
    context.print(&(title + &describe(&row, &shown)))?;
    Ok(Exit::Done)
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
