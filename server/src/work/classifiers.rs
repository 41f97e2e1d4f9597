//! Models that are loaded in processes, kept between requests.
//!
//! Loading a model takes longer than running it: a process starts, its weights are read and checked, an engine optimises the
//! graph. So a process that has answered waits for the next request, and is found by the hash of the model's content. A
//! request takes a process out and puts it back when all went well, so that no two requests share one. A few are kept at
//! most, those that were used last; one that nobody uses ends.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use hub_eval::engine::{Classifier, Device, EngineError, EngineName, EngineOptions};
use hub_eval::isolated::{IsolatedEngine, Isolation};
use hub_eval::model::Card;
use hub_eval::onnx::{Model, ModelError};
use hub_schema::ContentHash;

/// Maximum models that wait for a request.
const MAX_WAITING: usize = 4;
/// Maximum length of their files together, in bytes. In memory they are two to three times as long.
const MAX_WAITING_BYTES: u64 = 1 << 30;
/// How long a model waits for a request.
const IDLE: Duration = Duration::from_secs(300);
/// How long loading a model may take, and then running it.
const MODEL_TIME: Duration = Duration::from_secs(20);

/// Why a model can't be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The models that wait for a request.
#[derive(Debug)]
pub struct Classifiers {
    waiting: Arc<Mutex<Waiting>>,
    idle: Duration,
}

/// Those that were used last are at the end.
#[derive(Debug, Default)]
struct Waiting(Vec<Kept>);

/// Which model, and which of its outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    model: ContentHash,
    output: String,
}

struct Kept {
    key: Key,
    classifier: Classifier,
    size_bytes: u64,
    since: Instant,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("key", &self.key)
            .field("size_bytes", &self.size_bytes)
            .finish_non_exhaustive()
    }
}

impl Default for Classifiers {
    fn default() -> Self {
        Self { waiting: Arc::default(), idle: IDLE }
    }
}

impl Classifiers {
    /// The model of a card, if it waits for a request.
    pub fn take(&self, card: &Card) -> Option<Classifier> {
        let key = key(card);
        loop {
            let mut waiting = lock(&self.waiting);
            let at = waiting.0.iter().rposition(|kept| kept.key == key)?;
            let mut kept = waiting.0.remove(at);
            drop(waiting);
            // The system may have ended the process, as one of the first where memory is short.
            if !kept.classifier.has_ended() {
                return Some(kept.classifier);
            }
        }
    }

    /// Puts back a model that has answered. It must be called where blocking is allowed, in a runtime.
    pub fn put_back(&self, card: &Card, classifier: Classifier) {
        let kept =
            Kept { key: key(card), classifier, size_bytes: card.model.size_bytes(), since: Instant::now() };
        let dropped = {
            let mut waiting = lock(&self.waiting);
            waiting.0.push(kept);
            waiting.shrink(MAX_WAITING, MAX_WAITING_BYTES)
        };
        // Ends their processes, outside of the lock.
        drop(dropped);
        let (waiting, idle) = (Arc::downgrade(&self.waiting), self.idle);
        tokio::spawn(async move {
            tokio::time::sleep(idle).await;
            // It fails only where the server ends.
            let _ = tokio::task::spawn_blocking(move || end_idle(&waiting, idle)).await;
        });
    }

    /// How many models wait for a request.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        lock(&self.waiting).0.len()
    }

    #[cfg(test)]
    pub fn idle_after(idle: Duration) -> Self {
        Self { idle, ..Self::default() }
    }
}

impl Waiting {
    /// Takes out those that were used longest ago, until the rest keeps to the limits.
    fn shrink(&mut self, number: usize, bytes: u64) -> Vec<Kept> {
        let sum = |kept: &[Kept]| kept.iter().map(|kept| kept.size_bytes).sum::<u64>();
        let mut first = 0;
        while self.0.len() - first > number || sum(&self.0[first..]) > bytes {
            first += 1;
        }
        self.0.drain(..first).collect()
    }
}

fn key(card: &Card) -> Key {
    Key { model: card.model.hash, output: card.signature.output.name.clone() }
}

fn lock(waiting: &Mutex<Waiting>) -> std::sync::MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end_idle(waiting: &Weak<Mutex<Waiting>>, idle: Duration) {
    let Some(waiting) = waiting.upgrade() else { return };
    let ended: Vec<Kept> = lock(&waiting).0.extract_if(.., |kept| kept.since.elapsed() >= idle).collect();
    drop(ended);
}

/// Loads the ONNX file of a card in a process of its own.
///
/// # Errors
/// The file is refused, or the process fails or exceeds its limits.
pub fn load(file: &Path, card: &Card) -> Result<Classifier, LoadError> {
    let model = Model::open_for(file, Some(&card.signature.output.name))?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2);
    let options = EngineOptions { engine: EngineName::Rten, library: None, device: Device::Cpu, threads };
    let engine = IsolatedEngine::start(&model, &options, isolation(card.model.size_bytes()))?;
    Ok(Classifier::new(Box::new(engine), model.signature().clone()))
}

fn isolation(model_bytes: u64) -> Isolation {
    let mut isolation = Isolation { time: MODEL_TIME, ..Isolation::of_this_program(model_bytes) };
    if cfg!(test) {
        // The program is that of the tests, where a test runs the process.
        let arguments = ["--exact", "tests::classify::process", "--nocapture", "--ignored"];
        isolation.arguments = arguments.iter().map(Into::into).collect();
    }
    isolation
}

#[cfg(test)]
mod tests {
    use hub_eval::engine::{Engine, Images, RawOutput};

    use super::*;

    struct Nothing {
        has_ended: bool,
    }

    impl Engine for Nothing {
        fn describe(&self) -> String {
            "nothing".to_owned()
        }

        fn run(&mut self, _: Images<'_>) -> Result<RawOutput, EngineError> {
            Ok(RawOutput { shape: Vec::new(), values: Vec::new() })
        }

        fn has_ended(&mut self) -> bool {
            self.has_ended
        }
    }

    /// A card of a model with this number as its hash and length.
    fn card(number: u8, size_bytes: u64) -> Card {
        let mut card: Card = Card::from_json(include_bytes!("../../../eval/models/lenet5.json")).unwrap();
        card.model.hash = ContentHash([number; 32]);
        card.model.files[0].size_bytes = size_bytes;
        card
    }

    fn classifier(has_ended: bool) -> Classifier {
        Classifier::new(Box::new(Nothing { has_ended }), card(0, 0).signature)
    }

    #[tokio::test]
    async fn few_models_wait_those_that_were_used_last() {
        let models = Classifiers::default();
        for number in 0..6 {
            models.put_back(&card(number, 1), classifier(false));
        }
        assert_eq!(models.len(), MAX_WAITING);
        assert!(models.take(&card(1, 1)).is_none() && models.take(&card(2, 1)).is_some());
        assert!(models.take(&card(2, 1)).is_none(), "it is in use");
        models.put_back(&card(7, MAX_WAITING_BYTES), classifier(false));
        assert_eq!(models.len(), 1, "all others and this one are too long together");
        models.put_back(&card(8, MAX_WAITING_BYTES + 1), classifier(false));
        assert_eq!(models.len(), 0);
        models.put_back(&card(9, 1), classifier(true));
        assert!(models.take(&card(9, 1)).is_none() && models.len() == 0, "its process has ended");
        let mut other = card(3, 1);
        models.put_back(&other, classifier(false));
        other.signature.output.name = "another".to_owned();
        assert!(models.take(&other).is_none(), "another output of the same model");
    }

    #[tokio::test]
    async fn a_model_that_nobody_uses_ends() {
        let models = Classifiers::idle_after(Duration::from_millis(20));
        models.put_back(&card(1, 1), classifier(false));
        assert_eq!(models.len(), 1);
        while models.len() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
