//! `hub column add`: adds the columns of a table to the rows with the same key.

use std::path::PathBuf;

use clap::Args;
use hub_client::edit::{self, Joined, KeyPath, TableKey, changes, row_keys};
use hub_dataset::ops::values::{ColumnValues, ValueEdit};
use hub_dataset::sample::Value;
use hub_dataset::sample::parse::ParseError;
use hub_dataset::{Committed, Snapshot};
use hub_ingest::read::{BadCell, TableColumn, ValueTable};
use hub_schema::{Feature, Field, Revision};
use serde_json::json;

use crate::args::{JsonArg, WriteArgs};
use crate::commands::report_edit::{self, Edited};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::counted;

const EXAMPLES: &str = "\
Examples:
  hub column add pets scores.csv --on image.name
  hub column add pets scores.parquet --on meta.id --key id --columns score,checked
  hub column add pets breeds.csv --on image.name --label breed
  hub column add pets fixed.csv --on _row_id --replace --keep
  hub column add pets scores.csv --on image.name --dry-run

FILE has a column with the key (--key; by default the one named like --on, or like its last part)
and columns of values. Each row of the data set gets the values of the row of FILE with its key;
rows without a partner get null, and are counted. A key may stand only once in FILE, but several
rows of the data set may have it. --on _row_id finds rows by their ids.
With --replace, columns that exist get the values of FILE, which must fit their types; rows without
a partner get null, or keep their values with --keep.
Images, audio and video are never rewritten.";

/// Keys without a partner that a message lists.
const LISTED: usize = 5;

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Add {
    #[command(flatten)]
    write: WriteArgs,
    /// Table of values: .csv, .tsv or .parquet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Column of the data set, or member of one, that identifies its rows
    #[arg(long, value_name = "COLUMN")]
    on: String,
    /// Column of FILE with the keys [default: the one named like --on, or like its last part]
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,
    /// Columns of FILE to take [default: all but the key]
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    columns: Vec<String>,
    /// Columns of text to add as class labels
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    label: Vec<String>,
    /// Replace the values of columns that exist
    #[arg(long)]
    replace: bool,
    /// Keep the values of rows without a partner
    #[arg(long, requires = "replace")]
    keep: bool,
    /// Add classes that a label column doesn't have yet
    #[arg(long, requires = "replace")]
    new_class: bool,
    /// Read and check the table, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Add, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.write.target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let head = dataset.snapshot(&Revision::Named(branch.to_string())).await?;
    let path = KeyPath::find(head.schema(), &args.on)?;
    if !args.file.exists() {
        return Err(Failure::not_found(format!("{}: file not found", args.file.display())).into());
    }
    let table = tokio::task::block_in_place(|| ValueTable::read(&args.file))?;
    let key = key_column(&args, &table)?;
    let columns = value_columns(&args, &table, key)?;
    let keys = key.keys().into_iter().zip(&table.places);
    let keys: Vec<TableKey> = keys.map(|(key, place)| TableKey { place: place.clone(), key }).collect();
    let joined = edit::join(&path, &row_keys(&head, &path).await?, &key.name, &keys)?;
    if joined.partners.is_empty() && head.commit().counts.rows > 0 {
        let file = args.file.display();
        let message = format!("no row of the data set has a partner in {file} by '{}'", args.on);
        let first = keys.first().and_then(|key| key.key.clone()).unwrap_or_default();
        let hint = format!("the keys of {file}, in its column '{}', begin with '{first}'", key.name);
        return Err(Failure::bad_input(message).hint(hint).into());
    }
    let mut edit = ValueEdit::default();
    for column in columns {
        add_column(&args, &head, &table, column, &joined, &mut edit).await?;
    }
    let mut committed = None;
    if !args.dry_run {
        let is_empty = edit.new_columns.is_empty() && edit.values.iter().all(|v| v.values.is_empty());
        committed = Some(match is_empty {
            true => Committed::Unchanged(Some(head.clone())),
            false => dataset.edit_values(&branch, &args.write.author(), &edit, &head).await?,
        });
    }
    let edited = describe(&args, &edit, &joined, &keys);
    report_edit::report(&edited, committed.as_ref(), &args.write.target, &branch, &args.json, context)?;
    Ok(Exit::Done)
}

/// The column of the table with the keys.
fn key_column<'a>(args: &Add, table: &'a ValueTable) -> Result<&'a TableColumn, Failure> {
    let names = match &args.key {
        Some(name) => vec![name.as_str()],
        None => vec![args.on.as_str(), args.on.rsplit('.').next().unwrap_or_default()],
    };
    let found = names.iter().find_map(|name| table.column(name));
    found.ok_or_else(|| {
        let wanted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let (wanted, known) = (wanted.join(" or "), table.names().join(", "));
        let file = args.file.display();
        Failure::not_found(format!("{file}: no key column {wanted}; there are: {known}"))
            .hint("name the column with the keys with --key")
    })
}

/// The columns of the table to take.
fn value_columns<'a>(
    args: &Add,
    table: &'a ValueTable,
    key: &TableColumn,
) -> Result<Vec<&'a TableColumn>, Failure> {
    let (file, known) = (args.file.display(), || table.names().join(", "));
    let named = |name: &String| {
        let none = || Failure::not_found(format!("{file}: no column '{name}'; there are: {}", known()));
        table.column(name).ok_or_else(none)
    };
    let columns: Vec<&TableColumn> = match args.columns.is_empty() {
        false => args.columns.iter().map(named).collect::<Result<_, _>>()?,
        true => table.columns.iter().filter(|column| column.name != key.name).collect(),
    };
    if columns.is_empty() {
        let message = format!("{file}: no column besides the key '{}'", key.name);
        return Err(Failure::bad_input(message));
    }
    match args.label.iter().find(|name| columns.iter().all(|column| column.name != **name)) {
        Some(name) => Err(Failure::usage(format!("--label {name}: not among the columns to add"))),
        None => Ok(columns),
    }
}

/// Adds to `edit` what becomes of a column.
async fn add_column(
    args: &Add,
    head: &Snapshot,
    table: &ValueTable,
    column: &TableColumn,
    joined: &Joined,
    edit: &mut ValueEdit,
) -> anyhow::Result<()> {
    let name = &column.name;
    let Some(field) = head.schema().find(name) else {
        let (feature, values) = new_column(args, table, column)?;
        let index = head.index().await?;
        let mut given = Vec::with_capacity(joined.partners.len());
        for (position, at) in joined.partners.iter().filter(|(_, at)| values[*at] != Value::Null) {
            let none = hub_dataset::Error::NoPosition { position: *position, rows: index.rows() };
            let place = index.at(*position).ok_or(none)?;
            given.push((index.fragments()[place.fragment].row_id(place.offset), values[*at].clone()));
        }
        edit.new_columns.push((name.clone(), feature));
        edit.values.push(ColumnValues::new(name.clone(), given));
        return Ok(());
    };
    if !args.replace {
        let message = format!("column '{name}' already exists");
        let hint = "replace its values with --replace, or leave it out with --columns";
        return Err(Failure::conflict(message).hint(hint).into());
    }
    edit::check_settable(head.schema(), field)?;
    let (field, values) = replaced(args, table, column, field, edit)?;
    let partners = joined.partners.iter().map(|(position, at)| (*position, values[*at].clone()));
    let without = joined.without.iter().filter(|_| !args.keep).map(|position| (*position, Value::Null));
    let mut given: Vec<(u64, Value)> = partners.chain(without).collect();
    given.sort_unstable_by_key(|(position, _)| *position);
    edit.values.push(changes(head, &field, given).await?);
    Ok(())
}

/// The type and the values of a new column.
fn new_column(args: &Add, table: &ValueTable, column: &TableColumn) -> anyhow::Result<(Feature, Vec<Value>)> {
    if args.label.contains(&column.name) {
        let mut names: Vec<String> = column.keys().into_iter().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let feature = Feature::labels(names);
        let values = column.read_as(&feature).map_err(|bad| bad_cell(table, column, bad))?;
        return Ok((feature, values));
    }
    let (feature, values) = column.typed();
    if feature.is_file() {
        let (name, kind) = (&column.name, feature.describe());
        let message = format!("column '{name}' of {} is of type {kind}", args.file.display());
        let hint = "only annotations can be added; leave it out with --columns";
        return Err(Failure::bad_input(message).hint(hint).into());
    }
    Ok((feature, values))
}

/// The values of a column that exists, and the column with the classes that they need.
fn replaced(
    args: &Add,
    table: &ValueTable,
    column: &TableColumn,
    field: &Field,
    edit: &mut ValueEdit,
) -> Result<(Field, Vec<Value>), Failure> {
    let mut field = field.clone();
    let mut added = Vec::new();
    loop {
        match (column.read_as(&field.feature), &mut field.feature) {
            (Ok(values), _) => {
                if !added.is_empty() {
                    edit.new_classes.push((field.name.clone(), added));
                }
                return Ok((field, values));
            }
            (
                Err(BadCell { problem: ParseError::NoClass { .. }, .. }),
                Feature::ClassLabel { names, synsets },
            ) if args.new_class => {
                let new = column.keys().into_iter().flatten();
                let before = names.len();
                for class in new {
                    if !names.contains(&class) {
                        names.push(class.clone());
                        added.push(class);
                    }
                }
                if !synsets.is_empty() {
                    synsets.resize(names.len(), None);
                }
                if names.len() == before {
                    return Err(Failure::bad_input(format!("column '{}' has no class names", column.name)));
                }
            }
            (Err(bad), _) => return Err(bad_cell(table, column, bad)),
        }
    }
}

fn bad_cell(table: &ValueTable, column: &TableColumn, bad: BadCell) -> Failure {
    let place = table.places.get(bad.row).map(String::as_str).unwrap_or_default();
    let failure = Failure::bad_input(format!("{place}: column '{}': {}", column.name, bad.problem));
    match bad.problem {
        ParseError::NoClass { .. } => failure.hint("correct it, or add new classes with --new-class"),
        _ => failure,
    }
}

/// What the edit changes, and which rows found no partner.
fn describe(args: &Add, edit: &ValueEdit, joined: &Joined, keys: &[TableKey]) -> Edited {
    let (partners, without) = (joined.partners.len() as u64, joined.without.len() as u64);
    let mut edited = Edited::new(edit, partners);
    let file = args.file.display();
    let has = if partners == 1 { "has" } else { "have" };
    edited.notes.push(format!("{} {has} a partner in {file}", counted(partners, "row")));
    if without > 0 {
        let get = match (args.replace && args.keep, without) {
            (true, 1) => "has none and keeps its value",
            (true, _) => "have none and keep their values",
            (false, 1) => "has none and gets null",
            (false, _) => "have none and get null",
        };
        edited.notes.push(format!("{} {get}", counted(without, "row")));
    }
    let unused = joined.unused.len();
    if unused > 0 {
        let first = joined.unused.iter().take(LISTED).filter_map(|at| keys.get(*at)?.key.clone());
        let first: Vec<String> = first.collect();
        let more = if unused > LISTED { ", …" } else { "" };
        let rows = counted(unused as u64, "row");
        edited.notes.push(format!("{rows} of {file} without a partner: {}{more}", first.join(", ")));
    }
    edited.facts.insert("with_partner".to_owned(), json!(partners));
    edited.facts.insert("without_partner".to_owned(), json!(without));
    edited.facts.insert("unused".to_owned(), json!(unused));
    edited
}
