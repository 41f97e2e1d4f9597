//! Exit codes and hints of what the format, streams, queries and edits report.

use std::io::ErrorKind;

use hub_client::edit::EditError;
use hub_dataset::sample::SampleError;
use hub_dataset::sample::parse::ParseError;
use hub_dataset::{Conflict, SynsetClash, layout};
use hub_query::QueryError;
use hub_schema::SchemaError;
use hub_stream::cache::Error::TooSmall;
use hub_wordnet::{ResolveError, WordNet};

use super::io_causes::has_io_error;
use crate::exit::Exit;

pub fn dataset(error: &hub_dataset::Error) -> (Exit, Option<String>) {
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

pub fn stream(error: &hub_stream::Error) -> (Exit, Option<String>) {
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

pub fn query(error: &QueryError) -> (Exit, Option<String>) {
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

pub fn edit(error: &EditError) -> (Exit, Option<String>) {
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

pub fn synset(error: &ResolveError) -> Exit {
    match error {
        ResolveError::Unknown { .. } => Exit::NotFound,
        ResolveError::Ambiguous { .. } => Exit::Usage,
    }
}

pub fn schema(error: &SchemaError) -> Exit {
    match error {
        SchemaError::NoColumn { .. } | SchemaError::NoClass { .. } => Exit::NotFound,
        SchemaError::Taken(_) => Exit::Conflict,
        SchemaError::TypeClash { .. } => Exit::BadInput,
        SchemaError::BadName(_) | SchemaError::IsFact { .. } | SchemaError::NoLabels { .. } => Exit::Usage,
    }
}

/// A full or read-only disk while reading a source is a failure, not bad input.
pub fn sample(error: &SampleError) -> Exit {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::ReadOnlyFilesystem];
    if has_io_error(error, &full) { Exit::Failure } else { Exit::BadInput }
}

pub fn schema_hint(error: &SchemaError) -> Option<String> {
    let text = "push to another name or branch, or rename or remove the column first: \
                hub rename NAME COLUMN NEW, hub rm NAME --column COLUMN";
    matches!(error, SchemaError::TypeClash { .. }).then(|| text.to_owned())
}

/// Whether a file is one without which a branch can't be read: a commit or a manifest.
fn is_of_history(path: &str) -> bool {
    let is = |folder: &str| path.starts_with(&format!("{folder}/")) || path.contains(&format!("/{folder}/"));
    is(layout::MANIFESTS) || is(layout::REFS)
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
