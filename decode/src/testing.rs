//! Helpers of the tests: images, and a JPEG encoder with all of libjpeg-turbo's settings.

#![allow(unsafe_code, reason = "calls the TurboJPEG encoder")]

use std::ptr::null_mut;

use turbojpeg_sys as tj;

/// A generator of numbers for tests (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end.max(1))) as u32
    }
}

/// Pixels with gradients, edges, texture and noise, of `channels` bytes each.
pub(crate) fn picture(width: u32, height: u32, channels: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let circles: Vec<[f64; 6]> =
        (0..8).map(|_| std::array::from_fn(|_| f64::from(random.below(1000)) / 1000.0)).collect();
    let mut pixels = Vec::with_capacity(width as usize * height as usize * channels);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
            let mut colour = [u * 200.0, v * 200.0, (u + v) * 100.0, 128.0];
            for [cx, cy, r, a, b, c] in &circles {
                if (u - cx).hypot(v - cy) < r / 3.0 {
                    colour = [a * 255.0, b * 255.0, c * 255.0, a * 200.0];
                }
            }
            let texture = (f64::from(x) * 0.9).sin() * (f64::from(y) * 0.6).cos() * 30.0;
            for value in &colour[..channels] {
                let noise = f64::from(random.below(17)) - 8.0;
                pixels.push((value + texture + noise).clamp(0.0, 255.0) as u8);
            }
        }
    }
    pixels
}

/// Settings of the encoder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encode {
    pub(crate) quality: i32,
    /// `TJSAMP_*`.
    pub(crate) sampling: i32,
    pub(crate) progressive: bool,
    pub(crate) arithmetic: bool,
    pub(crate) optimize: bool,
    pub(crate) restart_rows: i32,
    /// Four channels in, CMYK out.
    pub(crate) cmyk: bool,
}

pub(crate) const S444: i32 = tj::TJSAMP_TJSAMP_444;
pub(crate) const S422: i32 = tj::TJSAMP_TJSAMP_422;
pub(crate) const S420: i32 = tj::TJSAMP_TJSAMP_420;
pub(crate) const GREY: i32 = tj::TJSAMP_TJSAMP_GRAY;
pub(crate) const S440: i32 = tj::TJSAMP_TJSAMP_440;
pub(crate) const S411: i32 = tj::TJSAMP_TJSAMP_411;
pub(crate) const S441: i32 = tj::TJSAMP_TJSAMP_441;
pub(crate) const SAMPLINGS: [i32; 7] = [S420, S444, S422, GREY, S440, S411, S441];

impl Default for Encode {
    fn default() -> Self {
        Self {
            quality: 85,
            sampling: S420,
            progressive: false,
            arithmetic: false,
            optimize: false,
            restart_rows: 0,
            cmyk: false,
        }
    }
}

impl Encode {
    pub(crate) fn jpeg(&self, pixels: &[u8], width: u32, height: u32) -> Vec<u8> {
        let format = if self.cmyk { tj::TJPF_TJPF_CMYK } else { tj::TJPF_TJPF_RGB };
        let settings = [
            (tj::TJPARAM_TJPARAM_QUALITY, self.quality),
            (tj::TJPARAM_TJPARAM_SUBSAMP, self.sampling),
            (tj::TJPARAM_TJPARAM_PROGRESSIVE, self.progressive.into()),
            (tj::TJPARAM_TJPARAM_ARITHMETIC, self.arithmetic.into()),
            (tj::TJPARAM_TJPARAM_OPTIMIZE, self.optimize.into()),
            (tj::TJPARAM_TJPARAM_RESTARTROWS, self.restart_rows),
        ];
        // SAFETY: the encoder reads width x height pixels, and allocates the output, which is copied and freed.
        unsafe {
            let encoder = tj::tj3Init(tj::TJINIT_TJINIT_COMPRESS as _);
            for (name, value) in settings {
                assert_eq!(tj::tj3Set(encoder, name as _, value), 0);
            }
            let (mut out, mut len) = (null_mut(), 0);
            let status = tj::tj3Compress8(
                encoder,
                pixels.as_ptr(),
                width as _,
                0,
                height as _,
                format as _,
                &raw mut out,
                &raw mut len,
            );
            assert_eq!(status, 0, "{self:?} {width} x {height}");
            let jpeg = std::slice::from_raw_parts(out, len as usize).to_vec();
            tj::tj3Free(out.cast());
            tj::tj3Destroy(encoder);
            jpeg
        }
    }

    /// A picture as a JPEG.
    pub(crate) fn picture(&self, width: u32, height: u32, seed: u64) -> Vec<u8> {
        let channels = if self.cmyk { 4 } else { 3 };
        self.jpeg(&picture(width, height, channels, seed), width, height)
    }
}
