//! What differs between two revisions: sums, label changes by kind, rows that came and went.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub_dataset::Snapshot;
use hub_dataset::ops::diff::{ColumnChange, Diff};
use hub_schema::api::RowView;
use hub_schema::{Feature, Field, RowId};
use serde::Deserialize;

use super::set_frame::{pinned, thumbnail};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::rows::rows_at;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::cell::{Kind, Look};
use crate::views::value::in_words;

/// Rows of each kind that are shown with their picture.
const PICTURES: usize = 24;
/// Changed rows whose values are compared.
const COMPARED: usize = 1000;
/// Pictures of one kind of change.
const EXAMPLES: usize = 8;

/// What differs, as a part of a page.
pub struct Difference {
    pub kind: Kind,
    pub is_empty: bool,
    pub added: String,
    pub removed: String,
    pub changed: String,
    pub by_column: Vec<(String, String)>,
    pub columns: Vec<String>,
    /// Changes of values by column, old and new value; the most frequent first.
    pub groups: Vec<Group>,
    /// How many of the changed rows were compared, if not all.
    pub compared: Option<String>,
    pub added_rows: Vec<Row>,
    pub removed_rows: Vec<Row>,
}

/// The rows whose value changed from one to another.
pub struct Group {
    pub column: String,
    pub was: String,
    pub is: String,
    pub count: String,
    pub rows: Vec<Row>,
}

/// A row with its picture.
#[derive(Clone)]
pub struct Row {
    pub href: String,
    pub picture: Option<String>,
    pub label: String,
}

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    frame: Frame,
    set: SetFrame,
    from: String,
    to: String,
    from_href: String,
    to_href: String,
    difference: Difference,
}

/// Two revisions in a path.
#[derive(Debug, Deserialize)]
pub struct DiffPath {
    range: String,
}

/// Two revisions of a form.
#[derive(Debug, Deserialize)]
pub struct DiffForm {
    from: String,
    to: String,
}

/// Leads from the form to the page of two revisions.
pub async fn choose(
    visit: SetVisit,
    crate::api::Query(form): crate::api::Query<DiffForm>,
) -> axum::response::Redirect {
    let base = super::set_frame::base_of(&visit.set.info.name);
    let range = format!("{}...{}", show::encoded(&form.from), show::encoded(&form.to));
    axum::response::Redirect::to(&format!("{base}/diff/{range}"))
}

/// The page.
pub async fn diff(
    State(_): State<AppState>,
    mut visit: SetVisit,
    Path(path): Path<DiffPath>,
) -> Result<Response> {
    let range = path.range.split_once("...");
    let (from, to) = range.ok_or_else(|| {
        Problem::bad_request(format!("'{}' names no two revisions; expected from...to", path.range))
    })?;
    let old = visit.set.snapshot(Some(from)).await?;
    let new = visit.set.snapshot(Some(to)).await?;
    visit.rev = Some(to.to_owned());
    let (frame, set) = visit.frame(&format!("{from} to {to}"), Tab::History, Some(&new)).await?;
    let difference = difference(&visit, &set, &old, &new).await?;
    let href = |snapshot: &Snapshot| format!("{}/commits/{}", set.base, pinned(snapshot.at()));
    page(&DiffPage {
        from_href: href(&old),
        to_href: href(&new),
        from: from.to_owned(),
        to: to.to_owned(),
        difference,
        set,
        frame,
    })
}

/// Compares two revisions.
pub async fn difference(
    visit: &SetVisit,
    set: &SetFrame,
    old: &Snapshot,
    new: &Snapshot,
) -> Result<Difference> {
    let diff = old.diff(new).await?;
    let shower = Shower { visit, set };
    let (groups, compared) = shower.groups(&diff, old, new).await?;
    let added: Vec<RowId> = diff.added_rows().take(PICTURES).collect();
    let removed: Vec<RowId> = diff.removed_rows().take(PICTURES).collect();
    Ok(Difference {
        kind: Look::of(new.schema()).kind,
        is_empty: diff.is_empty(),
        added: show::count(diff.added),
        removed: show::count(diff.removed),
        changed: show::count(diff.changed),
        by_column: diff
            .changed_by_column
            .iter()
            .map(|(name, rows)| (name.clone(), show::count(*rows)))
            .collect(),
        columns: diff.columns.iter().map(column_words).collect(),
        added_rows: shower.rows(new, &added).await?,
        removed_rows: shower.rows(old, &removed).await?,
        groups,
        compared,
    })
}

fn column_words(change: &ColumnChange) -> String {
    match change {
        ColumnChange::Added { column, feature } => format!("{column} added: {feature}"),
        ColumnChange::Dropped { column, feature } => format!("{column} dropped: {feature}"),
        ColumnChange::Renamed { from, to } => format!("{from} renamed to {to}"),
        ColumnChange::Retyped { column, from, to } => format!("{column} was {from}, is {to}"),
    }
}

/// Is the value short enough to be told as "old → new"?
fn is_told(field: &Field) -> bool {
    let one = |feature: &Feature| {
        matches!(
            feature,
            Feature::ClassLabel { .. }
                | Feature::Number { .. }
                | Feature::Bool
                | Feature::Text
                | Feature::Timestamp
                | Feature::Bbox
        )
    };
    match &field.feature {
        Feature::List { item } => one(item) || matches!(**item, Feature::Struct { .. }),
        feature => one(feature),
    }
}

struct Shower<'a> {
    visit: &'a SetVisit,
    set: &'a SetFrame,
}

impl Shower<'_> {
    async fn read(&self, snapshot: &Snapshot, rows: &[RowId], fields: &[&Field]) -> Result<Vec<RowView>> {
        let index = snapshot.index().await?;
        let positions = rows.iter().filter_map(|row| index.position(index.of_row(*row)?));
        let positions: Vec<u64> = positions.collect();
        rows_at(&self.visit.set.info.name, snapshot, fields, &positions).await
    }

    async fn rows(&self, snapshot: &Snapshot, rows: &[RowId]) -> Result<Vec<Row>> {
        let look = Look::of(snapshot.schema());
        let views = self.read(snapshot, rows, &look.fields(snapshot.schema())).await?;
        Ok(views.iter().map(|view| self.row(snapshot, &look, view)).collect())
    }

    fn row(&self, snapshot: &Snapshot, look: &Look, view: &RowView) -> Row {
        let cell = look.cell(view);
        let media = look.media.as_ref().filter(|_| cell.has_picture);
        let at = snapshot.at();
        Row {
            href: format!("{}/samples/{}?rev={}", self.set.base, cell.row_id, show::encoded(&pinned(at))),
            picture: media
                .map(|media| thumbnail(&self.visit.set.info.name, at, &cell.row_id, &media.name, 192)),
            label: if cell.label.is_empty() { cell.name } else { cell.label },
        }
    }

    /// The changed rows by column, old and new value.
    async fn groups(
        &self,
        diff: &Diff,
        old: &Snapshot,
        new: &Snapshot,
    ) -> Result<(Vec<Group>, Option<String>)> {
        let changed: Vec<(RowId, Vec<&str>)> = diff.changed_rows().take(COMPARED).collect();
        let compared = (diff.changed > COMPARED as u64).then(|| show::count(COMPARED as u64));
        let rows: Vec<RowId> = changed.iter().map(|(row, _)| *row).collect();
        let told = |field: &&Field| is_told(field) && diff.changed_by_column.contains_key(&field.name);
        let fields: Vec<&Field> = new.schema().given().filter(told).collect();
        if fields.is_empty() {
            return Ok((Vec::new(), compared));
        }
        let look = Look::of(new.schema());
        let mut read = look.fields(new.schema());
        read.extend(fields.iter().filter(|field| !look.fields(new.schema()).contains(field)));
        let now: HashMap<String, RowView> = by_id(self.read(new, &rows, &read).await?);
        let before: Vec<&Field> = fields.iter().filter_map(|field| old.schema().by_id(field.id)).collect();
        let was: HashMap<String, RowView> = by_id(self.read(old, &rows, &before).await?);
        let mut groups: BTreeMap<(String, String, String), (u64, Vec<Row>)> = BTreeMap::new();
        for (row, columns) in &changed {
            let id = row.to_string();
            let (Some(now), Some(was)) = (now.get(&id), was.get(&id)) else { continue };
            for field in fields.iter().filter(|field| columns.contains(&field.name.as_str())) {
                let old_name = old.schema().by_id(field.id).map_or("", |field| &field.name);
                let words = |view: &RowView, name: &str| {
                    let words = view.values.get(name).map(in_words).unwrap_or_default();
                    if words.is_empty() { "nothing".to_owned() } else { words }
                };
                let key = (field.name.clone(), words(was, old_name), words(now, &field.name));
                let (count, examples) = groups.entry(key).or_default();
                *count += 1;
                if examples.len() < EXAMPLES {
                    examples.push(self.row(new, &look, now));
                }
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        groups.truncate(100);
        let group = |((column, was, is), (count, rows)): ((String, String, String), (u64, Vec<Row>))| Group {
            column,
            was,
            is,
            count: show::count(count),
            rows,
        };
        Ok((groups.into_iter().map(group).collect(), compared))
    }
}

fn by_id(rows: Vec<RowView>) -> HashMap<String, RowView> {
    rows.into_iter().map(|row| (row.row_id.clone(), row)).collect()
}
