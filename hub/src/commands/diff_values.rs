//! The values that differ between two revisions, as `hub diff --values` and `hub log --row` show them.

use hub_dataset::Snapshot;
use hub_dataset::ops::diff::{ChangeGroup, ChangedValue, ChangedValues, Diff};
use hub_dataset::sample::Value;
use hub_dataset::sample::json::{Cell, Labels, Style};
use hub_schema::{Feature, RowId};
use serde_json::{Value as Json, json};

use crate::output::{clip, number};

/// Longer values are cut, in characters.
const SHOWN: usize = 60;

/// What became what, and the values of the first rows.
#[derive(Debug)]
pub struct Values {
    groups: Vec<ChangeGroup>,
    rows: Vec<ChangedValues>,
    /// Changed rows that are not among them.
    pub left_out: u64,
}

impl Values {
    /// Reads the values of the first `limit` changed rows, of all columns or of one. Media and tensors are left out.
    pub async fn read(
        (earlier, later): (&Snapshot, &Snapshot),
        diff: &Diff,
        column: Option<&str>,
        limit: usize,
    ) -> anyhow::Result<Self> {
        if let Some(column) = column {
            later.schema().column(column)?;
        }
        let groups = earlier.change_groups(later, diff, column).await?;
        let mut changed: Vec<(RowId, Vec<String>)> = Vec::new();
        let mut left_out = 0;
        for (row, columns) in diff.changed_rows() {
            let columns = columns.into_iter().filter(|name| column.is_none_or(|column| column == *name));
            let columns: Vec<String> = columns.map(str::to_owned).collect();
            match changed.len() < limit {
                _ if columns.is_empty() => {}
                true => changed.push((row, columns)),
                false => left_out += 1,
            }
        }
        let shown: Vec<(RowId, Vec<String>)> = changed
            .into_iter()
            .map(|(row, columns)| (row, columns.into_iter().filter(|name| is_shown(later, name)).collect()))
            .collect();
        Ok(Self { groups, rows: earlier.changed_values(later, &shown).await?, left_out })
    }

    pub fn to_json(&self) -> anyhow::Result<Json> {
        let groups = self.groups.iter().map(|group| {
            let rows: Vec<String> = group.rows.iter().map(ToString::to_string).collect();
            json!({
                "column": group.column, "old": group.old, "new": group.new, "values": group.values, "rows": rows,
            })
        });
        let groups: Vec<Json> = groups.collect();
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let values = row.values.iter().map(value_json).collect::<anyhow::Result<Vec<_>>>()?;
            rows.push(json!({ "row": row.row.to_string(), "values": values }));
        }
        Ok(json!({ "groups": groups, "rows": rows, "left_out": self.left_out }))
    }

    pub fn describe(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        for group in &self.groups {
            let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
            let (old, new) = (word(&group.old), word(&group.new));
            text += &format!("  {}: {old} → {new}, {}\n", group.column, number(group.values));
        }
        for row in &self.rows {
            for value in &row.values {
                text += &format!("~ {} {}\n", row.row, one_line(value)?);
            }
        }
        Ok(text)
    }
}

/// Whether a column's values can be shown as text.
pub fn is_shown(snapshot: &Snapshot, name: &str) -> bool {
    let field = snapshot.schema().find(name);
    field.is_some_and(|field| !field.feature.is_file() && !field.feature.is_bulky())
}

/// `label: cow → horse`.
pub fn one_line(value: &ChangedValue) -> anyhow::Result<String> {
    let old = text_of(&value.old_feature, &value.old)?;
    let new = text_of(&value.field.feature, &value.new)?;
    Ok(format!("{}: {old} → {new}", value.field.name))
}

pub fn value_json(value: &ChangedValue) -> anyhow::Result<Json> {
    let old = as_json(&value.old_feature, &value.old)?;
    let new = as_json(&value.field.feature, &value.new)?;
    Ok(json!({ "column": value.field.name, "old": old, "new": new }))
}

fn as_json(feature: &Feature, value: &Value) -> anyhow::Result<Json> {
    Ok(serde_json::to_value(Cell { feature, value, style: Style::WITHOUT_BYTES })?)
}

fn text_of(feature: &Feature, value: &Value) -> anyhow::Result<String> {
    let style = Style { labels: Labels::Names, ..Style::WITHOUT_BYTES };
    let json = serde_json::to_value(Cell { feature, value, style })?;
    let text = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
    Ok(clip(&text.replace('\n', " "), SHOWN))
}
