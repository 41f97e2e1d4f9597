//! All samples at once: the order in which they are run is the system's, so batches are as large as they may be.

use super::clock::Clock;
use super::measured::{Measured, NOTE};
use super::plan::{Plan, System};
use crate::engine::EngineError;

pub fn measure(plan: &Plan, system: &mut impl System, clock: &impl Clock) -> Result<Measured, EngineError> {
    let mut samples = 0u64;
    let begun = clock.now();
    loop {
        let left = plan.queries.map_or(u64::MAX, |queries| queries - samples);
        let batch = (plan.batch_size.max(1) as u64).min(left);
        let run: Vec<usize> =
            (samples..samples + batch).map(|at| (at % system.samples() as u64) as usize).collect();
        system.run(&run)?;
        samples += batch;
        let is_over = match plan.queries {
            Some(queries) => samples >= queries,
            None => clock.now().saturating_sub(begun) >= plan.duration,
        };
        if is_over {
            break;
        }
    }
    let seconds = clock.now().saturating_sub(begun).as_secs_f64();
    Ok(Measured {
        scenario: plan.scenario,
        note: NOTE.to_owned(),
        queries: 1,
        samples,
        seconds,
        samples_per_second: samples as f64 / seconds.max(f64::MIN_POSITIVE),
        latency: None,
        server: None,
    })
}
