//! What differs between two revisions: sums, label changes by kind, rows that came and went.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub_dataset::Snapshot;
use hub_dataset::ops::diff::{ChangeGroup, ColumnChange, Diff};
use hub_schema::api::RowView;
use hub_schema::{Field, RowId};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::set_frame::{pinned, thumbnail};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::cell::{Kind, Look};
use crate::views::rows::read;
use crate::views::values::Length;

/// Rows of each kind that are shown with their picture.
const PICTURES: usize = 24;
/// Changed rows whose values are compared, at most; where there are more, none are.
const COMPARED: u64 = 20_000;
/// Kinds of changes that are shown.
const GROUPS: usize = 100;
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
    /// Whether so many rows changed that their values were not compared.
    pub is_large: bool,
    pub added_rows: Vec<Row>,
    pub removed_rows: Vec<Row>,
    /// What the script needs to lay both revisions of a row over each other, as JSON.
    pub props: String,
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
    pub row_id: String,
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
    let groups = shower.groups(&diff, old, new).await?;
    let added: Vec<RowId> = diff.added_rows().take(PICTURES).collect();
    let removed: Vec<RowId> = diff.removed_rows().take(PICTURES).collect();
    let look = Look::of(new.schema());
    Ok(Difference {
        props: props(set, old, new, look.media.as_ref()).to_string(),
        kind: look.kind,
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
        is_large: groups.is_none(),
        groups: groups.unwrap_or_default(),
    })
}

/// What the scripts of a page of two revisions know of them.
pub fn props(set: &SetFrame, old: &Snapshot, new: &Snapshot, media: Option<&Field>) -> Json {
    json!({
        "namespace": set.namespace, "name": set.name, "home": set.base, "from": pinned(old.at()),
        "to": pinned(new.at()), "media": media.map(|field| &field.name),
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

struct Shower<'a> {
    visit: &'a SetVisit,
    set: &'a SetFrame,
}

impl Shower<'_> {
    async fn read(&self, snapshot: &Snapshot, rows: &[RowId], fields: &[&Field]) -> Result<Vec<RowView>> {
        let index = snapshot.index().await?;
        let positions = rows.iter().filter_map(|row| index.position(index.of_row(*row)?));
        let positions: Vec<u64> = positions.collect();
        read(&self.visit.set.info.name, snapshot, fields, &positions, Length::Whole).await
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
            row_id: view.row_id.clone(),
            href: format!("{}/samples/{}?rev={}", self.set.base, cell.row_id, show::encoded(&pinned(at))),
            picture: media
                .map(|media| thumbnail(&self.visit.set.info.name, at, &cell.row_id, &media.name, 192)),
            label: if cell.label.is_empty() { cell.name } else { cell.label },
        }
    }

    /// The changes of labels, numbers and short texts by column, old and new value; `None` where too many rows changed.
    async fn groups(&self, diff: &Diff, old: &Snapshot, new: &Snapshot) -> Result<Option<Vec<Group>>> {
        if diff.changed > COMPARED {
            return Ok(None);
        }
        let mut groups = old.change_groups(new, diff, None).await?;
        groups.truncate(GROUPS);
        let shown = groups.iter().flat_map(|group| group.rows.iter().take(EXAMPLES));
        let shown: Vec<RowId> = shown.copied().collect::<BTreeSet<_>>().into_iter().collect();
        let pictures = by_id(self.rows(new, &shown).await?);
        let words = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
        let group = |group: ChangeGroup| Group {
            count: show::count(group.values),
            rows: group
                .rows
                .iter()
                .take(EXAMPLES)
                .filter_map(|row| pictures.get(&row.to_string()).cloned())
                .collect(),
            column: group.column,
            was: words(group.old),
            is: words(group.new),
        };
        Ok(Some(groups.into_iter().map(group).collect()))
    }
}

fn by_id(rows: Vec<Row>) -> HashMap<String, Row> {
    rows.into_iter().map(|row| (row.row_id.clone(), row)).collect()
}
