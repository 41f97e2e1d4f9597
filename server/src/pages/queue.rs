//! One review queue: rows that are worth a look, with what is suggested, and a button to keep a label as it is.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use hub_dataset::Snapshot;
use hub_schema::api::{QueueItem, QueuePage, QueueReason, ScanState, SetReviews};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::list_state::ListState;
use super::samples::{GridCell, Shower};
use super::set_frame::{base_of, pinned};
use super::{Form, Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::Query;
use crate::api::review::keep_answers;
use crate::api::revisions::first_parents;
use crate::auth::Writable;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::cell::{Kind, Look};
use crate::views::review::make::{Made, Maker, Wanted};
use crate::views::review::page::queue_page;
use crate::views::review::queue::QueueKind;

/// How long the page waits for what is read in the background.
const PATIENCE: Duration = Duration::from_secs(2);
/// Rows on a page; of a class; groups of duplicates.
const ON_PAGE: usize = 100;
const OF_CLASS: usize = 300;
const GROUPS: usize = 40;
/// Classes, runs and commits that can be chosen.
const CHOICES: usize = 1000;
const COMMITS: usize = 30;

/// A queue in a path.
#[derive(Debug, Deserialize)]
pub struct QueuePath {
    queue: String,
}

/// Which rows of a queue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueueQuery {
    label: Option<String>,
    class: Option<String>,
    run: Option<String>,
    since: Option<String>,
    at: u64,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueueView {
    frame: Frame,
    set: SetFrame,
    kind: Kind,
    queue: &'static str,
    title: String,
    how: &'static str,
    total: Option<String>,
    /// How much was read, if not all.
    reading: Option<String>,
    waits_for_person: bool,
    choice: Option<Choice>,
    beside: Vec<Beside>,
    groups: Vec<Group>,
    /// Whether a group has several rows.
    is_grouped: bool,
    size: u32,
    previous: Option<String>,
    next: Option<String>,
    here: String,
    props: String,
}

/// What can be chosen instead: classes, runs, revisions.
struct Choice {
    name: &'static str,
    words: &'static str,
    /// Value, words, whether it is shown.
    options: Vec<(String, String, bool)>,
}

/// The class before or after.
struct Beside {
    name: String,
    href: String,
    is_next: bool,
}

/// Rows that are looked at together.
struct Group {
    /// The ids of its rows, separated by commas.
    rows: String,
    cells: Vec<QueueCell>,
}

struct QueueCell {
    cell: GridCell,
    label: String,
    suggestion: Option<String>,
    is_near: bool,
    why: String,
}

/// What the script of the page starts with.
#[derive(Serialize)]
struct Props<'a> {
    queue: &'a str,
    /// The revision that is shown, which never changes.
    rev: String,
    may_write: bool,
    is_audio: bool,
    /// The column of the label and the members down to it; empty without a label.
    label_path: &'a [String],
    /// What is shown below rows without a label.
    names: HashMap<&'a str, String>,
    /// What chooses the rows.
    params: BTreeMap<&'a str, &'a str>,
    /// What the addresses of its samples say of the queue, so that one comes back to it.
    of_queue: String,
    /// The groups before the first.
    at: u64,
    page: &'a QueuePage,
    previous_class: Option<&'a str>,
    next_class: Option<&'a str>,
}

pub async fn queue(
    State(state): State<AppState>,
    visit: SetVisit,
    Path(path): Path<QueuePath>,
    Query(query): Query<QueueQuery>,
) -> Result<Response> {
    let kind = QueueKind::of_name(&path.queue);
    let kind = kind.ok_or_else(|| Problem::not_found(format!("review queue '{}'", path.queue)))?;
    let snapshot = visit.snapshot().await?;
    // An empty field of a form is none.
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (label, class) = (given(&query.label), given(&query.class));
    let (run, since) = (given(&query.run), given(&query.since));
    let wanted = Wanted {
        kind,
        column: None,
        label: label.as_deref(),
        class: class.as_deref(),
        run: run.as_deref(),
        since: since.as_deref(),
    };
    let maker = Maker { state: &state, set: &visit.set, snapshot: &snapshot, patience: PATIENCE };
    let made = maker.make(wanted).await?;
    let limit = match kind {
        QueueKind::Class => OF_CLASS,
        QueueKind::Duplicates => GROUPS,
        _ => ON_PAGE,
    };
    let found = queue_page(&state, &visit.set, &snapshot, &made, false, (query.at, limit)).await?;
    let title = match (&found.class, &found.model) {
        (Some(class), _) => class.name.clone(),
        (None, Some(model)) => format!("{model} disagrees"),
        _ => kind.title().to_owned(),
    };
    let (frame, set) = visit.frame(&title, Tab::Review, Some(&snapshot)).await?;
    let look = Look::of(snapshot.schema());
    let size = if kind == QueueKind::Class { 96 } else { 192 };
    let list = ListState { rev: visit.rev.clone(), ..ListState::default() };
    let shower = Shower { visit: &visit, snapshot: &snapshot, look: &look, set: &set, list: &list };
    let positions: Vec<u64> = found.items.iter().map(|item| item.position).collect();
    let mut cells = shower.cells(&positions, size).await?;
    let (previous_class, next_class) = classes_beside(&made);
    let address = |changes: &[(&str, &str)]| address(&visit, kind, &query, changes);
    let of_class = |name: Option<String>, is_next| {
        name.map(|name| Beside { href: address(&[("class", &name)]), name, is_next })
    };
    let (before, after) = (of_class(previous_class, false), of_class(next_class, true));
    let chosen =
        [("label", &wanted.label), ("class", &wanted.class), ("run", &wanted.run), ("since", &wanted.since)];
    let of_queue = of_queue(kind, &chosen, &made);
    for cell in &mut cells {
        cell.href.push(if cell.href.contains('?') { '&' } else { '?' });
        cell.href.push_str(&of_queue);
    }
    let props = Props {
        queue: kind.name(),
        rev: pinned(snapshot.at()),
        may_write: set.may_write,
        is_audio: look.kind == Kind::Audio,
        label_path: made.label.as_ref().map(|(label, _)| label.path.as_slice()).unwrap_or_default(),
        names: match &made.label {
            Some(_) => HashMap::new(),
            None => cells.iter().map(|cell| (cell.cell.row_id.as_str(), name_of(cell))).collect(),
        },
        params: chosen.iter().filter_map(|(name, value)| Some((*name, (**value)?))).collect(),
        of_queue,
        at: query.at,
        page: &found,
        previous_class: before.as_ref().map(|class| class.href.as_str()),
        next_class: after.as_ref().map(|class| class.href.as_str()),
    };
    let props = json!(props).to_string();
    let earlier = query.at.saturating_sub(limit as u64).to_string();
    let scan = found.scan;
    page(&QueueView {
        kind: look.kind,
        queue: kind.name(),
        how: kind.how(),
        total: (scan.state == ScanState::Done).then(|| show::count(found.total)),
        reading: (scan.state == ScanState::Running)
            .then(|| format!("{} %", scan.rows * 100 / scan.total.max(1))),
        waits_for_person: scan.state == ScanState::NotBegun,
        choice: choice(&state, &visit, &snapshot, &made).await?,
        beside: before.into_iter().chain(after).collect(),
        previous: (query.at > 0).then(|| address(&[("at", &earlier)])),
        next: found.next.map(|at| address(&[("at", &at.to_string())])),
        here: address(&[]),
        props,
        groups: groups(&found, cells),
        is_grouped: kind == QueueKind::Duplicates,
        size,
        title,
        set,
        frame,
    })
}

/// Keeps the label of the rows whose button was pressed, and shows the queue again.
pub async fn answer(
    State(state): State<AppState>,
    Writable(set): Writable,
    Path(path): Path<QueuePath>,
    OriginalUri(uri): OriginalUri,
    form: Form,
) -> Result<Response> {
    let rows = form.need("keep")?;
    let wanted = SetReviews {
        queue: path.queue.clone(),
        row_ids: rows.split(',').map(str::to_owned).collect(),
        answer: Some("keep".to_owned()),
    };
    keep_answers(&state, &set, &wanted).await?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let queue = show::encoded(&path.queue);
    Ok(Redirect::to(&format!("{}/review/{queue}{query}", base_of(&set.info.name))).into_response())
}

/// What the address of a sample says of the queue and the run that it was opened from.
fn of_queue(kind: QueueKind, chosen: &[(&str, &Option<&str>)], made: &Made) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(chosen.iter().filter_map(|(name, value)| Some((*name, (**value)?))));
    let query = query.finish();
    let sign = if query.is_empty() { "" } else { "?" };
    let queue = show::encoded(&format!("{}{sign}{query}", kind.name())).to_string();
    match &made.run {
        Some((run, _)) => format!("run={run}&queue={queue}"),
        None => format!("queue={queue}"),
    }
}

fn name_of(cell: &GridCell) -> String {
    if cell.cell.label.is_empty() { cell.cell.name.clone() } else { cell.cell.label.clone() }
}

/// The address of the queue with some members of its query changed; pages begin anew where `at` isn't among them.
fn address(visit: &SetVisit, kind: QueueKind, query: &QueueQuery, changes: &[(&str, &str)]) -> String {
    let at = query.at.to_string();
    let known = [
        ("rev", visit.rev.as_deref()),
        ("label", query.label.as_deref()),
        ("class", query.class.as_deref()),
        ("run", query.run.as_deref()),
        ("since", query.since.as_deref()),
        ("at", Some(at.as_str()).filter(|at| *at != "0" && changes.is_empty())),
    ];
    let value = |(name, value): &(&'static str, Option<&str>)| {
        let changed = changes.iter().find(|(changed, _)| changed == name).map(|(_, value)| *value);
        let value =
            changed.or(*value).filter(|value| !(value.is_empty() || (*name == "at" && *value == "0")))?;
        Some(format!("{name}={}", show::encoded(value)))
    };
    let pairs: Vec<String> = known.iter().filter_map(value).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    format!("{}/review/{}{query}", base_of(&visit.set.info.name), kind.name())
}

/// The classes before and after the one that is shown, of those that a row has.
fn classes_beside(made: &Made) -> (Option<String>, Option<String>) {
    let (Some((label, classes)), Some(class)) = (&made.label, made.class) else { return (None, None) };
    let counts = classes.count(None).buckets;
    let has_rows = |class: &usize| counts.get(*class).is_some_and(|count| *count > 0);
    let name = |class: usize| label.names.get(class).cloned();
    let before = (0..class).rev().find(has_rows).and_then(name);
    (before, (class + 1..label.names.len()).find(has_rows).and_then(name))
}

async fn choice(
    state: &AppState,
    visit: &SetVisit,
    snapshot: &Snapshot,
    made: &Made,
) -> Result<Option<Choice>> {
    let (name, words, options) = match made.kind {
        QueueKind::Class => {
            let Some((label, classes)) = &made.label else { return Ok(None) };
            let counts = classes.count(None).buckets;
            let option = |(class, name): (usize, &String)| {
                let count = counts.get(class).copied().unwrap_or(0);
                (name.clone(), format!("{name} ({})", show::count(count)), made.class == Some(class))
            };
            let some = label.names.iter().enumerate().filter(|(class, _)| counts.get(*class) != Some(&0));
            ("class", "Class", some.take(CHOICES).map(option).collect())
        }
        QueueKind::Disagrees => {
            let runs = hub_eval::run::list(&visit.set.dataset, COMMITS).await;
            let runs = runs.map_err(|error| Problem::from(&error))?;
            let shown = made.run.as_ref().map(|(id, _)| id.as_str());
            let option = |run: hub_eval::run::Run| {
                let id = run.header.id.to_string();
                let words = format!("{}, {}", run.evaluated.model.name, show::minute(run.header.time));
                let is_shown = shown == Some(id.as_str());
                (id, words, is_shown)
            };
            ("run", "Run", runs.into_iter().filter_map(|(_, run)| run.ok()).map(option).collect())
        }
        QueueKind::New => {
            let log = first_parents(state, &visit.set, snapshot, COMMITS + 1).await?;
            let shown = made.since.as_ref().map(|at| at.commit);
            let option = |commit: &hub_catalog::CommitInfo| {
                let operation = commit.operation.describe();
                let message = show::first_line(&commit.message, &operation);
                let words = format!("v{} · {}", commit.at.version, show::cut(&message, 60));
                (pinned(&commit.at), words, shown == Some(commit.at.id))
            };
            ("since", "Since", log.iter().skip(1).map(option).collect::<Vec<_>>())
        }
        _ => return Ok(None),
    };
    Ok((options.len() > 1).then_some(Choice { name, words, options }))
}

fn groups(found: &QueuePage, cells: Vec<GridCell>) -> Vec<Group> {
    let mut by_row: HashMap<String, GridCell> =
        cells.into_iter().map(|cell| (cell.cell.row_id.clone(), cell)).collect();
    let chunks = found.items.chunk_by(|a, b| a.group == b.group);
    let group = |items: &[QueueItem]| {
        let rows: Vec<&str> = items.iter().map(|item| item.row_id.as_str()).collect();
        let cell = |item: &QueueItem| {
            let cell = by_row.remove(&item.row_id)?;
            Some(QueueCell {
                label: item.label.as_ref().map_or_else(|| name_of(&cell), |label| label.name.clone()),
                suggestion: item.suggestion.as_ref().map(|class| class.name.clone()),
                is_near: item.is_near,
                why: why(item),
                cell,
            })
        };
        let rows = rows.join(",");
        Group { rows, cells: items.iter().filter_map(cell).collect() }
    };
    chunks.map(group).collect()
}

/// Why a row is in the queue, in a few words.
fn why(item: &QueueItem) -> String {
    let percent = || item.score.map(|score| format!("{} %", (score * 100.0).round())).unwrap_or_default();
    match item.reason {
        QueueReason::Damaged => "can’t be decoded".to_owned(),
        QueueReason::Blank => "one colour".to_owned(),
        QueueReason::Grey => "grey".to_owned(),
        QueueReason::Tiny => "tiny".to_owned(),
        QueueReason::Extreme => "very long".to_owned(),
        QueueReason::SamePicture => String::new(),
        QueueReason::Distance => item.score.map(|score| format!("{score:.0}")).unwrap_or_default(),
        QueueReason::Neighbours | QueueReason::Model => percent(),
        QueueReason::Added => "added".to_owned(),
        QueueReason::Changed => "changed".to_owned(),
    }
}
