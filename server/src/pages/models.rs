//! The hub's models, and the card of one.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use hub_eval::model::{ModelName, StoredModel};
use hub_wordnet::WordNet;

use super::run_charts::percent;
use super::{Frame, Section, Visit, page, show};
use crate::api::models::{find, known};
use crate::problem::Result;
use crate::state::AppState;

/// Classes of a model that its page names.
const CLASSES: usize = 1000;

#[derive(Template)]
#[template(path = "models.html")]
struct Models {
    frame: Frame,
    models: Vec<ModelLine>,
    /// Names of models whose card can't be read.
    damaged: Vec<String>,
    may_try: bool,
}

struct ModelLine {
    name: String,
    href: String,
    title: String,
    classes: String,
    size: String,
    licence: String,
    is_builtin: bool,
}

#[derive(Template)]
#[template(path = "model.html")]
struct OneModel {
    frame: Frame,
    name: String,
    title: String,
    may_try: bool,
    facts: Vec<(&'static str, String)>,
    scores: Vec<StatedLine>,
    labels: String,
    classes: Vec<ClassLine>,
    more: Option<String>,
    hub_url: String,
}

struct StatedLine {
    dataset: String,
    top1: String,
    top5: String,
    samples: String,
    source: String,
}

struct ClassLine {
    number: usize,
    name: String,
    concept: Option<(String, String)>,
}

/// The address of a model's page.
pub fn href(name: &str) -> String {
    let parts: Vec<String> = name.split('/').map(show::encoded).collect();
    format!("/models/{}", parts.join("/"))
}

/// The list of all.
pub async fn models(State(state): State<AppState>, visit: Visit) -> Result<Response> {
    visit.caller.user()?;
    let (mut models, mut damaged) = (Vec::new(), Vec::new());
    for (name, found) in known(&state).await? {
        match found {
            Some(model) => models.push(line(&model)),
            None => damaged.push(name.to_string()),
        }
    }
    page(&Models {
        frame: visit.frame("Models", Section::Models),
        may_try: state.config.classify,
        models,
        damaged,
    })
}

fn line(model: &StoredModel) -> ModelLine {
    let name = model.name.to_string();
    ModelLine {
        href: href(&name),
        title: model.card.title.clone().unwrap_or_default(),
        classes: show::count(model.card.labels.len() as u64),
        size: show::bytes(model.card.model.size_bytes()),
        licence: model.card.licence.clone().unwrap_or_else(|| "not stated".to_owned()),
        is_builtin: model.is_builtin,
        name,
    }
}

/// The page of a model whose name has no namespace.
pub async fn model(
    State(state): State<AppState>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Response> {
    card(&state, &visit, &name).await
}

/// The page of a model of a namespace.
pub async fn model_of_namespace(
    State(state): State<AppState>,
    visit: Visit,
    Path((namespace, name)): Path<(String, String)>,
) -> Result<Response> {
    card(&state, &visit, &format!("{namespace}/{name}")).await
}

async fn card(state: &AppState, visit: &Visit, name: &str) -> Result<Response> {
    visit.caller.user()?;
    let name: ModelName = name.parse()?;
    let model = find(state, &name).await?;
    let card = &model.card;
    let synsets = card.labels.synsets();
    let concept = |number: usize| {
        let synset = WordNet::get().synset(synsets.get(number).copied().flatten()?)?;
        Some((format!("/concepts/{}", synset.name()), synset.title()))
    };
    let class =
        |number: usize| ClassLine { number, name: card.labels.name(number), concept: concept(number) };
    let all = card.labels.len();
    let stated = |score: &hub_eval::model::StatedScore| StatedLine {
        dataset: score.dataset.clone(),
        top1: percent(score.top1),
        top5: score.top5.map(percent).unwrap_or_default(),
        samples: score.samples.map(show::count).unwrap_or_default(),
        source: score.source.clone(),
    };
    page(&OneModel {
        frame: visit.frame(name.to_string(), Section::Models),
        name: name.to_string(),
        title: card.title.clone().unwrap_or_default(),
        may_try: state.config.classify,
        facts: facts(&model),
        scores: card.scores.iter().map(stated).collect(),
        labels: card.labels.describe(),
        classes: (0..all.min(CLASSES)).map(class).collect(),
        more: (all > CLASSES).then(|| show::count((all - CLASSES) as u64)),
        hub_url: visit.hub_url.clone(),
    })
}

fn facts(model: &StoredModel) -> Vec<(&'static str, String)> {
    let card = &model.card;
    let stated = |text: &Option<String>| text.clone().unwrap_or_else(|| "not stated".to_owned());
    let weights = match card.model.files.len() {
        1 => "one file".to_owned(),
        files => format!("{files} files"),
    };
    vec![
        ("Licence", stated(&card.licence)),
        ("Source", stated(&card.source)),
        ("Size", format!("{}, {weights}", show::bytes(card.model.size_bytes()))),
        ("BLAKE3", card.model.hash.to_string()),
        ("Preprocessing", card.preprocessing.to_string()),
        ("Kept", if model.is_builtin { "comes with the hub".to_owned() } else { "in this hub".to_owned() }),
    ]
}
