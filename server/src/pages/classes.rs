//! The classes of a data set, and one class as small pictures.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub_dataset::ops::pictures::first_pictures;
use hub_dataset::{LabelColumn, Snapshot};
use hub_wordnet::WordNet;
use serde::Deserialize;

use super::chart::percent;
use super::class_numbers::{ClassScores, KindCounts};
use super::concept_view::{TreeNode, Treemap, tree_nodes, treemap};
use super::list_state::ListState;
use super::samples::{GridCell, Shower, select};
use super::{Frame, SetFrame, SetVisit, Tab, page, show};
use crate::api::Query;
use crate::api::revisions::stats_of;
use crate::api::runs::newest_of_label;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::views::cell::{Kind, Look};
use crate::views::columns::{self, Class, Label};
use crate::views::labelled::{Counted, Labelled};

/// Classes on a page.
const ON_PAGE: usize = 500;
/// How the classes are shown: the word in the address, the name, the icon.
const VIEWS: [(&str, &str, &str); 3] =
    [("table", "Table", "table-2"), ("tree", "Tree", "list"), ("treemap", "Treemap", "layout-grid")];
/// Samples of one class that are shown.
const IN_CLASS: usize = 300;

#[derive(Template)]
#[template(path = "classes.html")]
struct Classes {
    frame: Frame,
    set: SetFrame,
    labels: Vec<LabelLink>,
    q: String,
    sort: String,
    path: String,
    splits: Vec<String>,
    has_kinds: bool,
    /// The run that the F1 is of: its model, its address.
    run: Option<(String, String)>,
    rows: Vec<ClassRow>,
    views: Vec<ViewLink>,
    view: &'static str,
    nodes: Vec<TreeNode>,
    treemap: Option<Treemap>,
    found: String,
    nulls: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

struct LabelLink {
    path: String,
    href: String,
    is_chosen: bool,
}

struct ClassRow {
    number: usize,
    name: String,
    href: String,
    synset: Option<(String, String)>,
    count: String,
    /// With all kinds of its concept, where there are more.
    subtree: String,
    /// In each split: just this, and with all kinds where there are more.
    by_split: Vec<(String, Option<String>)>,
    share: String,
    width: String,
    f1: String,
    confused: String,
}

struct ViewLink {
    name: &'static str,
    icon: &'static str,
    href: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "class.html")]
struct OneClass {
    frame: Frame,
    set: SetFrame,
    path: String,
    name: String,
    number: usize,
    count: String,
    share: String,
    /// Of its concept: id, words, gloss.
    concept: Option<(String, String, String)>,
    kind: Kind,
    cells: Vec<GridCell>,
    all: String,
    /// The address of its samples with those first that are least like the rest.
    odd_first: Option<String>,
    previous: Option<(String, String)>,
    next: Option<(String, String)>,
}

/// Which classes, in which order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClassesQuery {
    path: String,
    q: String,
    sort: String,
    /// `table`, `tree` or `treemap`.
    view: String,
    at: usize,
}

/// A class in a path.
#[derive(Debug, Deserialize)]
pub struct ClassPath {
    path: String,
    number: usize,
}

/// The concept's id and its words.
fn synset(class: &Class) -> Option<(String, String)> {
    let id = class.synset.clone()?;
    let net = WordNet::get();
    let words = net.resolve(&id).ok().and_then(|found| net.synset(found)).map(|synset| synset.title());
    Some((id.clone(), words.unwrap_or(id)))
}

/// The review queue of a class, if its samples can be compared.
fn odd_first(set: &SetFrame, snapshot: &Snapshot, path: &str, class: &str) -> Option<String> {
    first_pictures(snapshot.schema())?;
    let labels = LabelColumn::all(snapshot.schema());
    labels.iter().find(|label| label.name() == path && !label.many)?;
    Some(set.at_with("/review/class", &[("label", path), ("class", class)]))
}

fn share(count: u64, all: u64) -> String {
    if all == 0 {
        String::new()
    } else {
        format!("{} %", show::float((count as f64 / all as f64 * 1000.0).round() / 10.0))
    }
}

/// The table of classes.
pub async fn classes(
    State(state): State<AppState>,
    visit: SetVisit,
    Query(query): Query<ClassesQuery>,
) -> Result<Response> {
    let snapshot = visit.snapshot().await?;
    let (frame, set) = visit.frame("Classes", Tab::Classes, Some(&snapshot)).await?;
    let stats = stats_of(&state, visit.set.info.uuid, &snapshot).await?;
    let labels = columns::labels(&stats);
    let label = labels.iter().find(|label| label.path == query.path).or(labels.first());
    let label = label.ok_or_else(|| Problem::not_found("column of class labels in this revision"))?;
    let all: u64 = label.classes.iter().map(|class| class.count).sum();
    let most = label.classes.iter().map(|class| class.count).max().unwrap_or(0);
    let words = query.q.to_lowercase();
    let mut found: Vec<&Class> =
        label.classes.iter().filter(|class| class.name.to_lowercase().contains(&words)).collect();
    match query.sort.as_str() {
        "name" => found.sort_by_key(|class| class.name.to_lowercase()),
        "rare" => found.sort_by_key(|class| (class.count, class.number)),
        "number" => {}
        _ => found.sort_by_key(|class| (std::cmp::Reverse(class.count), class.number)),
    }
    let view = VIEWS.iter().find(|(word, ..)| *word == query.view).map_or("table", |(word, ..)| *word);
    // Only the table has rows, and what is told in them.
    let (on_page, kinds, run) = match view {
        "table" => (
            ON_PAGE,
            KindCounts::of(&state, &visit.set, &snapshot, label).await?,
            newest_of_label(&visit.set, &label.path).await?,
        ),
        _ => (0, KindCounts::default(), None),
    };
    let scores = run.as_ref().map(ClassScores::of).unwrap_or_default();
    let row = |class: &&Class| ClassRow {
        number: class.number,
        name: class.name.clone(),
        href: class_href(&set, &label.path, class.number),
        synset: synset(class),
        count: show::count(class.count),
        subtree: kinds.subtree(class.number).map(show::count).unwrap_or_default(),
        by_split: kinds.by_split(class.number),
        share: share(class.count, all),
        width: percent(class.count, most),
        f1: scores.f1(&class.name),
        confused: scores.confused(&class.name),
    };
    let rows: Vec<ClassRow> = found.iter().skip(query.at).take(on_page).map(row).collect();
    let (nodes, treemap) = concepts_of(&state, &visit, &set, &snapshot, (&label.path, view)).await?;
    let address = |at: usize| {
        let pairs = [
            ("rev", visit.rev.clone().unwrap_or_default()),
            ("path", label.path.clone()),
            ("q", query.q.clone()),
            ("sort", query.sort.clone()),
            ("view", if view == "table" { String::new() } else { view.to_owned() }),
            ("at", at.to_string()),
        ];
        let pairs = pairs.iter().filter(|(key, value)| !value.is_empty() && (*key != "at" || value != "0"));
        let pairs: Vec<String> =
            pairs.map(|(key, value)| format!("{key}={}", show::encoded(value))).collect();
        format!("{}/classes?{}", set.base, pairs.join("&"))
    };
    let end = query.at.saturating_add(ON_PAGE);
    page(&Classes {
        labels: labels.iter().map(|other| label_link(&set, other, &label.path)).collect(),
        splits: kinds.splits.clone(),
        has_kinds: rows.iter().any(|row| !row.subtree.is_empty()),
        run: run
            .filter(|_| rows.iter().any(|row| !row.f1.is_empty()))
            .map(|run| (run.evaluated.model.name.clone(), set.at(&format!("/runs/{}", run.header.id)))),
        rows,
        views: view_links(&set, &label.path, view),
        view,
        nodes,
        treemap,
        found: show::counted(found.len() as u64, "class", "classes"),
        nulls: (label.nulls > 0).then(|| show::count(label.nulls)),
        previous: (query.at > 0).then(|| address(query.at.saturating_sub(ON_PAGE))),
        next: (end < found.len()).then(|| address(end)),
        path: label.path.clone(),
        q: query.q.clone(),
        sort: query.sort.clone(),
        set,
        frame,
    })
}

fn view_links(set: &SetFrame, path: &str, chosen: &str) -> Vec<ViewLink> {
    let link = |(word, name, icon): (&str, &'static str, &'static str)| ViewLink {
        name,
        icon,
        href: set.at_with("/classes", &[("path", path), ("view", word)]),
        is_chosen: word == chosen,
    };
    VIEWS.into_iter().map(link).collect()
}

/// The tree or the treemap of the concepts of a label.
async fn concepts_of(
    state: &AppState,
    visit: &SetVisit,
    set: &SetFrame,
    snapshot: &Snapshot,
    (path, view): (&str, &str),
) -> Result<(Vec<TreeNode>, Option<Treemap>)> {
    let found = Labelled::of(visit.set.info.name.clone(), snapshot.clone(), Some(path));
    let Some(found) = found.filter(|_| view != "table") else { return Ok((Vec::new(), None)) };
    let counted = Counted::of(state, vec![found]).await?;
    let tree = &counted.tree;
    let href = |name: &str| set.at_with("/samples", &[(&format!("is.{path}"), name)]);
    Ok(match view {
        "treemap" if !tree.is_empty() => {
            (Vec::new(), Some(treemap(state, &counted, &tree.roots(), &href).await?))
        }
        _ => (tree_nodes(tree, &tree.roots(), &href), None),
    })
}

fn label_link(set: &SetFrame, label: &Label, chosen: &str) -> LabelLink {
    LabelLink {
        href: set.at_with("/classes", &[("path", &label.path)]),
        is_chosen: label.path == chosen,
        path: label.path.clone(),
    }
}

fn class_href(set: &SetFrame, path: &str, number: usize) -> String {
    format!("{}/classes/{}/{number}{}", set.base, show::encoded(path), set.query)
}

pub async fn class(
    State(state): State<AppState>,
    visit: SetVisit,
    Path(wanted): Path<ClassPath>,
) -> Result<Response> {
    let snapshot = visit.snapshot().await?;
    let stats = stats_of(&state, visit.set.info.uuid, &snapshot).await?;
    let labels = columns::labels(&stats);
    let missing =
        || Problem::not_found(format!("class {} of '{}' in this revision", wanted.number, wanted.path));
    let label = labels.iter().find(|label| label.path == wanted.path).ok_or_else(missing)?;
    let class = label.classes.get(wanted.number).ok_or_else(missing)?;
    let (frame, set) = visit.frame(&class.name, Tab::Classes, Some(&snapshot)).await?;
    let mut list = ListState { rev: visit.rev.clone(), ..ListState::default() };
    list.values.insert(label.path.clone(), vec![class.name.clone()]);
    let look = Look::of(snapshot.schema());
    let rows = select(&state, &visit, &snapshot, &list).await?;
    let shower = Shower { visit: &visit, snapshot: &snapshot, look: &look, set: &set, list: &list };
    let cells = shower.cells(&rows.page(0, IN_CLASS), 96).await?;
    let all: u64 = label.classes.iter().map(|class| class.count).sum();
    let beside = |number: Option<usize>| {
        let class = label.classes.get(number?)?;
        Some((class.name.clone(), class_href(&set, &label.path, class.number)))
    };
    let net = WordNet::get();
    let concept = class.synset.as_ref().and_then(|id| net.synset(net.resolve(id).ok()?));
    page(&OneClass {
        path: label.path.clone(),
        name: class.name.clone(),
        number: class.number,
        count: show::counted(class.count, "label", "labels"),
        share: share(class.count, all),
        concept: concept.map(|synset| (synset.id().to_string(), synset.title(), synset.gloss().to_owned())),
        kind: look.kind,
        all: format!("{}/samples{}", set.base, list.query()),
        odd_first: odd_first(&set, &snapshot, &label.path, &class.name),
        previous: beside(class.number.checked_sub(1)),
        next: beside(class.number.checked_add(1)),
        cells,
        set,
        frame,
    })
}
