//! Progress bars: only on a terminal, removed when the work is done.
//!
//! The work counts in a [`Progress`]; a task reads it a few times a second and draws. So the work never
//! waits for a terminal.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hub_client::push::Progress;
use hub_ingest::known::FetchProgress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

use crate::console::Console;
use crate::output::{bytes, duration, number, per_second};

/// The time between two frames.
const REDRAW_INTERVAL: Duration = Duration::from_millis(125);

/// A bar that is drawn until it is dropped.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    drawing: Option<JoinHandle<()>>,
}

/// How much there is to do, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    pub samples: Option<u64>,
    pub bytes: Option<u64>,
}

impl Bar {
    /// A bar that shows only `what` until progress is reported.
    pub fn new(console: &Console, what: &str) -> Self {
        let bar = match console.shows_progress() {
            true => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            false => ProgressBar::hidden(),
        };
        bar.set_style(style("{spinner} {prefix} {msg}"));
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(REDRAW_INTERVAL);
        console.draws(&bar);
        Self { bar, drawing: None }
    }

    /// A bar of a push or pull that `progress` counts.
    pub fn counting(console: &Console, what: &str, progress: &Arc<Progress>, total: Total) -> Self {
        let mut this = Self::new(console, what);
        if console.shows_progress() {
            let (bar, progress) = (this.bar.clone(), Arc::clone(progress));
            this.drawing = Some(tokio::spawn(draw(bar, progress, total)));
        }
        this
    }

    /// Shows how many of how many bytes are done.
    pub fn bytes(&self, done: u64, of: u64) {
        let total = Total { bytes: Some(of), ..Total::default() };
        show(&self.bar, total, Done { bytes: done, ..Done::default() }, self.bar.elapsed());
    }
}

impl Bar {
    /// Shows how far an epoch is.
    pub fn stream(&self, samples: u64, bytes: u64, batches: u64, batches_left: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let done = Done { samples, bytes, skipped: 0 };
        let share = Some((batches, batches + batches_left));
        draw_share(&self.bar, share);
        self.bar.set_message(describe(share, done, self.bar.elapsed()));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(drawing) = &self.drawing {
            drawing.abort();
        }
        self.bar.finish_and_clear();
    }
}

/// How much is done.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    samples: u64,
    bytes: u64,
    skipped: u64,
}

async fn draw(bar: ProgressBar, progress: Arc<Progress>, total: Total) {
    let begun = Instant::now();
    loop {
        let done =
            Done { samples: progress.samples(), bytes: progress.read_bytes(), skipped: progress.skipped() };
        show(&bar, total, done, begun.elapsed());
        tokio::time::sleep(REDRAW_INTERVAL).await;
    }
}

/// One frame: a bar where the total is known, and numbers.
fn show(bar: &ProgressBar, total: Total, done: Done, elapsed: Duration) {
    let share = match (total.bytes, total.samples) {
        (Some(of), _) if of > 0 => Some((done.bytes, of)),
        (_, Some(of)) if of > 0 => Some((done.samples, of)),
        _ => None,
    };
    draw_share(bar, share);
    bar.set_message(describe(share, done, elapsed));
}

fn draw_share(bar: &ProgressBar, share: Option<(u64, u64)>) {
    if let Some((position, of)) = share {
        bar.set_length(of);
        bar.set_position(position.min(of));
        bar.set_style(style("{spinner} {prefix} {bar:24} {percent:>3} % {msg}"));
    }
}

fn describe(share: Option<(u64, u64)>, done: Done, elapsed: Duration) -> String {
    let mut parts = Vec::new();
    if done.samples > 0 {
        let rate = number(per_second(done.samples, elapsed) as u64);
        parts.push(format!("{} samples, {rate}/s", number(done.samples)));
    }
    if done.bytes > 0 {
        parts.push(format!("{}, {}/s", bytes(done.bytes), bytes(per_second(done.bytes, elapsed) as u64)));
    }
    if done.skipped > 0 {
        parts.push(format!("{} left out", number(done.skipped)));
    }
    if let Some((position, of)) = share
        && position > 0
        && position < of
        && elapsed > Duration::from_secs(1)
    {
        let left = elapsed.mul_f64((of - position) as f64 / position as f64);
        parts.push(format!("{} left", duration(left)));
    }
    parts.join(" · ")
}

fn style(template: &str) -> ProgressStyle {
    let plain = ProgressStyle::default_bar();
    plain.clone().template(template).unwrap_or(plain).progress_chars("━╸─")
}

/// A bar for each file of a download; notes go above it.
#[derive(Debug)]
pub struct FetchBar<'a> {
    console: &'a Console,
    now: Mutex<Option<Fetching>>,
}

#[derive(Debug)]
struct Fetching {
    bar: Bar,
    begun: Instant,
    before: u64,
    bytes: u64,
    of: Option<u64>,
}

impl<'a> FetchBar<'a> {
    pub fn new(console: &'a Console) -> Self {
        Self { console, now: Mutex::default() }
    }

    fn now(&self) -> std::sync::MutexGuard<'_, Option<Fetching>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FetchProgress for FetchBar<'_> {
    fn begin(&self, what: &str, file: &str, size_bytes: Option<u64>, done_bytes: u64) {
        let bar = Bar::new(self.console, &format!("{what} {file}"));
        if !self.console.shows_progress() {
            let size = size_bytes.map(|n| format!(" ({})", bytes(n))).unwrap_or_default();
            self.console.note(&format!("{what} {file}{size}"));
        }
        let fetching = Fetching { bar, begun: Instant::now(), before: done_bytes, bytes: 0, of: size_bytes };
        *self.now() = Some(fetching);
    }

    fn advance(&self, bytes: u64) {
        if let Some(fetching) = self.now().as_mut() {
            fetching.bytes += bytes;
            let total =
                Total { bytes: fetching.of.map(|of| of.saturating_sub(fetching.before)), samples: None };
            let done = Done { bytes: fetching.bytes, ..Done::default() };
            show(&fetching.bar.bar, total, done, fetching.begun.elapsed());
        }
    }

    fn end(&self, _file: &str) {
        *self.now() = None;
    }

    fn note(&self, message: &str) {
        match self.now().as_ref().filter(|_| self.console.shows_progress()) {
            Some(fetching) => fetching.bar.bar.println(message),
            None => self.console.note(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_says_how_fast_and_how_long() {
        let done = Done { samples: 1000, bytes: 50_000_000, skipped: 2 };
        let text = describe(Some((50, 200)), done, Duration::from_secs(10));
        assert_eq!(text, "1,000 samples, 100/s · 50 MB, 5.0 MB/s · 2 left out · 30 s left");
        assert_eq!(describe(None, Done::default(), Duration::ZERO), "");
    }
}
