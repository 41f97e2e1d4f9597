//! The position of a stream in a file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hub_dataset::store::{Access, replace_file};
use hub_stream::StreamState;

/// How often the position is written while the stream runs.
const EVERY: Duration = Duration::from_secs(1);

/// Reads a position.
pub fn read(path: &Path) -> anyhow::Result<StreamState> {
    let text = std::fs::read(path).with_context(|| format!("{}: can't read the state", path.display()))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{}: not a state that `hub stream --state` has written", path.display()))
}

/// Writes positions to a file, the last one at the end and others on the way.
#[derive(Debug)]
pub struct StateFile {
    path: Option<PathBuf>,
    written: Instant,
}

impl StateFile {
    /// `None`: nothing is written.
    pub fn new(path: Option<PathBuf>) -> Self {
        Self { path, written: Instant::now() }
    }

    /// Writes a position, if the last one is some time ago.
    pub fn pass(&mut self, state: impl FnOnce() -> StreamState) -> anyhow::Result<()> {
        if self.path.is_none() || self.written.elapsed() < EVERY {
            return Ok(());
        }
        self.write(&state())
    }

    /// Writes a position.
    pub fn write(&mut self, state: &StreamState) -> anyhow::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let text = serde_json::to_string(state)?;
        replace_file(path, Access::Umask, |file| writeln!(file, "{text}"))
            .with_context(|| format!("{}: can't write the state", path.display()))?;
        self.written = Instant::now();
        Ok(())
    }
}
