//! WordNet: one concept, what it is a kind of, its kinds with their rows, and the data sets that have it.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use hub_schema::DatasetName;
use hub_schema::api::{CountView, SynsetView};
use hub_wordnet::{Synset, SynsetId, WordNet};
use serde::Deserialize;

use super::chart::percent;
use super::set_frame::base_of;
use super::{Frame, Section, Visit, page, show};
use crate::api::Query;
use crate::api::synsets::{CountIn, SynsetPath, children, datasets};
use crate::problem::{Kind, Result};
use crate::state::AppState;

/// Where one begins.
const ROOTS: [&str; 10] = [
    "animal.n.01",
    "person.n.01",
    "plant.n.02",
    "food.n.01",
    "clothing.n.01",
    "vehicle.n.01",
    "instrumentality.n.03",
    "structure.n.01",
    "natural_object.n.01",
    "number.n.02",
];
/// Steps up to the root that are shown.
const STEPS: usize = 20;

#[derive(Template)]
#[template(path = "concepts.html")]
struct Concepts {
    frame: Frame,
    q: String,
    found: Vec<SynsetView>,
    suggestions: Vec<String>,
    roots: Vec<SynsetView>,
}

#[derive(Template)]
#[template(path = "concept.html")]
struct Concept {
    frame: Frame,
    concept: SynsetView,
    examples: Vec<String>,
    /// The ways up to the root, from the root on.
    paths: Vec<Vec<(String, String)>>,
    children: Vec<Child>,
    dataset: String,
    query: String,
    count: Option<CountView>,
    own: String,
    subtree: String,
    trouble: Option<String>,
    datasets: Vec<DatasetRow>,
    samples: Option<String>,
}

struct Child {
    href: String,
    words: String,
    count: Option<String>,
    width: String,
    has_children: bool,
}

struct DatasetRow {
    name: String,
    href: String,
    counts: String,
    samples: String,
}

/// What to look for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConceptsQuery {
    q: String,
}

/// Where to count.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConceptQuery {
    dataset: String,
    column: Option<String>,
    rev: Option<String>,
}

/// The page of all concepts.
pub async fn concepts(visit: Visit, Query(query): Query<ConceptsQuery>) -> Result<Response> {
    let net = WordNet::get();
    let view = |id: SynsetId| net.synset(id).map(|synset| view_of(&synset));
    let q = query.q.trim();
    if let Ok(id) = net.resolve(q)
        && q.contains('.')
        && let Some(synset) = net.synset(id)
    {
        return Ok(Redirect::to(&format!("/concepts/{}", synset.name())).into_response());
    }
    let found: Vec<SynsetView> = match q {
        "" => Vec::new(),
        q => net.search(q, 50).into_iter().filter_map(view).collect(),
    };
    let suggestions = if found.is_empty() && !q.is_empty() { net.similar_words(q, 5) } else { Vec::new() };
    let mut frame = visit.frame("Concepts", Section::Concepts);
    frame.search = q.to_owned();
    page(&Concepts {
        roots: ROOTS.iter().filter_map(|name| view(net.resolve(name).ok()?)).collect(),
        suggestions: suggestions.into_iter().map(|word| word.replace('_', " ")).collect(),
        q: q.to_owned(),
        found,
        frame,
    })
}

fn view_of(synset: &Synset<'_>) -> SynsetView {
    crate::api::synsets::view_of(synset)
}

/// The page of one concept.
pub async fn concept(
    State(state): State<AppState>,
    visit: Visit,
    Path(path): Path<SynsetPath>,
    Query(query): Query<ConceptQuery>,
) -> Result<Response> {
    let synset = path.synset()?;
    let wanted = CountIn {
        dataset: Some(query.dataset.clone()).filter(|name| !name.is_empty()),
        column: query.column.clone(),
        rev: query.rev.clone(),
    };
    let counted = |wanted: CountIn| {
        children(
            State(state.clone()),
            visit.caller.clone(),
            visit.address.clone(),
            Path(path.clone()),
            Query(wanted),
        )
    };
    let (found, trouble) = match counted(wanted).await {
        Ok(Json(found)) => (found, None),
        Err(problem) if matches!(problem.kind, Kind::NotFound | Kind::Invalid | Kind::BadName) => {
            let none = CountIn { dataset: None, column: None, rev: None };
            (counted(none).await?.0, Some(problem.detail))
        }
        Err(problem) => return Err(problem),
    };
    let Json(sets) = datasets(State(state.clone()), visit.caller.clone(), Path(path.clone())).await?;
    let suffix = if query.dataset.is_empty() {
        String::new()
    } else {
        format!("?dataset={}", show::encoded(&query.dataset))
    };
    let most =
        found.children.iter().filter_map(|child| child.count).map(|count| count.subtree).max().unwrap_or(0);
    let mut kinds = found.children;
    kinds.sort_by_key(|child| std::cmp::Reverse(child.count.map_or(0, |count| count.subtree)));
    let child = |child: hub_schema::api::CountedSynset| Child {
        href: format!("/concepts/{}{suffix}", child.synset.name),
        words: child.synset.words.join(", "),
        count: child.count.map(|count| show::count(count.subtree)),
        width: percent(child.count.map_or(0, |count| count.subtree), most),
        has_children: child.has_children,
    };
    let concept = found.synset.synset;
    let count = found.synset.count;
    let samples = |name: &DatasetName, column: &str| {
        format!("{}/samples?is.{}={}", base_of(name), show::encoded(column), show::encoded(&concept.name))
    };
    let rows = sets.datasets.iter().map(|set| DatasetRow {
        href: format!(
            "/concepts/{}?dataset={}&column={}",
            concept.name,
            show::encoded(&set.dataset.to_string()),
            show::encoded(&set.column)
        ),
        counts: format!(
            "{} rows, {} of its kinds",
            show::count(set.count.own),
            show::count(set.count.subtree.saturating_sub(set.count.own))
        ),
        samples: samples(&set.dataset, &set.column),
        name: format!("{} · {}", set.dataset, set.column),
    });
    let here = sets.datasets.iter().find(|set| {
        set.dataset.to_string() == query.dataset
            && query.column.as_ref().is_none_or(|column| *column == set.column)
    });
    page(&Concept {
        frame: visit.frame(concept.words.join(", "), Section::Concepts),
        examples: synset.examples().into_iter().map(str::to_owned).collect(),
        paths: paths(&synset),
        children: kinds.into_iter().map(child).collect(),
        own: count.map(|count| show::count(count.own)).unwrap_or_default(),
        subtree: count.map(|count| show::count(count.subtree)).unwrap_or_default(),
        samples: here.map(|set| samples(&set.dataset, &set.column)),
        datasets: rows.collect(),
        query: suffix,
        dataset: query.dataset,
        count,
        trouble,
        concept,
    })
}

/// The ways from the root to a concept: its name and words at each step. A concept may have several parents.
fn paths(synset: &Synset<'_>) -> Vec<Vec<(String, String)>> {
    let net = WordNet::get();
    let step = |synset: &Synset<'_>| (synset.name(), synset.title());
    let parents: Vec<SynsetId> = synset.hypernyms().chain(synset.instance_hypernyms()).collect();
    let way = |parent: SynsetId| {
        let mut way = Vec::new();
        let mut next = Some(parent);
        while let Some(synset) = next.and_then(|id| net.synset(id)).filter(|_| way.len() < STEPS) {
            way.push(step(&synset));
            next = synset.hypernyms().next();
        }
        way.reverse();
        way
    };
    parents.into_iter().map(way).collect()
}
