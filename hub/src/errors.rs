//! Errors on stderr: `error:` with the message, then its causes, then a hint on how to go on.
//!
//! The libraries' errors say file, place and what was found; here each gets its exit code and, where there is
//! something to try, a hint. A closed stdout is not an error: in `hub ls | head`, `head` has read what it needs.

use std::error::Error as StdError;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use anyhow::Error;
use clap::builder::styling::{AnsiColor, Style};
use hub_client::edit::EditError;
use hub_client::remote;
use hub_dataset::sample::SampleError;
use hub_dataset::sample::parse::ParseError;
use hub_dataset::{Conflict, SynsetClash, layout};
use hub_eval::inference::InferenceError;
use hub_eval::run::RunError;
use hub_ingest::known::FetchError;
use hub_query::QueryError;
use hub_schema::{DatasetName, LocationError, NameError, SchemaError};
use hub_stream::cache::Error::TooSmall;
use hub_wordnet::{LabelMapError, ResolveError, WordNet};
use serde_json::json;

use crate::exit::Exit;
use crate::model_errors;

/// An error that a command finds itself, with its exit code and hint.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    /// The arguments are invalid or contradict each other.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// The requested thing doesn't exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// Something exists already, or was not confirmed.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Exit::Conflict, message)
    }

    /// A source file is broken or doesn't fit.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Exit::BadInput, message)
    }

    /// Adds a hint on how to go on.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Prints an error to stderr and returns its exit code.
pub fn report(error: &Error) -> Exit {
    if is_closed_pipe(error) {
        return Exit::Done;
    }
    let rendered = Rendered::of(error);
    if std::env::args_os().any(|word| word == "--json") {
        let json = json!({
            "error": rendered.message, "causes": rendered.causes, "hint": rendered.hint,
            "exit_code": rendered.exit.code(),
        });
        let _ = writeln!(std::io::stderr(), "{json:#}");
        return rendered.exit;
    }
    let has_colours = std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
        && !crate::console::is_dumb();
    let (red, blue) = match has_colours {
        true => (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default()),
        false => (Style::new(), Style::new()),
    };
    let mut text = format!("{red}error:{red:#} {}\n", rendered.message);
    for cause in &rendered.causes {
        text += &format!("  caused by: {}\n", cause.trim_end().replace('\n', "\n    "));
    }
    if let Some(hint) = &rendered.hint {
        text += &format!("  {blue}hint:{blue:#} {hint}\n");
    }
    // A failed write to stderr can't be reported anywhere.
    let _ = std::io::stderr().write_all(text.as_bytes());
    rendered.exit
}

/// Makes a panic print one line with its place and message; a backtrace is of no use to a user.
pub fn report_panics_in_one_line() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        // A failed write to stderr can't be reported anywhere.
        let _ = writeln!(
            std::io::stderr(),
            "error: internal error{place}: {what}\n  hint: this is a bug in hub; please report it"
        );
    }));
}

fn is_closed_pipe(error: &Error) -> bool {
    // Only the command itself writes to stdout, and it returns a plain I/O error; libraries wrap theirs.
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
}

/// Whether an I/O error of one of these kinds is among an error's causes. File writers wrap the system's errors in
/// their own.
fn has_io_error(error: &(dyn StdError + 'static), kinds: &[ErrorKind]) -> bool {
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

/// How to go on where the system refuses to write.
fn disk_hint(error: &(dyn StdError + 'static)) -> Option<String> {
    let text = match () {
        () if has_io_error(error, &[ErrorKind::StorageFull, ErrorKind::QuotaExceeded]) => {
            "the disk, or your share of it, is full: make room, and run the same command again; earlier commits are \
             intact (`hub gc NAME` deletes files that no commit names)"
        }
        () if has_io_error(error, &[ErrorKind::ReadOnlyFilesystem]) => {
            "the file system is read-only; HUB_HOME names another directory for the hub"
        }
        () if has_io_error(error, &[ErrorKind::PermissionDenied]) => {
            "you may not read or write there: ask its owner, or use a hub of your own (HUB_HOME)"
        }
        () => return None,
    };
    Some(text.to_owned())
}

/// The parts of an error as they are printed.
#[derive(Debug)]
struct Rendered {
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
    exit: Exit,
}

impl Rendered {
    fn of(error: &Error) -> Self {
        let (exit, hint) = classify(error.as_ref());
        let sample = sample_of(error.as_ref());
        let message = match sample {
            Some(e) => format!("{}: {}", e.place, e.problem),
            None => error.to_string(),
        };
        let hint = hint.or_else(|| sample.and_then(|e| e.advice.clone()));
        let hint = disk_hint(error.as_ref()).or(hint);
        let mut causes: Vec<String> = Vec::new();
        // Between what was tried and the server's answer is a wrapper that only repeats the answer.
        let wrapped = error.chain().skip(1).any(|cause| cause.is::<remote::Error>());
        let is_informative = |cause: &&(dyn StdError + 'static)| !wrapped || !is_wrapper(*cause);
        for cause in error.chain().skip(1).filter(is_informative).map(ToString::to_string) {
            // Some libraries repeat the cause's text in their own message.
            if !message.contains(&cause) && !causes.iter().any(|c| c.contains(&cause)) {
                causes.push(cause);
            }
        }
        Self { message, causes, hint, exit }
    }
}

/// Whether an error only wraps the server's answer.
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
fn classify(error: &(dyn StdError + 'static)) -> (Exit, Option<String>) {
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
    if let Some(e) = error.downcast_ref::<hub_stream::Error>() {
        return stream(e);
    }
    if let Some(e) = error.downcast_ref::<RunError>() {
        return run(e);
    }
    if let Some(e) = error.downcast_ref::<InferenceError>() {
        return inference(e);
    }
    if let Some(e) = error.downcast_ref::<SchemaError>() {
        return (schema(e), None);
    }
    if let Some(e) = error.downcast_ref::<QueryError>() {
        return query(e);
    }
    if let Some(e) = error.downcast_ref::<ResolveError>() {
        return (synset(e), None);
    }
    if let Some(e) = error.downcast_ref::<EditError>() {
        return edit(e);
    }
    if error.is::<LabelMapError>() {
        return (Exit::BadInput, None);
    }
    if let Some(found) = model_errors::classify(error) {
        return found;
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

fn run(error: &RunError) -> (Exit, Option<String>) {
    use RunError as E;
    match error {
        E::Inference(e) => inference(e),
        E::Dataset(e) => dataset(e),
        E::Stream(e) => stream(e),
        E::Query(e) => query(e),
        E::NotFound(_) | E::Resume(_) => (Exit::NotFound, None),
        E::Table(_) | E::Json { .. } => (Exit::Damaged, None),
        E::NothingPredicted { .. } | E::NothingDecoded { .. } => (Exit::BadInput, None),
        E::NothingInCommon(..) => (Exit::Usage, None),
        E::Write { .. } => (Exit::Failure, None),
    }
}

fn inference(error: &InferenceError) -> (Exit, Option<String>) {
    use InferenceError as E;
    match error {
        E::Stream(e) => stream(e),
        E::Dataset(e) => dataset(e),
        E::Query(e) => query(e),
        E::Column(_) | E::Labels(_) => (Exit::Usage, None),
        E::NoRows(_) => (Exit::NotFound, None),
        E::Corrupt { .. } => (Exit::BadInput, None),
        E::Engine(_) | E::Thread(_) | E::Shape { .. } => (Exit::Failure, None),
    }
}

fn server(error: &remote::Error) -> (Exit, Option<String>) {
    use remote::Error as E;
    let exit = match error {
        E::Refused { status, problem, .. } => match (status.as_u16(), problem.slug()) {
            (401 | 403, _) => Exit::Denied,
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
        E::NoDataset { name, .. } if is_dataset_folder(name) => (Exit::NotFound, folder_hint(name)),
        E::NoDataset { name, known, .. } => (Exit::NotFound, Some(no_dataset_hint(name, known))),
        E::Remote(e) => server(e),
        E::NotAtServer { name, .. } if is_dataset_folder(name) => (Exit::NotFound, folder_hint(name)),
        E::NotAtServer { name, known, .. } if did_you_mean(as_typed(name), known).is_some() => {
            (Exit::NotFound, did_you_mean(as_typed(name), known))
        }
        E::NotAtServer { server, with_token: false, .. } => {
            (Exit::NotFound, Some(format!("to see private data sets, log in: hub login {server}")))
        }
        E::NotAtServer { name, .. } if has_default_namespace(name) => {
            let hint = format!(
                "names on a server include a namespace: NAMESPACE/{}; `hub ls` lists data sets",
                as_typed(name)
            );
            (Exit::NotFound, Some(hint))
        }
        E::NoNamespace { .. } => (
            Exit::Denied,
            hint("your own namespace is your user name; `hub member add` adds members to a namespace"),
        ),
        E::NotAtServer { .. } => {
            (Exit::NotFound, hint("`hub ls` lists data sets; `hub push NAME DIR` creates one"))
        }
        E::Location(_) | E::Name(_) | E::NoHome => (Exit::Usage, None),
        E::Sample(e) => (sample(e), None),
        E::Stream(e) => stream(e),
        E::NoSamples { .. } | E::CardTooLong { .. } => (Exit::BadInput, None),
        E::Taken(_) => (Exit::Conflict, hint("choose another name, or remove that one first: hub rm NAME")),
        E::NotConfirmed { .. } => (Exit::Conflict, hint("to add rows instead: hub push --append")),
        E::Cancelled => (Exit::Interrupted, None),
        E::Schema(e) => (schema(e), schema_hint(e)),
        _ => (Exit::Failure, None),
    }
}

/// How to go on where there is no data set of this name.
fn no_dataset_hint(name: &str, known: &[String]) -> String {
    let general = "`hub ls` lists data sets; `hub push NAME DIR` creates one";
    let typed = as_typed(name);
    match (did_you_mean(typed, known), hub_ingest::known::find(typed)) {
        (Some(near), _) => format!("{near} {general}"),
        (None, Some(set)) => format!("`hub push {}` downloads it: {}", set.name, set.title),
        (None, None) => general.to_owned(),
    }
}

/// Names similar to the one that was typed, as a question; none where no name is. Namespaces are not compared: a name in
/// another namespace is near, too.
pub fn did_you_mean<S: AsRef<str>>(typed: &str, names: impl IntoIterator<Item = S>) -> Option<String> {
    let bare = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let names: Vec<String> = names.into_iter().map(|name| as_typed(name.as_ref()).to_owned()).collect();
    let bare_names: Vec<String> = names.iter().map(|name| bare(name)).collect();
    let near = hub_schema::similar::nearest(&bare(typed), bare_names.iter().map(String::as_str));
    let near = near.iter().flat_map(|near| names.iter().filter(move |name| bare(name) == *near));
    let near: Vec<String> = near.take(3).cloned().collect();
    (!near.is_empty()).then(|| format!("did you mean '{}'?", near.join("' or '")))
}

/// Whether a local directory of this name holds a data set.
fn is_dataset_folder(name: &str) -> bool {
    Path::new(as_typed(name)).join(layout::HUB_FILE).is_file()
}

fn folder_hint(name: &str) -> Option<String> {
    let name = as_typed(name);
    Some(format!("to use the data set in the local directory: ./{name}"))
}

/// The name as the user typed it: without the default namespace.
fn as_typed(name: &str) -> &str {
    match name.split_once('/') {
        Some((DatasetName::DEFAULT_NAMESPACE, bare)) => bare,
        _ => name,
    }
}

/// Whether the name was typed without a namespace.
fn has_default_namespace(name: &str) -> bool {
    name.split('/').next() == Some(DatasetName::DEFAULT_NAMESPACE)
}

fn dataset(error: &hub_dataset::Error) -> (Exit, Option<String>) {
    use hub_dataset::Error as E;
    let hint = |text: &str| Some(text.to_owned());
    match error {
        E::NotFound { .. } => (Exit::NotFound, hint("`hub push LOCATION DIR` creates a data set there")),
        E::NoRevision { .. } => {
            (Exit::NotFound, hint("`hub log`, `hub branch` and `hub tag` list revisions"))
        }
        E::NoPosition { .. } | E::NoRow(_) => (Exit::NotFound, hint("`hub info` shows the number of rows")),
        E::EmptyBranch { .. } | E::NoSplit { .. } => (Exit::NotFound, None),
        E::Conflict { conflict: Conflict::Synsets { branches, classes, .. }, .. } => {
            (Exit::Conflict, Some(synset_hint(branches, classes)))
        }
        E::Unrelated { .. } => {
            (Exit::Conflict, hint("give another destination, or copy one state as a new commit: --depth 1"))
        }
        E::Diverged { .. } => (
            Exit::Conflict,
            hint("nothing was changed; copy to another destination, or keep the changes of one side only"),
        ),
        E::KeyTaken { .. } => {
            (Exit::Conflict, hint("give other rows another key; to append without one, omit --once"))
        }
        E::Remains { .. } => (Exit::Conflict, None),
        E::Removed { .. } => (
            Exit::Conflict,
            hint("what was uploaded after the removal may be left there; `hub rm` removes it"),
        ),
        E::GraceTooShort { .. } => (Exit::Usage, hint("--dry-run counts files with any grace period")),
        E::NotStored { .. } => (Exit::Damaged, hint("`hub log` lists other revisions")),
        E::MainBranch(_) => (Exit::Usage, None),
        E::Damaged { path, .. } | E::Json { path, .. } if is_of_history(path) => (
            Exit::Damaged,
            hint(
                "if it can't be restored from a backup: `hub revert NAME VERSION` brings the branch back to a \
                 version that is not damaged",
            ),
        ),
        E::Conflict { conflict: Conflict::Moved { .. }, .. } | E::Contended { .. } | E::CameSecond { .. } => {
            (
                Exit::Conflict,
                hint(
                    "somebody else committed at the same time; nothing of theirs was changed: run the same command again",
                ),
            )
        }
        E::Conflict { conflict: Conflict::Values { .. } | Conflict::DeletedAndChanged { .. }, .. } => (
            Exit::Conflict,
            hint(
                "nothing was changed; make the same decision on one of the branches (hub set, hub rm), then merge again",
            ),
        ),
        E::Exists { .. }
        | E::Occupied { .. }
        | E::Taken { .. }
        | E::Conflict { .. }
        | E::SchemaMoved { .. } => (Exit::Conflict, None),
        E::Damaged { .. } | E::Parquet { .. } | E::Json { .. } | E::Extract { .. } => (Exit::Damaged, None),
        E::Schema(e) => (schema(e), schema_hint(e)),
        E::Ambiguous { .. } | E::Name(_) | E::Location(_) | E::NotAStore(_) => (Exit::Usage, None),
        E::BadCommit { .. } | E::Build { .. } | E::SplitTooLong { .. } => (Exit::BadInput, None),
        E::Open { uri, .. } | E::Store { uri, .. } if uri.starts_with("s3://") => {
            let text = "access to buckets is set with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, \
                        AWS_ENDPOINT_URL and, for plain http, AWS_ALLOW_HTTP=true";
            (Exit::Failure, hint(text))
        }
        _ => (Exit::Failure, None),
    }
}

/// Whether a file is one without which a branch can't be read: a commit or a manifest.
fn is_of_history(path: &str) -> bool {
    let is = |folder: &str| path.starts_with(&format!("{folder}/")) || path.contains(&format!("/{folder}/"));
    is(layout::MANIFESTS) || is(layout::REFS)
}

fn stream(error: &hub_stream::Error) -> (Exit, Option<String>) {
    use hub_stream::Error as E;
    match error {
        E::Dataset(e) => dataset(e),
        E::Filter(e) => query(e),
        E::Setting { .. } | E::State { .. } | E::Plan { .. } | E::Cache(TooSmall { .. }) => {
            (Exit::Usage, None)
        }
        _ => (Exit::Failure, None),
    }
}

fn query(error: &QueryError) -> (Exit, Option<String>) {
    match error {
        QueryError::Dataset(e) => dataset(e),
        QueryError::Member { source, .. } => dataset(source),
        QueryError::Synset { source, .. } => (synset(source), None),
        QueryError::NoClass { .. } => (Exit::NotFound, None),
        QueryError::Sql { .. } | QueryError::Refused { .. } | QueryError::NotALabel { .. } => {
            (Exit::Usage, None)
        }
        _ => (Exit::Failure, None),
    }
}

fn edit(error: &EditError) -> (Exit, Option<String>) {
    let hint = |text: &str| Some(text.to_owned());
    match error {
        EditError::Dataset(e) => dataset(e),
        EditError::NoColumn { .. } => (Exit::NotFound, hint("`hub info NAME` lists the columns")),
        EditError::Value { problem: ParseError::NoClass { .. }, .. } => {
            (Exit::NotFound, hint("to add the class to the column: --new-class"))
        }
        EditError::NotSettable { .. } => (Exit::Usage, hint("to replace files, push them again: hub push")),
        EditError::EmptyKey { .. } | EditError::BadKey { .. } | EditError::TwiceInTable { .. } => {
            (Exit::BadInput, None)
        }
        EditError::NoAssignment(_)
        | EditError::Twice(_)
        | EditError::Fact { .. }
        | EditError::Member { .. }
        | EditError::Value { .. }
        | EditError::NoKey { .. } => (Exit::Usage, None),
    }
}

/// The hint of a merge whose sides map classes to different synsets: what the synsets are, and how to agree.
fn synset_hint(branches: &(String, String), classes: &[SynsetClash]) -> String {
    let ids = classes.iter().flat_map(|clash| [&clash.ours, &clash.theirs]).flatten();
    let name = |id: &String| {
        let synset = WordNet::get().synset(id.parse().ok()?)?;
        Some(format!("{id} is {}", synset.name()))
    };
    let mut names: Vec<String> = ids.filter_map(name).collect();
    names.dedup();
    names.push(format!(
        "decide on one of the branches, then merge again: hub synset map NAME@{} --apply TABLE",
        branches.1
    ));
    names.join("; ")
}

fn synset(error: &ResolveError) -> Exit {
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

/// A full or read-only disk while reading a source is a failure, not bad input.
fn sample(error: &SampleError) -> Exit {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::ReadOnlyFilesystem];
    if has_io_error(error, &full) { Exit::Failure } else { Exit::BadInput }
}

fn schema_hint(error: &SchemaError) -> Option<String> {
    let text = "push to another name or branch, or rename or remove the column first: \
                hub rename NAME COLUMN NEW, hub rm NAME --column COLUMN";
    matches!(error, SchemaError::TypeClash { .. }).then(|| text.to_owned())
}

/// The exit code of a well-known data set that could not be fetched.
pub fn fetch(error: &FetchError) -> Exit {
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
        let rendered = Rendered::of(&hub_client::Error::Sample(error).into());
        assert_eq!(rendered.message, "a/b.png: truncated");
        assert_eq!(rendered.causes, ["byte 40"]);
        assert_eq!(rendered.hint.as_deref(), Some("repair it"));
        assert_eq!(rendered.exit, Exit::BadInput);
    }

    #[test]
    fn each_kind_has_its_code() {
        let of = |error: Error| Rendered::of(&error).exit;
        let no_column = SchemaError::NoColumn { name: "x".into(), known: vec![] };
        assert_eq!(of(hub_dataset::Error::Schema(no_column).into()), Exit::NotFound);
        assert_eq!(of(hub_client::Error::Cancelled.into()), Exit::Interrupted);
        let damaged = hub_dataset::Error::Damaged { path: "p".into(), problem: "q".into() };
        assert_eq!(of(hub_client::Error::Dataset(damaged).into()), Exit::Damaged);
        assert_eq!(of(anyhow::anyhow!("x")), Exit::Failure);
    }

    #[test]
    fn similar_names_are_suggested() {
        let known = ["local/pets", "vision/birds", "vision/x"].map(String::from);
        let hint = |name: &str| {
            let (name, home) = (name.to_owned(), "h".to_owned());
            let error = hub_client::Error::NoDataset { name, home, known: known.to_vec() };
            Rendered::of(&error.into()).hint.unwrap()
        };
        assert!(hint("local/pest").starts_with("did you mean 'pets'? `hub ls`"), "{}", hint("local/pest"));
        assert!(hint("vision/brids").starts_with("did you mean 'vision/birds'?"));
        assert!(hint("local/birds").starts_with("did you mean 'vision/birds'?"));
        assert!(hint("vision/quagga").starts_with("`hub ls` lists data sets"));
        assert!(hint("local/MNIST").starts_with("`hub push mnist` downloads it"));
        assert_eq!(did_you_mean("minst", hub_ingest::known::names()).unwrap(), "did you mean 'mnist'?");
        let (name, server) = ("vision/brids".to_owned(), "s".to_owned());
        let error = hub_client::Error::NotAtServer { name, server, with_token: false, known: known.to_vec() };
        assert_eq!(Rendered::of(&error.into()).hint.unwrap(), "did you mean 'vision/birds'?");
    }

    #[test]
    fn a_closed_pipe_is_not_an_error() {
        let closed = std::io::Error::from(ErrorKind::BrokenPipe);
        assert_eq!(report(&closed.into()), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_not_bad_input() {
        let full = std::io::Error::from(ErrorKind::StorageFull);
        let error = SampleError::fatal("out", "can't write").because(full);
        assert_eq!(Rendered::of(&hub_client::Error::Sample(error).into()).exit, Exit::Failure);
    }
}
