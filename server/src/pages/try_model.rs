//! A picture, a model, and the five classes that the model takes for most probable. Works without script as a form; with
//! it, pictures are dropped, pasted or chosen, and shown beside the answer.

use askama::Template;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use hub_schema::api::{ClassProbability, Classified};
use hub_wordnet::WordNet;
use serde::Deserialize;
use serde_json::json;

use super::run_charts::percent;
use super::{Frame, Section, Visit, page_with, show};
use crate::api::Query;
use crate::api::models::{Classify, classify, known};
use crate::auth::SignedIn;
use crate::problem::{Problem, Result, internal};
use crate::state::AppState;
use crate::store::object::body;

/// Maximum bytes of the form: an image as large as the interface takes, and its frame.
const FORM_BYTES: usize = 16 * 1024 * 1024 + 64 * 1024;

#[derive(Template)]
#[template(path = "try.html")]
struct Try {
    frame: Frame,
    is_on: bool,
    models: Vec<Choice>,
    /// The name of the picture and of the model that answered, and the answers.
    answer: Option<(String, String, Vec<Answer>)>,
    trouble: Option<String>,
}

struct Choice {
    name: String,
    words: String,
    is_chosen: bool,
}

struct Answer {
    name: String,
    concept: Option<(String, String)>,
    percent: String,
    width: String,
}

/// Which model is chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TryQuery {
    model: String,
}

pub async fn form(
    State(state): State<AppState>,
    visit: Visit,
    Query(query): Query<TryQuery>,
) -> Result<Response> {
    visit.caller.user()?;
    let template = template(&state, &visit, &query.model).await?;
    page_with(StatusCode::OK, &template)
}

/// The answer to a submitted form.
pub async fn submit(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (mut parts, form) = request.into_parts();
    let visit = Visit::from_request_parts(&mut parts, &state).await?;
    visit.caller.user()?;
    let form = body::small(&parts.extensions, form, FORM_BYTES, state.config.idle).await;
    let form = match form {
        Ok(form) => read_form(&parts.headers, form).await,
        Err(problem) => Err(problem),
    };
    let model = form.as_ref().map(|form| form.model.clone()).unwrap_or_default();
    let mut template = template(&state, &visit, &model).await?;
    let answered = match form {
        Ok(form) => ask(&state, &visit, form).await,
        Err(problem) => Err(problem),
    };
    let status = match answered {
        Ok((picture, found)) => {
            let answers = found.classes.iter().map(answer).collect();
            template.answer = Some((picture, found.model, answers));
            StatusCode::OK
        }
        Err(problem) => {
            template.trouble = Some(problem.detail.clone());
            problem.kind.status()
        }
    };
    page_with(status, &template)
}

async fn template(state: &AppState, visit: &Visit, chosen: &str) -> Result<Try> {
    let choice = |(name, model): (hub_eval::model::ModelName, Option<hub_eval::model::StoredModel>)| {
        let (name, model) = (name.to_string(), model?);
        let classes = show::count(model.card.labels.len() as u64);
        Some(Choice { is_chosen: name == chosen, words: format!("{name} ({classes} classes)"), name })
    };
    Ok(Try {
        frame: visit.frame("Try a model", Section::Models),
        is_on: state.config.classify,
        models: known(state).await?.into_iter().filter_map(choice).collect(),
        answer: None,
        trouble: None,
    })
}

struct Submitted {
    model: String,
    /// The name of the picture's file.
    name: String,
    picture: Bytes,
}

async fn read_form(headers: &HeaderMap, form: Bytes) -> Result<Submitted> {
    let wrong = |error: multer::Error| Problem::bad_request(format!("the form can't be read: {error}"));
    let content = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(content).map_err(wrong)?;
    let whole = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(form) });
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut model, mut picture) = (String::new(), None);
    while let Some(part) = parts.next_field().await.map_err(wrong)? {
        match part.name() {
            Some("model") => model = part.text().await.map_err(wrong)?,
            Some("picture") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                picture = Some((name, part.bytes().await.map_err(wrong)?));
            }
            _ => {}
        }
    }
    match picture {
        Some((name, picture)) if !picture.is_empty() => Ok(Submitted { model, name, picture }),
        _ => Err(Problem::bad_request("there is no picture in the form: choose one, then classify it")),
    }
}

async fn ask(state: &AppState, visit: &Visit, form: Submitted) -> Result<(String, Classified)> {
    let query: Classify =
        serde_json::from_value(json!({ "model": form.model, "top": 5 })).map_err(|error| internal(&error))?;
    let (caller, address) = (SignedIn(visit.caller.clone()), visit.address.clone());
    let Json(found) =
        classify(State(state.clone()), caller, address, Query(query), Body::from(form.picture)).await?;
    Ok((form.name, found))
}

fn answer(class: &ClassProbability) -> Answer {
    let net = WordNet::get();
    let synset = class.synset.as_deref().and_then(|id| net.synset(net.resolve(id).ok()?));
    Answer {
        name: class.name.clone(),
        concept: synset.map(|synset| (format!("/concepts/{}", synset.name()), synset.title())),
        percent: percent(class.probability),
        width: format!("{:.2}", class.probability * 100.0),
    }
}
