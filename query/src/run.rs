//! Running queries: from the text of a query to its answer.

use datafusion::physical_plan::execute_stream;
use tokio::time::Instant;

use crate::error::QueryError;
use crate::late_media;
use crate::limits::{Limits, QueryStream};
use crate::planner_thread::on_a_deep_stack;
use crate::sql::parse;
use crate::table::Tables;

/// Is this a query that may be run? Checks its text alone, which costs next to nothing.
///
/// # Errors
/// [`QueryError::Sql`], [`QueryError::Refused`].
pub async fn check(sql: &str) -> Result<(), QueryError> {
    let text = sql.to_owned();
    on_a_deep_stack(async move { parse::query(&text).map(drop) }).await?
}

/// Runs a query.
///
/// # Errors
/// [`QueryError`]; those of reading and of the limits come with the stream.
pub async fn query(tables: &Tables, sql: &str, limits: &Limits) -> Result<QueryStream, QueryError> {
    let deadline = Instant::now() + limits.time;
    let (tables, text, own) = (tables.clone(), sql.to_owned(), *limits);
    let planning = async move { late_media::plan(tables, parse::query(&text)?, text, own).await };
    let planned = tokio::time::timeout_at(deadline, on_a_deep_stack(planning)).await;
    let planned = planned.map_err(|_| QueryError::Time(limits.time))???;
    let rows = execute_stream(planned.plan, planned.context.task_ctx()).map_err(|e| limits.error(e, sql))?;
    Ok(QueryStream::new(rows, planned.notes, deadline, *limits, sql))
}
