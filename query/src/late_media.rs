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
use crate::limits::Limits;
use crate::planner::{self, PlannedQuery};
use crate::sql::late_media;
use crate::sql::parse::ParsedQuery;
use crate::table::scan_exec::ScanExec;
use crate::table::{POSITION, Tables};

/// Plans a query; where it splits into two steps, the first is run here.
pub async fn plan(
    tables: Tables,
    query: ParsedQuery,
    sql: String,
    limits: Limits,
) -> Result<PlannedQuery, QueryError> {
    let late = late_media::split(&query, tables.several)?;
    let planned = planner::plan(tables.clone(), query, sql.clone(), limits, true).await?;
    let has_position_column =
        |t: &Tables| t.members.iter().flat_map(|m| &m.snapshot.schema().fields).any(|f| f.name == POSITION);
    let late = match late {
        Some(late) if gives_bulk(&planned.plan)? && !has_position_column(&tables) => late,
        _ => return Ok(planned),
    };
    let positions_query = planner::plan(tables.clone(), late.positions, sql.clone(), limits, true).await?;
    let only = positions(positions_query, &tables, &limits, &sql).await?;
    let rows_query = planner::plan(tables.only(only), late.rows, sql, limits, true).await?;
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

/// The positions that the first step selects, by data set.
async fn positions(
    planned: PlannedQuery,
    tables: &Tables,
    limits: &Limits,
    sql: &str,
) -> Result<HashMap<String, RoaringBitmap>, QueryError> {
    let mut found: HashMap<String, RoaringBitmap> = HashMap::new();
    let rows = execute_stream(planned.plan, planned.context.task_ctx());
    let mut rows = rows.map_err(|e| limits.error(e, sql))?;
    let bad_positions = || QueryError::sql("internal error: the query for row positions gave other columns");
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|e| limits.error(e, sql))?;
        let last = batch.columns().last().and_then(|c| c.as_primitive_opt::<UInt64Type>());
        for (row, position) in last.ok_or_else(bad_positions)?.values().iter().enumerate() {
            let name = match (tables.several, tables.members.as_slice()) {
                (false, [only]) => only.name.clone(),
                _ => batch.column(0).as_string_opt::<i32>().ok_or_else(bad_positions)?.value(row).to_owned(),
            };
            found.entry(name).or_default().insert(u32::try_from(*position).map_err(|_| bad_positions())?);
        }
    }
    Ok(found)
}
