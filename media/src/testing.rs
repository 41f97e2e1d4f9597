//! What the tests share: files that something happened to.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Hands `probe` a file 2,000 times, each time with other bytes changed, and often cut off. Half of the
/// changes fall into the first bytes, where the headers are.
pub(crate) fn damage(whole: &[u8], mut probe: impl FnMut(Vec<u8>)) {
    let mut random = SmallRng::seed_from_u64(whole.len() as u64);
    for _ in 0..2000 {
        let mut bytes = whole.to_vec();
        for _ in 0..random.random_range(1..6) {
            let reach = if random.random() { bytes.len() } else { bytes.len().min(300) };
            let at = random.random_range(0..reach);
            // Sizes are what parsers stumble on: zeros and ones more often than chance.
            bytes[at] =
                *[0, 0xff, 0x7f, random.random(), random.random()].get(random.random_range(0..5)).unwrap();
        }
        if random.random_bool(0.3) {
            bytes.truncate(random.random_range(0..whole.len()));
        }
        probe(bytes);
    }
}
