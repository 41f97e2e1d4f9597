//! Which exit code and hint an error has, by its type.

use std::error::Error as StdError;

use hub_client::edit::EditError;
use hub_client::remote;
use hub_dataset::sample::SampleError;
use hub_eval::inference::InferenceError;
use hub_eval::run::RunError;
use hub_ingest::known::FetchError;
use hub_query::QueryError;
use hub_schema::{LocationError, NameError, SchemaError};
use hub_wordnet::{LabelMapError, ResolveError};

use super::failure::Failure;
use super::of_client::{client, server};
use super::of_dataset::{dataset, edit, query, sample, schema, stream, synset};
use super::of_evaluation::{inference, run};
use crate::exit::Exit;
use crate::model_errors;

/// The exit code and the hint of an error.
pub fn classify(error: &(dyn StdError + 'static)) -> (Exit, Option<String>) {
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
