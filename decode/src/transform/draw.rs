//! Random numbers of a transform: a pure function of seed, epoch and row.

/// What a row's transform draws its numbers from.
///
/// The same three numbers give the same crop, whatever thread, rank or batch the row is in, so that a run can be repeated
/// and resumed with another number of workers. The numbers are those of SplitMix64, started at
/// `mix(mix(mix(seed) + epoch) + row)`, where `mix` is SplitMix64's output function of its argument; a `f64` in [0, 1) is
/// the upper 53 bits divided by 2^53.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Draw {
    /// Of the stream.
    pub seed: u64,
    /// Counted from 0.
    pub epoch: u64,
    /// The id of the row in its data set.
    pub row: u64,
}

/// The numbers of one row.
pub(crate) struct Numbers(u64);

/// SplitMix64 (Steele, Lea and Flood, 2014).
fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Draw {
    pub(crate) fn numbers(self) -> Numbers {
        Numbers(mix(mix(mix(self.seed).wrapping_add(self.epoch)).wrapping_add(self.row)))
    }
}

impl Numbers {
    /// From 0 to 1, 1 excluded.
    pub(crate) fn unit(&mut self) -> f64 {
        let value = mix(self.0);
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        (value >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, [least, most]: [f64; 2]) -> f64 {
        least + (most - least) * self.unit()
    }

    /// A whole number from 0 to `most`, both included.
    pub(crate) fn up_to(&mut self, most: u32) -> u32 {
        ((self.unit() * (f64::from(most) + 1.0)) as u32).min(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_depend_on_all_three() {
        let first = |seed, epoch, row| Draw { seed, epoch, row }.numbers().unit();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        let different = [first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(3, 2, 1)];
        for (at, number) in different.iter().enumerate() {
            assert!(!different[..at].contains(number), "{different:?}");
        }
    }

    /// Fixed for ever: a run must be repeatable with a later version.
    #[test]
    fn numbers_never_change() {
        let mut numbers = Draw { seed: 7, epoch: 1, row: 42 }.numbers();
        let found: Vec<u64> = (0..3).map(|_| (numbers.unit() * 1e15) as u64).collect();
        assert_eq!(found, [598_050_314_270_065, 90_210_202_108_754, 872_680_970_682_925]);
    }

    #[test]
    fn numbers_are_even() {
        let mut counts = [0; 8];
        for row in 0..8000 {
            let mut numbers = Draw { seed: 1, epoch: 0, row }.numbers();
            numbers.unit();
            counts[numbers.up_to(7) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (880..1120).contains(count)), "{counts:?}");
    }
}
