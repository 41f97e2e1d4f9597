//! What an epoch has read, and how fast.

use std::time::Duration;

use hub_stream::{StreamState, StreamStats};
use serde_json::{Value, json};

use super::rows::Shown;
use crate::output::{bytes, counted, duration, number, per_second};

/// Rows that couldn't be decoded and that are listed for people.
const LISTED: usize = 5;

/// What an epoch has read, and how fast.
#[derive(Debug)]
pub struct EpochReport {
    pub epoch: u64,
    pub samples: u64,
    pub batches: u64,
    pub bytes: u64,
    pub first: Duration,
    pub elapsed: Duration,
    pub stats: StreamStats,
    /// The position behind the last batch.
    pub state: StreamState,
    /// The rows of each batch, if they are wanted: ids, in a mix behind the number of their data set.
    pub ids: Option<Vec<Vec<String>>>,
    /// Rows of each data set of a mix, and of batches.
    pub rows: Shown,
    pub profile: bool,
}

impl EpochReport {
    pub fn describe(&self) -> String {
        let (samples, batches) = (counted(self.samples, "sample"), counted(self.batches, "batch"));
        let rate = number(per_second(self.samples, self.elapsed) as u64);
        let speed = per_second(self.bytes, self.elapsed) / 1e6;
        let mut text = format!(
            "epoch {}: {samples} in {batches}, {} in {}: {rate} samples/s, {speed:.1} MB/s (first batch after {})\n",
            self.epoch,
            bytes(self.bytes),
            duration(self.elapsed),
            duration(self.first),
        );
        self.rows.describe(&mut text);
        self.decoding(&mut text);
        text
    }

    fn decoding(&self, text: &mut String) {
        let stats = &self.stats;
        if stats.audio > 0 {
            let decoded = counted(stats.audio, "audio file");
            *text += &format!(
                "  decoded {decoded} or clips of them, in {} of CPU time\n",
                duration(stats.decode_cpu)
            );
        }
        if stats.video > 0 {
            *text += &format!("  decoded {} of videos\n", counted(stats.video, "clip"));
        }
        if stats.images > 0 {
            self.images(text);
        }
        if stats.failed_total > 0 {
            *text += &format!("  {} couldn't be decoded:\n", counted(stats.failed_total, "row"));
        }
        for row in stats.failed.iter().take(LISTED) {
            *text += &format!("    row {}, {}: {}\n", row.id, row.column, row.reason);
        }
        if stats.failed_total > LISTED as u64 {
            *text += "    … (--json lists up to 1,000)\n";
        }
    }

    fn images(&self, text: &mut String) {
        let stats = &self.stats;
        *text += &format!(
            "  decoded {} of {} in {} of CPU time: {} by index of entry points ({} of the data set), {} of the whole scan, {} at a fraction \
             of the size; {} made\n",
            counted(stats.images, "image"),
            bytes(stats.image_bytes),
            duration(stats.decode_cpu),
            number(stats.indexed),
            number(stats.stored_indexes),
            number(stats.whole_scans),
            number(stats.scaled),
            counted(stats.indexes_made, "index"),
        );
        if stats.copies > 0 {
            *text += &format!(
                "  {} from the smaller copies that the data set has\n",
                counted(stats.copies, "image")
            );
        }
        if stats.cached_copies + stats.copies_made > 0 {
            *text += &format!(
                "  {} from smaller copies in the cache; {} made\n",
                counted(stats.cached_copies, "image"),
                counted(stats.copies_made, "copy"),
            );
        }
        if stats.fetched_parts > 0 {
            let (parts, saved) = (counted(stats.fetched_parts, "large image"), bytes(stats.saved_bytes));
            *text += &format!("  fetched parts of {parts}, which saved {saved}\n");
        }
        if self.profile {
            let stages = stats.stages;
            *text += &format!(
                "  entropy {}, pixels (IDCT, colour) {}, transform (resize) {}, over all threads; waited {}\n",
                duration(stages.entropy),
                duration(stages.pixels),
                duration(stages.transform),
                duration(stats.waited),
            );
        }
    }

    pub fn to_json(&self) -> Value {
        let stats = &self.stats;
        let mut value = json!({
            "epoch": self.epoch, "samples": self.samples, "batches": self.batches, "bytes": self.bytes,
            "seconds": self.elapsed.as_secs_f64(), "first_batch_seconds": self.first.as_secs_f64(),
            "samples_per_second": per_second(self.samples, self.elapsed),
            "megabytes_per_second": per_second(self.bytes, self.elapsed) / 1e6,
            "waited_seconds": stats.waited.as_secs_f64(), "state": self.state,
            "cache_hits": stats.cache_hits, "cache_misses": stats.cache_misses,
        });
        if stats.images + stats.audio + stats.video + stats.failed_total > 0 {
            let failed = stats
                .failed
                .iter()
                .map(|row| json!({ "row": row.id.to_string(), "column": row.column, "reason": row.reason }));
            value["decoded"] = json!({
                "images": stats.images, "audio": stats.audio, "video": stats.video, "bytes": stats.image_bytes, "cpu_seconds": stats.decode_cpu.as_secs_f64(),
                "indexed": stats.indexed, "stored_indexes": stats.stored_indexes, "copies": stats.copies,
                "cached_copies": stats.cached_copies, "copies_made": stats.copies_made,
                "fetched_parts": stats.fetched_parts, "saved_bytes": stats.saved_bytes, "whole_scans": stats.whole_scans, "scaled": stats.scaled,
                "indexes_made": stats.indexes_made, "indexes_refused": stats.indexes_refused,
                "failed": stats.failed_total, "failures": failed.collect::<Vec<_>>(),
            });
        }
        if self.profile {
            value["profile"] = json!({
                "entropy_seconds": stats.stages.entropy.as_secs_f64(),
                "pixels_seconds": stats.stages.pixels.as_secs_f64(),
                "transform_seconds": stats.stages.transform.as_secs_f64(),
            });
        }
        self.rows.to_json(&mut value);
        if let Some(ids) = &self.ids {
            value["ids"] = json!(ids);
        }
        value
    }
}
