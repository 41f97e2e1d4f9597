//! Notes: what the reader of a result should know, though it is not an error.
//!
//! Over several data sets, a column that one of them lacks is null for its rows, and a condition on null leaves them
//! out. That is what SQL says, and easily overlooked. So is a class without a synset, whose rows `isa` never finds.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;

use crate::labels::classes::Classes;
use crate::table::Tables;
use crate::table::columns::{Columns, Origin, fits};
use crate::text::{cut, list};

/// The longest list in a note, in characters.
const MAX_LIST_CHARS: usize = 200;

/// For each column, the data sets that lack it.
#[derive(Debug)]
pub struct MissingColumns(BTreeMap<String, Missing>);

#[derive(Debug)]
struct Missing {
    /// The name under which queries know the column.
    shown: String,
    datasets: Vec<String>,
}

impl MissingColumns {
    /// Compares all columns with those of each data set.
    pub fn of(tables: &Tables, columns: &Columns) -> Self {
        let missing = columns.columns.iter().filter_map(|column| {
            let is_null = |origin: &Origin| match (origin, &column.feature) {
                (Origin::Column(own), Some(feature)) => !fits(&own.feature, feature),
                (origin, _) => *origin == Origin::Missing,
            };
            let null = tables.members.iter().zip(&column.origins).filter(|(_, origin)| is_null(origin));
            let datasets: Vec<String> = null.map(|(member, _)| member.name.clone()).collect();
            let shown = columns.shown_name(&column.name).to_owned();
            (!datasets.is_empty()).then(|| (column.name.clone(), Missing { shown, datasets }))
        });
        Self(missing.collect())
    }

    /// A note for each column that a query uses and some data set lacks.
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
        let notes = self.0.iter().filter(|(column, _)| used.contains(*column)).map(|(_, missing)| {
            let (column, names) = (&missing.shown, cut(&missing.datasets.join(", "), MAX_LIST_CHARS));
            format!("column '{column}' is missing or of an incompatible type in: {names}; it is null for their rows")
        });
        Ok(notes.collect::<BTreeSet<_>>().into_iter().collect())
    }
}

/// A note about the classes of a label that `isa` can never find; `None` where every class has a synset.
pub fn classes_without_synset(label: &str, classes: &Classes) -> Option<String> {
    let without = classes.names.iter().zip(classes.synsets.iter()).filter(|(_, synset)| synset.is_none());
    let without: Vec<String> = without.map(|(name, _)| name.clone()).collect();
    (!without.is_empty()).then(|| {
        format!(
            "{label}: {} of {} classes have no synset, so isa() finds none of their rows: {}",
            without.len(),
            classes.names.len(),
            cut(&list(&without), MAX_LIST_CHARS)
        )
    })
}
