//! Filters: from a condition to the positions of the rows that meet it.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::physical_plan::execute_stream;
use futures::stream::StreamExt;
use hub_dataset::{LabelColumn, LabelIndex, Snapshot};
use roaring::RoaringBitmap;
use tokio::time::{Instant, timeout_at};

use crate::error::QueryError;
use crate::functions::names::LABEL_IS;
use crate::limits::Limits;
use crate::planner::{self, Output};
use crate::planner_thread::on_planner_thread;
use crate::sql::parse::{self, ParsedQuery};
use crate::table::scan_exec::ScanExec;
use crate::table::{NamedSnapshot, Tables};

/// The positions of the rows that meet a condition (the expression after WHERE). Media are never read for it.
///
/// # Errors
/// [`QueryError`]; [`QueryError::Refused`] where the condition names a media column.
pub async fn filter(
    snapshot: &Snapshot,
    condition: &str,
    index: Option<Arc<dyn LabelIndex>>,
    limits: &Limits,
) -> Result<RoaringBitmap, QueryError> {
    let query = |text: &str| parse::selecting(parse::condition(text)?, text);
    positions(snapshot, condition, index, limits, query).await
}

/// The positions of the rows that a query of one SELECT gives; `query` parses the text.
pub(crate) async fn positions(
    snapshot: &Snapshot,
    text: &str,
    index: Option<Arc<dyn LabelIndex>>,
    limits: &Limits,
    query: impl FnOnce(&str) -> Result<ParsedQuery, QueryError> + Send + 'static,
) -> Result<RoaringBitmap, QueryError> {
    let deadline = Instant::now() + limits.time;
    let found = timeout_at(deadline, found(snapshot, text, index, limits, query)).await;
    found.map_err(|_| QueryError::Time(limits.time))?
}

async fn found(
    snapshot: &Snapshot,
    text: &str,
    index: Option<Arc<dyn LabelIndex>>,
    limits: &Limits,
    query: impl FnOnce(&str) -> Result<ParsedQuery, QueryError> + Send + 'static,
) -> Result<RoaringBitmap, QueryError> {
    let tables = Tables::one(NamedSnapshot::new("", snapshot.clone()).with_index(index));
    let (owned, owned_limits) = (text.to_owned(), *limits);
    let planning = async move {
        planner::plan(tables, query(&owned)?, owned, owned_limits, Output::PositionsWithoutMedia).await
    };
    let planned = on_planner_thread(planning).await??;
    if let Some(scan) = planned.plan.downcast_ref::<ScanExec>()
        && let Some(positions) = scan.positions()
    {
        return Ok(positions);
    }
    let rows = execute_stream(planned.plan, planned.context.task_ctx());
    let mut rows = rows.map_err(|e| limits.error(e, text))?;
    let mut found = RoaringBitmap::new();
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|e| limits.error(e, text))?;
        let positions = batch.column(0).as_primitive_opt::<UInt64Type>().map(|p| p.values().to_vec());
        for position in positions.unwrap_or_default() {
            found
                .insert(u32::try_from(position).map_err(|_| {
                    QueryError::sql("a filter can't address rows beyond position 4294967295")
                })?);
        }
    }
    Ok(found)
}

/// The number of rows whose label (of a list: at least one) is a class without a synset.
///
/// # Errors
/// [`QueryError`].
pub async fn unmapped_rows(snapshot: &Snapshot, label: &LabelColumn) -> Result<u64, QueryError> {
    let unmapped = label.synsets.iter().enumerate().filter(|(_, synset)| synset.is_none());
    let numbers: Vec<String> = unmapped.map(|(i, _)| i.to_string()).collect();
    if numbers.is_empty() {
        return Ok(0);
    }
    let quoted = |name: &String| format!("\"{}\"", name.replace('"', "\"\""));
    let path: Vec<String> = label.path.iter().map(quoted).collect();
    let condition = format!("{}({}, {})", LABEL_IS, path.join("."), numbers.join(", "));
    Ok(filter(snapshot, &condition, None, &Limits::default()).await?.len())
}
