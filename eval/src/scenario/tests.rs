//! Scenarios on a system that takes a known time, by a clock that doesn't wait.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::*;
use crate::engine::EngineError;

/// A clock that jumps.
#[derive(Default)]
struct Jumping(Cell<Duration>);

impl Clock for Jumping {
    fn now(&self) -> Duration {
        self.0.get()
    }

    fn wait_until(&self, time: Duration) {
        self.0.set(self.0.get().max(time));
    }
}

/// A system that takes so many milliseconds for each batch and sample.
struct Takes<'a> {
    clock: &'a Jumping,
    batch_ms: u64,
    sample_ms: u64,
    /// Each so many batches, one takes ten times as long.
    hiccup: Option<usize>,
    batches: RefCell<Vec<Vec<usize>>>,
}

impl<'a> Takes<'a> {
    fn new(clock: &'a Jumping, batch_ms: u64, sample_ms: u64) -> Self {
        Self { clock, batch_ms, sample_ms, hiccup: None, batches: RefCell::default() }
    }
}

impl System for Takes<'_> {
    fn samples(&self) -> usize {
        5
    }

    fn run(&mut self, samples: &[usize]) -> Result<(), EngineError> {
        self.batches.borrow_mut().push(samples.to_vec());
        let mut time = Duration::from_millis(self.batch_ms + self.sample_ms * samples.len() as u64);
        if self.hiccup.is_some_and(|each| self.batches.borrow().len().is_multiple_of(each)) {
            time *= 10;
        }
        self.clock.0.set(self.clock.now() + time);
        Ok(())
    }
}

fn plan(scenario: &str) -> Plan {
    Plan {
        scenario: scenario.parse().unwrap(),
        duration: Duration::from_secs(10),
        queries: None,
        bound: Duration::from_millis(50),
        batch_size: 4,
        seed: 7,
    }
}

const MS: u64 = 1_000_000;

#[test]
fn one_query_after_the_other() {
    let clock = Jumping::default();
    let mut system = Takes { hiccup: Some(20), ..Takes::new(&clock, 5, 5) };
    let found = measure(&plan("single-stream"), &mut system, &clock, |_| {}).unwrap();
    assert_eq!(found.note, "not an MLPerf result");
    let latency = found.latency.unwrap();
    assert_eq!((latency.min_ns, latency.max_ns), (10 * MS, 100 * MS));
    // One of twenty is slow: 90 % aren't, surely, with some seven hundred queries.
    let Claim::AtMost { latency_ns, discarded_highest } = latency.claim else { panic!("{latency:?}") };
    assert_eq!(latency_ns, 10 * MS);
    assert!(discarded_highest > 30 && found.queries > 600, "{found:?}", found = found.queries);
    assert_eq!((latency.percentiles_ns["p90"], latency.percentiles_ns["p97"]), (10 * MS, 100 * MS));
    assert!(!latency.percentiles_ns.contains_key("p99.9"), "for which there are too few");
    assert!(system.batches.borrow().iter().all(|batch| batch.len() == 1 && batch[0] < 5));
    let drawn: std::collections::HashSet<usize> =
        system.batches.borrow().iter().map(|batch| batch[0]).collect();
    assert_eq!(drawn.len(), 5, "all samples come");
}

#[test]
fn too_few_queries_claim_nothing() {
    for (scenario, queries, needs) in [("SingleStream", 63, 64), ("multi_stream", 661, 662)] {
        for (queries, is_enough) in [(queries, false), (needs, true)] {
            let clock = Jumping::default();
            let wanted = Plan { queries: Some(queries), ..plan(scenario) };
            let found = measure(&wanted, &mut Takes::new(&clock, 1, 1), &clock, |_| {}).unwrap();
            assert_eq!(found.queries, queries);
            let latency = found.latency.unwrap();
            match latency.claim {
                Claim::TooFew { queries: of, needs: least } => {
                    assert_eq!((is_enough, of, least), (false, queries, needs))
                }
                Claim::AtMost { .. } => assert!(is_enough, "{scenario} {queries}"),
            }
            let name = if needs == 64 { "p90" } else { "p99" };
            assert_eq!(latency.percentiles_ns.contains_key(name), is_enough);
        }
    }
}

#[test]
fn eight_samples_after_the_other() {
    let clock = Jumping::default();
    let mut system = Takes::new(&clock, 2, 1);
    let found = measure(&plan("multi-stream"), &mut system, &clock, |_| {}).unwrap();
    assert_eq!((found.queries, found.samples, found.seconds), (1000, 8000, 10.0));
    assert_eq!(found.latency.unwrap().claim, Claim::AtMost { latency_ns: 10 * MS, discarded_highest: 1 });
    assert!(system.batches.borrow().iter().skip(1).all(|batch| batch.len() == 8));
}

#[test]
fn offline_runs_full_batches() {
    let clock = Jumping::default();
    let mut system = Takes::new(&clock, 6, 1);
    let wanted = Plan { queries: Some(10), ..plan("offline") };
    let found = measure(&wanted, &mut system, &clock, |_| {}).unwrap();
    let sizes: Vec<usize> = system.batches.borrow().iter().skip(1).map(Vec::len).collect();
    assert_eq!((sizes, found.samples, found.queries), (vec![4, 4, 2], 10, 1));
    assert!(found.latency.is_none() && (found.samples_per_second - 10.0 / 0.028).abs() < 1e-6, "{found:?}");
    let found = measure(&plan("offline"), &mut Takes::new(&clock, 6, 1), &clock, |_| {}).unwrap();
    assert_eq!((found.samples, found.seconds), (4000, 10.0));
}

#[test]
fn a_server_is_judged_from_the_scheduled_arrival() {
    let clock = Jumping::default();
    // 10 ms a query, one after the other: at most 100 a second, and fewer if they must not wait.
    let wanted = Plan { batch_size: 1, duration: Duration::from_secs(100), ..plan("server") };
    let mut lines = Vec::new();
    let found =
        measure(&wanted, &mut Takes::new(&clock, 0, 10), &clock, |line| lines.push(line.to_owned())).unwrap();
    let server = found.server.unwrap();
    let rate = server.queries_per_second.unwrap();
    // By the theory of queues (M/D/1), 0.6 % wait for more than 40 ms at 52 a second, and 0.9 % at 55; to be sure of 1 %, fewer
    // must.
    assert!((42.0..60.0).contains(&rate), "{rate} {lines:?}");
    assert_eq!(server.trials[0].queries_per_second, 100.0, "the first is the throughput");
    assert!(!server.trials[0].verdict.valid && server.trials[0].ended_early);
    assert!(server.trials.iter().filter(|trial| trial.verdict.valid).all(|trial| trial.p99_ns <= 50 * MS));
    assert_eq!(lines.len(), server.trials.len());
    let Claim::AtMost { latency_ns, .. } = found.latency.unwrap().claim else { panic!("too few") };
    assert!(latency_ns <= 50 * MS);
    // The same again gives the same.
    let again = measure(&wanted, &mut Takes::new(&clock, 0, 10), &clock, |_| {}).unwrap();
    assert_eq!(again.server.unwrap().trials, server.trials);
}

#[test]
fn what_waits_is_run_together() {
    let clock = Jumping::default();
    let mut system = Takes::new(&clock, 9, 1);
    let alone = measure(&Plan { batch_size: 1, ..plan("server") }, &mut system, &clock, |_| {}).unwrap();
    let mut system = Takes::new(&clock, 9, 1);
    let together = measure(&Plan { batch_size: 16, ..plan("server") }, &mut system, &clock, |_| {}).unwrap();
    let rate = |found: &Measured| found.server.as_ref().unwrap().queries_per_second.unwrap();
    assert!(rate(&together) > 3.0 * rate(&alone), "{} {}", rate(&together), rate(&alone));
    let largest = system.batches.borrow().iter().map(Vec::len).max();
    assert_eq!(largest, Some(16));
}

#[test]
fn a_server_that_can_not_keep_to_the_bound_says_why() {
    let clock = Jumping::default();
    let problem = |wanted: &Plan, ms: u64| {
        let found = measure(wanted, &mut Takes::new(&clock, 0, ms), &clock, |_| {}).unwrap();
        let server = found.server.unwrap();
        assert!(server.queries_per_second.is_none() && found.latency.is_none());
        server.problem.unwrap()
    };
    let slow = problem(&plan("server"), 60);
    assert_eq!(slow, "a query takes 60.00 ms without any load, the bound is 50.00 ms");
    let few = problem(&Plan { queries: Some(100), ..plan("server") }, 1);
    assert!(few.starts_with("too few queries: 100 at ") && few.ends_with("at least 459 are needed"), "{few}");
    // 662 queries of 45 ms take 30 s.
    let short = problem(&Plan { duration: Duration::from_secs(2), ..plan("server") }, 45);
    assert_eq!(short, "lower rates need longer to be shown: 662 queries in at most 12 s");
}

#[test]
fn names_of_scenarios() {
    assert_eq!("SingleStream".parse(), Ok(Scenario::SingleStream));
    assert_eq!("offline".parse::<Scenario>().unwrap().to_string(), "offline");
    let problem = "stream".parse::<Scenario>().unwrap_err().to_string();
    assert_eq!(problem, "'stream' is no scenario; known are single-stream, multi-stream, server and offline");
}
