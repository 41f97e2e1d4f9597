//! From a parsed query to the plan that answers it.
//!
//! DataFusion plans and optimizes; it is given the table `samples` with the columns that the query may name, the
//! rule that rewrites labels ([`LabelRewrite`]), the functions, and limits. It never writes, neither tables nor to
//! disk. What is planned needs a deep stack: see [`crate::planner_thread`].

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::datasource::{MemTable, provider_as_source, source_as_provider};
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::{ScalarUDF, TableSource};
use datafusion::optimizer::Analyzer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::prelude::SessionConfig;
use hub_dataset::LabelColumn;

use crate::error::QueryError;
use crate::functions::guard::Clock;
use crate::functions::row_rank::{Ranks, RowRank};
use crate::functions::{self, allowed};
use crate::labels::rewrite::LabelRewrite;
use crate::limits::Limits;
use crate::notes::{MissingColumns, classes_without_synset};
use crate::sql::names::{self, Names};
use crate::sql::parse::ParsedQuery;
use crate::sql::row_positions;
use crate::subquery_nulls::SubqueryNullsRule;
use crate::table::columns::Columns;
use crate::table::provider::Samples;
use crate::table::{TABLE, Tables};

/// Rows of a batch: what one step computes at a time, and so may hold several times.
const BATCH_ROWS: usize = 2048;

/// A query that is ready to run.
pub(crate) struct PlannedQuery {
    /// The session that it was planned in, with its functions and its memory pool.
    pub context: SessionContext,
    pub plan: Arc<dyn ExecutionPlan>,
    /// See [`crate::notes`].
    pub notes: Vec<String>,
}

/// What a planned query gives.
pub(crate) enum Output {
    /// What it selects.
    Rows,
    /// The positions of the rows that it selects, preceded by the data set's name where there are several.
    Positions,
    /// The same for a filter or view: scans may not read media.
    PositionsWithoutMedia,
    /// What it selects, in the order of these ranks.
    Ranked(Ranks),
}

/// Plans a query over these tables.
pub(crate) async fn plan(
    tables: Tables,
    mut query: ParsedQuery,
    sql: String,
    limits: Limits,
    output: Output,
) -> Result<PlannedQuery, QueryError> {
    let plain = Columns::of(&tables, &HashSet::new(), None);
    let columns = plain.visible().iter().map(|c| (c.name.as_str(), c.feature.as_ref())).collect();
    let position = (!matches!(output, Output::Rows)).then(|| Columns::position_name(&tables));
    let beside = tables.beside.iter().map(|(name, _)| name.as_str()).collect();
    let names = Names { columns, sql: &sql, position: position.as_deref(), beside };
    let system = names::rewrite(query.query_mut()?, &names)?;
    match (&output, &position) {
        (Output::Positions | Output::PositionsWithoutMedia, Some(position)) => {
            row_positions::select(query.query_mut()?, position, tables.several)?;
        }
        (Output::Ranked(_), Some(position)) => {
            row_positions::sort_by_rank(query.query_mut()?, position, tables.several);
        }
        _ => {}
    }
    let columns = Columns::of(&tables, &system, position.as_deref());
    let media = !matches!(output, Output::PositionsWithoutMedia);
    let missing = MissingColumns::of(&tables, &columns);
    let table = Samples::new(&tables, columns, query.explain, media);
    let labels = tables.members.iter().flat_map(|m| LabelColumn::all(m.snapshot.schema()));
    let labels: BTreeSet<String> = labels.map(|l| l.name()).collect();
    let all_columns = provider_as_source(Arc::new(table.with_all_columns()));
    let label_rewrite = LabelRewrite::new(all_columns, is_samples, labels.into_iter().collect());
    let isa_labels = label_rewrite.isa_labels();
    let context = session(label_rewrite, &limits).map_err(|e| limits.error(e, &sql))?;
    let query_error = |e| limits.error(e, &sql);
    if let Output::Ranked(ranks) = output {
        context.register_udf(ScalarUDF::from(RowRank::new(Arc::new(ranks))));
    }
    context.register_table(TABLE, Arc::new(table)).map_err(query_error)?;
    for (name, table) in &tables.beside {
        let table = MemTable::try_new(table.schema(), vec![vec![table.clone()]]).map_err(query_error)?;
        context.register_table(name.as_str(), Arc::new(table)).map_err(query_error)?;
    }
    let state = context.state();
    let logical = state.statement_to_plan(query.statement).await.map_err(query_error)?;
    let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reads.verify_plan(&logical).map_err(query_error)?;
    let logical = state.optimize(&logical).map_err(query_error)?;
    let physical = state.query_planner().create_physical_plan(&logical, &state).await.map_err(query_error)?;
    let physical = yielding(physical).map_err(query_error)?;
    let mut notes = missing.notes(&logical).map_err(query_error)?;
    if let Ok(labels) = isa_labels.lock() {
        notes.extend(labels.iter().filter_map(|(label, classes)| classes_without_synset(label, classes)));
    }
    Ok(PlannedQuery { context, plan: physical, notes })
}

fn session(label_rewrite: LabelRewrite, limits: &Limits) -> datafusion::common::Result<SessionContext> {
    // One partition, so that rows keep their order; the scan prefetches in parallel by itself.
    let mut config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(BATCH_ROWS)
        .with_information_schema(false);
    config.options_mut().sql_parser.map_string_types_to_utf8view = false;
    config.options_mut().execution.sort_spill_reservation_bytes = 0;
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let mut rules: Vec<Arc<dyn datafusion::optimizer::AnalyzerRule + Send + Sync>> =
        vec![Arc::new(SubqueryNullsRule), Arc::new(label_rewrite)];
    rules.extend(Analyzer::new().rules);
    rules.push(Arc::new(functions::checked::CheckedArithmeticRule));
    rules.push(Arc::new(functions::guard::GuardRule { clock: Clock::start(limits.time) }));
    let state = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_analyzer_rules(rules)
        .build();
    let context = SessionContext::new_with_state(state);
    remove_functions(&context);
    for function in functions::registry::all() {
        context.register_udf(function.as_ref().clone());
    }
    for function in functions::aggregates::all() {
        context.register_udaf(function);
    }
    Ok(context)
}

/// Removes the functions of DataFusion's that a query may not call.
fn remove_functions(context: &SessionContext) {
    let state = context.state();
    let not = |is_allowed: fn(&str) -> bool, name: &str| !is_allowed(name);
    for function in state.scalar_functions().values().filter(|f| not(allowed::is_scalar, f.name())) {
        context.deregister_udf(function.name());
    }
    for function in state.aggregate_functions().values().filter(|f| not(allowed::is_aggregate, f.name())) {
        context.deregister_udaf(function.name());
    }
    for function in state.window_functions().values().filter(|f| not(allowed::is_window, f.name())) {
        context.deregister_udwf(function.name());
    }
    // The dialect has no syntax for their arguments.
    for name in state.higher_order_functions().keys() {
        context.deregister_higher_order_function(name);
    }
    for name in state.table_functions().keys() {
        context.deregister_udtf(name);
    }
}

/// Makes every step that may give more rows than it takes (joins above all) yield regularly. Without it, a cross join
/// computes for hours in one poll, and the time limit is never checked.
fn yielding(plan: Arc<dyn ExecutionPlan>) -> datafusion::common::Result<Arc<dyn ExecutionPlan>> {
    let pauses = |plan: Arc<dyn ExecutionPlan>| {
        let grows =
            matches!(plan.cardinality_effect(), CardinalityEffect::Unknown | CardinalityEffect::GreaterEqual);
        Ok(if grows && !plan.children().is_empty() {
            Transformed::yes(Arc::new(CooperativeExec::new(plan)) as Arc<dyn ExecutionPlan>)
        } else {
            Transformed::no(plan)
        })
    };
    plan.transform_up(pauses).map(|done| done.data)
}

fn is_samples(source: &Arc<dyn TableSource>) -> bool {
    source_as_provider(source).is_ok_and(|provider| provider.is::<Samples>())
}
