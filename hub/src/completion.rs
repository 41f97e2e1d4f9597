//! Shell completion: the shell runs this program for each request, so that names of data sets, revisions, splits and
//! columns are completed as well as commands and options.
//!
//! The arguments are known by their ids, which are the same in all commands ([`candidates`] has the table). Nothing here
//! may hang or print: what can't be read in time has no candidates.

use std::ffi::{OsStr, OsString};
use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use hub_client::Home;
use hub_dataset::{Dataset, Snapshot};
use hub_schema::{DatasetName, Feature};

use crate::args::Target;
use crate::exit::Exit;

/// The variable by which a completion script asks for candidates.
const VARIABLE: &str = "HUB_COMPLETE";
/// The longest time for candidates: a shell waits for them.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers a completion script; `None` if this is an ordinary run.
pub fn answer(command: fn() -> clap::Command) -> Option<ExitCode> {
    let completing = CompleteEnv::with_factory(move || with_candidates(command())).var(VARIABLE);
    let directory = std::env::current_dir().ok();
    match completing.try_complete(std::env::args_os(), directory.as_deref()) {
        Ok(true) => Some(Exit::Done.into()),
        Ok(false) => None,
        Err(_) => Some(Exit::Usage.into()),
    }
}

/// The script for a shell, which runs `hub` for candidates.
pub fn script(shell: &str) -> std::io::Result<Vec<u8>> {
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(shell) {
        shell.write_registration(VARIABLE, "hub", "hub", "hub", &mut script)?;
    }
    Ok(script)
}

/// Adds candidates to the arguments of a command and of its subcommands.
fn with_candidates(command: clap::Command) -> clap::Command {
    let command = command.mut_subcommands(with_candidates);
    command.mut_args(|arg| match candidates(arg.get_id().as_str()) {
        Some(candidates) => arg.add(ArgValueCompleter::new(candidates)),
        None => arg,
    })
}

/// What an argument of this id can be.
fn candidates(id: &str) -> Option<fn(&OsStr) -> Vec<CompletionCandidate>> {
    Some(match id {
        "target" => names_and_revisions,
        // Of `hub query`: the data set, then SQL.
        "words" => |current| if found_name().is_none() { names_and_revisions(current) } else { Vec::new() },
        "namespace" => namespaces,
        "rev" | "from" | "to" | "branch" | "tag" => revisions,
        "split" => splits,
        "column" | "columns" | "on" | "stratify" => columns,
        "view" => views,
        _ => return None,
    })
}

/// Names of data sets; after an `@`, their revisions.
fn names_and_revisions(current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    if let Some((name, _)) = current.rsplit_once('@') {
        let revisions = in_time(async { revisions_of(&open(name).await?).await }).unwrap_or_default();
        return fitting(&current, revisions.into_iter().map(|revision| format!("{name}@{revision}")));
    }
    fitting(&current, names().iter().map(short))
}

fn namespaces(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut namespaces: Vec<String> = names().iter().map(|name| name.namespace().to_owned()).collect();
    namespaces.dedup();
    fitting(&current.to_string_lossy(), namespaces)
}

fn revisions(current: &OsStr) -> Vec<CompletionCandidate> {
    let found = in_time(async { revisions_of(&open(&found_name()?).await?).await });
    fitting(&current.to_string_lossy(), found.unwrap_or_default())
}

fn views(current: &OsStr) -> Vec<CompletionCandidate> {
    let found = in_time(async { open(&found_name()?).await?.views().await.ok() });
    fitting(&current.to_string_lossy(), found.unwrap_or_default().iter().map(ToString::to_string))
}

fn splits(current: &OsStr) -> Vec<CompletionCandidate> {
    let found = in_time(async { Some(head().await?.splits()) });
    fitting(&current.to_string_lossy(), found.unwrap_or_default())
}

/// Columns and the members of structs; of a list `a,b`, its last item.
fn columns(current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let before = current.rfind(',').map_or("", |at| &current[..=at]);
    let found = in_time(async {
        let head = head().await?;
        let mut names = Vec::new();
        head.schema().fields.iter().for_each(|field| members(&field.name, &field.feature, &mut names));
        Some(names)
    });
    fitting(&current, found.unwrap_or_default().into_iter().map(|name| format!("{before}{name}")))
}

fn members(name: &str, feature: &Feature, names: &mut Vec<String>) {
    names.push(name.to_owned());
    match feature {
        Feature::List { item } => {
            if let Feature::Struct { fields } = &**item {
                fields.iter().for_each(|f| members(&format!("{name}.{}", f.name), &f.feature, names));
            }
        }
        Feature::Struct { fields } => {
            fields.iter().for_each(|f| members(&format!("{name}.{}", f.name), &f.feature, names));
        }
        _ => {}
    }
}

fn fitting(current: &str, words: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    let words = words.into_iter().filter(|word| word.starts_with(current));
    words.map(CompletionCandidate::new).collect()
}

/// The names of the data sets of the server of `HUB_URL`, else of the embedded hub.
fn names() -> Vec<DatasetName> {
    let listed = in_time(async {
        let home = Home::from_env().ok()?;
        match hub_client::server_from_env().ok()? {
            Some(server) => {
                let datasets = home.connect(&server).ok()?.datasets(None).await.ok()?;
                Some(datasets.into_iter().map(|dataset| dataset.name).collect())
            }
            None => home.names().ok(),
        }
    });
    listed.unwrap_or_default()
}

/// A name as it is typed: without the default namespace.
fn short(name: &DatasetName) -> String {
    match name.namespace() {
        DatasetName::DEFAULT_NAMESPACE => name.name().to_owned(),
        _ => name.to_string(),
    }
}

/// The first word of the command line, besides options and the one that is completed, that may be a data set.
fn found_name() -> Option<String> {
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let current: Option<usize> =
        std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
    // The program, and the command.
    let words = words.iter().enumerate().skip(2).filter(|(at, _)| Some(*at) != current);
    let words = words.filter_map(|(_, word)| word.to_str()).filter(|word| !word.starts_with('-'));
    let mut candidates: Vec<String> = words.map(str::to_owned).collect();
    candidates.retain(|word| in_time(open(word)).is_some());
    candidates.into_iter().next()
}

async fn open(name: &str) -> Option<Dataset> {
    let target: Target = name.parse().ok()?;
    let home = Home::from_env().ok()?;
    let server = hub_client::server_from_env().ok()?;
    let location = hub_client::resolve(&target.location, server.as_ref());
    Dataset::open(hub_client::store(&location, &home).ok()?).await.ok()
}

async fn head() -> Option<Snapshot> {
    let name = found_name()?;
    let target: Target = name.parse().ok()?;
    open(&name).await?.snapshot(&target.revision_or_main()).await.ok()
}

async fn revisions_of(dataset: &Dataset) -> Option<Vec<String>> {
    let (branches, tags) = (dataset.branches().await.ok()?, dataset.tags().await.ok()?);
    Some(branches.iter().chain(&tags).map(ToString::to_string).collect())
}

/// The result of a future, on a thread of its own; `None` if it takes too long.
fn in_time<T: Send>(work: impl Future<Output = Option<T>> + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            let done = runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await.ok() });
            runtime.shutdown_background();
            done.flatten()
        });
        running.join().ok().flatten()
    })
}
