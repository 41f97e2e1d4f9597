//! `hub set`: sets values of columns in chosen rows.

use clap::{ArgGroup, Args};
use hub_client::edit::{Assignment, assignments, changes};
use hub_dataset::ops::values::ValueEdit;
use hub_dataset::{Committed, Snapshot};
use hub_schema::Revision;

use super::report_edit::{self, Edited};
use super::selection::{Condition, positions};
use super::set_parts;
use crate::args::{JsonArg, RowRef, WriteArgs};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::counted;

const EXAMPLES: &str = "\
Examples:
  hub set pets label=cat --rows 3,17             relabel two rows, given by position
  hub set pets label=dog --rows 0a1b2c3d4e:17    a row by its id (`hub show` prints it)
  hub set pets label=cat checked=true --where \"label = 'dog' AND image.width < 64\"
  hub set pets score=null --where true           clear a column in all rows
  hub set pets label=cat --rows 0-9,cat/7.jpg    a range of positions, and a row by its file's name
  hub set pets label=lynx --rows 5 --new-class   add the class 'lynx'
  hub set pets@dev label=cat --where \"label = 'dog'\" --dry-run
  hub set coco objects/0/category=bus --rows 17        a part of a value: of the first object
  hub set coco objects/2/box/width=40.5 --rows 17

Values: text and class names as they are, numbers, true or false, times (2026-01-31T14:30:00Z, or
2026-01-31; UTC unless they have a time zone), null for no value (for the text or class of these
letters: '\"null\"'), JSON for boxes, lists and structs. A class that the column doesn't have is
refused unless --new-class is given.
Images, audio and video are never rewritten: only the columns that are set are written anew, and
only where values change.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("which").args(["rows", "condition", "split"]).required(true).multiple(true)))]
pub struct Set {
    #[command(flatten)]
    write: WriteArgs,
    /// Columns and their new values
    #[arg(value_name = "COLUMN=VALUE", required = true)]
    assignments: Vec<String>,
    /// Set these rows, given by position, range (0-99), id or file name
    #[arg(long, value_name = "ROW,…", value_delimiter = ',', conflicts_with_all = ["condition", "split"])]
    rows: Vec<RowRef>,
    #[command(flatten)]
    condition: Condition,
    /// Add a class that the column doesn't have yet
    #[arg(long)]
    new_class: bool,
    /// Show what would be changed, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Set, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let head = dataset.snapshot(&Revision::Named(branch.to_string())).await?;
    let (parts, whole) = set_parts::split(head.schema(), &args.assignments, args.new_class);
    let given = assignments(head.schema(), &whole, args.new_class)?;
    let location = &args.write.target.location;
    let positions = positions(&args.rows, &args.condition, &head, location, context).await?;
    let mut edit = edit(&head, &given, &positions).await?;
    if !parts.is_empty() {
        let of_parts = set_parts::edit(&head, &parts, &positions).await?.edit;
        let twice = of_parts.values.iter().find(|of| given.iter().any(|whole| whole.field.name == of.column));
        if let Some(twice) = twice {
            let message = format!("column '{}' and a part of it are set at once", twice.column);
            return Err(Failure::usage(message).hint("set only one of them").into());
        }
        edit.values.extend(of_parts.values);
        edit.new_classes.extend(of_parts.new_classes);
    }
    let mut committed = None;
    if !args.dry_run {
        let is_empty = edit.values.iter().all(|v| v.values.is_empty());
        committed = Some(match is_empty {
            true => Committed::Unchanged(Some(head.clone())),
            false => dataset.edit_values(&branch, &args.write.author(), &edit, &head).await?,
        });
    }
    let mut edited = Edited::new(&edit, positions.len() as u64);
    let same = edited.same();
    if same > 0 {
        let have = if same == 1 { "has the value already" } else { "have the value already" };
        edited.notes.push(format!("{} {have}", counted(same, "row")));
    }
    report_edit::report(&edited, committed.as_ref(), &args.write.target, &branch, &args.json, context)?;
    Ok(Exit::Done)
}

/// The values that change, and the classes that they need.
async fn edit(head: &Snapshot, given: &[Assignment], positions: &[u64]) -> anyhow::Result<ValueEdit> {
    let mut edit = ValueEdit::default();
    for Assignment { field, value, new_class } in given {
        let values = positions.iter().map(|position| (*position, value.clone())).collect();
        let changed = changes(head, field, values).await?;
        if let Some(class) = new_class.as_ref().filter(|_| !changed.values.is_empty()) {
            edit.new_classes.push((field.name.clone(), vec![class.clone()]));
        }
        edit.values.push(changed);
    }
    Ok(edit)
}
