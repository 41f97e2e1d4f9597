//! What is pushed.

use std::path::{Path, PathBuf};

use hub_ingest::known::{self, Fetched, Known};
use hub_ingest::read::ReadOptions;
use hub_schema::Location;

use super::Push;
use crate::args::last_part;
use crate::context::Context;
use crate::errors::Failure;
use crate::progress::FetchBar;

/// What is pushed.
#[derive(Debug)]
pub enum Source {
    /// Files in a foreign format.
    Files {
        /// Where.
        path: PathBuf,
        /// How to read them.
        options: ReadOptions,
    },
    /// A well-known data set, to be fetched.
    Known(&'static Known),
    /// Another data set of a hub.
    Hub(Location),
}

/// Decides from the arguments and from what is on the disk.
pub fn find(args: &Push, context: &Context) -> anyhow::Result<Source> {
    let name = last_part(&args.write.target.location).unwrap_or_default();
    let known = known::find(&name);
    if args.mirror.is_some() {
        return Ok(Source::Known(known.ok_or_else(|| not_known(&name))?));
    }
    let options =
        ReadOptions { format: args.format, split: args.split.clone(), allow_outside: args.allow_outside };
    if let Some(path) = &args.path {
        return given(path, known, options);
    }
    let beside = Path::new(".").join(&name);
    if beside.exists() {
        context.note(&format!("pushing {}", beside.display()));
        return given(&beside, known, options);
    }
    match known {
        Some(known) => Ok(Source::Known(known)),
        None => {
            let message = format!("nothing to push: there is no {}", beside.display());
            let names = known::names().join(", ");
            let hint = format!("name a folder (hub push NAME DIR), or a well-known data set: {names}");
            Err(Failure::not_found(message).hint(hint).into())
        }
    }
}

/// A path that was named.
fn given(path: &Path, known: Option<&'static Known>, options: ReadOptions) -> anyhow::Result<Source> {
    let text = path.to_string_lossy();
    if ["s3://", "http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(Source::Hub(text.parse()?));
    }
    if path.join("hub.json").is_file() {
        return Ok(Source::Hub(Location::Directory(std::path::absolute(path)?)));
    }
    // The official files of a data set that a person downloads, under their own names.
    if let Some(known) = known
        && options.format.is_none()
        && known.files.iter().any(|file| path.join(&file.name).is_file())
        && known.by_hand.is_some()
    {
        let Fetched { folder, options: official } = known::from_folder(known, path)?;
        let options = ReadOptions { format: official.format, ..options };
        return Ok(Source::Files { path: folder, options });
    }
    if !path.exists() && !text.contains(['{', '*', '?']) {
        let message = format!("there is no {}", path.display());
        let advice = "name a folder, an archive or a brace pattern ('train-{000..012}.tar')";
        return Err(Failure::not_found(message).hint(advice).into());
    }
    Ok(Source::Files { path: path.to_owned(), options })
}

/// Fetches a well-known data set into the cache.
pub async fn fetch(
    known: &'static Known,
    mirror: Option<&str>,
    context: &Context,
) -> anyhow::Result<Fetched> {
    if mirror.is_some() || known.by_hand.is_none() {
        let from = mirror.unwrap_or(&known.home);
        context.note(&format!("{}: {}, from {from}", known.name, known.title));
    }
    context.interrupt.at_once("what was downloaded is kept; run the same push again to go on");
    let bar = FetchBar::new(context);
    Ok(known::fetch(known, &context.home.cache(), mirror, &bar).await?)
}

fn not_known(name: &str) -> Failure {
    let names = known::names().join(", ");
    Failure::usage(format!("--mirror is for well-known data sets; '{name}' is none"))
        .hint(format!("there are: {names}"))
}
