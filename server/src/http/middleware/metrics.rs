//! Metrics for Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Histogram buckets in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Labels of the request counter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Labels {
    pub method: String,
    /// The route's pattern; the path itself would have too many values.
    pub route: String,
    pub status: u16,
}

/// Labels of the duration histogram.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RouteLabels {
    pub route: String,
}

/// All metrics. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    pub requests: Family<Labels, Counter>,
    /// Seconds until the answer began.
    pub seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    pub running: Gauge,
    pub streams: Gauge,
    /// Bytes of objects, cells and streams.
    pub sent_bytes: Counter<u64, AtomicU64>,
    /// Bytes of objects received.
    pub received_bytes: Counter<u64, AtomicU64>,
    /// Thumbnails requested, cached ones included. Those answered with `304 Not Modified` are not counted.
    pub thumbnails: Counter,
    /// Thumbnails that were not cached, but generated.
    pub thumbnails_made: Counter,
    pub commits: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let histogram: fn() -> Histogram = || Histogram::new(BOUNDS);
        let seconds = Family::new_with_constructor(histogram);
        let (running, streams) = (Gauge::default(), Gauge::default());
        let (sent_bytes, received_bytes) = (Counter::default(), Counter::default());
        let commits = Counter::default();
        let (thumbnails, thumbnails_made) = (Counter::default(), Counter::default());
        let mut registry = Registry::with_prefix("hub");
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "request",
            "Time until the answer begins",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("requests_running", "Requests being processed", running.clone());
        registry.register("streams_running", "Streams of batches being sent", streams.clone());
        registry.register("sent_bytes", "Bytes of objects, cells and streams sent", sent_bytes.clone());
        registry.register("received_bytes", "Bytes of objects received", received_bytes.clone());
        registry.register("commits", "Commits accepted", commits.clone());
        registry.register("thumbnails", "Thumbnails requested, cached ones included", thumbnails.clone());
        registry.register("thumbnails_made", "Thumbnails generated", thumbnails_made.clone());
        let registry = Arc::new(registry);
        Self {
            registry,
            requests,
            seconds,
            running,
            streams,
            sent_bytes,
            received_bytes,
            thumbnails,
            thumbnails_made,
            commits,
        }
    }
}

impl Metrics {
    /// The metrics in Prometheus' text format.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

/// Increments a gauge, and decrements it when dropped.
#[derive(Debug)]
pub struct Running(Gauge);

impl Running {
    pub fn begin(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dec();
    }
}
