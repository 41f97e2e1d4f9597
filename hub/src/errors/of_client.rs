//! Exit codes and hints of what the client and the server report.

use std::path::Path;

use hub_client::remote;
use hub_dataset::layout;

use super::near_names::{as_typed, did_you_mean, has_default_namespace};
use super::of_dataset::{dataset, sample, schema, schema_hint, stream};
use crate::exit::Exit;

pub fn server(error: &remote::Error) -> (Exit, Option<String>) {
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

pub fn client(error: &hub_client::Error) -> (Exit, Option<String>) {
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

/// Whether a local directory of this name holds a data set.
fn is_dataset_folder(name: &str) -> bool {
    Path::new(as_typed(name)).join(layout::HUB_FILE).is_file()
}

fn folder_hint(name: &str) -> Option<String> {
    let name = as_typed(name);
    Some(format!("to use the data set in the local directory: ./{name}"))
}
