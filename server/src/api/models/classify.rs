//! Classifies one image.
//!
//! An image comes from people whom nobody knows, and a model from elsewhere. So both are limited: who may ask (a user, if
//! the hub's owner switched it on), how many images at once, the bytes and pixels of one; and the model runs in a process
//! of its own, which the system limits in memory and which is killed when its time is over.

use std::path::Path;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use hub_decode::{Draw, ImageDecoder, ImageSpec, Limits};
use hub_eval::engine::{Classifier, Device, EngineName, EngineOptions};
use hub_eval::isolated::{IsolatedEngine, Isolation};
use hub_eval::model::{Card, ModelName, Preparation};
use hub_eval::onnx::Model;
use hub_eval::score::Prediction;
use hub_schema::api::{ClassProbability, Classified};
use serde::Deserialize;
use utoipa::IntoParams;

use super::open;
use crate::api::{Binary, Query};
use crate::auth::{Address, SignedIn};
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;
use crate::store::object::body;

/// Maximum bytes of an image.
const IMAGE_BYTES: usize = 16 * 1024 * 1024;
/// Maximum pixels of an image.
const IMAGE_PIXELS: u64 = 50_000_000;
/// Maximum memory for decoding an image, in bytes.
const DECODE_BYTES: u64 = 512 << 20;
/// Maximum classes of an answer.
const MAX_CLASSES: usize = 100;
/// How long loading the model may take, and then running it.
const MODEL_TIME: Duration = Duration::from_secs(20);

/// With which model to classify.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Classify {
    /// The model's name.
    model: String,
    /// The number of most probable classes, 5 by default and 100 at most; greater values are clamped.
    top: Option<usize>,
}

/// Classify an image
///
/// The body is one encoded image of at most 16 MiB and 50 megapixels. Only where the hub's owner switched it on
/// (`hub serve --classify`); the image isn't stored.
#[utoipa::path(
    post,
    path = "/api/v1/classify",
    tag = "models",
    params(Classify),
    request_body(content = Binary, content_type = "application/octet-stream"),
    responses((status = 200, description = "The most probable classes", body = Classified))
)]
pub async fn classify(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    address: Address,
    Query(query): Query<Classify>,
    body: Body,
) -> Result<Json<Classified>> {
    if !state.config.classify {
        let detail =
            "this server doesn't classify images; its owner can switch it on with `hub serve --classify`";
        return Err(Problem::new(Kind::ReadOnly, detail));
    }
    let name: ModelName = query.model.parse()?;
    let models = open::store(&state)?;
    let stored = models.find(&name).await.map_err(|error| open::problem(&error))?;
    let _permit = state.classifications.take(caller.requester(&address)).await?;
    let image = body::whole(body, IMAGE_BYTES, state.config.idle).await?;
    let file = models.fetch(&stored).await.map_err(|error| open::problem(&error))?;
    let top = query.top.unwrap_or(5).clamp(1, MAX_CLASSES);
    let work = move || run(&image, &file, &stored.card, top);
    let classes = tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))??;
    Ok(Json(Classified { model: name.to_string(), classes }))
}

/// Decodes the image, and runs the model in a process of its own.
fn run(image: &[u8], file: &Path, card: &Card, top: usize) -> Result<Vec<ClassProbability>> {
    let model = Model::open_for(file, Some(&card.signature.output.name)).map_err(|error| internal(&error))?;
    let input = &model.signature().input;
    let preparation = Preparation::new(&card.preprocessing, input).map_err(|error| internal(&error))?;
    let limits = Limits { max_pixels: IMAGE_PIXELS, max_bytes: DECODE_BYTES, ..Limits::default() };
    let spec = ImageSpec { limits, ..preparation.image_spec().clone() };
    let mut tensor = vec![0; preparation.image_bytes()];
    let mut decoder = ImageDecoder::new().map_err(|error| internal(&error))?;
    let decoded = decoder.transform(image, None, &spec, Draw::default(), &mut tensor);
    decoded.map_err(|error| {
        Problem::new(Kind::BadMedia, format!("the body is no image that can be decoded: {error}"))
    })?;
    let isolation = Isolation { time: MODEL_TIME, ..Isolation::of_this_program(card.model.size_bytes()) };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2);
    let options = EngineOptions { engine: EngineName::Rten, library: None, device: Device::Cpu, threads };
    let engine = IsolatedEngine::start(&model, &options, isolation).map_err(|error| failed(&error))?;
    let mut classifier = Classifier::new(Box::new(engine), model.signature().clone());
    let (mut floats, mut bytes) = (Vec::new(), Vec::new());
    let images = preparation.images(&tensor, &mut floats, &mut bytes);
    let scores = classifier.run(images).map_err(|error| failed(&error))?;
    let is_probability = scores.is_probability();
    let row = scores.rows().next().unwrap_or_default();
    let prediction = Prediction::of_scores(None, row, is_probability, top)
        .map_err(|error| Problem::invalid(format!("the model's output can't be used: {error}")))?;
    let synsets = card.labels.synsets();
    let class = |(number, probability): (usize, f64)| ClassProbability {
        number: number as u64,
        name: card.labels.name(number),
        synset: synsets.get(number).copied().flatten().map(|synset| synset.to_string()),
        probability,
    };
    Ok(prediction.top.into_iter().map(class).collect())
}

/// A model that fails on an image is the model's fault, not the server's: its limits hold.
fn failed(error: &hub_eval::engine::EngineError) -> Problem {
    tracing::warn!(error = crate::problem::chain(error), "a model could not be run");
    Problem::invalid("the model can't be run on this image, or needs more memory or time than it may have")
}
