//! Hashes and distances of tensors.

use sha2::{Digest, Sha256};

/// The mean distance of bytes.
pub fn mean_distance(a: &[u8], b: &[u8]) -> f64 {
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len().max(1) as f64
}

/// SHA-256 in hex.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Other ways to lay out the same bytes of height x width x RGB, each in words: what programs hash by mistake.
pub fn layouts(rgb: &[u8]) -> [(&'static str, Vec<u8>); 3] {
    let (pixels, _) = rgb.as_chunks::<3>();
    let planes =
        |order: [usize; 3]| order.into_iter().flat_map(|c| pixels.iter().map(move |p| p[c])).collect();
    [
        ("its channels in the order BGR", pixels.iter().flat_map(|[r, g, b]| [*b, *g, *r]).collect()),
        ("one channel after the other (channels x height x width)", planes([0, 1, 2])),
        ("one channel after the other (channels x height x width), in the order BGR", planes([2, 1, 0])),
    ]
}
