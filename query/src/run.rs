//! Running queries: from the text of a query to its result.

use datafusion::physical_plan::execute_stream;
use tokio::time::Instant;

use crate::error::QueryError;
use crate::late_media;
use crate::limits::{Limits, QueryStream};
use crate::planner_thread::on_planner_thread;
use crate::sql::parse;
use crate::table::Tables;

/// Plans a query and starts it; the rows come with the stream.
///
/// # Errors
/// [`QueryError`] while planning; errors of reading and of the limits come with the stream.
pub async fn query(tables: &Tables, sql: &str, limits: &Limits) -> Result<QueryStream, QueryError> {
    let deadline = Instant::now() + limits.time;
    let (tables, text, owned_limits) = (tables.clone(), sql.to_owned(), *limits);
    let planning = async move { late_media::plan(tables, parse::query(&text)?, text, owned_limits).await };
    let planned = tokio::time::timeout_at(deadline, on_planner_thread(planning)).await;
    let planned = planned.map_err(|_| QueryError::Time(limits.time))???;
    let rows = execute_stream(planned.plan, planned.context.task_ctx()).map_err(|e| limits.error(e, sql))?;
    Ok(QueryStream::new(rows, planned.notes, deadline, *limits, sql))
}
