//! Storing the files of a run.
//!
//! All are created once. The record comes last and is judged: it must be that of its path, of a commit of this data set
//! and of the stored predictions, and its author is the caller.

use bytes::Bytes;
use hub_dataset::layout::{self, RunFile};
use hub_dataset::ops::runs::run_header;
use hub_dataset::{Dataset, store::Created};
use hub_schema::RunId;

use super::{author, refused, taken};
use crate::problem::Result;

/// Maximum bytes of a record or plan.
pub const RECORD_BYTES: usize = 32 * 1024 * 1024;

/// Stores a file of a run; without a `caller`, its author isn't judged (an import). False if exactly this file was there: an earlier answer was lost.
pub async fn create_run_file(
    dataset: &Dataset,
    caller: Option<&str>,
    (id, file): (&RunId, RunFile),
    content: Bytes,
) -> Result<bool> {
    let path = layout::run(id, file);
    if let Some(there) = dataset.store().get(&path).await? {
        return if there == content { Ok(false) } else { Err(taken(&path)) };
    }
    if file == RunFile::Record {
        let header = run_header(&path, id, &content)
            .map_err(|error| refused(format!("not a run's record: {error}")))?;
        if let Some(caller) = caller {
            author::check(&header.author, caller)?;
        }
        if dataset.at(&header.commit).await.is_err() {
            return Err(refused(format!(
                "the commit {} that it scores is not there",
                header.commit.id.short()
            )));
        }
        let predictions = dataset.run_file(id, RunFile::Predictions).await?;
        let predictions =
            predictions.ok_or_else(|| refused("its predictions are not stored; store them first"))?;
        header.check_predictions(&predictions).map_err(refused)?;
    }
    match dataset.store().create(&path, content).await? {
        Created::Yes => Ok(true),
        Created::Taken => Err(taken(&path)),
    }
}
