//! What a piece of work costs: processor time, and energy where the system measures it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Where Linux has the counters of energy.
const POWERCAP: &str = "/sys/class/powercap";
/// A counter is read at least so often: it begins again after some minutes of full load.
const TICK: Duration = Duration::from_secs(10);

/// What was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Seconds of processor time of this process, summed over the cores.
    pub cpu_seconds: f64,
    /// Energy of the whole machine's processors, in joules; `None` where it can't be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joules: Option<f64>,
}

impl Used {
    /// The processor seconds for a thousand samples.
    pub fn cpu_seconds_per_1000(&self, samples: u64) -> Option<f64> {
        (samples > 0).then(|| self.cpu_seconds * 1000.0 / samples as f64)
    }

    /// The joules for a thousand samples.
    pub fn joules_per_1000(&self, samples: u64) -> Option<f64> {
        self.joules.filter(|_| samples > 0).map(|joules| joules * 1000.0 / samples as f64)
    }
}

/// A counter of a processor's energy.
#[derive(Debug)]
struct Zone {
    counter: PathBuf,
    last: u64,
    /// The counter's greatest value, in microjoules.
    range: u64,
}

/// Measures from its creation on.
#[derive(Debug)]
pub struct Meter {
    cpu: Duration,
    zones: Vec<Zone>,
    microjoules: u64,
    last: Instant,
}

impl Meter {
    /// A meter that begins now.
    pub fn start() -> Self {
        Self::of(Path::new(POWERCAP))
    }

    fn of(folder: &Path) -> Self {
        Self { cpu: cpu_time(), zones: zones(folder), microjoules: 0, last: Instant::now() }
    }

    /// To be called now and then, so that no counter begins again twice unseen.
    pub fn tick(&mut self) {
        if self.last.elapsed() >= TICK {
            self.read();
        }
    }

    fn read(&mut self) {
        self.last = Instant::now();
        for zone in &mut self.zones {
            let Some(now) = number(&zone.counter) else { continue };
            let used =
                if now >= zone.last { now - zone.last } else { zone.range.saturating_sub(zone.last) + now };
            (zone.last, self.microjoules) = (now, self.microjoules + used);
        }
    }

    /// What was used since the beginning.
    pub fn used(mut self) -> Used {
        self.read();
        Used {
            cpu_seconds: cpu_time().saturating_sub(self.cpu).as_secs_f64(),
            joules: (!self.zones.is_empty()).then(|| self.microjoules as f64 / 1e6),
        }
    }
}

/// The processor time of this process.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn number(file: &Path) -> Option<u64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// The counters of whole processors that may be read: `intel-rapl:0` (AMD's have the same name), not their parts
/// (`intel-rapl:0:0`), nor the second counters of the same processors (`intel-rapl-mmio:0`) or of the board (`psys`).
fn zones(folder: &Path) -> Vec<Zone> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut zones: Vec<Zone> = entries
        .filter(|entry| {
            let name = entry.file_name();
            let number = name.to_string_lossy().strip_prefix("intel-rapl:").map(str::to_owned);
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
        .filter_map(|entry| {
            let zone = entry.path();
            let name = std::fs::read_to_string(zone.join("name")).ok()?;
            if !name.starts_with("package") {
                return None;
            }
            let counter = zone.join("energy_uj");
            let last = number(&counter)?;
            Some(Zone { last, range: number(&zone.join("max_energy_range_uj")).unwrap_or(0), counter })
        })
        .collect();
    zones.sort_by(|a, b| a.counter.cmp(&b.counter));
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(folder: &Path, name: &str, kind: &str, energy: &str) {
        let zone = folder.join(name);
        std::fs::create_dir_all(&zone).unwrap();
        std::fs::write(zone.join("name"), format!("{kind}\n")).unwrap();
        std::fs::write(zone.join("max_energy_range_uj"), "1000000\n").unwrap();
        std::fs::write(zone.join("energy_uj"), energy).unwrap();
    }

    #[test]
    fn energy_is_summed_over_processors_and_goes_on_where_a_counter_begins_again() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        zone(at, "intel-rapl:0", "package-0", "900000\n");
        zone(at, "intel-rapl:1", "package-1", "100000\n");
        for (other, kind) in
            [("intel-rapl:0:0", "core"), ("intel-rapl-mmio:0", "package-0"), ("intel-rapl:2", "psys")]
        {
            zone(at, other, kind, "0\n");
        }
        let mut meter = Meter::of(at);
        std::fs::write(at.join("intel-rapl:0/energy_uj"), "200000\n").unwrap();
        std::fs::write(at.join("intel-rapl:0:0/energy_uj"), "999999\n").unwrap();
        meter.read();
        std::fs::write(at.join("intel-rapl:1/energy_uj"), "600000\n").unwrap();
        let used = meter.used();
        assert_eq!(used.joules, Some(0.8));
        assert_eq!(used.joules_per_1000(400), Some(2.0));
        assert_eq!(used.joules_per_1000(0), None);
    }

    #[test]
    fn without_counters_there_is_processor_time_alone() {
        let folder = tempfile::tempdir().unwrap();
        let meter = Meter::of(&folder.path().join("none"));
        let begun = Instant::now();
        let mut number = 1u64;
        while begun.elapsed() < Duration::from_millis(20) {
            number = std::hint::black_box(number.wrapping_mul(31));
        }
        let used = meter.used();
        assert!(used.cpu_seconds > 0.0 && used.joules.is_none(), "{used:?}");
    }
}
