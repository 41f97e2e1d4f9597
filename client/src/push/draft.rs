//! Deals samples into drafts, one a fragment.
//!
//! A draft ends where its samples say so: once it holds [`MIN_BYTES`], a sample whose name's hash falls into
//! one of [`ODDS`] ends it, and [`MAX_BYTES`] always do. So boundaries come back after a file was added or
//! removed (content-defined chunking, with the sample as the unit), and the fragments behind them are the same
//! as before. A draft holds samples of one split; the splits' drafts are filled side by side.

use std::collections::BTreeMap;

use hub_dataset::sample::{MediaBytes, Sample, Value};
use hub_schema::BLOB_THRESHOLD_BYTES;

/// Bytes of media from which a draft may end.
pub const MIN_BYTES: u64 = 24 * 1024 * 1024;
/// Bytes of media at which a draft ends; one sample more than that at most.
pub const MAX_BYTES: u64 = 48 * 1024 * 1024;
/// Rows at which a draft ends.
pub const MAX_ROWS: usize = 262_144;
/// One sample in this many may end a draft.
const ODDS: u64 = 64;
/// What a sample's labels, text and bookkeeping weigh beside its media.
const SAMPLE_BYTES: u64 = 256;

/// The samples of one fragment.
#[derive(Debug)]
pub struct Draft {
    /// Its place among the fragments.
    pub index: usize,
    /// The split of all samples.
    pub split: Option<String>,
    /// The samples, in the order of the source.
    pub samples: Vec<Sample>,
}

/// Deals samples into drafts, one open draft a split.
#[derive(Debug, Default)]
pub struct Dealer {
    open: BTreeMap<Option<String>, (Vec<Sample>, u64)>,
    next_index: usize,
}

impl Dealer {
    /// Adds a sample; returns the draft that it completes.
    pub fn deal(&mut self, sample: Sample) -> Option<Draft> {
        let split = sample.split.clone();
        let (samples, bytes) = self.open.entry(split.clone()).or_default();
        *bytes += weight(&sample);
        let may_end = name_hash(&sample).is_multiple_of(ODDS);
        samples.push(sample);
        let full = *bytes >= MAX_BYTES || samples.len() >= MAX_ROWS;
        if full || (may_end && *bytes >= MIN_BYTES) {
            let (samples, _) = self.open.remove(&split)?;
            return Some(self.draft(split, samples));
        }
        None
    }

    /// The drafts that are not full, at the end.
    pub fn finish(mut self) -> Vec<Draft> {
        let open = std::mem::take(&mut self.open);
        open.into_iter().map(|(split, (samples, _))| self.draft(split, samples)).collect()
    }

    fn draft(&mut self, split: Option<String>, samples: Vec<Sample>) -> Draft {
        let index = self.next_index;
        self.next_index += 1;
        Draft { index, split, samples }
    }
}

/// What a sample weighs in memory once it is loaded.
pub fn weight(sample: &Sample) -> u64 {
    SAMPLE_BYTES + sample.values.iter().map(value_weight).sum::<u64>()
}

fn value_weight(value: &Value) -> u64 {
    match value {
        Value::Media(medium) => match &medium.bytes {
            MediaBytes::Memory(bytes) => bytes.len() as u64,
            // A long sample is an object of its own.
            MediaBytes::Object(object) if object.blob().is_some() => 0,
            bytes if bytes.size_bytes() > BLOB_THRESHOLD_BYTES => 0,
            bytes => bytes.size_bytes(),
        },
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::Text(text) => text.len() as u64,
        Value::List(values) | Value::Struct(values) => 16 + values.iter().map(value_weight).sum::<u64>(),
        _ => 8,
    }
}

/// Bytes of a sample's media and tensors, for progress reports; those of long media only if `with_long`.
pub fn content_bytes(sample: &Sample, with_long: bool) -> u64 {
    sample.values.iter().map(|value| value_bytes(value, with_long)).sum()
}

fn value_bytes(value: &Value, with_long: bool) -> u64 {
    match value {
        Value::Media(medium) => match medium.bytes.size_bytes() {
            long if long > BLOB_THRESHOLD_BYTES && !with_long => 0,
            size_bytes => size_bytes,
        },
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::List(values) | Value::Struct(values) => values.iter().map(|v| value_bytes(v, with_long)).sum(),
        _ => 0,
    }
}

/// A hash of the sample's name: the names of its media, else its place in the source.
fn name_hash(sample: &Sample) -> u64 {
    let names = sample.values.iter().filter_map(|v| match v {
        Value::Media(medium) => Some(medium.name.as_str()),
        _ => None,
    });
    let mut hasher = blake3::Hasher::new();
    let mut named = false;
    for name in names {
        hasher.update(name.as_bytes());
        named = true;
    }
    if !named {
        hasher.update(sample.place.as_bytes());
    }
    let hash = hasher.finalize();
    hash.as_bytes()[..8].iter().fold(0, |n, byte| (n << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hub_dataset::sample::Media;

    use super::*;

    fn sample(name: &str, split: &str, kib: usize) -> Sample {
        let bytes = MediaBytes::Memory(Bytes::from(vec![0; kib * 1024]));
        let value = Value::Media(Media { name: name.into(), bytes });
        Sample { place: name.into(), split: Some(split.into()), values: vec![value] }
    }

    fn deal(names: impl Iterator<Item = usize>) -> Vec<Vec<String>> {
        let mut dealer = Dealer::default();
        let mut drafts: Vec<Draft> =
            names.filter_map(|n| dealer.deal(sample(&format!("{n}.jpg"), "train", 256))).collect();
        drafts.extend(dealer.finish());
        drafts.into_iter().map(|d| d.samples.into_iter().map(|s| s.place).collect()).collect()
    }

    #[test]
    fn a_missing_file_moves_few_boundaries() {
        let all = deal(0..2000);
        let without = deal((0..2000).filter(|n| *n != 700));
        assert!(all.len() > 10);
        let same = all.iter().filter(|d| without.contains(d)).count();
        assert!(same + 3 >= all.len(), "{same} of {} drafts are the same", all.len());
    }

    #[test]
    fn people_see_the_bytes_of_media_alone() {
        let one = sample("a.jpg", "train", 2);
        assert_eq!(content_bytes(&one, false), 2048);
        assert_eq!(weight(&one), 2048 + SAMPLE_BYTES);
        let path = "long.mp4".into();
        let long = MediaBytes::File { path, offset: 0, len: BLOB_THRESHOLD_BYTES + 1 };
        let media = Value::Media(Media { name: "long.mp4".into(), bytes: long });
        let long = Sample { place: "long.mp4".into(), split: None, values: vec![media] };
        assert_eq!(content_bytes(&long, false), 0);
        assert_eq!(content_bytes(&long, true), BLOB_THRESHOLD_BYTES + 1);
    }

    #[test]
    fn splits_are_dealt_side_by_side() {
        let mut dealer = Dealer::default();
        for n in 0..10 {
            let split = if n % 2 == 0 { "train" } else { "val" };
            assert!(dealer.deal(sample(&n.to_string(), split, 1)).is_none());
        }
        let drafts = dealer.finish();
        assert_eq!(drafts.len(), 2);
        assert!(drafts.iter().all(|d| d.samples.iter().all(|s| s.split == d.split)));
    }
}
