//! Progress: a bar on a terminal, removed when the work is done; elsewhere (a log, a pipe, a terminal without control
//! codes) a line every ten seconds.
//!
//! The work counts in a [`Progress`]; a task reads it a few times a second and draws. So the work never
//! waits for a terminal. Rates and the time left are those of the last seconds, since an average over hours says little
//! about the next minute.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hub_client::push::Progress;
use hub_ingest::known::FetchProgress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

use crate::console::Console;
use crate::output::{bytes, duration, number};

/// The time between two frames.
const REDRAW_INTERVAL: Duration = Duration::from_millis(125);
/// The time between two lines where no bar is drawn.
const LINE_INTERVAL: Duration = Duration::from_secs(10);
/// Rates are those of so much time.
const RATE_TIME: Duration = Duration::from_secs(5);

/// A bar that is drawn until it is dropped.
#[derive(Debug)]
pub struct Bar {
    shown: Shown,
    drawing: Option<JoinHandle<()>>,
}

/// What shows the progress: a bar, or lines where none is drawn.
#[derive(Clone, Debug)]
struct Shown {
    bar: ProgressBar,
    console: Console,
    what: String,
    meter: Arc<Mutex<Meter>>,
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
        let (console, what, meter) = (console.clone(), what.to_owned(), Arc::default());
        Self { shown: Shown { bar, console, what, meter }, drawing: None }
    }

    /// A bar of a push or pull that `progress` counts.
    pub fn counting(console: &Console, what: &str, progress: &Arc<Progress>, total: Total) -> Self {
        let mut this = Self::new(console, what);
        if console.shows_progress() || console.prints_progress() {
            this.drawing = Some(tokio::spawn(draw(this.shown.clone(), Arc::clone(progress), total)));
        }
        this
    }

    /// Shows how many of how many bytes are done.
    pub fn bytes(&self, done: u64, of: u64) {
        let total = Total { bytes: Some(of), ..Total::default() };
        self.shown.show(
            total.share(Done { bytes: done, ..Done::default() }),
            Done { bytes: done, ..Done::default() },
        );
    }

    /// Shows how far an epoch is.
    pub fn stream(&self, samples: u64, bytes: u64, batches: u64, batches_left: u64) {
        let share = Some((batches, batches + batches_left));
        self.shown.show(share, Done { samples, bytes, skipped: 0 });
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(drawing) = &self.drawing {
            drawing.abort();
        }
        self.shown.bar.finish_and_clear();
    }
}

/// How much is done.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    samples: u64,
    bytes: u64,
    skipped: u64,
}

async fn draw(shown: Shown, progress: Arc<Progress>, total: Total) {
    loop {
        let done =
            Done { samples: progress.samples(), bytes: progress.read_bytes(), skipped: progress.skipped() };
        shown.show(total.share(done), done);
        tokio::time::sleep(REDRAW_INTERVAL).await;
    }
}

impl Total {
    /// How much of it is done.
    fn share(self, done: Done) -> Option<(u64, u64)> {
        match (self.bytes, self.samples) {
            (Some(of), _) if of > 0 => Some((done.bytes, of)),
            (_, Some(of)) if of > 0 => Some((done.samples, of)),
            _ => None,
        }
    }
}

impl Shown {
    /// One frame, or a line if it is time for one.
    fn show(&self, share: Option<(u64, u64)>, done: Done) {
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = meter.begun.elapsed();
        let rates = meter.rates(elapsed, share, done);
        if self.console.prints_progress() {
            if elapsed >= meter.next_line {
                meter.next_line = elapsed + LINE_INTERVAL;
                let percent = share.map(|(at, of)| format!("{} %", at.min(of) * 100 / of.max(1)));
                let text = describe(share, done, rates);
                let parts: Vec<String> =
                    percent.into_iter().chain((!text.is_empty()).then_some(text)).collect();
                self.console.note(&format!("{}: {}", self.what, parts.join(" · ")));
            }
            return;
        }
        if self.bar.is_hidden() {
            return;
        }
        if let Some((position, of)) = share {
            self.bar.set_length(of);
            self.bar.set_position(position.min(of));
            self.bar.set_style(style("{spinner} {prefix} {bar:24} {percent:>3} % {msg}"));
        }
        self.bar.set_message(describe(share, done, rates));
    }
}

/// Measures how fast the work goes.
#[derive(Debug)]
struct Meter {
    begun: Instant,
    /// When the next line is due, where lines are printed.
    next_line: Duration,
    /// What was done at some times, oldest first: the last of them is the newest, the first about [`RATE_TIME`] before.
    points: VecDeque<(Duration, u64, Done)>,
}

impl Default for Meter {
    fn default() -> Self {
        let start = (Duration::ZERO, 0, Done::default());
        Self { begun: Instant::now(), next_line: LINE_INTERVAL, points: VecDeque::from([start]) }
    }
}

/// How much is done in a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Rates {
    samples: f64,
    bytes: f64,
    /// Of what the share counts.
    share: f64,
}

impl Meter {
    /// The rates of the last seconds.
    fn rates(&mut self, now: Duration, share: Option<(u64, u64)>, done: Done) -> Rates {
        let position = share.map_or(0, |(position, _)| position);
        self.points.push_back((now, position, done));
        while self.points.get(1).is_some_and(|(time, ..)| now.saturating_sub(*time) >= RATE_TIME) {
            self.points.pop_front();
        }
        let (since, from, before) = self.points.front().copied().unwrap_or_default();
        let secs = now.saturating_sub(since).as_secs_f64();
        let rate =
            |now: u64, before: u64| if secs > 0.0 { now.saturating_sub(before) as f64 / secs } else { 0.0 };
        Rates {
            samples: rate(done.samples, before.samples),
            bytes: rate(done.bytes, before.bytes),
            share: rate(position, from),
        }
    }
}

fn describe(share: Option<(u64, u64)>, done: Done, rates: Rates) -> String {
    let mut parts = Vec::new();
    if done.samples > 0 {
        parts.push(format!("{} samples, {}/s", number(done.samples), number(rates.samples as u64)));
    }
    if done.bytes > 0 {
        parts.push(format!("{}, {}/s", bytes(done.bytes), bytes(rates.bytes as u64)));
    }
    if done.skipped > 0 {
        parts.push(format!("{} left out", number(done.skipped)));
    }
    if let Some((position, of)) = share
        && position > 0
        && position < of
        && rates.share > 0.0
    {
        let left = Duration::from_secs_f64(((of - position) as f64 / rates.share).min(1e9));
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
        let fetching = Fetching { bar, before: done_bytes, bytes: 0, of: size_bytes };
        *self.now() = Some(fetching);
    }

    fn advance(&self, bytes: u64) {
        if let Some(fetching) = self.now().as_mut() {
            fetching.bytes += bytes;
            let total =
                Total { bytes: fetching.of.map(|of| of.saturating_sub(fetching.before)), samples: None };
            let done = Done { bytes: fetching.bytes, ..Done::default() };
            fetching.bar.shown.show(total.share(done), done);
        }
    }

    fn end(&self, _file: &str) {
        *self.now() = None;
    }

    fn note(&self, message: &str) {
        match self.now().as_ref().filter(|_| self.console.shows_progress()) {
            Some(fetching) => fetching.bar.shown.bar.println(message),
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
        let rates = Rates { samples: 100.0, bytes: 5e6, share: 5.0 };
        let text = describe(Some((50, 200)), done, rates);
        assert_eq!(text, "1,000 samples, 100/s · 50 MB, 5.0 MB/s · 2 left out · 30 s left");
        assert_eq!(describe(None, Done::default(), Rates::default()), "");
    }

    #[test]
    fn rates_are_those_of_the_last_seconds() {
        let mut meter = Meter::default();
        let at = |samples| Done { samples, ..Done::default() };
        let mut rate = |secs, samples| {
            meter.rates(Duration::from_secs(secs), Some((samples, 10_000)), at(samples)).samples
        };
        assert_eq!(rate(1, 1000), 1000.0);
        assert_eq!(rate(2, 2000), 1000.0);
        // A minute passes without any.
        assert_eq!(rate(62, 2000), 0.0);
        assert_eq!(rate(67, 2500), 100.0);
        assert_eq!(rate(68, 2600), 100.0);
    }
}
