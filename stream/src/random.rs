//! The random numbers behind a shuffle, written down so that another implementation gives the same order.
//!
//! All arithmetic is on unsigned 64-bit integers and wraps. `mix` is the finaliser of SplitMix64:
//!
//! ```text
//! GAMMA  = 0x9E3779B97F4A7C15
//! mix(z) = z ^= z >> 30; z *= 0xBF58476D1CE4E5B9; z ^= z >> 27; z *= 0x94D049BB133111EB; z ^ (z >> 31)
//! key(a, b, …):    h = 0;  for each part p:  h = mix((h ^ p) + GAMMA)
//! next(state):     state += GAMMA;  mix(state)                           the state starts as the key
//! below(n):        (next * n) >> 64, the product in 128 bits
//! unit():          (next >> 11) / 2^53
//! shuffle(n items): for i from n - 1 down to 1:  j = below(i + 1);  swap items i and j
//! ```
//!
//! Why not a crate's generator: a new version may give other numbers (`rand` documents this for `SmallRng`), and
//! then a resumed epoch would return rows twice.

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64 (Steele, Lea, Flood 2014), keyed.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The generator of a key.
    pub fn new(key: &[u64]) -> Self {
        Self { state: key.iter().fold(0, |hash, part| mix((hash ^ part).wrapping_add(GAMMA))) }
    }

    /// A number of 64 bits: `next`.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.number()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from 0 to 1, 1 excluded: the upper 53 bits divided by 2^53.
    pub fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A Fisher–Yates shuffle, from the last item to the second.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            items.swap(i, j);
        }
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // Vigna's splitmix64.c, seeded with 0.
        let mut random = Random { state: 0 };
        assert_eq!(random.number(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.number(), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn a_shuffle_is_the_same_for_ever() {
        let mut items: Vec<u32> = (0..8).collect();
        Random::new(&[7, 0, 1]).shuffle(&mut items);
        assert_eq!(items, GOLDEN);
        let mut sorted = items.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..8).collect::<Vec<_>>());
    }

    /// Checked against a second implementation of the essay above, in Python.
    const GOLDEN: [u32; 8] = [1, 6, 2, 3, 5, 7, 4, 0];
}
