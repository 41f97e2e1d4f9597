//! Reads the runs of a data set.

use arrow::array::RecordBatch;
use futures::stream::{self, StreamExt};
use hub_dataset::{Dataset, layout};
use hub_schema::RunId;

use super::error::RunError;
use super::names::ClassNames;
use super::record::Run;
use super::table;
use crate::inference::SamplePrediction;

/// Records read at a time.
const READERS: usize = 16;

/// A run by its id.
///
/// # Errors
/// There is no such run, or its record can't be read.
pub async fn load(dataset: &Dataset, id: &RunId) -> Result<Run, RunError> {
    let Some((_, json)) = dataset.run(id).await? else {
        return Err(RunError::NotFound(format!("there is no run {id}; `hub runs ls` lists them")));
    };
    let path = format!("{}/{}", dataset.store().uri(), layout::run(id, layout::RunFile::Record));
    serde_json::from_slice(&json).map_err(|source| RunError::Json { path, source })
}

/// The newest finished runs, at most `most`, the newest first; each that can't be read as its error.
///
/// # Errors
/// The store can't be listed.
pub async fn list(dataset: &Dataset, most: usize) -> Result<Vec<(RunId, Result<Run, RunError>)>, RunError> {
    let mut ids = dataset.runs().await?;
    ids.reverse();
    ids.truncate(most);
    let reads = ids.into_iter().map(|id| async move {
        let run = load(dataset, &id).await;
        (id, run)
    });
    Ok(stream::iter(reads).buffered(READERS).collect().await)
}

/// A run by its id, a part of it that no other has, the name of a model (its newest run), or `last`.
///
/// # Errors
/// No run or several fit, or the record can't be read.
pub async fn find(dataset: &Dataset, text: &str) -> Result<Run, RunError> {
    let ids = dataset.runs().await?;
    if text == "last" {
        let last = ids
            .last()
            .ok_or_else(|| RunError::NotFound("the data set has no runs; `hub eval` makes one".to_owned()))?;
        return load(dataset, last).await;
    }
    let fits: Vec<&RunId> = ids.iter().filter(|id| id.as_str().contains(text)).collect();
    match fits[..] {
        [id] => load(dataset, id).await,
        [] => {
            let newest = list(dataset, usize::MAX)
                .await?
                .into_iter()
                .find_map(|(_, run)| run.ok().filter(|run| is_named(&run.evaluated.model.name, text)));
            newest.ok_or_else(|| {
                RunError::NotFound(format!(
                    "there is no run '{text}', by id or by model; `hub runs ls` lists the runs"
                ))
            })
        }
        [first, second, ..] => Err(RunError::NotFound(format!(
            "'{text}' is a part of several runs' ids, for example {first} and {second}; write more of it"
        ))),
    }
}

/// Whether a model's name is this, or ends with it behind a namespace.
fn is_named(name: &str, text: &str) -> bool {
    name == text || name.strip_suffix(text).is_some_and(|namespace| namespace.ends_with('/'))
}

/// A run's predictions, by position.
///
/// # Errors
/// They can't be read.
pub async fn predictions(dataset: &Dataset, run: &Run) -> Result<Vec<SamplePrediction>, RunError> {
    let file = dataset.run_predictions(&run.header).await?;
    Ok(table::samples(&table::from_parquet(file)?)?)
}

/// A run's predictions, by position, with the names of their classes.
///
/// # Errors
/// They can't be read.
pub async fn predictions_with_names(
    dataset: &Dataset,
    run: &Run,
) -> Result<(Vec<SamplePrediction>, ClassNames), RunError> {
    let file = dataset.run_predictions(&run.header).await?;
    let table = table::from_parquet(file)?;
    Ok((table::samples(&table)?, ClassNames::of(&table)?))
}

/// A run's predictions as a table for SQL, to be joined by `row_id` with `samples._row_id`.
///
/// # Errors
/// They can't be read.
pub async fn sql_table(dataset: &Dataset, run: &Run) -> Result<RecordBatch, RunError> {
    let file = dataset.run_predictions(&run.header).await?;
    Ok(table::for_sql(&table::from_parquet(file)?)?)
}
