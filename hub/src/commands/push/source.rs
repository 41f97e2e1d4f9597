//! Decides what is pushed: files, a well-known data set, or another data set of a hub.

use std::path::{Path, PathBuf};

use hub_ingest::known::{self, FetchError, Fetched, Known};
use hub_ingest::read::{Ignore, ReadOptions};
use hub_schema::{DatasetName, Location};

use super::Push;
use crate::args::last_part;
use crate::context::Context;
use crate::errors::{Failure, did_you_mean, fetch as fetch_exit};
use crate::progress::FetchBar;

/// A file of patterns in the source's folder.
const HUBIGNORE: &str = ".hubignore";

#[derive(Debug)]
pub enum Source {
    /// Files in one of the formats that the hub reads.
    Files { path: PathBuf, options: ReadOptions },
    /// A well-known data set, to be downloaded.
    Known(&'static Known),
    /// Another data set of a hub.
    Hub(Location),
}

/// Decides by the arguments and by which files exist.
pub fn find(args: &Push, context: &Context) -> anyhow::Result<Source> {
    let name = last_part(&args.write.target.location).unwrap_or_default();
    let known = known::find(&name);
    if args.mirror.is_some() {
        return Ok(Source::Known(known.ok_or_else(|| not_known(&name))?));
    }
    let options = |folder: &Path| -> anyhow::Result<ReadOptions> {
        Ok(ReadOptions {
            format: args.format,
            split: args.split.clone(),
            allow_outside: args.allow_outside,
            ignore: ignore(args, folder)?,
            ..ReadOptions::default()
        })
    };
    if let Some(path) = &args.path {
        return from_path(path, known, options(path)?, context);
    }
    let beside = Path::new(".").join(&name);
    if beside.exists() {
        context.note(&format!("pushing {}", beside.display()));
        return from_path(&beside, known, options(&beside)?, context);
    }
    match known {
        Some(known) => Ok(Source::Known(known)),
        None => {
            let message = format!("nothing to push: {} doesn't exist", beside.display());
            let names = known::names().join(", ");
            let near = did_you_mean(&name, known::names()).map(|near| near + " ").unwrap_or_default();
            let hint = format!(
                "{near}give a directory (hub push NAME DIR) or the name of a well-known data set: {names}"
            );
            Err(Failure::not_found(message).hint(hint).into())
        }
    }
}

/// The files to leave out: by `--ignore`, `--include` and the `.hubignore` of the folder.
fn ignore(args: &Push, folder: &Path) -> anyhow::Result<Ignore> {
    let hint = "give a name ('*.xml', masks) or a path ('train/*.txt')";
    let file = folder.join(HUBIGNORE);
    let mut patterns = match std::fs::read_to_string(&file) {
        Ok(text) => Ignore::lines(&text)
            .and_then(|lines| Ignore::new(&lines).map(|_| lines))
            .map_err(|bad| Failure::bad_input(format!("{}: {bad}", file.display())).hint(hint))?,
        Err(_) => Vec::new(),
    };
    patterns.extend(args.ignore.iter().cloned());
    let ignore =
        Ignore::new(&patterns).map_err(|bad| Failure::usage(format!("--ignore {bad}")).hint(hint))?;
    let including = ignore.including(&args.include);
    Ok(including.map_err(|bad| Failure::usage(format!("--include {bad}")).hint(hint))?)
}

/// The source at a path, or at the URL of a data set.
fn from_path(
    path: &Path,
    known: Option<&'static Known>,
    options: ReadOptions,
    context: &Context,
) -> anyhow::Result<Source> {
    let text = path.to_string_lossy();
    if ["s3://", "http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(Source::Hub(text.parse()?));
    }
    if path.join("hub.json").is_file() {
        return Ok(Source::Hub(Location::Directory(std::path::absolute(path)?)));
    }
    // A well-known data set that must be downloaded by hand is recognised by the names of its official files.
    if let Some(known) = known
        && options.format.is_none()
        && known.files.iter().any(|file| path.join(&file.name).is_file())
        && known.by_hand.is_some()
    {
        let Fetched { folder, options: official } = known::from_folder(known, path)?;
        let options = ReadOptions { format: official.format, ..options };
        return Ok(Source::Files { path: folder, options });
    }
    // A name of the embedded hub, also where names are otherwise looked up at a server.
    if !path.exists()
        && let Ok(name) = text.parse::<DatasetName>()
        && context.home.directory(&name).join("hub.json").is_file()
    {
        return Ok(Source::Hub(Location::Directory(context.home.directory(&name))));
    }
    if !path.exists() && !text.contains(['{', '*', '?']) {
        let message = format!("{} doesn't exist", path.display());
        let advice = "give a directory, an archive or a brace pattern ('train-{000..012}.tar')";
        return Err(Failure::not_found(message).hint(advice).into());
    }
    Ok(Source::Files { path: path.to_owned(), options })
}

/// Downloads a well-known data set to the cache.
pub async fn fetch(
    known: &'static Known,
    mirror: Option<&str>,
    context: &Context,
) -> anyhow::Result<Fetched> {
    if mirror.is_some() || known.by_hand.is_none() {
        let from = mirror.unwrap_or(&known.home);
        context.note(&format!("{}: {}, from {from}", known.name, known.title));
    }
    context.interrupt.at_once("what was downloaded is kept; run the same push again to continue");
    let bar = FetchBar::new(&context.console);
    let fetched = known::fetch(known, &context.home.cache(), mirror, &bar).await;
    Ok(fetched.map_err(|error| not_fetched(&error, known, mirror))?)
}

/// How to go on after a fetch that failed: with files that are here already, or from another place.
fn not_fetched(error: &FetchError, known: &Known, mirror: Option<&str>) -> Failure {
    let name = &known.name;
    let folder = mirror.filter(|mirror| !mirror.starts_with("http")).unwrap_or("DIR");
    let hint = match error {
        FetchError::Address { .. } | FetchError::Everywhere { .. } => Some(format!(
            "without network, push files that are here: hub push {name} DIR, or --mirror DIR for the official archives"
        )),
        FetchError::Missing { .. } => Some(format!(
            "files that were unpacked, or packed in another way, are pushed as they are: hub push {name} {folder}"
        )),
        FetchError::Size { .. } | FetchError::Hash { .. } => Some(format!(
            "download it again; to push these files as they are, unchecked: hub push {name} {folder}"
        )),
        _ => None,
    };
    let failure = Failure::new(fetch_exit(error), error.to_string());
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn not_known(name: &str) -> Failure {
    let near = did_you_mean(name, known::names()).map(|near| near + " ").unwrap_or_default();
    let names = known::names().join(", ");
    Failure::usage(format!("--mirror requires a well-known data set, but '{name}' is not one"))
        .hint(format!("{near}well-known data sets: {names}"))
}
