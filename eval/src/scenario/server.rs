//! Queries at random times: the greatest rate whose latencies keep to a bound, by bisection.
//!
//! Queries arrive as a Poisson process, whether the system is ready or not, and a latency counts from the arrival that was
//! scheduled: a system that falls behind shows it. What waits is run together, up to the size of a batch.

use std::time::Duration;

use super::clock::Clock;
use super::measured::{LatencyFigures, Measured, NOTE, ServerFigures, Trial, least_queries, nanoseconds};
use super::plan::{Draws, MAX_QUERIES, Plan, System};
use crate::engine::EngineError;
use crate::score::latency::Latencies;

/// The percentile that must keep to the bound.
const PERCENTILE: f64 = 0.99;
/// Bisection ends when the rate is known this well.
const PRECISION: f64 = 0.02;
/// The most rates that are tried.
const MAX_TRIALS: usize = 12;
/// A rate whose trial would take longer than this many durations is too low to be shown.
const MAX_DURATIONS: u32 = 6;
/// Runs from which the latency without load, and the throughput, are taken.
const PROBES: u32 = 3;

pub fn measure(
    plan: &Plan,
    system: &mut impl System,
    clock: &impl Clock,
    mut progress: impl FnMut(&str),
) -> Result<Measured, EngineError> {
    let begun = clock.now();
    let (alone, throughput) = probe(plan, system, clock)?;
    let mut figures = ServerFigures {
        bound_ns: nanoseconds(plan.bound),
        queries_per_second: None,
        problem: None,
        trials: Vec::new(),
    };
    let mut best: Vec<u64> = Vec::new();
    if alone > plan.bound {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let problem = format!(
            "a query takes {:.2} ms without any load, the bound is {:.2} ms",
            ms(alone),
            ms(plan.bound)
        );
        figures.problem = Some(problem);
    } else {
        let (mut low, mut high) = (0.0, throughput);
        // The first rate is that of the throughput: without a queue it would be the answer.
        let mut rate = high;
        let mut is_too_low = false;
        while figures.trials.len() < MAX_TRIALS && (high - low) > PRECISION * high {
            let queries = plan.queries.unwrap_or_else(|| queries_at(rate, plan.duration));
            if queries as f64 / rate > longest(plan.duration).as_secs_f64() && plan.queries.is_none() {
                is_too_low = true;
                break;
            }
            let (trial, latencies) = try_rate(plan, rate, queries, system, clock)?;
            figures.trials.push(trial);
            progress(&format!(
                "{rate:.2} queries/s: p99 {:.2} ms, {} of {} too slow{}",
                trial.p99_ns as f64 / 1e6,
                trial.verdict.over_latency,
                trial.queries,
                if trial.verdict.valid { "" } else { "; not valid" }
            ));
            // Fewer queries a second don't make more queries.
            let is_hopeless = trial.verdict.over_latency == 0 && !trial.verdict.enough_queries;
            if trial.verdict.valid {
                (low, best) = (rate, latencies);
                figures.queries_per_second = Some(rate);
            } else {
                high = rate;
            }
            if is_hopeless {
                break;
            }
            rate = f64::midpoint(low, high);
        }
        if figures.queries_per_second.is_none() {
            figures.problem = Some(why_none(plan, &figures, is_too_low));
        }
    }
    let seconds = clock.now().saturating_sub(begun).as_secs_f64();
    let queries = figures.trials.iter().map(|trial| trial.queries).sum::<u64>();
    Ok(Measured {
        scenario: plan.scenario,
        note: NOTE.to_owned(),
        queries,
        samples: queries,
        seconds,
        samples_per_second: queries as f64 / seconds.max(f64::MIN_POSITIVE),
        latency: LatencyFigures::of(best, PERCENTILE),
        server: Some(figures),
    })
}

/// How many queries a trial of that rate (queries a second) and duration has.
fn queries_at(rate: f64, duration: Duration) -> u64 {
    // A float that is too large becomes the greatest number.
    ((rate * duration.as_secs_f64()).ceil() as u64).clamp(least_queries(PERCENTILE), MAX_QUERIES)
}

/// The longest that a trial may take.
fn longest(duration: Duration) -> Duration {
    duration.saturating_mul(MAX_DURATIONS)
}

/// The latency of one query without load, and the samples a second in full batches.
fn probe(plan: &Plan, system: &mut impl System, clock: &impl Clock) -> Result<(Duration, f64), EngineError> {
    let batch: Vec<usize> = (0..plan.batch_size.max(1)).map(|at| at % system.samples()).collect();
    let mut least = Duration::MAX;
    for _ in 0..PROBES {
        let begun = clock.now();
        system.run(&batch[..1])?;
        least = least.min(clock.now().saturating_sub(begun));
    }
    let mut fastest = Duration::MAX;
    for _ in 0..PROBES {
        let begun = clock.now();
        system.run(&batch)?;
        fastest = fastest.min(clock.now().saturating_sub(begun));
    }
    let alone = 1.0 / least.as_secs_f64().max(1e-9);
    Ok((least, (batch.len() as f64 / fastest.as_secs_f64().max(1e-9)).max(alone)))
}

/// Runs queries at a rate. Ends early when too many are too slow for any verdict but "not valid".
fn try_rate(
    plan: &Plan,
    rate: f64,
    queries: u64,
    system: &mut impl System,
    clock: &impl Clock,
) -> Result<(Trial, Vec<u64>), EngineError> {
    let mut gaps = Draws::new(plan.seed, "arrivals");
    let mut draws = Draws::new(plan.seed, "samples");
    let mut at = 0.0;
    let arrivals: Vec<Duration> = (0..queries)
        .map(|_| {
            at += gaps.gap() / rate;
            Duration::from_secs_f64(at)
        })
        .collect();
    let may_be_slow = queries - 1 - (queries as f64 * PERCENTILE).floor() as u64;
    let begun = clock.now();
    let mut latencies = Vec::with_capacity(arrivals.len());
    let mut slow = 0;
    while latencies.len() < arrivals.len() && slow <= may_be_slow {
        let first = latencies.len();
        clock.wait_until(begun + arrivals[first]);
        let now = clock.now().saturating_sub(begun);
        let waiting = arrivals[first..].iter().take(plan.batch_size.max(1)).take_while(|at| **at <= now);
        // At least the one that was waited for, also where the clock is coarse.
        let batch = waiting.count().max(1);
        let samples: Vec<usize> = (0..batch).map(|_| draws.sample(system.samples())).collect();
        system.run(&samples)?;
        let ended = clock.now().saturating_sub(begun);
        for arrival in &arrivals[first..first + batch] {
            let latency = ended.saturating_sub(*arrival);
            slow += u64::from(latency > plan.bound);
            latencies.push(nanoseconds(latency));
        }
    }
    let answered = latencies.len() as u64;
    let ended_early = answered < queries;
    // There is at least one query.
    let judged = Latencies::new(latencies.clone());
    let mut verdict =
        judged.as_ref().map(|judged| judged.server(nanoseconds(plan.bound))).unwrap_or_default();
    if ended_early {
        (verdict.within_bound, verdict.valid) = (false, false);
    }
    let p99_ns = judged.map_or(0, |judged| judged.percentile(PERCENTILE));
    Ok((Trial { queries_per_second: rate, queries: answered, ended_early, p99_ns, verdict }, latencies))
}

/// Why no rate was shown to keep to the bound.
fn why_none(plan: &Plan, figures: &ServerFigures, is_too_low: bool) -> String {
    let last = figures.trials.last();
    if let Some(trial) = last.filter(|trial| trial.verdict.within_bound && !trial.verdict.enough_queries) {
        return format!(
            "too few queries: {} at {:.2} queries/s, at least {} are needed",
            trial.queries, trial.queries_per_second, trial.verdict.needs_at_least
        );
    }
    if is_too_low {
        return format!(
            "lower rates need longer to be shown: {} queries in at most {} s",
            least_queries(PERCENTILE),
            longest(plan.duration).as_secs_f64()
        );
    }
    "no rate that was tried keeps to the bound".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_of_any_duration_has_a_bounded_number_of_queries() {
        assert_eq!(queries_at(200.0, Duration::from_secs(10)), 2000);
        assert_eq!(queries_at(200.0, Duration::ZERO), least_queries(PERCENTILE));
        assert_eq!(queries_at(1e-9, Duration::MAX), MAX_QUERIES);
        assert_eq!(queries_at(f64::MAX, Duration::MAX), MAX_QUERIES);
        assert_eq!(
            (longest(Duration::from_secs(10)), longest(Duration::MAX)),
            (Duration::from_secs(60), Duration::MAX)
        );
    }
}
