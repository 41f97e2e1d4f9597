//! The scan as DataFusion's physical plan sees it.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, Statistics, stats::Precision};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::stream::TryStreamExt;
use hub_dataset::read::Estimate;

use super::scan::Scan;
use super::scan_estimate;
use crate::error::external;

/// A scan of `samples` in a physical plan; `SamplesExec` in `EXPLAIN`.
#[derive(Debug)]
pub struct ScanExec {
    scan: Arc<Scan>,
    exact_rows: Option<usize>,
    estimate: Option<Estimate>,
    properties: Arc<PlanProperties>,
}

impl ScanExec {
    /// The scan; with `explain` it estimates the rows, row groups and bytes that it will read.
    pub async fn new(scan: Scan, explain: bool) -> Result<Self> {
        let exact_rows = scan.exact_rows().await.map_err(external)?;
        let scan = Arc::new(scan);
        let estimate =
            if explain { Some(scan_estimate::estimate(&scan).await.map_err(external)?) } else { None };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&scan.schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Self { scan, exact_rows, estimate, properties: Arc::new(properties) })
    }
}

impl ScanExec {
    /// The positions of its rows, where the label index answered every condition.
    pub fn positions(&self) -> Option<roaring::RoaringBitmap> {
        let [member] = self.scan.members.as_slice() else { return None };
        let known = member.conditions.is_empty() && self.scan.limit.is_none();
        member.positions.clone().filter(|_| known)
    }

    /// Does its output have media or tensors?
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
        if let Some(estimate) = &self.estimate {
            let Estimate { rows, row_groups, bytes, .. } = estimate;
            write!(f, ", rows<={rows}, row_groups={row_groups}, bytes<={bytes}")?;
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
