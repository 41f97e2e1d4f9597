//! Which data sets lack a column that all of them were asked for.
//!
//! Asked over several, a data set without the column answers with null, and a condition on null leaves its rows
//! out. That is what SQL says, and easily overlooked: so the answer carries a note.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;

use crate::table::Tables;
use crate::table::columns::{Columns, Origin, fits};
use crate::write::cut;

/// The longest list of data sets in a note.
const LIST: usize = 200;

/// Of each column, the data sets that lack it.
#[derive(Debug)]
pub struct MissingColumns(BTreeMap<String, Vec<String>>);

impl MissingColumns {
    /// Looks at all columns.
    pub fn of(tables: &Tables, columns: &Columns) -> Self {
        let lacking = columns.columns.iter().filter_map(|column| {
            let is_null = |origin: &Origin| match (origin, &column.feature) {
                (Origin::Column(own), Some(feature)) => !fits(&own.feature, feature),
                (origin, _) => *origin == Origin::Nowhere,
            };
            let null = tables.members.iter().zip(&column.origins).filter(|(_, origin)| is_null(origin));
            let names: Vec<String> = null.map(|(member, _)| member.name.clone()).collect();
            (!names.is_empty()).then(|| (column.name.clone(), names))
        });
        Self(lacking.collect())
    }

    /// A note for each column that a question uses and some data set lacks.
    pub fn notes(&self, plan: &LogicalPlan) -> datafusion::common::Result<Vec<String>> {
        let mut used = BTreeSet::new();
        plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                used.extend(scan.projected_schema.fields().iter().map(|f| f.name().clone()));
                let conditions = scan.filters.iter().flat_map(|f| f.column_refs());
                used.extend(conditions.map(|c| c.name.clone()));
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let notes = self.0.iter().filter(|(column, _)| used.contains(*column)).map(|(column, names)| {
            let list = cut(&names.join(", "), LIST);
            format!("no column '{column}' (or one of another kind) in: {list}; it is null for their rows")
        });
        Ok(notes.collect())
    }
}
