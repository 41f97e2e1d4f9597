//! `hub cp`: saves the images, audio or videos of rows to files.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use hub_dataset::Snapshot;
use hub_dataset::sample::{Media, Value};
use hub_ingest::write::{Unique, base_name, safe_path};
use serde_json::json;

use super::row::{Row, read_at};
use super::save;
use crate::args::{JsonArg, ReadArgs, RowRef};
use crate::commands::selection::{Condition, positions};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::counted;

const EXAMPLES: &str = "\
Examples:
  hub cp pets cat/7.jpg .              save a file by its name
  hub cp pets 0 first.jpg              save the image of the first row
  hub cp pets 0-99 ./hundred/          save those of a hundred rows, each under its own path
  hub cp pets --where \"label = 'cat'\" ./cats/

Saved is what was pushed, byte for byte; raw pixels are saved as PNG. Existing files are replaced.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Cp {
    #[command(flatten)]
    read: ReadArgs,
    /// Rows (position, range, row id or file name), and at the end the file or directory to write
    #[arg(value_names = ["ROW", "DEST"], required = true, num_args = 1..)]
    words: Vec<String>,
    #[command(flatten)]
    condition: Condition,
    /// Column to save [default: the first image, audio, video or tensor column]
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Cp, context: &Context) -> anyhow::Result<Exit> {
    let (rows, dest) = split_words(&args)?;
    let snapshot = context.snapshot(&args.read.target.location, &args.read.revision()?).await?;
    let location = &args.read.target.location;
    let found = positions(&rows, &args.condition, &snapshot, location, context).await?;
    let is_folder = dest.is_dir() || dest.as_os_str().as_encoded_bytes().ends_with(b"/");
    let is_one = matches!(rows.as_slice(), [RowRef::Position(_) | RowRef::Id(_) | RowRef::Name(_)]);
    if !is_one && dest.is_file() {
        let message = format!("{} is a file; several rows are saved to a directory", dest.display());
        return Err(Failure::usage(message).into());
    }
    let mut names = Unique::default();
    let mut files = Vec::new();
    for position in found {
        let file = save_row(&args, &snapshot, position, (is_one, is_folder), &dest, &mut names).await?;
        files.push(file.display().to_string());
    }
    match (args.json.json, files.as_slice()) {
        (true, _) => context.print_json(&json!({ "name": location.to_string(), "files": files }))?,
        (false, [one]) => context.report(&format!("saved {one}\n"))?,
        (false, several) => {
            let count = counted(several.len() as u64, "file");
            context.report(&format!("saved {count} to {}\n", dest.display()))?;
        }
    }
    Ok(Exit::Done)
}

/// The rows, and the destination behind them.
fn split_words(args: &Cp) -> anyhow::Result<(Vec<RowRef>, PathBuf)> {
    let Some((dest, rows)) = args.words.split_last() else {
        return Err(Failure::usage("give rows and a destination").into());
    };
    match (rows.is_empty(), args.condition.is_given()) {
        (true, false) => {
            let failure = Failure::usage("give rows and a destination: hub cp NAME ROW… DEST");
            return Err(failure.hint("--where and --split choose rows, too").into());
        }
        (false, true) => {
            let failure = Failure::usage("rows are named, and chosen by --where or --split as well");
            return Err(failure.hint("give only one of the two").into());
        }
        _ => {}
    }
    let rows = rows.iter().map(|row| row.parse::<RowRef>().map_err(Failure::usage));
    Ok((rows.collect::<Result<_, _>>()?, PathBuf::from(dest)))
}

async fn save_row(
    args: &Cp,
    snapshot: &Snapshot,
    position: u64,
    (is_one, is_folder): (bool, bool),
    dest: &Path,
    names: &mut Unique,
) -> anyhow::Result<PathBuf> {
    let row = read_at(snapshot, position).await?;
    let name = file_name(&row, args.column.as_deref());
    let file = match (is_one, is_folder) {
        (true, false) => dest.to_owned(),
        (true, true) => dest.join(base_name(&name)),
        (false, _) => dest.join(names.path(name)),
    };
    if let Some(folder) = file.parent().filter(|folder| is_folder || !is_one || folder.as_os_str().is_empty())
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder).with_context(|| format!("can't create {}", folder.display()))?;
    }
    tokio::task::block_in_place(|| save::write(&row, args.column.as_deref(), &file))?;
    Ok(file)
}

/// The name of the row's file; the row's id where its values have none.
fn file_name(row: &Row<'_>, column: Option<&str>) -> String {
    let chosen = row.values.iter().filter(|(field, _)| column.is_none_or(|name| field.name == name));
    let named = chosen.filter_map(|(_, value)| match value {
        Value::Media(Media { name, .. }) if !name.is_empty() => Some(safe_path(name)),
        _ => None,
    });
    let by_id = || format!("{}.png", row.id().to_string().replace(':', "-"));
    named.into_iter().next().unwrap_or_else(by_id)
}
