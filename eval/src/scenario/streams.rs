//! Queries one after the other: single-stream and multi-stream.

use super::clock::Clock;
use super::measured::{LatencyFigures, Measured, NOTE, nanoseconds};
use super::plan::{Draws, MAX_QUERIES, Plan, System};
use crate::engine::EngineError;

/// Samples of a query of the multi-stream scenario.
pub const SAMPLES: usize = 8;

/// Measures queries of `samples` samples, judged by a percentile.
pub fn measure(
    plan: &Plan,
    samples: usize,
    percentile: f64,
    system: &mut impl System,
    clock: &impl Clock,
) -> Result<Measured, EngineError> {
    let mut draws = Draws::new(plan.seed, "samples");
    let mut latencies = Vec::new();
    let begun = clock.now();
    loop {
        let query: Vec<usize> = (0..samples).map(|_| draws.sample(system.samples())).collect();
        let sent = clock.now();
        system.run(&query)?;
        latencies.push(nanoseconds(clock.now().saturating_sub(sent)));
        let done = latencies.len() as u64;
        let is_over = match plan.queries {
            Some(queries) => done >= queries,
            None => clock.now().saturating_sub(begun) >= plan.duration || done >= MAX_QUERIES,
        };
        if is_over {
            break;
        }
    }
    let seconds = clock.now().saturating_sub(begun).as_secs_f64();
    let queries = latencies.len() as u64;
    let all = queries * samples as u64;
    Ok(Measured {
        scenario: plan.scenario,
        note: NOTE.to_owned(),
        queries,
        samples: all,
        seconds,
        samples_per_second: all as f64 / seconds.max(f64::MIN_POSITIVE),
        latency: LatencyFigures::of(latencies, percentile),
        server: None,
    })
}
