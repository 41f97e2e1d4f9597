//! Classifies one image.
//!
//! An image comes from people whom nobody knows, and a model from elsewhere. So both are limited: who may ask (a user, if
//! the hub's owner switched it on), how many images at once, the bytes and pixels of one; and the model runs in a process
//! of its own, which the system limits in memory and which is killed when its time is over. The process waits for further
//! requests for a while, so that most requests find their model loaded.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use bytes::Bytes;
use hub_decode::{Draw, ImageDecoder, ImageSpec, Limits};
use hub_eval::engine::Scores;
use hub_eval::model::{Card, ModelName, ModelStore, Preparation, StoredModel};
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
use crate::work::classifiers;
use crate::work::task::to_the_end;

/// Maximum bytes of an image.
const IMAGE_BYTES: usize = 16 * 1024 * 1024;
/// Maximum pixels of an image.
const IMAGE_PIXELS: u64 = 50_000_000;
/// Maximum memory for decoding an image, in bytes.
const DECODE_BYTES: u64 = 512 << 20;
/// Maximum classes of an answer.
const MAX_CLASSES: usize = 100;

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
    // Before the permit: a slow sender must not keep others from classifying.
    let image = body::whole(body, IMAGE_BYTES, state.config.idle).await?;
    let permit = state.classifications.take(caller.requester(&address)).await?;
    let top = query.top.unwrap_or(5).clamp(1, MAX_CLASSES);
    let work = Work { image, stored, models, top };
    // The permit stays with the work when the client disconnects, since the work goes on.
    let classes = to_the_end(async move {
        let classes = work.run(&state).await;
        drop(permit);
        classes
    });
    Ok(Json(Classified { model: name.to_string(), classes: classes.await? }))
}

/// What one request classifies.
struct Work {
    image: Bytes,
    stored: StoredModel,
    models: ModelStore,
    top: usize,
}

impl Work {
    /// Decodes the image, and runs the model.
    async fn run(self, state: &AppState) -> Result<Vec<ClassProbability>> {
        let Self { image, stored, models, top } = self;
        let card = stored.card.clone();
        let preparation = Preparation::new(&card.preprocessing, &card.signature.input);
        let preparation = preparation.map_err(|error| internal(&error))?;
        // First, so that no model is loaded for what is no image.
        let of_decoding = preparation.clone();
        let tensor = blocking(move || decode(&image, &of_decoding)).await?;
        // Where the file of a model that waits has been replaced, its card has another hash.
        let classifier = match state.classifiers.take(&card) {
            Some(classifier) => classifier,
            None => {
                let file = models.fetch(&stored).await.map_err(|error| open::problem(&error))?;
                blocking(move || classifiers::load(&file, &stored.card).map_err(|error| failed(&error)))
                    .await?
            }
        };
        let state = state.clone();
        blocking(move || {
            let mut classifier = classifier;
            let (mut floats, mut bytes) = (Vec::new(), Vec::new());
            let images = preparation.images(&tensor, &mut floats, &mut bytes);
            // A model that failed isn't put back: its process ends here.
            let scores = classifier.run(images).map_err(|error| failed(&error))?;
            state.classifiers.put_back(&card, classifier);
            classes(&scores, &card, top)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))?
}

fn decode(image: &[u8], preparation: &Preparation) -> Result<Vec<u8>> {
    let limits = Limits { max_pixels: IMAGE_PIXELS, max_bytes: DECODE_BYTES, ..Limits::default() };
    let spec = ImageSpec { limits, ..preparation.image_spec().clone() };
    let mut tensor = vec![0; preparation.image_bytes()];
    let mut decoder = ImageDecoder::new().map_err(|error| internal(&error))?;
    let decoded = decoder.transform(image, None, &spec, Draw::default(), &mut tensor);
    decoded.map_err(|error| {
        Problem::new(Kind::BadMedia, format!("the body is no image that can be decoded: {error}"))
    })?;
    Ok(tensor)
}

/// The most probable classes of the only image.
fn classes(scores: &Scores, card: &Card, top: usize) -> Result<Vec<ClassProbability>> {
    let row = scores.rows().next().unwrap_or_default();
    let prediction = Prediction::of_scores(None, row, scores.is_probability(), top)
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
fn failed(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::warn!(error = crate::problem::chain(error), "a model could not be run");
    Problem::invalid("the model can't be run on this image, or needs more memory or time than it may have")
}
