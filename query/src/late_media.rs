//! Runs `ORDER BY … LIMIT` over media in two steps, where that reads less: see [`late_media`].

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::stream::StreamExt;
use roaring::RoaringBitmap;

use crate::error::QueryError;
use crate::functions::row_rank::Ranks;
use crate::limits::Limits;
use crate::planner::{self, Output, PlannedQuery};
use crate::sql::late_media;
use crate::sql::parse::ParsedQuery;
use crate::table::Tables;
use crate::table::scan_exec::ScanExec;

/// Plans a query; where it splits into two steps, the first is run here.
pub async fn plan(
    tables: Tables,
    query: ParsedQuery,
    sql: String,
    limits: Limits,
) -> Result<PlannedQuery, QueryError> {
    let late = late_media::split(&query)?;
    let planned = planner::plan(tables.clone(), query.clone(), sql.clone(), limits, Output::Rows).await?;
    let rows = match late {
        Some(rows) if gives_bulk(&planned.plan)? => rows,
        _ => return Ok(planned),
    };
    let first = planner::plan(tables.clone(), query, sql.clone(), limits, Output::Positions).await?;
    let ranks = ranks(first, &tables, &limits, &sql).await?;
    let mut only: HashMap<String, RoaringBitmap> = HashMap::new();
    for (name, position) in ranks.keys() {
        let position = u32::try_from(*position)
            .map_err(|_| QueryError::sql("a sort of media can't address rows beyond position 4294967295"))?;
        only.entry(name.clone()).or_default().insert(position);
    }
    let rows_query = planner::plan(tables.only(only), rows, sql, limits, Output::Ranked(ranks)).await?;
    Ok(PlannedQuery { notes: planned.notes, ..rows_query })
}

fn gives_bulk(plan: &Arc<dyn ExecutionPlan>) -> Result<bool, QueryError> {
    let mut gives = false;
    let walked = plan.apply(|step| {
        gives |= step.downcast_ref::<ScanExec>().is_some_and(ScanExec::gives_bulk);
        Ok(TreeNodeRecursion::Continue)
    });
    walked.map_err(|e| QueryError::from_datafusion(e, ""))?;
    Ok(gives)
}

/// The rows that the first step selects, with their places in its order.
async fn ranks(
    planned: PlannedQuery,
    tables: &Tables,
    limits: &Limits,
    sql: &str,
) -> Result<Ranks, QueryError> {
    let mut found = Ranks::new();
    let rows = execute_stream(planned.plan, planned.context.task_ctx());
    let mut rows = rows.map_err(|e| limits.error(e, sql))?;
    let bad_positions = || QueryError::sql("internal error: the query for row positions gave other columns");
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|e| limits.error(e, sql))?;
        let last = batch.columns().last().and_then(|c| c.as_primitive_opt::<UInt64Type>());
        for (row, position) in last.ok_or_else(bad_positions)?.values().iter().enumerate() {
            let name = match tables.several {
                false => "",
                true => batch.column(0).as_string_opt::<i32>().ok_or_else(bad_positions)?.value(row),
            };
            let rank = found.len() as u64;
            found.insert((name.to_owned(), *position), rank);
        }
    }
    Ok(found)
}
