//! An estimate of the server's memory that a stream takes, from the manifests, before any of its files is opened.
//!
//! A stream holds the row groups that it mixes: one in order, a window of them shuffled. Media in files on the server's
//! disk are views, which take almost no memory; everything else is held decoded. So streams differ: a shuffled one of a
//! bucket takes as much as several in order, and is counted as that many.

use std::cmp::Reverse;

use hub_schema::{Field, Fragment};

/// The memory that one place among the streams stands for: a row group or two, with the pieces being encoded.
const PLACE_BYTES: u64 = 32 * 1024 * 1024;
/// The most bytes of columns that are not views which are put together for one batch: a longer one would be cut into
/// pieces of this size in any case.
const MIXED_BYTES: u64 = 512 * 1024;
/// What is kept of a row beside its values: views of media, and its place in the order.
const ROW_BYTES: u64 = 100;

/// The estimated memory of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Bytes of the row groups that are held at a time, at most.
    held_bytes: u64,
    /// Bytes of a row of the longest rows, media not counted.
    row_bytes: u64,
}

impl Memory {
    /// The memory of a stream of some columns that mixes at most `window` row groups of these fragments. `mapped`: their
    /// files are on the server's disk.
    pub fn of<'a>(
        fragments: impl Iterator<Item = &'a Fragment>,
        fields: &[&Field],
        mapped: bool,
        window: usize,
    ) -> Self {
        let (mut row_groups, mut row_bytes) = (Vec::new(), 0);
        for fragment in fragments {
            let rows = u64::from(fragment.rows).max(1);
            let (mut held, mut mixed) = (0, 0);
            for file in &fragment.files {
                let columns = || fields.iter().filter(|field| file.fields.contains(&field.id));
                let views = columns().any(|field| field.feature.is_media());
                if columns().next().is_some() {
                    held += if views && mapped { 0 } else { file.bytes };
                    mixed += if views { 0 } else { file.bytes };
                }
            }
            row_bytes = row_bytes.max(mixed.div_ceil(rows));
            let part = |group: &u32| u64::from(*group) * (held.div_ceil(rows) + ROW_BYTES);
            row_groups.extend(fragment.row_groups.iter().map(part));
        }
        row_groups.sort_unstable_by_key(|bytes| Reverse(*bytes));
        Self { held_bytes: row_groups.iter().take(window).sum(), row_bytes }
    }

    /// How many of the `of` places among the streams it takes, at least 1.
    pub fn places(&self, of: usize) -> usize {
        usize::try_from(self.held_bytes / PLACE_BYTES).unwrap_or(usize::MAX).clamp(1, of.max(1))
    }

    /// The batch size to use where `wanted` rows are requested. A stream of one lane has the same rows in the same order
    /// with every batch size.
    pub fn batch_rows(&self, wanted: usize) -> usize {
        let most = MIXED_BYTES / self.row_bytes.max(1);
        wanted.min(usize::try_from(most).unwrap_or(usize::MAX)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::{ContentHash, DataFile, Feature, FieldId, FragmentId, Schema};

    use super::*;

    #[test]
    fn a_window_of_a_bucket_counts_for_several_streams() {
        let schema = Schema::new([("image", Feature::Image), ("text", Feature::Text)]).unwrap();
        let ids: Vec<FieldId> = schema.fields.iter().map(|field| field.id).collect();
        let file = |n: u8, bytes: u64| DataFile {
            hash: ContentHash([n; 32]),
            bytes,
            footer_bytes: 0,
            footer_crc: 0,
            fields: vec![ids[usize::from(n)]],
            patches: vec![],
            blobs: vec![],
        };
        let fragment = Fragment {
            id: FragmentId::from_raw(1),
            rows: 3000,
            split: None,
            row_groups: vec![1000; 3],
            files: vec![file(0, 48 << 20), file(1, 3_000_000)],
            deleted: Default::default(),
            row_ids: vec![],
        };
        let fragments = vec![fragment; 10];
        let both: Vec<&Field> = schema.fields.iter().collect();
        let of = |fields: &[&Field], mapped, window| Memory::of(fragments.iter(), fields, mapped, window);
        assert_eq!(of(&both, false, 1).places(512), 1);
        assert_eq!(of(&both, false, 12).places(512), 6);
        assert_eq!(of(&both, false, 12).places(2), 2);
        assert_eq!(of(&both, true, 12).places(512), 1);
        assert_eq!(of(&both[..1], true, 12).batch_rows(65_536), 65_536);
        assert_eq!(of(&both, true, 12).batch_rows(65_536), 524);
        assert_eq!(of(&both, true, 12).batch_rows(4), 4);
    }
}
