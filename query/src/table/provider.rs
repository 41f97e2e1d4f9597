//! `samples` as DataFusion's table provider.
//!
//! The scan evaluates every condition over the table's columns itself: conditions on labels by the label index, the
//! rest row group by row group. Since no filter step remains above it, a `LIMIT` reaches the scan too.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use roaring::RoaringBitmap;

use super::columns::Columns;
use super::conditions::Condition;
use super::scan::{MemberScan, Scan};
use super::scan_exec::ScanExec;
use super::{NamedSnapshot, Tables};
use crate::error::{QueryError, external};

/// The table `samples`.
#[derive(Clone)]
pub struct Samples {
    members: Arc<[NamedSnapshot]>,
    columns: Arc<Columns>,
    /// Whether scans estimate what they will read.
    explain: bool,
    /// Whether scans may read media.
    media: bool,
    /// Whether it shows the columns that queries can't name.
    all_columns: bool,
}

impl Samples {
    /// The table of these data sets.
    pub fn new(tables: &Tables, columns: Columns, explain: bool, media: bool) -> Self {
        let members = tables.members.as_slice().into();
        Self { members, columns: Arc::new(columns), explain, media, all_columns: false }
    }

    /// The same table with all its columns, also those that queries can't name.
    #[must_use]
    pub fn with_all_columns(&self) -> Self {
        Self { all_columns: true, ..self.clone() }
    }

    fn check_media(&self, columns: &[usize]) -> Result<(), QueryError> {
        let mut columns = columns.iter().map(|c| &self.columns.columns[*c]);
        let medium = columns.find(|c| c.feature.as_ref().is_some_and(|f| f.is_media()));
        match medium {
            Some(column) if !self.media => Err(QueryError::Refused {
                what: format!("a condition on the media of '{}'", column.name),
                why: "a filter can only use annotations and media facts, such as image.width",
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Samples").field("members", &self.members.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for Samples {
    fn schema(&self) -> SchemaRef {
        if self.all_columns { Arc::clone(&self.columns.schema) } else { self.columns.visible_schema() }
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let takes = |filter: &&Expr| {
            if filter.is_volatile() {
                TableProviderFilterPushDown::Unsupported
            } else {
                TableProviderFilterPushDown::Exact
            }
        };
        Ok(filters.iter().map(takes).collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = || (0..self.columns.columns.len()).collect();
        let projection: Vec<usize> = projection.cloned().unwrap_or_else(all);
        let conditions = filters.iter().map(|f| Condition::new(f, &self.columns, state));
        let conditions: Vec<Condition> = conditions.collect::<Result<_>>()?;
        self.check_media(&projection).map_err(external)?;
        for condition in &conditions {
            self.check_media(&condition.columns).map_err(external)?;
        }
        let mut members = Vec::with_capacity(self.members.len());
        for (i, member) in self.members.iter().enumerate() {
            members.push(self.member(i, member, &conditions).await.map_err(external)?);
        }
        let schema = Arc::new(self.columns.schema.project(&projection)?);
        let columns = Arc::clone(&self.columns);
        let batch_rows = state.config().batch_size();
        let scan = Scan { members, columns, projection, conditions, limit, schema, batch_rows };
        Ok(Arc::new(ScanExec::new(scan, self.explain).await?))
    }
}

impl Samples {
    /// Looks up conditions on labels in a data set's index: gives the positions found, and the conditions that
    /// must be evaluated.
    async fn member(
        &self,
        i: usize,
        member: &NamedSnapshot,
        conditions: &[Condition],
    ) -> Result<MemberScan, QueryError> {
        let mut positions = member.only.clone();
        let mut open = Vec::new();
        let mut indexed = 0;
        for (c, condition) in conditions.iter().enumerate() {
            match self.answer(i, member, condition).await? {
                Some(answer) => {
                    positions = Some(match positions {
                        Some(before) => before & answer,
                        None => answer,
                    });
                    indexed += 1;
                }
                None => open.push(c),
            }
        }
        Ok(MemberScan { member: i, named: member.clone(), positions, conditions: open, indexed })
    }

    async fn answer(
        &self,
        i: usize,
        member: &NamedSnapshot,
        condition: &Condition,
    ) -> Result<Option<RoaringBitmap>, QueryError> {
        let Some(label) = &condition.label else { return Ok(None) };
        let Some((column, synsets)) = label.synsets(&self.columns, i, member.snapshot.schema()) else {
            return Ok(None);
        };
        if synsets.is_empty() {
            return Ok(Some(RoaringBitmap::new()));
        }
        match &member.index {
            Some(index) => Ok(index.positions(&member.snapshot, &column, &synsets).await?),
            None => Ok(None),
        }
    }
}
