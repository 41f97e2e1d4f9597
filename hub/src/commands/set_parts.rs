//! Parts of values for `hub set`: `objects/0/category=bus` sets one member of one item, and leaves the rest of the value.

use hub_dataset::ops::row_edits::{EditRequest, Prepared, RowEdit, prepare};
use hub_dataset::{ColumnPath, Snapshot};
use hub_schema::{Feature, RowId, Schema};
use serde_json::Value as Json;

/// A part of a column's values, and what it gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    column: String,
    /// A JSON pointer.
    path: String,
    value: Json,
    /// The label that the part is, as `objects.category`, and its new class.
    new_class: Option<(String, String)>,
}

/// Separates the parts from the assignments of whole columns.
pub fn split(schema: &Schema, texts: &[String], may_add_classes: bool) -> (Vec<Part>, Vec<String>) {
    let (mut parts, mut whole) = (Vec::new(), Vec::new());
    for text in texts {
        match part(schema, text, may_add_classes) {
            Some(part) => parts.push(part),
            None => whole.push(text.clone()),
        }
    }
    (parts, whole)
}

/// A part, if the text before `=` is a column and a path; a column's own name may hold a slash.
fn part(schema: &Schema, text: &str, may_add_classes: bool) -> Option<Part> {
    let (left, value) = text.split_once('=')?;
    let slashes = left.match_indices('/').map(|(at, _)| at);
    let at = slashes.rev().find(|at| schema.find(&left[..*at]).is_some());
    let at = at.filter(|_| schema.find(left).is_none())?;
    let (column, path) = left.split_at(at);
    let value = match value {
        "null" => Json::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.to_owned())),
    };
    let members =
        path.split('/').filter(|step| !step.is_empty() && *step != "-" && step.parse::<usize>().is_err());
    let label = std::iter::once(column).chain(members).collect::<Vec<_>>().join(".");
    let names = match ColumnPath::find(schema, &label).map(|found| found.feature) {
        Ok(Feature::ClassLabel { names, .. }) => names,
        _ => Vec::new(),
    };
    let class = value
        .as_str()
        .filter(|class| may_add_classes && !names.is_empty() && !names.iter().any(|n| n == class));
    let new_class = class.map(|class| (label, class.to_owned()));
    Some(Part { column: column.to_owned(), path: path.to_owned(), value, new_class })
}

/// The new values of the rows at some positions.
pub async fn edit(head: &Snapshot, parts: &[Part], positions: &[u64]) -> anyhow::Result<Prepared> {
    let index = head.index().await?;
    let rows: Vec<RowId> = positions
        .iter()
        .filter_map(|position| index.at(*position))
        .map(|place| index.fragments()[place.fragment].row_id(place.offset))
        .collect();
    let mut request = EditRequest::default();
    for part in parts {
        if let Some((label, class)) = &part.new_class {
            request.new_classes.push((label.clone(), vec![class.clone()]));
        }
        request.edits.extend(rows.iter().map(|row| RowEdit::Set {
            row: *row,
            column: part.column.clone(),
            path: part.path.clone(),
            was: None,
            value: Some(part.value.clone()),
        }));
    }
    Ok(prepare(head, &request).await?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_are_told_from_columns() {
        let object = Feature::structure([("box", Feature::Bbox), ("category", Feature::labels(["car"]))]);
        let schema = Schema::new([("objects", Feature::list(object)), ("a/b", Feature::int64())]).unwrap();
        let texts =
            ["objects/0/category=bus", "a/b=3", "objects/1/box/width=2.5", "objects=null", "none/0=1"];
        let (parts, whole) = split(&schema, &texts.map(str::to_owned), true);
        assert_eq!(whole, ["a/b=3", "objects=null", "none/0=1"]);
        assert_eq!(parts[0].new_class, Some(("objects.category".to_owned(), "bus".to_owned())));
        assert_eq!(
            (parts[1].path.as_str(), &parts[1].value, &parts[1].new_class),
            ("/1/box/width", &json!(2.5), &None)
        );
        assert_eq!(split(&schema, &texts.map(str::to_owned), false).0[0].new_class, None);
    }
}
