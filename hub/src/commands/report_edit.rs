//! The report of a command that writes values.

use std::collections::{BTreeMap, BTreeSet};

use hub_dataset::Committed;
use hub_dataset::ops::values::ValueEdit;
use hub_schema::BranchName;
use serde_json::{Map, Value, json};

use super::report_commit;
use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::output::{counted, number};

/// What an edit changes.
#[derive(Debug, Default)]
pub struct Edited {
    /// Rows that were chosen, or that have a partner in a table.
    rows: u64,
    /// Those of them some of whose values change.
    changed: u64,
    /// The same by column.
    by_column: BTreeMap<String, u64>,
    new_columns: Vec<String>,
    new_classes: BTreeMap<String, Vec<String>>,
    /// What else is said, as text and as members of the JSON.
    pub notes: Vec<String>,
    pub facts: Map<String, Value>,
}

impl Edited {
    pub fn new(edit: &ValueEdit, rows: u64) -> Self {
        let changed: BTreeSet<_> =
            edit.values.iter().flat_map(|v| v.values.iter().map(|(id, _)| *id)).collect();
        let of_column =
            |v: &hub_dataset::ops::values::ColumnValues| (v.column.clone(), v.values.len() as u64);
        Self {
            rows,
            changed: changed.len() as u64,
            by_column: edit.values.iter().map(of_column).collect(),
            new_columns: edit.new_columns.iter().map(|(name, _)| name.clone()).collect(),
            new_classes: edit.new_classes.iter().cloned().collect(),
            notes: Vec::new(),
            facts: Map::new(),
        }
    }

    /// Chosen rows whose values are the given ones already.
    pub fn same(&self) -> u64 {
        self.rows.saturating_sub(self.changed)
    }

    fn describe(&self, is_done: bool) -> String {
        let mut text = String::new();
        for column in &self.new_columns {
            text += &format!("  new column: {column}\n");
        }
        for (column, classes) in &self.new_classes {
            text += &format!("  new classes of {column}: {}\n", classes.join(", "));
        }
        let verb = if is_done { "set" } else { "to set" };
        let columns = self.by_column.iter().filter(|(_, rows)| **rows > 0);
        let columns: Vec<String> = columns.map(|(c, rows)| format!("{c} {}", number(*rows))).collect();
        if !columns.is_empty() {
            text += &format!("  values {verb}: {}\n", columns.join(", "));
        }
        for note in &self.notes {
            text += &format!("  {note}\n");
        }
        text
    }
}

/// Reports an edit; `committed` is missing after a dry run.
pub fn report(
    edited: &Edited,
    committed: Option<&Committed>,
    target: &Target,
    branch: &BranchName,
    json: &JsonArg,
    context: &Context,
) -> anyhow::Result<()> {
    let head = committed.and_then(Committed::snapshot);
    if json.json {
        let mut report = json!({
            "name": target.location.to_string(), "branch": branch, "dry_run": committed.is_none(),
            "is_new": matches!(committed, Some(Committed::New(_))),
            "version": head.map(|head| head.at().version),
            "commit": head.map(|head| head.at().id.to_string()),
            "operation": head.map(|head| &head.commit().operation),
            "rows": edited.rows, "changed": edited.changed, "changed_by_column": edited.by_column,
            "new_columns": edited.new_columns, "new_classes": edited.new_classes,
        });
        if let Value::Object(members) = &mut report {
            members.extend(edited.facts.clone());
        }
        return context.print_json(&report);
    }
    match committed {
        Some(committed) => report_commit::report(committed, target, branch, json, context)?,
        None => {
            let (rows, name) = (counted(edited.changed, "row"), target.name());
            context.report(&format!("dry run: {rows} of {name}, branch {branch}, would change\n"))?;
        }
    }
    context.report(&edited.describe(committed.is_some()))
}
