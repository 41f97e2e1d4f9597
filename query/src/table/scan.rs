//! The scan as a step of a plan: units in order, some read ahead.
//!
//! Rows come in the order of their positions, so that a question without ORDER BY has the same answer every
//! time. Reading ahead is bounded, whatever is being read: a few row groups. A scan that is dropped stops.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, Statistics, stats::Precision};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use hub_dataset::read::Estimate;

use super::columns::Columns;
use super::conditions::Condition;
use super::scan_units::MemberScan;
use crate::engine;
use crate::error::{QueryError, external};

/// Fragments whose footers are opened ahead.
const OPEN_AHEAD: usize = 4;

/// Row groups that are read ahead.
const READ_AHEAD: usize = 3;

/// What is read, and of which rows.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The data sets.
    pub members: Vec<MemberScan>,
    /// The table's columns.
    pub columns: Arc<Columns>,
    /// The columns that are wanted.
    pub projection: Vec<usize>,
    /// All conditions; each data set says which of them are to be looked at.
    pub conditions: Vec<Condition>,
    /// As many rows are enough.
    pub limit: Option<usize>,
    /// The columns that are wanted, as Arrow has them.
    pub schema: SchemaRef,
    /// The rows of a batch.
    pub batch_rows: usize,
}

impl Scan {
    /// The number of rows, where it is known without reading: no condition is left to be looked at.
    pub async fn exact_rows(&self) -> Result<Option<usize>, QueryError> {
        let mut rows = 0;
        for (m, member) in self.members.iter().enumerate() {
            if !member.conditions.is_empty() {
                return Ok(None);
            }
            rows += match &member.positions {
                Some(positions) => positions.len(),
                None => member.named.snapshot.index().await.map_err(|e| self.wrong(m, e))?.rows(),
            };
        }
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        Ok(Some(self.limit.map_or(rows, |limit| limit.min(rows))))
    }

    /// The rows, in order.
    pub fn rows(self: Arc<Self>) -> impl Stream<Item = Result<RecordBatch, QueryError>> + Send {
        // A small limit is met by the first row groups: those behind them would be read for nothing.
        let ahead = if self.limit.is_some() { 1 } else { READ_AHEAD };
        let batch_rows = self.batch_rows.max(1);
        let (opener, reader) = (Arc::clone(&self), Arc::clone(&self));
        let limit = self.limit;
        let fragments = stream::once(async move { self.fragments().await })
            .map_ok(|fragments| stream::iter(fragments).map(Ok::<_, QueryError>))
            .try_flatten();
        let units = fragments
            .map_ok(move |(m, f)| {
                let scan = Arc::clone(&opener);
                async move { scan.units(m, f).await.map_err(|e| scan.wrong(m, e)) }
            })
            .try_buffered(if ahead == 1 { 1 } else { OPEN_AHEAD })
            .map_ok(|units| stream::iter(units).map(Ok))
            .try_flatten();
        let batches = units
            .map_ok(move |mut unit| {
                let scan = Arc::clone(&reader);
                if let Some(limit) = scan.limit
                    && scan.members[unit.member].conditions.is_empty()
                {
                    unit.offsets.truncate(limit);
                    unit.positions.truncate(limit);
                }
                let m = unit.member;
                let task =
                    SpawnedTask::spawn(async move { scan.read(unit).await.map_err(|e| scan.wrong(m, e)) });
                async move { task.join().await.unwrap_or_else(|e| Err(QueryError::sql(e.to_string()))) }
            })
            .try_buffered(ahead);
        limited(batches, limit)
            .map_ok(move |batch| {
                let starts = (0..batch.num_rows()).step_by(batch_rows);
                let parts: Vec<_> =
                    starts.map(|at| Ok(batch.slice(at, batch_rows.min(batch.num_rows() - at)))).collect();
                stream::iter(parts)
            })
            .try_flatten()
    }
}

/// Ends with the row that meets the limit, without a look at what is behind it.
fn limited(
    batches: impl Stream<Item = Result<RecordBatch, QueryError>> + Send,
    limit: Option<usize>,
) -> impl Stream<Item = Result<RecordBatch, QueryError>> + Send {
    stream::try_unfold((Box::pin(batches), limit), |(mut batches, wanted)| async move {
        if wanted == Some(0) {
            return Ok(None);
        }
        let Some(batch) = batches.try_next().await? else { return Ok(None) };
        let rows = wanted.map_or(batch.num_rows(), |w| w.min(batch.num_rows()));
        Ok(Some((batch.slice(0, rows), (batches, wanted.map(|w| w - rows)))))
    })
}

/// The step of a plan.
#[derive(Debug)]
pub struct ScanExec {
    scan: Arc<Scan>,
    exact_rows: Option<usize>,
    reads: Option<Estimate>,
    properties: Arc<PlanProperties>,
}

impl ScanExec {
    /// The step; with `explain` it counts what it is going to read.
    pub async fn new(scan: Scan, explain: bool) -> Result<Self> {
        let exact_rows = scan.exact_rows().await.map_err(external)?;
        let scan = Arc::new(scan);
        let reads = if explain { Some(engine::weigh(&scan).await.map_err(external)?) } else { None };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&scan.schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Self { scan, exact_rows, reads, properties: Arc::new(properties) })
    }
}

impl ScanExec {
    /// The positions of its rows, where they are known without reading.
    pub fn positions(&self) -> Option<roaring::RoaringBitmap> {
        let [member] = self.scan.members.as_slice() else { return None };
        let known = member.conditions.is_empty() && self.scan.limit.is_none();
        member.positions.clone().filter(|_| known)
    }

    /// Does it give media or tensors?
    pub fn gives_bulk(&self) -> bool {
        let columns = self.scan.projection.iter().map(|c| &self.scan.columns.columns[*c]);
        columns.filter_map(|c| c.feature.as_ref()).any(|feature| feature.is_bulky())
    }
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.scan.schema.fields().iter().map(|c| c.name().as_str()).collect();
        write!(f, "SamplesExec: columns=[{}]", names.join(", "))?;
        let indexed: usize = self.scan.members.iter().map(|m| m.indexed).max().unwrap_or(0);
        if !self.scan.conditions.is_empty() {
            let texts: Vec<&str> = self.scan.conditions.iter().map(|c| c.text.as_str()).collect();
            write!(f, ", where=[{}]", texts.join(" AND "))?;
        }
        if indexed > 0 {
            write!(f, ", by_index={indexed}")?;
        }
        if let Some(limit) = self.scan.limit {
            write!(f, ", limit={limit}")?;
        }
        if let Some(reads) = &self.reads {
            write!(f, ", rows<={}, row_groups={}, bytes<={}", reads.rows, reads.row_groups, reads.bytes)?;
        }
        Ok(())
    }
}

impl ExecutionPlan for ScanExec {
    fn name(&self) -> &'static str {
        "SamplesExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, _: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = Arc::clone(&self.scan).rows().map_err(DataFusionError::from);
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.scan.schema), rows)))
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        _: &datafusion::physical_plan::StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.scan.schema);
        if let Some(rows) = self.exact_rows {
            statistics.num_rows = Precision::Exact(rows);
        }
        Ok(Arc::new(statistics))
    }
}
