//! `hub rm NAME`: removes a whole data set.

use std::io::{BufRead, IsTerminal, Write};

use futures::TryStreamExt;
use hub_dataset::{Dataset, Store, layout};
use hub_schema::{BranchName, Location};
use serde_json::json;

use super::Rm;
use crate::context::Context;
use crate::errors::Failure;
use crate::output::{bytes, counted};

/// The directories that a data set consists of, besides `hub.json`.
const FOLDERS: [&str; 5] = [layout::REFS, layout::TAGS, layout::MANIFESTS, layout::DATA, layout::BLOBS];

/// Removes a data set after a confirmation.
pub async fn remove(args: &Rm, context: &Context) -> anyhow::Result<()> {
    let target = &args.write.target;
    if let Some(revision) = &target.revision {
        let message = format!("@{revision}: a revision can't be removed, only a whole data set");
        let hint = format!("hub branch {0} BRANCH --delete, hub tag {0} TAG --delete", target.shell());
        return Err(Failure::usage(message).hint(hint).into());
    }
    let dataset = context.open(&target.location).await?;
    let what = describe(&dataset, &target.name()).await?;
    if args.dry_run {
        return context.report(&format!("dry run: {what} would be removed\n"));
    }
    let place = context.resolve(&target.location);
    // On a server an owner of the namespace can restore it within `delete_grace_secs`.
    let for_good = !matches!(place, Location::Server { .. });
    if !args.yes {
        confirm(&what, for_good)?;
    }
    match place {
        Location::Name(name) => context.home.remove(&name).await?,
        Location::Server { base, name } => {
            context.home.connect(&base.parse()?)?.delete_dataset(&name).await?
        }
        _ => delete_objects(dataset.store()).await?,
    }
    if args.json.json {
        return context.print_json(&json!({ "name": target.location.to_string(), "removed": true }));
    }
    let back =
        if for_good { "" } else { "; an owner of the namespace can restore it for a while (`hub restore`)" };
    context.report(&format!("removed {what}{back}\n"))
}

async fn describe(dataset: &Dataset, name: &str) -> anyhow::Result<String> {
    let main = dataset.head(&BranchName::main()).await?;
    let Some(main) = main else { return Ok(format!("{name} (nothing committed on main)")) };
    let (version, counts) = (main.at().version, &main.commit().counts);
    let (commits, rows) = (counted(version + 1, "commit"), counted(counts.rows, "row"));
    Ok(format!("{name} ({rows}, {}, {commits} on main)", bytes(counts.bytes)))
}

fn confirm(what: &str, for_good: bool) -> anyhow::Result<()> {
    let for_good = if for_good { " permanently" } else { "" };
    if !std::io::stdin().is_terminal() {
        let message = format!("{what} would be removed{for_good}, but stdin is not a terminal to confirm it");
        return Err(Failure::usage(message).hint("add --yes to remove it without confirmation").into());
    }
    let mut stderr = std::io::stderr();
    write!(stderr, "Remove {what}{for_good}? [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::conflict("nothing was removed").into()),
    }
}

/// Deletes the files of a data set, and no other files in the same directory. `hub.json` is deleted first, so that an
/// interrupted removal leaves no incomplete data set.
async fn delete_objects(store: &Store) -> anyhow::Result<()> {
    store.delete(layout::HUB_FILE).await?;
    for folder in FOLDERS {
        let listed: Vec<_> = store.list(folder).try_collect().await?;
        for object in listed {
            store.delete(&object.path).await?;
        }
        if let Some(root) = store.directory() {
            remove_empty(&root.join(folder));
        }
    }
    if let Some(root) = store.directory() {
        remove_empty(root);
    }
    Ok(())
}

/// Removes a directory and its subdirectories as far as they are empty.
fn remove_empty(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty(&entry.path());
        }
    }
    // Fails if the directory holds other files, which are not part of the data set and stay.
    let _ = std::fs::remove_dir(folder);
}
