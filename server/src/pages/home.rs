//! The data sets that the reader may see.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use futures::stream::{self, StreamExt};
use hub_catalog::{DatasetInfo, ListQuery, Sort};
use hub_dataset::LabelColumn;
use hub_wordnet::WordNet;
use serde::Deserialize;

use super::overview::change_words;
use super::run_charts::percent;
use super::set_frame::{base_of, thumbnail};
use super::{Frame, Section, Visit, page, show};
use crate::api::Query;
use crate::problem::{Kind as ProblemKind, Result};
use crate::state::AppState;
use crate::views::cell::{Cell, Kind, Look};
use crate::views::picks::picks;
use crate::views::review::summary::{KnownMistakes, known_mistakes};

/// Data sets on a page.
const ON_PAGE: usize = 30;
/// Data sets that are looked at for a page of one kind.
const LOOKED_AT: u32 = 200;
/// Data sets whose rows and bytes are summed.
const SUMMED: u32 = 1000;
/// Data sets that are opened at the same time.
const CONCURRENCY: usize = 8;
/// Pictures beside each data set.
const PICTURES: usize = 7;
/// Review queues that are shown.
const QUEUES: usize = 5;
/// Changes in the list of the last ones.
const CHANGES: u32 = 6;

/// Which data sets to show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct HomeQuery {
    q: String,
    kind: String,
    ns: String,
    sort: String,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    query: HomeQuery,
    sums: String,
    sets: Vec<SetRow>,
    kinds: Vec<KindLink>,
    next: Option<String>,
    worth_a_look: Vec<WorthALook>,
    changes: Vec<Change>,
    concepts: Vec<(String, String, String)>,
    /// Whether the reader sees no data set at all.
    is_empty: bool,
    hub_url: String,
}

struct KindLink {
    name: &'static str,
    icon: Option<&'static str>,
    href: String,
    is_chosen: bool,
}

/// A data set in a list.
pub struct SetRow {
    pub namespace: String,
    pub name: String,
    pub href: String,
    pub summary: String,
    pub is_private: bool,
    pub icon: &'static str,
    pub kind: Kind,
    pub rows: String,
    pub size: String,
    pub classes: Option<String>,
    pub pictures: Vec<(String, Cell)>,
    /// Of the last commit: message, author, how long ago, exact time.
    pub last: Option<(String, String, String, String)>,
    /// The likely mistakes that were found lately.
    pub mistakes: Option<String>,
    /// Why it can't be read.
    pub trouble: bool,
}

/// A queue of likely mistakes of one of the data sets.
struct WorthALook {
    title: &'static str,
    set: String,
    href: String,
    total: String,
    pictures: Vec<String>,
}

struct Change {
    icon: &'static str,
    who: String,
    what: String,
    set: String,
    href: String,
    ago: String,
    exact: String,
    time: chrono::DateTime<chrono::Utc>,
}

pub async fn home(
    State(state): State<AppState>,
    visit: Visit,
    Query(query): Query<HomeQuery>,
) -> Result<Response> {
    let viewer = visit.caller.viewer();
    let sort = query.sort.parse().unwrap_or(Sort::Updated);
    let wanted = ListQuery {
        search: Some(query.q.clone()).filter(|words| !words.trim().is_empty()),
        namespace: Some(query.ns.clone()).filter(|ns| !ns.is_empty()),
        sort,
        cursor: query.cursor.clone(),
        limit: if query.kind.is_empty() { ON_PAGE as u32 } else { LOOKED_AT },
        ..ListQuery::default()
    };
    let found = state.catalog.list_datasets(&viewer, &wanted).await?;
    let mut sets = rows(&state, found.items).await;
    if !query.kind.is_empty() {
        sets.retain(|set| set.kind.word() == query.kind);
    }
    let all = ListQuery { limit: SUMMED, sort: Sort::Updated, ..ListQuery::default() };
    let all = state.catalog.list_datasets(&viewer, &all).await?;
    let next = found.next.map(|cursor| {
        let pairs = [
            ("q", &query.q),
            ("kind", &query.kind),
            ("ns", &query.ns),
            ("sort", &query.sort),
            ("cursor", &cursor),
        ];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            pairs.map(|(key, value)| format!("{key}={}", show::encoded(value))).collect();
        format!("/?{}", pairs.join("&"))
    });
    let (mistakes, worth_a_look) = worth_a_look(&state, &all.items).await;
    for set in &mut sets {
        let found = mistakes.get(&set.href).filter(|found| **found > 0);
        set.mistakes = found.map(|found| show::counted(*found, "likely mistake", "likely mistakes"));
    }
    let recent = all.items.iter().take(CHANGES as usize).cloned().collect();
    let mut frame = visit.frame("Data sets", Section::Datasets);
    frame.search.clone_from(&query.q);
    page(&Home {
        sums: sums(&all.items, all.next.is_some()),
        is_empty: all.items.is_empty(),
        kinds: kinds(&query),
        changes: changes(&state, recent).await,
        concepts: concepts(&query.q),
        worth_a_look,
        hub_url: visit.hub_url.clone(),
        next,
        sets,
        query,
        frame,
    })
}

/// `12 sets · 1.42 M samples · 146 GB`.
fn sums(sets: &[DatasetInfo], more: bool) -> String {
    let total = |of: fn(&DatasetInfo) -> u64| sets.iter().map(of).fold(0u64, u64::saturating_add);
    let least = if more { "more than " } else { "" };
    format!(
        "{least}{} · {} · {}",
        show::counted(sets.len() as u64, "set", "sets"),
        show::counted(total(|set| set.rows), "sample", "samples"),
        show::bytes(total(|set| set.bytes))
    )
}

fn kinds(query: &HomeQuery) -> Vec<KindLink> {
    let kinds = [
        ("All", "", None),
        ("Images", "images", Some("image")),
        ("Audio", "audio", Some("audio-lines")),
        ("Video", "video", Some("film")),
    ];
    let link = |(name, kind, icon): (&'static str, &str, Option<&'static str>)| {
        let pairs = [("q", query.q.as_str()), ("kind", kind), ("ns", &query.ns), ("sort", &query.sort)];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            pairs.map(|(key, value)| format!("{key}={}", show::encoded(value))).collect();
        let href = if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", pairs.join("&")) };
        KindLink { name, icon, href, is_chosen: query.kind == kind }
    };
    kinds.into_iter().map(link).collect()
}

/// The concepts that a search may have meant: name, words, gloss.
fn concepts(words: &str) -> Vec<(String, String, String)> {
    let net = WordNet::get();
    let words = words.trim();
    if words.is_empty() {
        return Vec::new();
    }
    let found = net.search(words, 5).into_iter().filter_map(|id| net.synset(id));
    found.map(|synset| (synset.name(), synset.title(), synset.gloss().to_owned())).collect()
}

/// Data sets as a list shows them. One that can't be read is shown all the same.
pub async fn rows(state: &AppState, sets: Vec<DatasetInfo>) -> Vec<SetRow> {
    stream::iter(sets).map(|info| row(state, info)).buffered(CONCURRENCY).collect().await
}

async fn row(state: &AppState, info: DatasetInfo) -> SetRow {
    let mut row = SetRow {
        namespace: info.name.namespace().to_owned(),
        name: info.name.name().to_owned(),
        href: base_of(&info.name),
        // Markdown of a line: its signs for bold and code say nothing here.
        summary: info.summary.replace("**", "").replace('`', ""),
        is_private: info.visibility == hub_schema::Visibility::Private,
        icon: Kind::Rows.icon(),
        kind: Kind::Rows,
        rows: show::short(info.rows),
        size: show::bytes(info.bytes),
        classes: None,
        pictures: Vec::new(),
        last: None,
        mistakes: None,
        trouble: false,
    };
    match fill(state, &info, &mut row).await {
        Ok(()) => {}
        // Without a commit.
        Err(problem) if problem.kind == ProblemKind::NotFound => {}
        Err(problem) => {
            tracing::warn!(dataset = %info.name, problem = %problem, "a data set can't be shown in the list");
            row.trouble = true;
        }
    }
    row
}

async fn fill(state: &AppState, info: &DatasetInfo, row: &mut SetRow) -> Result<()> {
    let dataset = state.datasets.open(&state.root, info).await?;
    let snapshot = state.datasets.snapshot(&state.catalog, info, &dataset, None).await?;
    let schema = snapshot.schema();
    let (look, commit) = (Look::of(schema), snapshot.commit());
    (row.kind, row.icon) = (look.kind, look.kind.icon());
    (row.rows, row.size) = (show::short(commit.counts.rows), show::bytes(commit.counts.bytes));
    let classes = LabelColumn::all(schema).first().map(|column| column.names.len() as u64);
    row.classes = classes.filter(|classes| *classes > 0).map(show::count);
    let message = what_of(commit);
    row.last = Some((message, commit.author.clone(), show::ago(commit.time), show::exact(commit.time)));
    let Some(media) = &look.media else { return Ok(()) };
    let chosen: Arc<Vec<Cell>> = picks(state, info, &snapshot).await?;
    let step = (chosen.len() / PICTURES).max(1);
    let cells = chosen.iter().filter(|cell| cell.has_picture).step_by(step).take(PICTURES);
    let pictures =
        cells.map(|cell| (thumbnail(&info.name, snapshot.at(), &cell.row_id, &media.name, 96), cell.clone()));
    row.pictures = pictures.collect();
    Ok(())
}

/// A commit's message; without one, what it did.
fn what_of(commit: &hub_schema::Commit) -> String {
    let counts = &commit.counts;
    let done = change_words(counts.added, counts.removed, counts.changed);
    show::first_line(&commit.message, &done.unwrap_or_else(|| commit.operation.describe()))
}

/// The likely mistakes that were found lately in data sets that the reader may see: their number by the address of the
/// data set, and the longest queues.
async fn worth_a_look(state: &AppState, sets: &[DatasetInfo]) -> (HashMap<String, u64>, Vec<WorthALook>) {
    let of_set = |info: DatasetInfo| async move {
        let name = info.name.clone();
        let dataset = state.datasets.open(&state.root, &info).await.ok()?;
        let snapshot = state.datasets.snapshot(&state.catalog, &info, &dataset, None).await.ok()?;
        let known = known_mistakes(state, info.uuid, &snapshot).await.ok()??;
        let media = Look::of(snapshot.schema()).media;
        let queue = |queue: KnownMistakes| {
            let picture =
                |row: &String| Some(thumbnail(&name, snapshot.at(), row, &media.as_ref()?.name, 48));
            let look = WorthALook {
                title: queue.kind.title(),
                set: name.name().to_owned(),
                href: format!("{}/review/{}", base_of(&name), queue.kind.name()),
                total: show::count(queue.total),
                pictures: queue.first.iter().take(3).filter_map(picture).collect(),
            };
            (queue.total, look)
        };
        let known = known.into_iter().filter(|queue| queue.total > 0);
        Some((base_of(&name), known.map(queue).collect::<Vec<_>>()))
    };
    let sets: Vec<DatasetInfo> = sets.iter().take(ON_PAGE).cloned().collect();
    let found: Vec<_> = stream::iter(sets).map(of_set).buffered(CONCURRENCY).collect().await;
    let found: Vec<(String, Vec<(u64, WorthALook)>)> = found.into_iter().flatten().collect();
    let sum = |queues: &[(u64, WorthALook)]| queues.iter().map(|(total, _)| total).sum();
    let sums = found.iter().map(|(set, queues)| (set.clone(), sum(queues))).collect();
    let mut queues: Vec<(u64, WorthALook)> = found.into_iter().flat_map(|(_, queues)| queues).collect();
    queues.sort_by_key(|(total, _)| std::cmp::Reverse(*total));
    (sums, queues.into_iter().take(QUEUES).map(|(_, queue)| queue).collect())
}

/// The last commit and the last run of each of the data sets that changed last, the newest first.
async fn changes(state: &AppState, sets: Vec<DatasetInfo>) -> Vec<Change> {
    let change = |info: DatasetInfo| async move {
        let dataset = state.datasets.open(&state.root, &info).await.ok()?;
        let snapshot = state.datasets.snapshot(&state.catalog, &info, &dataset, None).await.ok()?;
        let commit = snapshot.commit();
        let commit = Change {
            icon: "git-commit-horizontal",
            who: commit.author.clone(),
            what: what_of(commit),
            set: info.name.to_string(),
            href: format!("{}/commits/{}", base_of(&info.name), super::set_frame::pinned(snapshot.at())),
            ago: show::ago(commit.time),
            exact: show::exact(commit.time),
            time: commit.time,
        };
        let run =
            hub_eval::run::list(&dataset, 1).await.ok().and_then(|runs| runs.into_iter().next()?.1.ok());
        Some([Some(commit), run.and_then(|run| scored(&info, &run))])
    };
    let found: Vec<_> = stream::iter(sets).map(change).buffered(CONCURRENCY).collect().await;
    let mut found: Vec<Change> = found.into_iter().flatten().flatten().flatten().collect();
    found.sort_by_key(|change| std::cmp::Reverse(change.time));
    found.truncate(CHANGES as usize);
    found
}

/// A run as a change: which model scored how much. `None` for one without labels.
fn scored(info: &DatasetInfo, run: &hub_eval::run::Run) -> Option<Change> {
    let top1 = run.scores.top(1)?.fraction?;
    Some(Change {
        icon: "shapes",
        who: run.evaluated.model.name.clone(),
        what: format!("scored {} on {}", percent(top1), run.evaluated.data.rows()),
        set: info.name.to_string(),
        href: format!("{}/runs/{}", base_of(&info.name), run.header.id),
        ago: show::ago(run.header.time),
        exact: show::exact(run.header.time),
        time: run.header.time,
    })
}
