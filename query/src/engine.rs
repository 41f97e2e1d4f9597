//! Asking: from the text of a question to its answer, and from a condition to the rows that meet it.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::execution::context::{SQLOptions, SessionContext};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::optimizer::Analyzer;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::execution_plan::CardinalityEffect;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::stream::StreamExt;
use hub_dataset::read::Estimate;
use hub_dataset::{FragmentReader, LabelColumn, LabelIndex, Snapshot};
use hub_schema::Field;
use roaring::RoaringBitmap;
use tokio::time::Instant;

use crate::error::QueryError;
use crate::functions;
use crate::label_rewrite::LabelRewrite;
use crate::labels::Classes;
use crate::late_media;
use crate::limits::{Limits, QueryStream};
use crate::missing_columns::MissingColumns;
use crate::sql::names::{self, Names};
use crate::sql::parse::{self, Question};
use crate::table::columns::{Columns, Origin};
use crate::table::provider::Samples;
use crate::table::scan::{Scan, ScanExec};
use crate::table::{NamedSnapshot, POSITION, TABLE, Tables};

/// Is this a question that may be asked? Looks at its text alone, which costs next to nothing.
///
/// # Errors
/// [`QueryError::Sql`], [`QueryError::Refused`].
pub async fn check(sql: &str) -> Result<(), QueryError> {
    let text = sql.to_owned();
    on_a_deep_stack(async move { parse::question(&text).map(drop) }).await?
}

/// Is this a condition? Looks at its text alone, as [`check`].
///
/// # Errors
/// [`QueryError::Sql`], [`QueryError::Refused`].
pub async fn check_filter(condition: &str) -> Result<(), QueryError> {
    let text = condition.to_owned();
    on_a_deep_stack(async move { parse::condition(&text).map(drop) }).await?
}

/// Asks a question.
///
/// # Errors
/// [`QueryError`]; those of reading and of the limits come with the stream.
pub async fn query(tables: &Tables, sql: &str, limits: &Limits) -> Result<QueryStream, QueryError> {
    let deadline = Instant::now() + limits.time;
    let (tables, text, own) = (tables.clone(), sql.to_owned(), *limits);
    let planned = async move { late_media::plan(tables, parse::question(&text)?, text, own).await };
    let planned = tokio::time::timeout_at(deadline, on_a_deep_stack(planned)).await;
    let (context, plan, notes) = planned.map_err(|_| QueryError::Time(limits.time))???;
    let rows = execute_stream(plan, context.task_ctx()).map_err(|e| limits.error(e, sql))?;
    Ok(QueryStream::new(rows, notes, deadline, *limits, sql))
}

/// The positions of the rows that meet a condition (what stands behind WHERE). Media are never read for it.
///
/// # Errors
/// [`QueryError`].
pub async fn filter(
    snapshot: &Snapshot,
    condition: &str,
    index: Option<Arc<dyn LabelIndex>>,
) -> Result<RoaringBitmap, QueryError> {
    let question = |text: &str| parse::selecting(POSITION, parse::condition(text)?, text);
    positions(snapshot, condition, index, question).await
}

/// The positions that a question gives, made from its text; it selects them alone.
pub(crate) async fn positions(
    snapshot: &Snapshot,
    text: &str,
    index: Option<Arc<dyn LabelIndex>>,
    question: impl FnOnce(&str) -> Result<Question, QueryError> + Send + 'static,
) -> Result<RoaringBitmap, QueryError> {
    let tables = Tables::one(NamedSnapshot::new("", snapshot.clone()).with_index(index));
    let limits = Limits::default();
    let own = text.to_owned();
    let planned = async move { plan_question(tables, question(&own)?, own, limits, false).await };
    let (context, plan, _) = on_a_deep_stack(planned).await??;
    if let Some(scan) = plan.downcast_ref::<ScanExec>()
        && let Some(positions) = scan.positions()
    {
        return Ok(positions);
    }
    let mut rows = execute_stream(plan, context.task_ctx()).map_err(|e| limits.error(e, text))?;
    let mut found = RoaringBitmap::new();
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|e| limits.error(e, text))?;
        let positions = batch.column(0).as_primitive_opt::<UInt64Type>().map(|p| p.values().to_vec());
        for position in positions.unwrap_or_default() {
            found.insert(u32::try_from(position).map_err(|_| QueryError::sql("too many rows for a filter"))?);
        }
    }
    Ok(found)
}

/// How many rows have a label without a synset in a column; of a list, at least one.
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
    let condition = format!("{}({}, {})", functions::LABEL_IS, path.join("."), numbers.join(", "));
    Ok(filter(snapshot, &condition, None).await?.len())
}

/// What a scan is going to read at most: the columns of its conditions and those it gives, for all rows that are
/// left before it reads.
pub(crate) async fn weigh(scan: &Scan) -> Result<Estimate, QueryError> {
    let mut reads = Estimate::default();
    for (m, f) in scan.fragments().await? {
        let member = &scan.members[m];
        let mut columns: Vec<usize> = scan.projection.clone();
        columns.extend(member.conditions.iter().flat_map(|c| &scan.conditions[*c].columns));
        let stored: HashSet<&Field> = columns
            .iter()
            .filter_map(|c| match &scan.columns.columns[*c].origins[member.member] {
                Origin::Column(field) => Some(field.as_ref()),
                _ => None,
            })
            .collect();
        let fields: Vec<&Field> = stored.into_iter().collect();
        let index = member.named.snapshot.index().await.map_err(|e| scan.wrong(m, e))?;
        let fragment = &index.fragments()[f];
        let reader = FragmentReader::open(member.named.snapshot.dataset(), fragment, &fields).await;
        let reader = reader.map_err(|e| scan.wrong(m, e))?;
        let units = scan.units(m, f).await.map_err(|e| scan.wrong(m, e))?;
        let offsets: Vec<u32> = units.into_iter().flat_map(|u| u.offsets).collect();
        if !offsets.is_empty() {
            reads += reader.estimate(f, offsets).map_err(|e| scan.wrong(m, e))?.reads;
        }
        if scan.limit.is_some_and(|limit| member.conditions.is_empty() && reads.rows >= limit as u64) {
            break;
        }
    }
    Ok(reads)
}

pub(crate) type Planned = (SessionContext, Arc<dyn ExecutionPlan>, Vec<String>);

pub(crate) async fn plan_question(
    tables: Tables,
    mut question: Question,
    sql: String,
    limits: Limits,
    media: bool,
) -> Result<Planned, QueryError> {
    let plain = Columns::of(&tables, &HashSet::new());
    let columns = plain.columns.iter().map(|c| (c.name.as_str(), c.feature.as_ref())).collect();
    let system = names::rewrite(question.query_mut()?, &Names { columns, sql: &sql })?;
    let columns = Columns::of(&tables, &system);
    let labels = tables.members.iter().flat_map(|m| LabelColumn::all(m.snapshot.schema()));
    let labels: std::collections::BTreeSet<String> = labels.map(|l| l.name()).collect();
    let meaning = LabelRewrite::new(labels.into_iter().collect());
    let asked = meaning.asked();
    let context = session(meaning, &limits).map_err(|e| limits.error(e, &sql))?;
    let lacking = MissingColumns::of(&tables, &columns);
    let table = Samples::new(&tables, columns, question.explain, media);
    let wrong = |e| limits.error(e, &sql);
    context.register_table(TABLE, Arc::new(table)).map_err(wrong)?;
    let state = context.state();
    let logical = state.statement_to_plan(question.statement).await.map_err(wrong)?;
    let reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reads.verify_plan(&logical).map_err(wrong)?;
    let logical = state.optimize(&logical).map_err(wrong)?;
    let physical = state.query_planner().create_physical_plan(&logical, &state).await.map_err(wrong)?;
    let physical = yielding(physical).map_err(wrong)?;
    let mut notes = lacking.notes(&logical).map_err(wrong)?;
    if let Ok(asked) = asked.lock() {
        notes.extend(asked.iter().filter_map(|(label, classes)| note(label, classes)));
    }
    Ok((context, physical, notes))
}

fn session(meaning: LabelRewrite, limits: &Limits) -> datafusion::common::Result<SessionContext> {
    // One partition: rows keep their order, and reading is parallel all the same.
    let mut config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
    config.options_mut().sql_parser.map_string_types_to_utf8view = false;
    config.options_mut().execution.sort_spill_reservation_bytes = 0;
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits.memory_bytes)))
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let mut rules: Vec<Arc<dyn datafusion::optimizer::AnalyzerRule + Send + Sync>> = vec![Arc::new(meaning)];
    rules.extend(Analyzer::new().rules);
    rules.push(Arc::new(functions::guard::Guards));
    let state = SessionStateBuilder::new_with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_analyzer_rules(rules)
        .build();
    let context = SessionContext::new_with_state(state);
    for function in functions::all() {
        context.register_udf(function.as_ref().clone());
    }
    Ok(context)
}

/// Lets every step that may give more rows than it takes (joins above all) pause now and then: else a join of a
/// few rows with themselves computes on for hours in one go, and no limit of time is ever looked at.
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

/// Which classes of a label `isa` can never find.
fn note(label: &str, classes: &Classes) -> Option<String> {
    let without = classes.names.iter().zip(classes.synsets.iter()).filter(|(_, synset)| synset.is_none());
    let without: Vec<String> = without.map(|(name, _)| name.clone()).collect();
    (!without.is_empty()).then(|| {
        format!(
            "{label}: {} of {} classes have no synset, so isa() finds none of their rows: {}",
            without.len(),
            classes.names.len(),
            crate::write::cut(&crate::error::list(&without), 200)
        )
    })
}

/// Stack for planning: what nests is limited, but every level costs a planner much.
const STACK_BYTES: usize = 64 << 20;

/// Plans on a thread of its own: plans are walked by recursion, and a worker's stack is small.
pub(crate) async fn on_a_deep_stack<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, QueryError> {
    let runtime = tokio::runtime::Handle::current();
    let (done, answer) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("planner".to_owned()).stack_size(STACK_BYTES);
    let failed = |e: std::io::Error| QueryError::sql(format!("no thread to plan on: {e}"));
    thread.spawn(move || done.send(runtime.block_on(work)).ok()).map_err(failed)?;
    answer.await.map_err(|_| QueryError::sql("the question broke the planner; ask it in another way"))
}
