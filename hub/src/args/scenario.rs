//! How the speed of a model is measured.

use std::time::Duration;

use clap::Args;
use hub_eval::scenario::{MAX_QUERIES, Scenario};

use super::time::parse_duration;

#[derive(Args, Debug)]
#[command(next_help_heading = "Scenarios")]
pub struct ScenarioArgs {
    /// Measure the model's speed as MLPerf does, in place of scores: single-stream, multi-stream, server or offline
    #[arg(long, value_name = "SCENARIO", conflicts_with_all = ["explain", "until", "fast", "resume", "report", "csv", "slice", "valid", "by_synset", "depth", "tree"])]
    pub scenario: Option<Scenario>,
    /// How long to measure; of a server, each rate
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration, requires = "scenario")]
    pub duration: Duration,
    /// Measure exactly N queries (offline: samples) instead
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_QUERIES), requires = "scenario")]
    pub queries: Option<u64>,
    /// What the 99th percentile of a server's latencies must keep to, such as 15ms
    #[arg(long, value_name = "TIME", default_value = "15ms", value_parser = parse_latency, requires = "scenario")]
    pub latency_bound: Duration,
}

/// A short time: milliseconds or seconds, with a fraction.
fn parse_latency(text: &str) -> Result<Duration, String> {
    let bad =
        || format!("'{text}' is not a latency: expected a number and us, ms or s, such as 15ms or 0.5s");
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(bad)?;
    let number: f64 = text[..split].parse().map_err(|_| bad())?;
    let unit = match &text[split..] {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return Err(bad()),
    };
    let found = Duration::try_from_secs_f64(number * unit).map_err(|_| bad())?;
    if found.is_zero() || found > Duration::from_secs(3600) {
        return Err(format!("{text}: expected more than 0 and at most an hour"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_have_units() {
        for (text, micros) in [("15ms", 15_000), ("0.5s", 500_000), ("250us", 250), ("1.5ms", 1_500)] {
            assert_eq!(parse_latency(text), Ok(Duration::from_micros(micros)), "{text}");
        }
        for text in ["15", "ms", "-1ms", "1m", "0ms", "", "9999999s", "1e400s", "1.1.1s"] {
            assert!(parse_latency(text).is_err(), "{text}");
        }
    }
}
