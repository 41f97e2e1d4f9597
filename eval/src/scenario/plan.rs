//! What is measured, and how long.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::EngineError;

/// A scenario by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// One sample after the other.
    SingleStream,
    /// Eight samples after the other.
    MultiStream,
    /// Samples at random times.
    Server,
    /// All samples at once.
    Offline,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SingleStream, Self::MultiStream, Self::Server, Self::Offline];

    /// Its name in arguments and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleStream => "single-stream",
            Self::MultiStream => "multi-stream",
            Self::Server => "server",
            Self::Offline => "offline",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no scenario; known are single-stream, multi-stream, server and offline")]
pub struct UnknownScenario(String);

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(text: &str) -> Result<Self, UnknownScenario> {
        // MLPerf writes SingleStream.
        let plain: String =
            text.chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>().to_lowercase();
        let found = Self::ALL.into_iter().find(|scenario| scenario.name().replace('-', "") == plain);
        found.ok_or_else(|| UnknownScenario(text.to_owned()))
    }
}

/// The most queries of a measurement, whatever its duration: each takes some bytes of memory until the end.
pub const MAX_QUERIES: u64 = 10_000_000;

/// What to measure, and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// How queries are sent.
    pub scenario: Scenario,
    /// How long to measure; of a server, each rate. No more than [`MAX_QUERIES`] queries are measured.
    pub duration: Duration,
    /// Exactly so many queries instead (offline: samples).
    pub queries: Option<u64>,
    /// What the 99th percentile of a server must keep to.
    pub bound: Duration,
    /// The most samples that are run together, offline and of a server.
    pub batch_size: usize,
    /// Of the order of samples and of the times at which they arrive.
    pub seed: u64,
}

/// Runs samples that lie ready in memory.
pub trait System {
    /// How many samples there are, at least 1.
    fn samples(&self) -> usize;

    /// Runs samples, by their numbers from 0, together.
    ///
    /// # Errors
    /// The engine fails.
    fn run(&mut self, samples: &[usize]) -> Result<(), EngineError>;
}

/// Which samples queries are of, and when they arrive: drawn from a seed, with the same result everywhere.
#[derive(Clone, Debug)]
pub struct Draws {
    output: blake3::OutputReader,
}

impl Draws {
    /// Draws of a seed for a purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(purpose.as_bytes());
        Self { output: hasher.finalize_xof() }
    }

    fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.output.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number of a sample below `samples`.
    pub fn sample(&mut self, samples: usize) -> usize {
        let wide = u128::from(self.next()) * samples as u128;
        (wide >> 64) as usize
    }

    /// The gap to the next arrival of a Poisson process with one arrival a second on average, in seconds.
    pub fn gap(&mut self) -> f64 {
        // From (0, 1]: its logarithm is finite.
        let share = ((self.next() >> 11) as f64 + 1.0) / (1u64 << 53) as f64;
        -share.ln()
    }
}
