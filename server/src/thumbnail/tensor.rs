//! Converts tensors of any dtype to 8-bit pixels.
//!
//! Bytes are used as they are. For other dtypes the range is unknown (0 to 1, 0 to 255, normalised by mean and standard
//! deviation), so the minimum of an image becomes black and the maximum white.

use hub_schema::{DType, Element};

use super::subject::Layout;

/// The pixels, row by row, channels last; `None` if the number of bytes doesn't fit the layout.
pub fn pixels(dtype: DType, layout: Layout, bytes: &[u8]) -> Option<Vec<u8>> {
    let count = layout.height.checked_mul(layout.width)?.checked_mul(layout.channels)?;
    if bytes.len() != count.checked_mul(dtype.size_bytes())? {
        return None;
    }
    let numbers = match dtype {
        DType::U8 => bytes.to_vec(),
        other => stretch(other.elements(bytes).map(Element::as_f32).collect()),
    };
    if !layout.planar || layout.channels == 1 {
        return Some(numbers);
    }
    let plane = layout.height * layout.width;
    Some((0..count).map(|n| numbers[n % layout.channels * plane + n / layout.channels]).collect())
}

fn stretch(numbers: Vec<f32>) -> Vec<u8> {
    let finite = numbers.iter().copied().filter(|x| x.is_finite());
    let (least, greatest) = finite.fold((f32::MAX, f32::MIN), |(a, b), x| (a.min(x), b.max(x)));
    let range = (greatest - least).max(f32::MIN_POSITIVE);
    // NaN becomes black: casting it to an integer gives 0.
    numbers.into_iter().map(|x| ((x - least) / range * 255.0).round() as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn layout(height: usize, width: usize, channels: usize, planar: bool) -> Layout {
        Layout { height, width, channels, planar }
    }

    #[test]
    fn numbers_become_pixels() {
        let floats: Vec<u8> = [-1.0_f32, 0.0, 1.0, f32::NAN].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(pixels(DType::F32, layout(2, 2, 1, false), &floats), Some(vec![0, 128, 255, 0]));
        let flat: Vec<u8> = [7_i64; 2].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(pixels(DType::I64, layout(1, 2, 1, false), &flat), Some(vec![0, 0]));
        let planes = [1, 2, 10, 20, 100, 200];
        assert_eq!(pixels(DType::U8, layout(1, 2, 3, true), &planes), Some(vec![1, 10, 100, 2, 20, 200]));
        assert_eq!(pixels(DType::U8, layout(1, 2, 3, false), &planes), Some(planes.to_vec()));
        assert_eq!(pixels(DType::U8, layout(1, 3, 3, false), &planes), None);
        assert_eq!(pixels(DType::U8, layout(usize::MAX, 3, 3, false), &planes), None);
    }
}
