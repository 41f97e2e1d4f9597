//! `hub pull --format`: converts a revision to another format.

use std::path::Path;
use std::time::Instant;

use hub_client::pull::{self, ExportOptions};
use hub_dataset::Snapshot;
use hub_ingest::Format;
use hub_ingest::write::{self, Target, Unfit};
use hub_query::ViewRows;
use hub_schema::{Feature, Location};
use hub_stream::Filter;
use serde_json::json;

use super::Pull;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{bytes_and_rate, counted, duration, number, pairs, per_second};
use crate::progress::{Bar, Total};

/// Writes a revision in `format` to `dest`.
pub async fn pull(
    args: &Pull,
    context: &Context,
    snapshot: &Snapshot,
    view: Option<ViewRows>,
    dest: &Location,
    format: Format,
) -> anyhow::Result<()> {
    let (viewed, columns) = view.map(|view| (view.positions, view.columns)).unzip();
    let filter = match (&args.condition, viewed) {
        (_, Some(positions)) => Some(Filter::positions_of(positions)),
        (Some(condition), None) => Some(context.filter(condition, &args.read.target.location).await),
        (None, None) => None,
    };
    let columns = args.columns.clone().or(columns.flatten());
    let options = ExportOptions { columns, split: args.split.clone(), filter };
    let splits = splits(snapshot, args.split.as_deref())?;
    let columns = pull::exported_columns(snapshot, &options)?;
    let losses = write::losses(format, &columns, &splits).map_err(unfit)?;
    for loss in &losses {
        context.note(&format!("note: {loss}"));
    }
    let store = context.store(dest)?;
    let Some(folder) = store.directory() else {
        let message = format!("{format} can only be written to a local directory, not to {dest}");
        return Err(Failure::usage(message).hint("omit --format to copy to a bucket").into());
    };
    if !args.dry_run {
        write::sweep(folder, |path| {
            context.note(&format!("note: removed {}, left by a pull that was killed", path.display()));
        });
    }
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        let message = format!("{dest} exists and is not empty");
        return Err(Failure::conflict(message).hint("give a directory that is new or empty").into());
    }
    let (at, counts) = (snapshot.at(), &snapshot.commit().counts);
    let rows = match (&options.filter, &args.split) {
        (Some(filter), _) => filter.positions(snapshot).await?.len(),
        (None, Some(split)) => counts.splits.get(split).copied().unwrap_or(0),
        (None, None) => counts.rows,
    };
    let name = format!("{}@{}:{}", args.read.target.name(), at.branch, at.version);
    let lost = || losses.iter().map(ToString::to_string).collect::<Vec<String>>();
    if args.dry_run && args.json.json {
        return context.print_json(&json!({
            "name": args.read.target.location.to_string(), "commit": at.id.to_string(), "dry_run": true,
            "dest": dest.to_string(), "format": format.name(), "rows": rows, "losses": lost(),
        }));
    }
    if args.dry_run {
        let rows = counted(rows, "row");
        return context
            .report(&format!("dry run: {rows} of {name} would be written to {dest} as {format}\n"));
    }
    let classes = columns.iter().find_map(|column| match &column.feature {
        Feature::ClassLabel { names, .. } => Some(names.len()),
        _ => None,
    });
    let target =
        Target { keep_classes: args.keep_classes, ..Target::new(format, folder, columns, splits.clone()) };
    let sink = write::create(target)?;
    context.interrupt.cleanly();
    let begun = Instant::now();
    let bar = Bar::counting(
        &context.console,
        "pull",
        &context.progress,
        Total { samples: Some(rows), bytes: None },
    );
    let report = pull::export(snapshot, &options, sink, &context.progress).await?;
    drop(bar);
    if let (Format::ClassFolder, Some(classes), false) = (format, classes, args.keep_classes) {
        note_missing_classes(folder, &splits, classes, context);
    }
    let (elapsed, written) = (begun.elapsed(), context.progress.read_bytes());
    if args.json.json {
        return context.print_json(&json!({
            "name": args.read.target.location.to_string(), "commit": at.id.to_string(),
            "dest": dest.to_string(), "format": format.name(), "rows": report.samples, "losses": lost(),
        }));
    }
    let rate = number(per_second(report.samples, elapsed) as u64);
    let facts = [
        ("format", format.to_string()),
        ("rows", number(report.samples)),
        ("time", format!("{} ({}, {rate} samples/s)", duration(elapsed), bytes_and_rate(written, elapsed))),
    ];
    context.report(&format!("pulled {name} to {dest}\n{}", pairs(facts)))
}

/// Says which splits lack folders of classes, since programs number the classes by the folders that they find.
fn note_missing_classes(folder: &Path, splits: &[String], classes: usize, context: &Context) {
    let folders = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.filter(|entry| entry.path().is_dir()).count()
    };
    let splits: Vec<(String, usize)> = match splits.is_empty() {
        true => vec![("the data set".to_owned(), folders(folder))],
        false => {
            splits.iter().map(|split| (format!("split {split}"), folders(&folder.join(split)))).collect()
        }
    };
    for (split, found) in splits.into_iter().filter(|(_, found)| (1..classes).contains(found)) {
        context.note(&format!(
            "note: {split} has folders for {found} of {classes} classes, those that it has samples of; --keep-classes \
             makes one for every class, so that programs number the classes of all splits alike"
        ));
    }
}

/// The splits to write: all, or the one that is requested, which must exist.
pub fn splits(snapshot: &Snapshot, wanted: Option<&str>) -> anyhow::Result<Vec<String>> {
    let known = snapshot.splits();
    match wanted {
        None => Ok(known),
        Some(split) if known.iter().any(|k| k == split) => Ok(vec![split.to_owned()]),
        Some(split) => Err(hub_dataset::Error::NoSplit { split: split.to_owned(), known }.into()),
    }
}

fn unfit(error: Unfit) -> Failure {
    let hint = match error {
        Unfit::NotWritten { .. } => "choose one of them with --format",
        Unfit::TooManySplits { .. } | Unfit::Splits { .. } => "choose one of them with --split",
        _ => "parquet, csv and webdataset can hold any columns; --columns selects some of them",
    };
    let exit = if matches!(error, Unfit::NotWritten { .. }) { Exit::Usage } else { Exit::BadInput };
    Failure::new(exit, error.to_string()).hint(hint)
}
