//! Percentiles, estimates and verdicts of lists of latencies.

use std::path::Path;

use anyhow::{Context, Result};
use hub_eval::score::latency::{Latencies, fast_queries_needed};
use serde_json::{Value, json};

use super::checks::{Checks, json_file, text_file};

pub fn run(checks: &mut Checks, folder: &Path) -> Result<()> {
    let expected = json_file(&folder.join("latency.json"))?;
    for (percentile, counts) in expected["h_min_99_confidence"].as_object().into_iter().flatten() {
        let share: f64 = percentile.trim_start_matches('p').parse()?;
        for (slow, fast) in counts.as_object().into_iter().flatten() {
            let found = fast_queries_needed(slow.parse()?, share);
            checks.same(&format!("fast queries beside {slow} slow ones, {percentile}"), found, fast);
        }
    }
    for (name, wanted) in expected.as_object().into_iter().flatten().filter(|(_, list)| !list["n"].is_null())
    {
        let nanoseconds = match wanted["latencies_ns"].as_array() {
            Some(list) => list.iter().filter_map(Value::as_u64).collect(),
            None => {
                let text = text_file(&folder.join(format!("latencies_{name}.txt")))?;
                text.lines().map(str::parse).collect::<Result<Vec<u64>, _>>()?
            }
        };
        let least = nanoseconds.iter().copied().min();
        let most = nanoseconds.iter().copied().max();
        checks.same(&format!("latencies {name}: number"), nanoseconds.len(), &wanted["n"]);
        checks.same(&format!("latencies {name}: least"), least, &wanted["min"]);
        checks.same(&format!("latencies {name}: most"), most, &wanted["max"]);
        let latencies = Latencies::new(nanoseconds).context("an empty list of latencies")?;
        checks.same(&format!("latencies {name}: mean"), latencies.mean(), &wanted["mean_integer_division"]);
        for (percentile, latency) in
            wanted["percentiles_index_floor_n_times_p"].as_object().into_iter().flatten()
        {
            let found = latencies.percentile(percentile.parse()?);
            checks.same(&format!("latencies {name}: percentile {percentile}"), found, latency);
        }
        for (percentile, estimate) in wanted["early_stopping_estimate"].as_object().into_iter().flatten() {
            let found = latencies.estimate(percentile.parse()?);
            let found = found.map_or(
                Value::Null,
                |found| json!({ "latency": found.latency, "discarded_highest": found.discarded_highest }),
            );
            checks.same(&format!("latencies {name}: estimate {percentile}"), found, estimate);
        }
        for (bound, verdict) in wanted["server"].as_object().into_iter().flatten() {
            let found = latencies.server(bound.parse()?);
            let found = json!({
                "over_latency": found.over_latency, "p99_within_bound": found.within_bound,
                "enough_queries": found.enough_queries, "needs_at_least": found.needs_at_least, "valid": found.valid,
            });
            checks.same(&format!("latencies {name}: server within {bound} ns"), found, verdict);
        }
    }
    Ok(())
}
