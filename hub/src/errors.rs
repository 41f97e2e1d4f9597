//! What went wrong, on stderr: `error:`, what is beneath it, and how to go on.
//!
//! The libraries' errors say file, place and what was found; here each gets its exit code and, where there is
//! something to try, a hint. A pipe that was closed is no error: `hub ls | head` took what it wanted.

use std::error::Error as StdError;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use anyhow::Error;
use clap::builder::styling::{AnsiColor, Style};
use hub_client::{remote, stream};
use hub_dataset::layout;
use hub_dataset::sample::SampleError;
use hub_ingest::known::FetchError;
use hub_query::QueryError;
use hub_schema::{DatasetName, LocationError, NameError, SchemaError};
use hub_wordnet::{LabelMapError, ResolveError};

use crate::exit::Exit;

/// An error of the command line itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// An error with its exit code.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    /// The command line makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// What was asked for is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// Something is in the way.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Exit::Conflict, message)
    }

    /// Adds how to go on.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Tells a person, and gives the exit code.
pub fn report(error: &Error) -> Exit {
    if is_closed_pipe(error) {
        return Exit::Done;
    }
    let told = Told::of(error);
    let (red, blue) = match std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        true => (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default()),
        false => (Style::new(), Style::new()),
    };
    let mut text = format!("{red}error:{red:#} {}\n", told.message);
    for cause in &told.causes {
        text += &format!("  caused by: {}\n", cause.trim_end().replace('\n', "\n    "));
    }
    if let Some(hint) = &told.hint {
        text += &format!("  {blue}hint:{blue:#} {hint}\n");
    }
    // Nobody is left to tell if this can't be written.
    let _ = std::io::stderr().write_all(text.as_bytes());
    told.exit
}

/// A bug is told in one line; it is no use to a person to see where the stack was.
pub fn tell_panics_in_a_line() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        // Nobody is left to tell if this can't be written.
        let _ =
            writeln!(std::io::stderr(), "error: a bug of the hub{place}: {what}\n  hint: please report it");
    }));
}

fn is_closed_pipe(error: &Error) -> bool {
    // Only stdout is written by the command itself; pipes beneath the libraries are named by their errors.
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
}

/// Is there an error of such a kind in it? Writers of tables wrap those of the system in their own.
fn holds(error: &(dyn StdError + 'static), kinds: &[ErrorKind]) -> bool {
    let mut next = Some(error);
    for _ in 0..16 {
        let Some(error) = next else { return false };
        next = match error.downcast_ref::<std::io::Error>() {
            Some(io) if kinds.contains(&io.kind()) => return true,
            Some(io) => io.get_ref().map(|e| e as &(dyn StdError + 'static)),
            None => error.source(),
        };
    }
    false
}

/// An error as it is shown.
#[derive(Debug)]
struct Told {
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    exit: Exit,
}

impl Told {
    fn of(error: &Error) -> Self {
        let (exit, hint) = judge(error.as_ref());
        let sample = sample_of(error.as_ref());
        let message = match sample {
            Some(e) => format!("{}: {}", e.place, e.problem),
            None => error.to_string(),
        };
        let hint = hint.or_else(|| sample.and_then(|e| e.advice.clone()));
        let mut causes: Vec<String> = Vec::new();
        // Between what was tried and what the server says stands a wrapper that says nothing.
        let wrapped = error.chain().skip(1).any(|cause| cause.is::<remote::Error>());
        let says = |cause: &&(dyn StdError + 'static)| !wrapped || !is_wrapper(*cause);
        for cause in error.chain().skip(1).filter(says).map(ToString::to_string) {
            // Some libraries repeat the cause in their own words.
            if !message.contains(&cause) && !causes.iter().any(|c| c.contains(&cause)) {
                causes.push(cause);
            }
        }
        Self { message, causes, hint, exit }
    }
}

/// Does it only repeat what the server says?
fn is_wrapper(error: &(dyn StdError + 'static)) -> bool {
    !error.is::<remote::Error>() && error.source().is_some_and(|source| source.is::<remote::Error>())
}

fn sample_of<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a SampleError> {
    match error.downcast_ref::<hub_client::Error>() {
        Some(hub_client::Error::Sample(e)) => Some(e),
        _ => error.downcast_ref(),
    }
}

/// The exit code and the hint of an error.
fn judge(error: &(dyn StdError + 'static)) -> (Exit, Option<String>) {
    if let Some(e) = error.downcast_ref::<Failure>() {
        return (e.exit, e.hint.clone());
    }
    if let Some(e) = remote::Error::find(error) {
        return server(e);
    }
    if let Some(e) = error.downcast_ref::<hub_client::Error>() {
        return client(e);
    }
    if let Some(e) = error.downcast_ref::<hub_dataset::Error>() {
        return dataset(e);
    }
    if let Some(stream::Error::Dataset(e)) = error.downcast_ref::<stream::Error>() {
        return dataset(e);
    }
    if let Some(stream::Error::Filter(e)) = error.downcast_ref::<stream::Error>() {
        return question(e);
    }
    if let Some(e) = error.downcast_ref::<stream::Error>() {
        use hub_client::cache::Error::TooSmall;
        let usage = matches!(
            e,
            stream::Error::Setting { .. }
                | stream::Error::State { .. }
                | stream::Error::Cache(TooSmall { .. })
        );
        return (if usage { Exit::Usage } else { Exit::Failure }, None);
    }
    if let Some(e) = error.downcast_ref::<SchemaError>() {
        return (schema(e), None);
    }
    if let Some(e) = error.downcast_ref::<QueryError>() {
        return question(e);
    }
    if let Some(e) = error.downcast_ref::<ResolveError>() {
        return (concept(e), None);
    }
    if error.is::<LabelMapError>() {
        return (Exit::BadInput, None);
    }
    if let Some(e) = error.downcast_ref::<FetchError>() {
        return (fetch(e), None);
    }
    if let Some(e) = error.downcast_ref::<SampleError>() {
        return (sample(e), None);
    }
    if error.is::<LocationError>() || error.is::<NameError>() {
        return (Exit::Usage, None);
    }
    (Exit::Failure, None)
}

fn server(error: &remote::Error) -> (Exit, Option<String>) {
    use remote::Error as E;
    let exit = match error {
        E::Refused { status, problem, .. } => match (status.as_u16(), problem.slug()) {
            (404, _) => Exit::NotFound,
            (409 | 412, _) => Exit::Conflict,
            (_, "damaged") => Exit::Damaged,
            (400 | 422, "bad-name" | "bad-filter" | "invalid") => Exit::Usage,
            _ => Exit::Failure,
        },
        E::WrongHash { .. } => Exit::Damaged,
        E::Address { .. } | E::NotRemote(_) => Exit::Usage,
        _ => Exit::Failure,
    };
    (exit, error.hint())
}

fn client(error: &hub_client::Error) -> (Exit, Option<String>) {
    use hub_client::Error as E;
    let hint = |text: &str| Some(text.to_owned());
    match error {
        E::Dataset(e) => dataset(e),
        E::NoDataset { name, .. } if is_folder(name) => (Exit::NotFound, folder_hint(name)),
        E::NoDataset { .. } => (Exit::NotFound, hint("`hub ls` lists them; `hub push NAME DIR` makes one")),
        E::Remote(e) => server(e),
        E::NotAtServer { name, .. } if is_folder(name) => (Exit::NotFound, folder_hint(name)),
        E::NotAtServer { server, with_token: false, .. } => {
            (Exit::NotFound, Some(format!("private data sets are seen after: hub login {server}")))
        }
        E::NotAtServer { name, .. } if is_bare(name) => {
            let hint = format!(
                "names at a server have a namespace: NAMESPACE/{}; `hub ls` lists them",
                shortest(name)
            );
            (Exit::NotFound, Some(hint))
        }
        E::NoNamespace { .. } => {
            (Exit::Failure, hint("yours is your login; `hub member add` gives others a part in one"))
        }
        E::NotAtServer { .. } => (Exit::NotFound, hint("`hub ls` lists them; `hub push NAME DIR` makes one")),
        E::Location(_) | E::Name(_) | E::NoHome => (Exit::Usage, None),
        E::Sample(e) => (sample(e), None),
        E::Filter(e) => question(e),
        E::NoSamples { .. } => (Exit::BadInput, None),
        E::Cancelled => (Exit::Interrupted, None),
        E::Schema(e) => (schema(e), schema_hint(e)),
        _ => (Exit::Failure, None),
    }
}

/// Is there a data set in a folder that is called so?
fn is_folder(name: &str) -> bool {
    Path::new(shortest(name)).join(layout::HUB_FILE).is_file()
}

fn folder_hint(name: &str) -> Option<String> {
    let name = shortest(name);
    Some(format!("the data set in the folder {name} is named ./{name}"))
}

/// The name as it was typed.
fn shortest(name: &str) -> &str {
    match name.split_once('/') {
        Some((DatasetName::DEFAULT_NAMESPACE, bare)) => bare,
        _ => name,
    }
}

/// Was it typed without a namespace?
fn is_bare(name: &str) -> bool {
    name.split('/').next() == Some(DatasetName::DEFAULT_NAMESPACE)
}

fn dataset(error: &hub_dataset::Error) -> (Exit, Option<String>) {
    use hub_dataset::Error as E;
    let hint = |text: &str| Some(text.to_owned());
    match error {
        E::NotFound { .. } => (Exit::NotFound, hint("`hub push LOCATION DIR` makes a data set there")),
        E::NoRevision { .. } => (Exit::NotFound, hint("`hub log` and `hub branch` list what there is")),
        E::NoPosition { .. } | E::NoRow(_) => {
            (Exit::NotFound, hint("`hub info` tells how many rows there are"))
        }
        E::EmptyBranch { .. } | E::NoSplit { .. } => (Exit::NotFound, None),
        E::Exists { .. }
        | E::Taken { .. }
        | E::CameSecond { .. }
        | E::Conflict { .. }
        | E::SchemaMoved { .. }
        | E::Contended { .. } => (Exit::Conflict, None),
        E::Damaged { .. } | E::Parquet { .. } | E::Json { .. } | E::Extract { .. } => (Exit::Damaged, None),
        E::Schema(e) => (schema(e), schema_hint(e)),
        E::Ambiguous { .. } | E::Name(_) | E::Location(_) | E::NotAStore(_) => (Exit::Usage, None),
        E::BadCommit { .. } | E::Build { .. } | E::SplitTooLong { .. } => (Exit::BadInput, None),
        E::Open { uri, .. } | E::Store { uri, .. } if uri.starts_with("s3://") => {
            let text = "buckets take their settings from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, \
                        AWS_ENDPOINT_URL and, for plain http, AWS_ALLOW_HTTP=true";
            (Exit::Failure, hint(text))
        }
        _ => (Exit::Failure, None),
    }
}

fn question(error: &QueryError) -> (Exit, Option<String>) {
    match error {
        QueryError::Dataset(e) => dataset(e),
        QueryError::Member { source, .. } => dataset(source),
        QueryError::Synset { source, .. } => (concept(source), None),
        QueryError::NoClass { .. } => (Exit::NotFound, None),
        QueryError::Sql { .. } | QueryError::Refused { .. } | QueryError::NotALabel { .. } => {
            (Exit::Usage, None)
        }
        _ => (Exit::Failure, None),
    }
}

fn concept(error: &ResolveError) -> Exit {
    match error {
        ResolveError::Unknown { .. } => Exit::NotFound,
        ResolveError::Ambiguous { .. } => Exit::Usage,
    }
}

fn schema(error: &SchemaError) -> Exit {
    match error {
        SchemaError::NoColumn { .. } | SchemaError::NoClass { .. } => Exit::NotFound,
        SchemaError::Taken(_) => Exit::Conflict,
        SchemaError::TypeClash { .. } => Exit::BadInput,
        SchemaError::BadName(_) | SchemaError::IsFact { .. } | SchemaError::NoLabels { .. } => Exit::Usage,
    }
}

/// A full or broken disk is no fault of the input.
fn sample(error: &SampleError) -> Exit {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::ReadOnlyFilesystem];
    if holds(error, &full) { Exit::Failure } else { Exit::BadInput }
}

fn schema_hint(error: &SchemaError) -> Option<String> {
    let text = "push it under another name or into a branch of its own, or make room first: \
                hub rename NAME COLUMN NEW, hub rm NAME --column COLUMN";
    matches!(error, SchemaError::TypeClash { .. }).then(|| text.to_owned())
}

fn fetch(error: &FetchError) -> Exit {
    match error {
        FetchError::ByHand { .. } | FetchError::Mirror { .. } => Exit::Usage,
        FetchError::Missing { .. } => Exit::NotFound,
        FetchError::Size { .. } | FetchError::Hash { .. } | FetchError::Archive { .. } => Exit::BadInput,
        FetchError::Busy { .. } => Exit::Conflict,
        _ => Exit::Failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_becomes_the_hint() {
        let error = SampleError::sample("a/b.png", "truncated").advise("repair it").because("byte 40");
        let told = Told::of(&hub_client::Error::Sample(error).into());
        assert_eq!(told.message, "a/b.png: truncated");
        assert_eq!(told.causes, ["byte 40"]);
        assert_eq!(told.hint.as_deref(), Some("repair it"));
        assert_eq!(told.exit, Exit::BadInput);
    }

    #[test]
    fn each_kind_has_its_code() {
        let of = |error: Error| Told::of(&error).exit;
        let no_column = SchemaError::NoColumn { name: "x".into(), known: vec![] };
        assert_eq!(of(hub_dataset::Error::Schema(no_column).into()), Exit::NotFound);
        assert_eq!(of(hub_client::Error::Cancelled.into()), Exit::Interrupted);
        let damaged = hub_dataset::Error::Damaged { path: "p".into(), problem: "q".into() };
        assert_eq!(of(hub_client::Error::Dataset(damaged).into()), Exit::Damaged);
        assert_eq!(of(anyhow::anyhow!("x")), Exit::Failure);
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let closed = std::io::Error::from(ErrorKind::BrokenPipe);
        assert_eq!(report(&closed.into()), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_no_bad_input() {
        let full = std::io::Error::from(ErrorKind::StorageFull);
        let error = SampleError::fatal("out", "can't write").because(full);
        assert_eq!(Told::of(&hub_client::Error::Sample(error).into()).exit, Exit::Failure);
    }
}
