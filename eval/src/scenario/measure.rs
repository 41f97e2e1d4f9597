//! One scenario, by its plan.

use super::clock::Clock;
use super::measured::Measured;
use super::plan::{Plan, Scenario, System};
use super::{offline, server, streams};
use crate::engine::EngineError;

/// Measures a system. `progress` gets a line for people now and then.
///
/// # Errors
/// The system fails.
pub fn measure(
    plan: &Plan,
    system: &mut impl System,
    clock: &impl Clock,
    progress: impl FnMut(&str),
) -> Result<Measured, EngineError> {
    // The first run of a model allocates, and is no figure.
    system.run(&[0])?;
    match plan.scenario {
        Scenario::SingleStream => streams::measure(plan, 1, 0.9, system, clock),
        Scenario::MultiStream => streams::measure(plan, streams::SAMPLES, 0.99, system, clock),
        Scenario::Server => server::measure(plan, system, clock, progress),
        Scenario::Offline => offline::measure(plan, system, clock),
    }
}
