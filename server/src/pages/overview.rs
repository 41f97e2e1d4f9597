//! A data set at a glance: pictures of many classes, classes, columns, splits, card, how to use it, last changes.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use hub_dataset::Snapshot;

use super::chart::{Histogram, percent, stacked};
use super::review::{Cards, cards};
use super::set_frame::{pinned, thumbnail};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::revisions::{first_parents, stats_of};
use crate::problem::Result;
use crate::state::AppState;
use crate::views::card::html_of;
use crate::views::cell::{Cell, Kind, Look};
use crate::views::columns::{self, Label};
use crate::views::picks::picks;

/// Classes that are shown: half of them the most frequent, half the rarest.
const CLASSES: usize = 12;
/// How long the page waits for review queues that are made in the background.
const PATIENCE: Duration = Duration::from_millis(300);
/// Commits that are shown.
const COMMITS: usize = 3;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    set: SetFrame,
    pictures: Vec<(String, Cell)>,
    kind: Kind,
    review: Cards,
    classes: Option<Classes>,
    columns: Vec<ColumnRow>,
    card: String,
    splits: Vec<SplitPart>,
    facts: Vec<(&'static str, String)>,
    uses: Vec<Use>,
    commits: Vec<CommitLine>,
}

#[derive(Template)]
#[template(path = "overview_empty.html")]
struct EmptyOverview {
    frame: Frame,
    set: SetFrame,
    card: String,
    hub_url: String,
}

struct Classes {
    words: String,
    shown: Vec<ClassBar>,
    all: usize,
}

struct ClassBar {
    name: String,
    count: String,
    width: String,
    href: String,
}

struct ColumnRow {
    name: String,
    icon: &'static str,
    kind: String,
    range: String,
    chart: Option<Histogram>,
}

struct SplitPart {
    name: String,
    count: String,
    class: String,
    start: String,
    width: String,
    href: String,
}

struct Use {
    id: &'static str,
    title: &'static str,
    code: String,
}

/// A commit in a short list.
pub struct CommitLine {
    pub message: String,
    pub author: String,
    pub initials: String,
    pub what: String,
    pub ago: String,
    pub exact: String,
    pub href: String,
}

pub async fn overview(State(state): State<AppState>, visit: SetVisit) -> Result<Response> {
    let card = state.catalog.card(visit.set.info.uuid).await?;
    let parsed = state.cards.get(&card).await;
    let card_html = html_of(card.get(parsed.text_at..).unwrap_or_default());
    let Some(snapshot) = visit.snapshot_if_any().await? else {
        let (frame, set) = visit.frame("", Tab::Overview, None).await?;
        return page(&EmptyOverview { frame, set, card: card_html, hub_url: visit.visit.hub_url });
    };
    let review = cards(&state, &visit, &snapshot, PATIENCE).await?;
    let (frame, set) = visit.frame("", Tab::Overview, Some(&snapshot)).await?;
    let info = &visit.set.info;
    let stats = stats_of(&state, info.uuid, &snapshot).await?;
    let labels = columns::labels(&stats);
    let look = Look::of(snapshot.schema());
    let pictures = match &look.media {
        Some(media) => {
            let chosen = picks(&state, info, &snapshot).await?;
            let cells = chosen.iter().filter(|cell| cell.has_picture);
            let picture = |cell: &Cell| {
                (thumbnail(&info.name, snapshot.at(), &cell.row_id, &media.name, 96), cell.clone())
            };
            cells.map(picture).collect()
        }
        None => Vec::new(),
    };
    let licence = parsed.front.get("license").and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let citation =
        parsed.front.get("citation").and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    page(&Overview {
        classes: labels.first().filter(|label| !label.classes.is_empty()).map(|label| classes(&set, label)),
        columns: column_rows(&snapshot, &stats),
        splits: splits(&set, &snapshot),
        facts: facts(&snapshot, &stats, licence, citation),
        uses: uses(&visit, &set, &snapshot, labels.first()),
        commits: commits(&state, &visit, &set, &snapshot).await?,
        kind: look.kind,
        review,
        card: card_html,
        pictures,
        set,
        frame,
    })
}

/// The address of the samples with one filter.
fn filtered(set: &SetFrame, key: &str, value: &str) -> String {
    set.at_with("/samples", &[(key, value)])
}

fn classes(set: &SetFrame, label: &Label) -> Classes {
    let mut sorted: Vec<_> = label.classes.iter().collect();
    sorted.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.number.cmp(&b.number)));
    let (most, least) = (sorted.first().map_or(0, |c| c.count), sorted.last().map_or(0, |c| c.count));
    let words = match (most, least) {
        (most, least) if most == least => format!("{} · {} each", sorted.len(), show::count(most)),
        (most, least) => format!(
            "{} · {} to {} each",
            show::count(sorted.len() as u64),
            show::count(least),
            show::count(most)
        ),
    };
    let all = sorted.len();
    if all > CLASSES {
        sorted.drain(CLASSES / 2..all - CLASSES / 2);
    }
    let bar = |class: &&columns::Class| ClassBar {
        name: class.name.clone(),
        count: show::count(class.count),
        width: percent(class.count, most),
        href: filtered(set, &format!("f.{}", label.path), &class.name),
    };
    Classes { words, shown: sorted.iter().map(bar).collect(), all }
}

/// The icon of a column's type.
pub fn column_icon(kind: &str) -> &'static str {
    match kind {
        "image" => "image",
        "audio" => "audio-lines",
        "video" => "film",
        "text" => "text",
        "json" => "braces",
        "binary" => "box",
        "bool" => "toggle-left",
        "timestamp" => "calendar",
        "link" => "link",
        "box" => "square-dashed",
        "polygon" => "spline",
        kind if kind.starts_with("class label") => "tag",
        kind if kind.starts_with("raw image") => "image",
        kind if kind.starts_with("mask") => "shapes",
        kind if kind.contains("box") => "square-dashed",
        kind if kind.starts_with("list") => "list",
        kind if kind.starts_with('{') => "braces",
        kind if kind.starts_with("tensor") || kind.starts_with("embedding") => "layers",
        _ => "hash",
    }
}

fn column_rows(snapshot: &Snapshot, stats: &serde_json::Value) -> Vec<ColumnRow> {
    let row = |column: columns::Column| {
        let icon = column_icon(&column.kind);
        let mut range = column.range.clone();
        if column.nulls > 0 {
            let rows = snapshot.commit().counts.rows;
            let nulls = if column.nulls == rows { "all".to_owned() } else { show::count(column.nulls) };
            range = format!("{range}{}{nulls} null", if range.is_empty() { "" } else { ", " });
        }
        ColumnRow {
            chart: Histogram::of(&column.counts),
            kind: show::cut(&column.kind, 48),
            name: column.name,
            icon,
            range,
        }
    };
    // Facts that are the same for all rows tell nothing.
    let told = |column: &columns::Column| {
        !column.is_fact
            || column.ends.is_some_and(|(min, max)| min < max) && !column.name.ends_with(".orientation")
    };
    columns::columns(stats).into_iter().filter(told).map(row).collect()
}

fn splits(set: &SetFrame, snapshot: &Snapshot) -> Vec<SplitPart> {
    let counts = &snapshot.commit().counts.splits;
    let mut counts: Vec<(&String, &u64)> = counts.iter().filter(|(_, rows)| **rows > 0).collect();
    counts.sort_by(|a, b| b.1.cmp(a.1));
    let parts = stacked(&counts.iter().map(|(_, rows)| **rows).collect::<Vec<_>>());
    let named = counts.into_iter().zip(parts).enumerate();
    named
        .map(|(i, ((name, rows), (start, width)))| SplitPart {
            name: if name.is_empty() { "no split".to_owned() } else { name.clone() },
            count: show::short(*rows),
            class: if i == 0 { "c0".to_owned() } else { format!("c{}", (i - 1) % 7 + 2) },
            href: if name.is_empty() { set.at("/samples") } else { filtered(set, "split", name) },
            start,
            width,
        })
        .collect()
}

fn facts(
    snapshot: &Snapshot,
    stats: &serde_json::Value,
    licence: String,
    citation: String,
) -> Vec<(&'static str, String)> {
    let commit = snapshot.commit();
    let fragments = stats["fragments"].as_u64().unwrap_or(0);
    let size = format!(
        "{} in {}",
        show::bytes(commit.counts.bytes),
        show::counted(fragments, "fragment", "fragments")
    );
    let facts = [
        ("Samples", show::count(commit.counts.rows)),
        ("Size", size),
        ("Licence", licence),
        ("Citation", show::cut(&citation, 300)),
        ("Changed", show::minute(commit.time)),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn uses(visit: &SetVisit, set: &SetFrame, snapshot: &Snapshot, label: Option<&Label>) -> Vec<Use> {
    let (name, hub) = (&visit.set.info.name, &visit.visit.hub_url);
    let at = match &visit.rev {
        Some(rev) => format!("{name}@{rev}"),
        None => format!("{name}@{}", pinned(snapshot.at())),
    };
    let columns: Vec<String> = snapshot.schema().given().take(2).map(|f| format!("\"{}\"", f.name)).collect();
    let columns = columns.join(", ");
    let path = label.map_or("split", |label| &label.path);
    vec![
        Use {
            id: "shell",
            title: "Shell",
            code: format!(
                "export HUB_URL={hub}\nhub info {at}\nhub pull {at} ./{}\nhub stream {at} --shuffle=7",
                set.name
            ),
        },
        Use {
            id: "python",
            title: "Python",
            code: format!(
                "import imagehub\n\nds = imagehub.open(\"{hub}/{at}\")\nfor batch in ds.stream(256, shuffle=True, seed=7):\n    \
                 …"
            ),
        },
        Use {
            id: "rust",
            title: "Rust",
            code: format!(
                "let ds = hub_client::open(&\"{hub}/{name}\".parse()?, &Home::from_env()?).await?;\nlet snapshot = \
                 ds.snapshot(&\"{}\".parse()?).await?;\nlet batches = StreamBuilder::new(snapshot)\n    .columns(&[{columns}])\n    \
                 .batch_size(256)\n    .shuffle(7)\n    .build()\n    .await?;",
                visit.rev.clone().unwrap_or_else(|| pinned(snapshot.at()))
            ),
        },
        Use {
            id: "sql",
            title: "SQL",
            code: format!(
                "hub query {at} \"SELECT {path}, count(*) AS n FROM samples\n  GROUP BY {path} ORDER BY n DESC\""
            ),
        },
        Use {
            id: "hf",
            title: "datasets",
            code: format!(
                "import os\nos.environ[\"HF_ENDPOINT\"] = \"{hub}/hf\"\n\nimport datasets\nds = datasets.load_dataset(\"{name}\")"
            ),
        },
        Use {
            id: "croissant",
            title: "Croissant",
            code: format!(
                "import mlcroissant\n\nds = mlcroissant.Dataset(\"{hub}/api/v1/datasets/{name}/croissant\")"
            ),
        },
    ]
}

async fn commits(
    state: &AppState,
    visit: &SetVisit,
    set: &SetFrame,
    snapshot: &Snapshot,
) -> Result<Vec<CommitLine>> {
    let log = first_parents(state, &visit.set, snapshot, COMMITS).await?;
    let line = |commit: hub_catalog::CommitInfo| {
        let operation = commit.operation.describe();
        CommitLine {
            message: show::first_line(&commit.message, &operation),
            initials: show::initials(&commit.author),
            what: change_words(commit.added, commit.removed, commit.changed).unwrap_or(operation),
            ago: show::ago(commit.time),
            exact: show::exact(commit.time),
            href: format!("{}/commits/{}", set.base, pinned(&commit.at)),
            author: commit.author,
        }
    };
    Ok(log.into_iter().map(line).collect())
}

/// What a commit did, in words; `None` if it touched no rows.
pub fn change_words(added: u64, removed: u64, changed: u64) -> Option<String> {
    let parts = [(added, "added"), (removed, "removed"), (changed, "changed")];
    let parts = parts.iter().filter(|(rows, _)| *rows > 0);
    let parts: Vec<String> = parts.map(|(rows, what)| format!("{} {what}", show::short(*rows))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
