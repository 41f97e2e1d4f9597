//! The progress of an evaluation: rows, speed, and top-1 so far.

use std::time::{Duration, Instant};

use hub_eval::run::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Console;
use crate::output::{duration, number};

/// A bar on a terminal; nothing elsewhere.
pub struct EvalBar {
    bar: ProgressBar,
    begun: Instant,
}

impl EvalBar {
    pub fn new(console: &Console, what: &str) -> Self {
        let bar = match console.shows_progress() {
            true => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            false => ProgressBar::hidden(),
        };
        let plain = ProgressStyle::default_bar();
        let style =
            plain.clone().template("{spinner} {prefix} {bar:24} {percent:>3} % {msg}").unwrap_or(plain);
        bar.set_style(style.progress_chars("━╸─"));
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(125));
        console.draws(&bar);
        Self { bar, begun: Instant::now() }
    }

    pub fn show(&self, progress: Progress) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(progress.total);
        self.bar.set_position(progress.done);
        self.bar.set_message(describe(progress, self.begun.elapsed()));
    }
}

impl Drop for EvalBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn describe(progress: Progress, elapsed: Duration) -> String {
    let mut parts = vec![format!("{} of {}", number(progress.done), number(progress.total))];
    if progress.top1.of > 0 {
        let interval = progress.top1.wilson();
        let half = (interval.high - interval.low) * 50.0;
        parts.push(format!("top-1 {:.1} ± {half:.1} %", progress.top1.fraction() * 100.0));
    }
    let here = progress.done.saturating_sub(progress.resumed);
    let rate = here as f64 / elapsed.as_secs_f64().max(0.001);
    if here > 0 {
        parts.push(format!("{rate:.1}/s"));
        let left = Duration::from_secs_f64((progress.total - progress.done) as f64 / rate);
        if elapsed > Duration::from_secs(2) && progress.done < progress.total {
            parts.push(format!("{} left", duration(left)));
        }
    }
    for (count, what) in [(progress.corrupt, "corrupt"), (progress.failed, "failed")] {
        if count > 0 {
            parts.push(format!("{} {what}", number(count)));
        }
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use hub_eval::score::Count;

    use super::*;

    #[test]
    fn the_running_accuracy_has_its_interval() {
        let progress = Progress {
            done: 110,
            total: 1000,
            top1: Count { right: 75, of: 100 },
            corrupt: 2,
            resumed: 10,
            ..Progress::default()
        };
        let text = describe(progress, Duration::from_secs(10));
        assert_eq!(text, "110 of 1,000 · top-1 75.0 ± 8.4 % · 10.0/s · 1 min 29 s left · 2 corrupt");
    }
}
