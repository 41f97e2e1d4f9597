//! WordNet over all data sets that the reader may see, or over one: a tree and a treemap of what they have, a search, and
//! one concept with all that it is a kind of, its kinds, and pictures.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use hub_catalog::Role;
use hub_schema::DatasetName;
use hub_schema::api::SynsetView;
use hub_wordnet::{Synset, SynsetId, WordNet};
use serde::Deserialize;

use super::concept_view::{ConceptView, Picture, TreeNode, Treemap, pictures, tree_nodes, treemap};
use super::set_frame::base_of;
use super::{Frame, Section, Visit, page, show};
use crate::api::Query;
use crate::api::synsets::{SynsetPath, view_of};
use crate::auth::find;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::views::concept_tree::{first_word, kinds, parents};
use crate::views::labelled::{Counted, Labelled, labelled};

/// Steps up to the root that are shown.
const STEPS: usize = 20;
/// Pictures of a concept.
const PICTURES: usize = 24;
/// Kinds without rows that are shown.
const OTHERS: usize = 200;

#[derive(Template)]
#[template(path = "concepts.html")]
struct Concepts {
    frame: Frame,
    q: String,
    found: Vec<SynsetView>,
    suggestions: Vec<String>,
    counted: Shown,
    nodes: Vec<TreeNode>,
    treemap: Option<Treemap>,
    concepts: String,
    sets: String,
}

#[derive(Template)]
#[template(path = "concept.html")]
struct Concept {
    frame: Frame,
    concept: SynsetView,
    examples: Vec<String>,
    /// The ways up to the root, from the root on: one for each parent.
    paths: Vec<Vec<(String, String)>>,
    counted: Shown,
    own: String,
    subtree: String,
    nodes: Vec<TreeNode>,
    treemap: Option<Treemap>,
    /// Kinds without rows.
    others: Vec<(String, String)>,
    pictures: Vec<Picture>,
    datasets: Vec<DatasetRow>,
    samples: Option<String>,
}

/// Where is counted, and how it is shown.
struct Shown {
    dataset: String,
    view: ConceptView,
    trouble: Option<String>,
    /// Are there more data sets than are looked at?
    more: bool,
    tree_href: String,
    treemap_href: String,
    all_href: String,
    /// The data sets that can be chosen.
    choices: Vec<String>,
}

struct DatasetRow {
    name: String,
    href: String,
    counts: String,
    samples: String,
}

/// What to look for, where to count, how to show it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConceptQuery {
    q: String,
    dataset: String,
    column: Option<String>,
    rev: Option<String>,
    view: String,
}

impl ConceptQuery {
    /// The query of an address that counts in the same place, in a view.
    fn query(&self, view: ConceptView) -> String {
        let pairs = [
            ("dataset", self.dataset.as_str()),
            ("column", self.column.as_deref().unwrap_or_default()),
            ("rev", self.rev.as_deref().unwrap_or_default()),
            ("view", if view == ConceptView::Treemap { "treemap" } else { "" }),
        ];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            pairs.map(|(key, value)| format!("{key}={}", show::encoded(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

/// The data sets in which is counted, and their concepts.
struct Place {
    counted: Counted,
    shown: Shown,
    query: ConceptQuery,
}

async fn place(state: &AppState, visit: &Visit, mut query: ConceptQuery, at: &str) -> Result<Place> {
    let (all, more) = labelled(state, &visit.caller.viewer()).await?;
    let choices = all.iter().map(|set| set.name.to_string()).collect();
    let mut trouble = None;
    let mut sets = all;
    if !query.dataset.is_empty() {
        match of_one(state, visit, &query).await {
            Ok(one) => sets = vec![one],
            Err(problem) if matches!(problem.kind, Kind::NotFound | Kind::Invalid | Kind::BadName) => {
                trouble = Some(problem.detail);
                (query.dataset, query.column, query.rev) = (String::new(), None, None);
            }
            Err(problem) => return Err(problem),
        }
    }
    let view = ConceptView::parse(&query.view);
    let address = |query: &ConceptQuery, view| format!("{at}{}", query.query(view));
    let nowhere = ConceptQuery::default();
    let shown = Shown {
        tree_href: address(&query, ConceptView::Tree),
        treemap_href: address(&query, ConceptView::Treemap),
        all_href: address(&nowhere, view),
        dataset: query.dataset.clone(),
        view,
        trouble,
        more,
        choices,
    };
    let _permit = state.filters.take(visit.caller.requester(&visit.address)).await?;
    let counted = Counted::of(state, sets).await?;
    Ok(Place { counted, shown, query })
}

/// The data set that the address names.
async fn of_one(state: &AppState, visit: &Visit, query: &ConceptQuery) -> Result<Labelled> {
    let name: DatasetName = query.dataset.parse()?;
    let (caller, address) = (visit.caller.clone(), visit.address.clone());
    let set = find(state, caller, address, &name, Role::Reader).await?;
    let snapshot = set.snapshot(query.rev.as_deref()).await?;
    let found = Labelled::of(name.clone(), snapshot, query.column.as_deref());
    found.ok_or_else(|| match &query.column {
        Some(column) => {
            Problem::invalid(format!("{name} has no label column '{column}' whose classes have synsets"))
        }
        None => Problem::invalid(format!("{name} has no label column whose classes have synsets")),
    })
}

impl Place {
    /// The address of a concept's page that counts in the same place.
    fn href(&self) -> impl Fn(&str) -> String + Sync + use<> {
        let query = self.query.query(self.shown.view);
        move |name: &str| format!("/concepts/{name}{query}")
    }

    /// The tree or the treemap below some concepts.
    async fn draw(&self, state: &AppState, roots: &[SynsetId]) -> Result<(Vec<TreeNode>, Option<Treemap>)> {
        let href = self.href();
        Ok(match self.shown.view {
            ConceptView::Tree => (tree_nodes(&self.counted.tree, roots, &href), None),
            ConceptView::Treemap => (Vec::new(), Some(treemap(state, &self.counted, roots, &href).await?)),
        })
    }
}

/// The page of all concepts.
pub async fn concepts(
    State(state): State<AppState>,
    visit: Visit,
    Query(query): Query<ConceptQuery>,
) -> Result<Response> {
    let net = WordNet::get();
    let q = query.q.trim().to_owned();
    if let Ok(id) = net.resolve(&q)
        && q.contains('.')
        && let Some(synset) = net.synset(id)
    {
        return Ok(Redirect::to(&format!("/concepts/{}", synset.name())).into_response());
    }
    let found: Vec<SynsetView> = match q.as_str() {
        "" => Vec::new(),
        q => net.search(q, 50).into_iter().filter_map(|id| Some(view_of(&net.synset(id)?))).collect(),
    };
    let suggestions = if found.is_empty() && !q.is_empty() { net.similar_words(&q, 5) } else { Vec::new() };
    let place = place(&state, &visit, query, "/concepts").await?;
    let roots = place.counted.tree.roots();
    let (nodes, treemap) = if q.is_empty() { place.draw(&state, &roots).await? } else { (Vec::new(), None) };
    let mut frame = visit.frame("Concepts", Section::Concepts);
    frame.search.clone_from(&q);
    page(&Concepts {
        suggestions: suggestions.into_iter().map(|word| word.replace('_', " ")).collect(),
        concepts: show::counted(place.counted.tree.len() as u64, "concept", "concepts"),
        sets: show::counted(place.counted.len() as u64, "data set", "data sets"),
        counted: place.shown,
        nodes,
        treemap,
        q,
        found,
        frame,
    })
}

/// The page of one concept.
pub async fn concept(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<SynsetPath>,
    Query(query): Query<ConceptQuery>,
) -> Result<Response> {
    let synset = path.synset()?;
    let at = format!("/concepts/{}", synset.name());
    let place = place(&state, &visit, query, &at).await?;
    let (tree, id) = (&place.counted.tree, synset.id());
    let below = tree.children(id);
    let (nodes, treemap) = match below[..] {
        [] => (Vec::new(), None),
        _ => place.draw(&state, &below).await?,
    };
    let href = place.href();
    let link = |id: SynsetId| {
        let synset = WordNet::get().synset(id)?;
        Some((first_word(&synset), href(&synset.name())))
    };
    let others = kinds(&synset).into_iter().filter(|kind| !below.contains(kind));
    let (datasets, samples) = datasets(&state, &place, &synset).await?;
    let count = tree.count(id);
    page(&Concept {
        frame: visit.frame(synset.title(), Section::Concepts),
        examples: synset.examples().into_iter().map(str::to_owned).collect(),
        paths: paths(&synset, &href),
        own: show::count(count.own),
        subtree: show::count(count.subtree),
        others: others.take(OTHERS).filter_map(link).collect(),
        pictures: pictures(&state, &place.counted, id, PICTURES).await?,
        concept: view_of(&synset),
        counted: place.shown,
        nodes,
        treemap,
        datasets,
        samples,
    })
}

/// The data sets with rows of a concept, the most rows first; and the address of all its samples where there is one.
async fn datasets(
    state: &AppState,
    place: &Place,
    synset: &Synset<'_>,
) -> Result<(Vec<DatasetRow>, Option<String>)> {
    let mut rows = Vec::new();
    for set in place.counted.sets_with(synset.id()) {
        for column in &set.columns {
            let found = state.labels.tree(&set.snapshot, column, &[synset.id()]).await?;
            let count = found.and_then(|found| found.first().map(|found| found.count)).unwrap_or_default();
            if count.subtree == 0 {
                continue;
            }
            let (column, name) = (column.name(), synset.name());
            let rev = place.query.rev.as_ref().map(|rev| format!("&rev={}", show::encoded(rev)));
            let samples = format!(
                "{}/samples?is.{}={}{}",
                base_of(&set.name),
                show::encoded(&column),
                show::encoded(&name),
                rev.unwrap_or_default()
            );
            let place =
                format!("dataset={}&column={}", show::encoded(&set.name.to_string()), show::encoded(&column));
            let counts = format!(
                "{} rows, {} of its kinds",
                show::count(count.own),
                show::count(count.subtree.saturating_sub(count.own))
            );
            let href = format!("/concepts/{name}?{place}");
            rows.push((
                count.subtree,
                DatasetRow { name: format!("{} · {column}", set.name), href, counts, samples },
            ));
        }
    }
    rows.sort_by_key(|(rows, _)| std::cmp::Reverse(*rows));
    let rows: Vec<DatasetRow> = rows.into_iter().map(|(_, row)| row).collect();
    let samples = rows.first().filter(|_| rows.len() == 1).map(|row| row.samples.clone());
    Ok((rows, samples))
}

/// The ways from the root to a concept: one for each of its parents.
fn paths(synset: &Synset<'_>, href: &(dyn Fn(&str) -> String + Sync)) -> Vec<Vec<(String, String)>> {
    let net = WordNet::get();
    let way = |parent: SynsetId| {
        let mut way = Vec::new();
        let mut next = Some(parent);
        while let Some(synset) = next.and_then(|id| net.synset(id)).filter(|_| way.len() < STEPS) {
            way.push((href(&synset.name()), first_word(&synset)));
            next = synset.hypernyms().next();
        }
        way.reverse();
        way
    };
    parents(synset).into_iter().map(way).collect()
}
