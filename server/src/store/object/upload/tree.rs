//! The BLAKE3 of an object from the chaining values of its parts.
//!
//! Source: `blake3::hazmat`. A part that begins at a multiple of its length, a power of two of at least 1,024 bytes,
//! is a subtree. Of two siblings, the left one spans the greatest power of two of parts that leaves at least one for
//! the right.

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use hub_schema::ContentHash;

/// Hashes one part of an object.
#[derive(Debug)]
pub struct PartHasher {
    hasher: Hasher,
    is_whole: bool,
}

impl PartHasher {
    /// A hasher for the part that begins at byte `offset`; `is_whole` if it is the only part.
    pub fn new(offset: u64, is_whole: bool) -> Self {
        let mut hasher = Hasher::new();
        if !is_whole {
            hasher.set_input_offset(offset);
        }
        Self { hasher, is_whole }
    }

    /// Hashes the next bytes of the part.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    /// The part's chaining value; for the only part, the object's hash. A part must not be empty unless it is the only one.
    pub fn finish(&self) -> [u8; 32] {
        match self.is_whole {
            true => *self.hasher.finalize().as_bytes(),
            false => self.hasher.finalize_non_root(),
        }
    }
}

/// The hash of the object whose parts have these chaining values; `None` without parts.
pub fn join(parts: &[ChainingValue]) -> Option<ContentHash> {
    match parts {
        [] => None,
        [whole] => Some(ContentHash(*whole)),
        _ => {
            let (left, right) = halves(parts);
            let root = merge_subtrees_root(&subtree(left)?, &subtree(right)?, Mode::Hash);
            Some(ContentHash(*root.as_bytes()))
        }
    }
}

fn subtree(parts: &[ChainingValue]) -> Option<ChainingValue> {
    match parts {
        [] => None,
        [one] => Some(*one),
        _ => {
            let (left, right) = halves(parts);
            Some(merge_subtrees_non_root(&subtree(left)?, &subtree(right)?, Mode::Hash))
        }
    }
}

fn halves(parts: &[ChainingValue]) -> (&[ChainingValue], &[ChainingValue]) {
    parts.split_at(parts.len().next_power_of_two() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_parts_hash_like_the_whole() {
        let part_bytes = 4096;
        let content: Vec<u8> = (0..100_000u32).map(|i| ((i * 7919) >> 3) as u8).collect();
        for length in [0, 1, 4095, 4096, 4097, 8192, 12_288, 12_289, 32_768, 65_537, 100_000] {
            let content = &content[..length];
            let mut parts = Vec::new();
            for (i, part) in content.chunks(part_bytes).enumerate() {
                let mut hasher = PartHasher::new((i * part_bytes) as u64, length <= part_bytes);
                hasher.update(part);
                parts.push(hasher.finish());
            }
            if length == 0 {
                parts.push(PartHasher::new(0, true).finish());
            }
            assert_eq!(join(&parts).unwrap().0, *blake3::hash(content).as_bytes(), "{length}");
        }
        assert_eq!(join(&[]), None);
    }
}
