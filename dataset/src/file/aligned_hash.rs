//! BLAKE3 of data in pieces of any length, as fast as of one long piece.
//!
//! BLAKE3 hashes chunks of 1 KiB, sixteen at a time where the processor can, but only chunks whose place is a
//! multiple of sixteen go together. A piece of 110 KiB that begins anywhere costs twice as many steps as it needs.
//! So pieces are cut where sixteen chunks end; the remainder is copied and waits for the next piece.

use hub_schema::ContentHash;

/// Chunks that go together: sixteen of 1 KiB.
const STEP_BYTES: usize = 16 * 1024;

/// A BLAKE3 hash that is fed piece by piece.
#[derive(Default)]
pub struct AlignedHash {
    hasher: blake3::Hasher,
    /// Bytes waiting for the next piece; fewer than [`STEP_BYTES`].
    over: Vec<u8>,
}

impl AlignedHash {
    /// Feeds the next piece, of any length.
    pub fn update(&mut self, mut piece: &[u8]) {
        if !self.over.is_empty() {
            let (head, rest) = piece.split_at(piece.len().min(STEP_BYTES - self.over.len()));
            self.over.extend_from_slice(head);
            piece = rest;
            if self.over.len() < STEP_BYTES {
                return;
            }
            self.hasher.update(&self.over);
            self.over.clear();
        }
        let (steps, over) = piece.split_at(piece.len() - piece.len() % STEP_BYTES);
        self.hasher.update(steps);
        self.over.extend_from_slice(over);
    }

    /// The hash of all pieces.
    pub fn finish(mut self) -> ContentHash {
        self.hasher.update(&self.over);
        ContentHash(*self.hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_length_hash_as_one() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for lengths in [&[1][..], &[16_384], &[16_383, 2], &[110_000, 70, 3], &[0, 300_000]] {
            let (mut hash, mut rest) = (AlignedHash::default(), bytes.as_slice());
            for length in lengths.iter().cycle() {
                let (piece, behind) = rest.split_at((*length).min(rest.len()));
                hash.update(piece);
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
            assert_eq!(hash.finish(), ContentHash(*blake3::hash(&bytes).as_bytes()), "{lengths:?}");
        }
    }
}
