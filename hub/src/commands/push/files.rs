//! `hub push` from files in one of the formats that the hub reads.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use hub_client::card;
use hub_client::push::{Confirm, LabelledSource, PushMode, PushOptions, push as push_samples};
use hub_dataset::sample::{SampleError, SampleSource};
use hub_dataset::{Dataset, LabelColumn};
use hub_ingest::read::{self, Opened, ReadOptions};
use hub_schema::{BranchName, LabelSynsets, Schema, SchemaError};

use super::{Push, branch, summary};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{counted, number};
use crate::progress::{Bar, Total};

pub async fn push(
    args: &Push,
    context: &Context,
    path: PathBuf,
    options: ReadOptions,
) -> anyhow::Result<Exit> {
    args.write.branch()?;
    check_not_inside_source(args, context, &path)?;
    let source_folder = path.clone();
    // The source is opened before the data set is created, so that a wrong path leaves no empty data set.
    context.interrupt.at_once("nothing was committed");
    let Opened { source: first, reading } = {
        let _bar = Bar::new(&context.console, &format!("scanning {}", path.display()));
        tokio::task::block_in_place(|| read::open(&path, &options))?
    };
    for note in &reading.notes {
        context.note(note);
    }
    let map = args.label_map.as_deref().map(crate::commands::synset::read_label_map).transpose()?;
    let first = mapped(first, map.as_ref()).with_context(|| map_file(args))?;
    let hint = first.size_hint();
    // Before the data set is created: from its creation on, Ctrl-C must stop the push cleanly.
    context.interrupt.cleanly();
    let dataset = branch::dataset(args, context).await?;
    let to = args.write.branch_of(&dataset).await?;
    if !args.dry_run {
        branch::create_if_missing(&dataset, &to, context).await?;
    }
    let mut before = dataset.head(&to).await?;
    let mut from = to.clone();
    if args.dry_run && before.is_none() {
        // A real push would create the branch from the head of main.
        before = dataset.head(&BranchName::main()).await?;
        from = BranchName::main();
    }
    let mode = if args.append { PushMode::Append } else { PushMode::Replace };
    let push_options = PushOptions {
        branch: from,
        author: args.write.author(),
        mode,
        on_error: args.on_error.into(),
        jobs: args.jobs,
        once: args.once.clone(),
        dry_run: args.dry_run,
        derive: args.derive.kinds(),
        confirm: confirm(args, context),
        ..PushOptions::default()
    };
    let first = Mutex::new(Some(first));
    let (again, map_path) = (map.clone(), map_file(args));
    let open = move || -> Result<Box<dyn SampleSource>, SampleError> {
        let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        match first {
            Some(first) => Ok(first),
            None => mapped(read::open(&path, &options)?.source, again.as_ref())
                .map_err(|e| SampleError::sample(map_path.clone(), e.to_string())),
        }
    };
    let total = Total { samples: hint.samples, bytes: hint.bytes };
    let bar = Bar::counting(&context.console, "push", &context.progress, total);
    let pushed = push_samples(&dataset, &push_options, &context.progress, open).await;
    drop(bar);
    let report = pushed.inspect_err(|error| {
        if matches!(error, hub_client::Error::Sample(_)) {
            context.note("nothing was committed");
        }
    })?;
    if let Some(option) = args.derive.given()
        && hub_client::derive::image_columns(&report.schema).is_empty()
    {
        context.note(&format!("note: there is no image column; {option} has no effect"));
    }
    // A repeated append leaves the decisions alone that were made since the first one.
    let is_last = report.earlier.is_none()
        || report.earlier.as_ref().map(|at| at.id) == report.head.as_ref().map(|at| at.id);
    if let (Some(map), Some(_), true) = (&map, &report.head, is_last && !args.dry_run) {
        apply_label_map(&dataset, &push_options, &report.schema, map).await?;
    }
    let head = match &report.head {
        Some(at) if !args.dry_run => match dataset.at(at).await {
            Ok(head) => Some(head),
            // The data set may have been removed right after the commit.
            Err(error) => return Err(dataset.removed_or(error).await.into()),
        },
        _ => None,
    };
    if report.is_new {
        take_card(args, context, &source_folder).await;
    }
    let read_bytes = context.progress.read_bytes();
    let passed_over = tokio::task::block_in_place(|| reading.passed_over());
    let pushed =
        summary::Pushed { args, report: &report, reading: &reading, passed_over, head, before, read_bytes };
    if args.json.json {
        context.print_json(&pushed.to_json())?;
    } else {
        context.report(&pushed.describe())?;
    }
    Ok(Exit::Done)
}

/// Asks on a terminal before more than half of the rows are replaced.
fn confirm(args: &Push, context: &Context) -> Option<Confirm> {
    if args.yes || !context.console.can_ask() {
        return None;
    }
    let (console, name) = (context.console.clone(), args.write.target.name());
    let ask = move |removed, of| {
        let question = format!("Replace {} of the {} of {name}?", number(removed), counted(of, "row"));
        // Who can't be asked has not agreed.
        console.ask(&question).unwrap_or(false)
    };
    Some(Confirm(Arc::new(ask)))
}

/// Makes the README.md of the pushed folder the card of a data set that has none. What prevents it is a note: the push
/// itself has succeeded.
async fn take_card(args: &Push, context: &Context, folder: &Path) {
    let file = folder.join("README.md");
    let Ok(text) = std::fs::read_to_string(&file) else { return };
    if args.dry_run || text.trim().is_empty() {
        return;
    }
    let location = context.resolve(&args.write.target.location);
    let shell = args.write.target.shell();
    let replaced = format!("hub card {shell} {}", file.display());
    let set = async {
        match card::card(&location, &context.home).await?.as_str() {
            "" => card::set_card(&location, &context.home, &text).await.map(|()| true),
            there => Ok(there.trim() == text.trim()),
        }
    };
    match set.await {
        Ok(true) => {}
        Ok(false) => context.note(&format!(
            "note: {} differs from the data set's card; to replace that: {replaced}",
            file.display()
        )),
        Err(error) => context.note(&format!("note: {} is not the card: {error}", file.display())),
    }
}

/// The source, with the synsets of a label map for its classes.
fn mapped(
    source: Box<dyn SampleSource>,
    map: Option<&LabelSynsets>,
) -> Result<Box<dyn SampleSource>, SchemaError> {
    match map {
        Some(map) => Ok(Box::new(LabelledSource::new(source, map)?)),
        None => Ok(source),
    }
}

fn map_file(args: &Push) -> String {
    args.label_map.as_ref().map(|file| file.display().to_string()).unwrap_or_default()
}

/// Commits the synsets of a label map, which take precedence over those that the data set's classes had before.
async fn apply_label_map(
    dataset: &Dataset,
    options: &PushOptions,
    schema: &Schema,
    map: &LabelSynsets,
) -> anyhow::Result<()> {
    for label in LabelColumn::all(schema) {
        let known = |(class, _): &(&String, &Option<String>)| label.names.contains(class);
        let part = map.iter().filter(known).map(|(class, synset)| (class.clone(), synset.clone())).collect();
        dataset.map_labels(&options.branch, &options.author, &label.name(), &part).await?;
    }
    Ok(())
}

/// Refuses a data set inside the directory that is pushed: it would become part of its own source.
fn check_not_inside_source(args: &Push, context: &Context, source: &Path) -> anyhow::Result<()> {
    let store = context.store(&args.write.target.location)?;
    let (Some(directory), Ok(source)) = (store.directory(), source.canonicalize()) else { return Ok(()) };
    // If the data set's directory doesn't exist yet, its nearest existing parent decides.
    let there = directory.ancestors().find_map(|folder| folder.canonicalize().ok());
    if source.is_dir() && there.is_some_and(|there| there.starts_with(&source)) {
        let message =
            format!("{} is inside the directory that is pushed, {}", directory.display(), source.display());
        let hint = "give a data set elsewhere, or a name: hub push NAME PATH";
        return Err(Failure::usage(message).hint(hint).into());
    }
    Ok(())
}
