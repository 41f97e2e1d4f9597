//! Groups of rows with the same picture, or nearly the same.

use std::collections::HashMap;

use hub_media::Signature;

use super::fingerprint::Fingerprint;

/// Bits of a band; a hash has four.
const BAND_BITS: u32 = 16;
/// Bits in which the hashes of nearly equal pictures differ at most: the greatest distance at which two hashes surely share
/// one of four bands.
pub const MAX_DISTANCE: u32 = 3;
/// Hashes of one band that are compared with each other; of more, neighbours only, so that a band that most pictures share
/// doesn't take for ever.
const MAX_BAND: usize = 2000;

/// Groups of rows, by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// Groups of two rows and more, each rising; ordered by their first rows.
    pub groups: Vec<Vec<u32>>,
}

/// The rows whose pictures have the same bytes (`distance` is `None`), or whose hashes differ in at most so many bits.
pub fn duplicates(fingerprints: &[Fingerprint], distance: Option<u32>) -> Duplicates {
    let mut sets = Sets::new(fingerprints.len());
    let mut by_content: HashMap<[u8; 16], u32> = HashMap::new();
    let mut by_hash: HashMap<u64, u32> = HashMap::new();
    for (row, fingerprint) in fingerprints.iter().enumerate() {
        let row = row as u32;
        if let Some(content) = fingerprint.content {
            sets.join(*by_content.entry(content).or_insert(row), row);
        }
        if let Some(hash) = distance.and(fingerprint.look).and_then(|look| look.hash) {
            sets.join(*by_hash.entry(hash).or_insert(row), row);
        }
    }
    if let Some(distance) =
        distance.map(|distance| distance.min(MAX_DISTANCE)).filter(|distance| *distance > 0)
    {
        let mut hashes: Vec<(u64, u32)> = by_hash.into_iter().collect();
        for band in 0..64 / BAND_BITS {
            // Hashes that share the band stand together.
            hashes.sort_unstable_by_key(|(hash, _)| hash.rotate_left(band * BAND_BITS));
            let same = |a: &(u64, u32), b: &(u64, u32)| {
                (a.0 ^ b.0).rotate_left(band * BAND_BITS) >> (64 - BAND_BITS) == 0
            };
            for bucket in hashes.chunk_by(same) {
                for (i, (a, row)) in bucket.iter().enumerate() {
                    for (b, other) in bucket[i + 1..].iter().take(MAX_BAND) {
                        if Signature::distance(*a, *b) <= distance {
                            sets.join(*row, *other);
                        }
                    }
                }
            }
        }
    }
    Duplicates { groups: sets.groups() }
}

/// Disjoint sets of rows.
struct Sets {
    parents: Vec<u32>,
}

impl Sets {
    fn new(rows: usize) -> Self {
        Self { parents: (0..rows as u32).collect() }
    }

    fn root(&mut self, row: u32) -> u32 {
        let mut root = row;
        while self.parents[root as usize] != root {
            // Halves the way for later looks.
            let above = self.parents[self.parents[root as usize] as usize];
            self.parents[root as usize] = above;
            root = above;
        }
        root
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        // The first row of a set is its root.
        self.parents[a.max(b) as usize] = a.min(b);
    }

    fn groups(mut self) -> Vec<Vec<u32>> {
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        for row in 0..self.parents.len() as u32 {
            let root = self.root(row);
            if root != row {
                groups.entry(root).or_insert_with(|| vec![root]).push(row);
            }
        }
        let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
        groups.sort_unstable();
        groups
    }
}

#[cfg(test)]
mod tests {
    use hub_media::TINY_NUMBERS;

    use super::super::fingerprint::Look;
    use super::*;

    fn print(content: u8, hash: Option<u64>) -> Fingerprint {
        let look = Look { hash, mean: [0; 3], is_grey: false, size: (10, 10), tiny: [0; TINY_NUMBERS] };
        Fingerprint { content: Some([content; 16]), look: Some(look) }
    }

    #[test]
    fn the_same_bytes_and_similar_hashes_are_grouped() {
        let base = 0x0123_4567_89ab_cdef;
        let prints = [
            print(1, Some(base)),
            print(2, Some(!base)),
            print(1, Some(base)),
            // A bit in each of three bands.
            print(3, Some(base ^ (1 << 3 | 1 << 20 | 1 << 40))),
            // Four bits: too many.
            print(4, Some(!base ^ 0b1111)),
            // Blank pictures have no hash, and are equal only byte by byte.
            print(5, None),
            print(6, None),
            print(5, None),
            Fingerprint::default(),
            Fingerprint::default(),
        ];
        assert_eq!(duplicates(&prints, None).groups, [vec![0, 2], vec![5, 7]]);
        assert_eq!(duplicates(&prints, Some(3)).groups, [vec![0, 2, 3], vec![5, 7]]);
        assert_eq!(duplicates(&prints, Some(2)).groups, [vec![0, 2], vec![5, 7]]);
        assert_eq!(duplicates(&[], Some(3)).groups, Vec::<Vec<u32>>::new());
    }

    #[test]
    fn no_pair_within_the_distance_is_missed() {
        // Pseudo-random hashes, each with a neighbour of three bits.
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        let mut prints = Vec::new();
        for n in 0..500u32 {
            let hash = next();
            let bits = [next() % 64, next() % 64, next() % 64].iter().fold(0u64, |bits, bit| bits | 1 << bit);
            for (half, hash) in [hash, hash ^ bits].into_iter().enumerate() {
                let mut content = [0; 16];
                content[..4].copy_from_slice(&(2 * n + half as u32).to_le_bytes());
                prints.push(Fingerprint { content: Some(content), ..print(0, Some(hash)) });
            }
        }
        let groups = duplicates(&prints, Some(3)).groups;
        let pairs = (0..500).map(|n| vec![2 * n, 2 * n + 1]).collect::<Vec<_>>();
        assert_eq!(groups, pairs);
    }
}
