//! Asks a question for media in two steps, where that reads less: see [`late_media`].

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::stream::StreamExt;
use roaring::RoaringBitmap;

use crate::engine::{Planned, plan_question};
use crate::error::QueryError;
use crate::limits::Limits;
use crate::sql::late_media;
use crate::sql::parse::Question;
use crate::table::scan::ScanExec;
use crate::table::{POSITION, Tables};

/// Plans a question; where it has two steps, the first is run.
pub async fn plan(
    tables: Tables,
    question: Question,
    sql: String,
    limits: Limits,
) -> Result<Planned, QueryError> {
    let steps = late_media::split(&question, tables.several)?;
    let planned = plan_question(tables.clone(), question, sql.clone(), limits, true).await?;
    let own =
        |t: &Tables| t.members.iter().flat_map(|m| &m.snapshot.schema().fields).any(|f| f.name == POSITION);
    let steps = match steps {
        Some(steps) if gives_bulk(&planned.1)? && !own(&tables) => steps,
        _ => return Ok(planned),
    };
    let which = plan_question(tables.clone(), steps.which, sql.clone(), limits, true).await?;
    let only = positions(which, &tables, &limits, &sql).await?;
    let (context, then, _) = plan_question(tables.only(only), steps.then, sql, limits, true).await?;
    Ok((context, then, planned.2))
}

fn gives_bulk(plan: &Arc<dyn ExecutionPlan>) -> Result<bool, QueryError> {
    let mut gives = false;
    let seen = plan.apply(|step| {
        gives |= step.downcast_ref::<ScanExec>().is_some_and(ScanExec::gives_bulk);
        Ok(TreeNodeRecursion::Continue)
    });
    seen.map_err(|e| QueryError::from_datafusion(e, ""))?;
    Ok(gives)
}

/// The positions that the first step gives, by data set.
async fn positions(
    (context, plan, _): Planned,
    tables: &Tables,
    limits: &Limits,
    sql: &str,
) -> Result<HashMap<String, RoaringBitmap>, QueryError> {
    let mut found: HashMap<String, RoaringBitmap> = HashMap::new();
    let mut rows = execute_stream(plan, context.task_ctx()).map_err(|e| limits.error(e, sql))?;
    let broken = || QueryError::sql("the rows of the question can't be found");
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|e| limits.error(e, sql))?;
        let last = batch.columns().last().and_then(|c| c.as_primitive_opt::<UInt64Type>());
        for (row, position) in last.ok_or_else(broken)?.values().iter().enumerate() {
            let name = match (tables.several, tables.members.as_slice()) {
                (false, [only]) => only.name.clone(),
                _ => batch.column(0).as_string_opt::<i32>().ok_or_else(broken)?.value(row).to_owned(),
            };
            found.entry(name).or_default().insert(u32::try_from(*position).map_err(|_| broken())?);
        }
    }
    Ok(found)
}
