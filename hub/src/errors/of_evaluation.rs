//! Exit codes and hints of what the evaluation runner reports.

use hub_eval::inference::InferenceError;
use hub_eval::run::RunError;

use super::of_dataset::{dataset, query, stream};
use crate::exit::Exit;

pub fn run(error: &RunError) -> (Exit, Option<String>) {
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

pub fn inference(error: &InferenceError) -> (Exit, Option<String>) {
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
