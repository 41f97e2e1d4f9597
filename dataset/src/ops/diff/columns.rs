//! How the columns of two revisions differ. Facts follow their media column and are not compared themselves.

use hub_schema::Schema;
use serde::Serialize;

/// How a column differs between two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ColumnChange {
    /// Only the later revision has it.
    Added { column: String, feature: String },
    /// Only the earlier revision has it.
    Dropped { column: String, feature: String },
    /// The column has another name in the later revision.
    Renamed { from: String, to: String },
    /// It has another type (more class names).
    Retyped { column: String, from: String, to: String },
}

/// The columns that differ: those of the old schema in its order, then the new ones.
pub(super) fn changes(old: &Schema, new: &Schema) -> Vec<ColumnChange> {
    let mut changes = Vec::new();
    for was in old.given() {
        let Some(is) = new.by_id(was.id) else {
            changes.push(ColumnChange::Dropped { column: was.name.clone(), feature: was.feature.describe() });
            continue;
        };
        if was.name != is.name {
            changes.push(ColumnChange::Renamed { from: was.name.clone(), to: is.name.clone() });
        }
        if was.feature != is.feature {
            let (from, to) = (was.feature.describe(), is.feature.describe());
            changes.push(ColumnChange::Retyped { column: is.name.clone(), from, to });
        }
    }
    let added = new.given().filter(|f| old.by_id(f.id).is_none());
    changes
        .extend(added.map(|f| ColumnChange::Added { column: f.name.clone(), feature: f.feature.describe() }));
    changes
}
