//! What the script of the samples page is told about the data set, so that it can show the same list as the page.

use hub_dataset::Snapshot;
use hub_dataset::ops::order::OrderBy;
use hub_schema::{Feature, Field, Schema};
use serde::Serialize;

use super::set_frame::pinned;
use super::{SetFrame, SetVisit};
use crate::views::cell::Look;

/// The properties of the grid. Its addresses and its columns are those of the page that the server drew.
#[derive(Debug, Serialize)]
pub struct GridProps {
    namespace: String,
    name: String,
    /// The address of the data set's overview.
    base: String,
    /// The revision that never changes: `main:14`.
    rev: String,
    branch: String,
    /// Whether the address names a revision, so that the page does not tell of new commits.
    is_pinned: bool,
    rows: u64,
    /// `images`, `audio`, `video` or `rows`.
    kind: &'static str,
    /// The column that is shown as a picture.
    media: Option<String>,
    /// The way to the label that is shown: the column, and the members in it.
    label: Vec<String>,
    /// Whether the label is one value of the row, which can be changed in the grid.
    is_label_of_row: bool,
    /// The columns that a cell is made of.
    columns: Vec<String>,
    /// The columns of the table.
    table: Vec<String>,
    /// Columns, and members of them, that rows can be sorted by.
    sorts: Vec<String>,
    /// Columns of vectors, by which similar rows are found.
    vectors: Vec<String>,
    /// Columns of lists of texts, to which a tag can be added.
    tags: Vec<String>,
    may_write: bool,
    is_signed_in: bool,
}

impl GridProps {
    pub fn of(visit: &SetVisit, snapshot: &Snapshot, look: &Look, set: &SetFrame) -> Self {
        let (schema, at) = (snapshot.schema(), snapshot.at());
        let given = |wanted: &dyn Fn(&Field) -> bool| {
            schema.given().filter(|field| wanted(field)).map(|field| field.name.clone()).collect::<Vec<_>>()
        };
        let media = look.media.as_ref();
        let label = look.label.as_ref();
        let text = look.text.as_ref().map(|text| vec![text.name.clone()]);
        Self {
            namespace: set.namespace.clone(),
            name: set.name.clone(),
            base: set.base.clone(),
            rev: pinned(at),
            branch: at.branch.to_string(),
            is_pinned: visit.rev.as_deref().is_some_and(|rev| rev != at.branch.as_str()),
            rows: snapshot.commit().counts.rows,
            kind: look.kind.word(),
            media: media.map(|field| field.name.clone()),
            label: label.map(|label| label.path.clone()).or(text).unwrap_or_default(),
            is_label_of_row: look
                .text
                .as_ref()
                .is_some_and(|field| matches!(field.feature, Feature::ClassLabel { .. })),
            columns: look.fields(schema).iter().map(|field| field.name.clone()).collect(),
            table: given(&|field| media.is_none_or(|media| media.id != field.id)),
            sorts: sorts(schema),
            vectors: given(&|field| is_vector(&field.feature)),
            tags: given(
                &|field| matches!(&field.feature, Feature::List { item } if matches!(**item, Feature::Text)),
            ),
            may_write: set.may_write,
            is_signed_in: visit.visit.caller.user().is_ok(),
        }
    }

    /// The properties as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn sorts(schema: &Schema) -> Vec<String> {
    let is_sorted = |name: &&String| OrderBy::parse(schema, name).is_ok();
    schema.fields.iter().map(|field| &field.name).filter(is_sorted).cloned().collect()
}

fn is_vector(feature: &Feature) -> bool {
    matches!(feature, Feature::Tensor { shape, .. } if shape.len() == 1)
}
