//! Filter weights of one axis, as Pillow computes them (`Resample.c`, `precompute_coeffs` and `normalize_coeffs_8bpc`).

use std::ops::Range;

/// Bits behind the point of a weight: 32 less eight of the pixel, one of the sign and one of headroom.
pub(super) const PRECISION_BITS: u32 = 32 - 8 - 2;
/// Half of the last bit that is kept.
pub(super) const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// A filter kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// A triangle of radius 1.
    Bilinear,
    /// Cubic convolution of radius 2 with a = -0.5.
    Bicubic,
}

impl Kernel {
    /// In pixels.
    fn radius(self) -> f64 {
        match self {
            Self::Bilinear => 1.0,
            Self::Bicubic => 2.0,
        }
    }

    fn at(self, x: f64) -> f64 {
        const A: f64 = -0.5;
        let x = x.abs();
        match self {
            Self::Bilinear if x < 1.0 => 1.0 - x,
            Self::Bicubic if x < 1.0 => ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0,
            Self::Bicubic if x < 2.0 => (((x - 5.0) * x + 8.0) * x - 4.0) * A,
            Self::Bilinear | Self::Bicubic => 0.0,
        }
    }
}

/// Where the results of an axis are in the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapping {
    /// Position of the first result's left edge, in pixels of the source; 0 unless the source is a scaled image.
    pub(crate) start: f64,
    /// Pixels of the source a result.
    pub(crate) step: f64,
    /// Pixels of the source: the filter is cut off at its edges.
    pub(crate) from: u32,
}

impl Mapping {
    /// All of `from` pixels to `to`.
    #[cfg(test)]
    pub(crate) fn whole(from: u32, to: u32) -> Self {
        Self { start: 0.0, step: f64::from(from) / f64::from(to), from }
    }
}

/// The weights of a range of results along one axis.
#[derive(Debug, Default)]
pub(crate) struct Axis {
    /// Of each result: its first source pixel, and its weights as a range of `weights`.
    pub(super) taps: Vec<(u32, Range<u32>)>,
    weights: Vec<i32>,
    identity: bool,
}

impl Axis {
    /// Weights for the results `window`. `antialias`: the kernel is widened by the factor when shrinking.
    pub(crate) fn fill(&mut self, kernel: Kernel, antialias: bool, mapping: Mapping, window: Range<u32>) {
        self.taps.clear();
        self.weights.clear();
        let Mapping { start, step, from } = mapping;
        self.identity = start == 0.0 && step == 1.0;
        if self.identity {
            self.weights.push(1 << PRECISION_BITS);
            self.taps.extend(window.map(|result| (result, 0..1)));
            return;
        }
        let filter_scale = if antialias { step.max(1.0) } else { 1.0 };
        let support = kernel.radius() * filter_scale;
        // As in C: a multiplication by the reciprocal, not a division.
        let reciprocal = 1.0 / filter_scale;
        let mut exact = Vec::new();
        for result in window {
            let center = start + (f64::from(result) + 0.5) * step;
            // Truncation after adding a half, as in C; below zero counts as zero.
            let first = ((center - support + 0.5) as i64).max(0) as u32;
            let end = ((center + support + 0.5) as i64).min(from.into()) as u32;
            exact.clear();
            exact.extend(
                (first..end).map(|at| {
                    kernel.at((f64::from(at - first) + f64::from(first) - center + 0.5) * reciprocal)
                }),
            );
            let sum: f64 = exact.iter().sum();
            let start = self.weights.len() as u32;
            self.weights.extend(exact.iter().map(|weight| {
                let weight = if sum == 0.0 { *weight } else { weight / sum };
                let scaled = weight * f64::from(1u32 << PRECISION_BITS);
                (scaled + if weight < 0.0 { -0.5 } else { 0.5 }) as i32
            }));
            self.taps.push((first, start..self.weights.len() as u32));
        }
    }

    /// Whether each result is the source pixel of the same number.
    pub(super) fn is_identity(&self) -> bool {
        self.identity
    }

    /// The source pixels that the results need.
    pub(crate) fn needed(&self) -> Range<u32> {
        let ends = self.taps.iter().map(|(first, weights)| first + weights.end - weights.start);
        self.taps.iter().map(|(first, _)| *first).min().unwrap_or(0)..ends.max().unwrap_or(0)
    }

    /// First source pixel and weights of a result.
    #[inline(always)]
    pub(super) fn of(&self, result: usize) -> (u32, &[i32]) {
        let Some((first, range)) = self.taps.get(result) else { return (0, &[]) };
        (*first, self.weights.get(range.start as usize..range.end as usize).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one() {
        let mut axis = Axis::default();
        for kernel in [Kernel::Bilinear, Kernel::Bicubic] {
            for (from, to) in [(500, 224), (3, 224), (1, 7), (7, 1), (224, 224), (1000, 3)] {
                for antialias in [true, false] {
                    axis.fill(kernel, antialias, Mapping::whole(from, to), 0..to);
                    for result in 0..to as usize {
                        let (first, weights) = axis.of(result);
                        let sum: i64 = weights.iter().map(|w| i64::from(*w)).sum();
                        assert!((sum - (1 << PRECISION_BITS)).abs() <= weights.len() as i64, "{from} {to}");
                        assert!(first + weights.len() as u32 <= from);
                    }
                }
            }
        }
    }

    #[test]
    fn halving_takes_four_pixels_with_a_triangle() {
        let mut axis = Axis::default();
        axis.fill(Kernel::Bilinear, true, Mapping::whole(8, 4), 1..2);
        let one = f64::from(1 << PRECISION_BITS);
        let (first, weights) = axis.of(0);
        let weights: Vec<f64> = weights.iter().map(|w| f64::from(*w) / one).collect();
        assert_eq!((first, weights), (1, vec![0.125, 0.375, 0.375, 0.125]));
        axis.fill(Kernel::Bilinear, false, Mapping::whole(8, 4), 1..2);
        assert_eq!(axis.needed(), 2..4);
    }

    /// Results that begin inside a pixel have other weights, and the filter ends with the source.
    #[test]
    fn results_may_begin_anywhere() {
        let mut axis = Axis::default();
        axis.fill(Kernel::Bilinear, true, Mapping { start: 0.25, step: 1.0, from: 3 }, 0..3);
        let one = f64::from(1 << PRECISION_BITS);
        let weights = |result| {
            let (first, weights) = axis.of(result);
            (first, weights.iter().map(|w| f64::from(*w) / one).collect::<Vec<f64>>())
        };
        assert_eq!(weights(0), (0, vec![0.75, 0.25]));
        assert_eq!(weights(1), (1, vec![0.75, 0.25]));
        assert_eq!(weights(2), (2, vec![1.0]));
        axis.fill(Kernel::Bicubic, true, Mapping::whole(9, 9), 2..5);
        assert!(axis.is_identity());
        assert_eq!(axis.needed(), 2..5);
    }
}
