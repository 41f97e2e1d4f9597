//! Writes rows of RGB pixels to the caller's buffer, in its layout and type.
//!
//! A value depends only on its channel and its byte, so that normalising and converting is one lookup in a table of 256
//! values a channel.

use half::{bf16, f16};

use super::plan::Plan;
use super::spec::{ChannelOrder, Dtype, Layout, Normalize, Output};
use crate::error::DecodeError;

/// The value of each byte, for the three channels of the result.
type Table<const N: usize> = Box<[[[u8; N]; 256]; 3]>;

enum Values {
    Bytes,
    Two(Table<2>),
    Four(Table<4>),
}

/// Takes the rows of a result.
pub(crate) struct Emitter<'a> {
    out: &'a mut [u8],
    width: usize,
    height: usize,
    flip: bool,
    layout: Layout,
    swapped: bool,
    values: Values,
}

/// The number that a byte becomes.
fn number(byte: usize, channel: usize, normalize: &Normalize) -> f32 {
    (byte as f32 / normalize.divisor - normalize.mean[channel]) / normalize.std[channel]
}

fn table<const N: usize>(normalize: &Normalize, bytes: impl Fn(f32) -> [u8; N]) -> Table<N> {
    let row = |channel| std::array::from_fn(|byte| bytes(number(byte, channel, normalize)));
    Box::new(std::array::from_fn(row))
}

impl<'a> Emitter<'a> {
    /// # Errors
    /// If `out` hasn't the size of the result.
    pub(crate) fn new(plan: &Plan, output: &Output, out: &'a mut [u8]) -> Result<Self, DecodeError> {
        let (width, height) = plan.size;
        let expected = width as usize * height as usize * 3 * output.dtype.bytes();
        if out.len() != expected {
            return Err(DecodeError::OutputSize { found: out.len(), expected, width, height });
        }
        let normalize = &output.normalize;
        let values = match output.dtype {
            Dtype::U8 => Values::Bytes,
            Dtype::F16 => Values::Two(table(normalize, |v| f16::from_f32(v).to_ne_bytes())),
            Dtype::Bf16 => Values::Two(table(normalize, |v| bf16::from_f32(v).to_ne_bytes())),
            Dtype::F32 => Values::Four(table(normalize, f32::to_ne_bytes)),
        };
        Ok(Self {
            out,
            width: width as usize,
            height: height as usize,
            flip: plan.flip,
            layout: output.layout,
            swapped: output.channels == ChannelOrder::Bgr,
            values,
        })
    }

    /// Writes a row of the result, not mirrored yet: RGB bytes from column `left` on, and zeros around them.
    pub(crate) fn row(&mut self, y: u32, left: usize, rgb: &[u8]) {
        let y = y as usize;
        if y >= self.height {
            return;
        }
        let padded;
        let rgb = if rgb.len() == self.width * 3 {
            rgb
        } else {
            let mut row = vec![0; self.width * 3];
            for (to, from) in row.iter_mut().skip(left * 3).zip(rgb) {
                *to = *from;
            }
            padded = row;
            &padded
        };
        if matches!(self.values, Values::Bytes) && self.layout == Layout::Nhwc && !self.swapped && !self.flip
        {
            let at = y * self.width * 3;
            self.out[at..at + rgb.len()].copy_from_slice(rgb);
            return;
        }
        let geometry = Geometry {
            width: self.width,
            plane: self.width * self.height,
            y,
            flip: self.flip,
            layout: self.layout,
            swapped: self.swapped,
        };
        match &self.values {
            Values::Bytes => geometry.write(rgb, self.out, |_, byte| [byte]),
            Values::Two(table) => geometry.write(rgb, self.out, |c, byte| table[c][usize::from(byte)]),
            Values::Four(table) => geometry.write(rgb, self.out, |c, byte| table[c][usize::from(byte)]),
        }
    }

    /// Writes rows of zeros.
    pub(crate) fn blank(&mut self, rows: std::ops::Range<u32>) {
        let row = vec![0; self.width * 3];
        rows.for_each(|y| self.row(y, 0, &row));
    }
}

struct Geometry {
    width: usize,
    /// Pixels of the result.
    plane: usize,
    y: usize,
    flip: bool,
    layout: Layout,
    swapped: bool,
}

impl Geometry {
    #[inline(always)]
    fn write<const N: usize>(&self, rgb: &[u8], out: &mut [u8], value: impl Fn(usize, u8) -> [u8; N]) {
        let (out, _) = out.as_chunks_mut::<N>();
        let (pixels, _) = rgb.as_chunks::<3>();
        // The source of the result's first and third channel.
        let source = |channel: usize| if self.swapped { 2 - channel } else { channel };
        match self.layout {
            Layout::Nhwc => {
                let at = self.y * self.width * 3;
                let (out, _) = out[at..at + self.width * 3].as_chunks_mut::<3>();
                let write = |(out, pixel): (&mut [[u8; N]; 3], &[u8; 3])| {
                    *out = std::array::from_fn(|channel| value(channel, pixel[source(channel)]));
                };
                if self.flip {
                    out.iter_mut().rev().zip(pixels).for_each(write);
                } else {
                    out.iter_mut().zip(pixels).for_each(write);
                }
            }
            Layout::Nchw => {
                for channel in 0..3 {
                    let at = channel * self.plane + self.y * self.width;
                    let out = &mut out[at..at + self.width];
                    let from = source(channel);
                    if self.flip {
                        out.iter_mut().rev().zip(pixels).for_each(|(out, p)| *out = value(channel, p[from]));
                    } else {
                        out.iter_mut().zip(pixels).for_each(|(out, p)| *out = value(channel, p[from]));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rect::Rect;

    fn plan(flip: bool) -> Plan {
        Plan { image: (2, 2), crop: Rect::whole(2, 2), resized: (2, 2), offset: (0, 0), size: (2, 2), flip }
    }

    fn emit(output: &Output, flip: bool) -> Vec<u8> {
        let mut out = vec![0xEE; 12 * output.dtype.bytes()];
        let mut emitter = Emitter::new(&plan(flip), output, &mut out).unwrap();
        emitter.row(0, 0, &[1, 2, 3, 4, 5, 6]);
        emitter.row(1, 1, &[7, 8, 9]);
        out
    }

    #[test]
    fn layouts_orders_and_mirrors() {
        let mut output = Output::default();
        assert_eq!(emit(&output, false), [1, 2, 3, 4, 5, 6, 0, 0, 0, 7, 8, 9]);
        assert_eq!(emit(&output, true), [4, 5, 6, 1, 2, 3, 7, 8, 9, 0, 0, 0]);
        output.layout = Layout::Nchw;
        assert_eq!(emit(&output, false), [1, 4, 0, 7, 2, 5, 0, 8, 3, 6, 0, 9]);
        assert_eq!(emit(&output, true), [4, 1, 7, 0, 5, 2, 8, 0, 6, 3, 9, 0]);
        output.channels = ChannelOrder::Bgr;
        assert_eq!(emit(&output, false), [3, 6, 0, 9, 2, 5, 0, 8, 1, 4, 0, 7]);
    }

    #[test]
    fn numbers_are_normalised() {
        let normalize = Normalize { divisor: 255.0, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
        let mut output = Output { dtype: Dtype::F32, normalize, ..Output::default() };
        let found = emit(&output, false);
        let values: Vec<f32> = found.as_chunks::<4>().0.iter().map(|v| f32::from_ne_bytes(*v)).collect();
        let expected = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
        for (at, (found, byte)) in values.iter().zip(expected).enumerate() {
            let c = at % 3;
            assert_eq!(*found, (byte / 255.0 - normalize.mean[c]) / normalize.std[c]);
        }
        assert!((values[0] + 2.100_779).abs() < 1e-5);
        output.dtype = Dtype::Bf16;
        let found = emit(&output, false);
        assert_eq!(found[..2], bf16::from_f32(values[0]).to_ne_bytes());
        output.dtype = Dtype::F16;
        let found = emit(&output, false);
        assert_eq!(found[..2], f16::from_f32(values[0]).to_ne_bytes());
    }

    #[test]
    fn a_buffer_of_the_wrong_size_is_refused() {
        let error = Emitter::new(&plan(false), &Output::default(), &mut [0; 11]).err().unwrap();
        assert_eq!(error.to_string(), "the output buffer has 11 bytes, expected 12 (2 x 2 x 3 values)");
    }
}
