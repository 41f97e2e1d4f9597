//! CMYK to RGB.

/// Converts CMYK pixels to RGB by Pillow's formula (`Convert.c`, `cmyk2rgb`): each of R, G and B is `(255 - k)` less
/// its part that the ink takes, rounded. `inverted`: 255 is no ink, as Adobe's programs store it.
pub(super) fn to_rgb(cmyk: &[u8], inverted: bool, rgb: &mut [u8]) {
    let flip = if inverted { 255 } else { 0 };
    for (cmyk, rgb) in cmyk.chunks_exact(4).zip(rgb.chunks_exact_mut(3)) {
        let white = 255 - (cmyk[3] ^ flip);
        for (ink, out) in cmyk.iter().zip(rgb) {
            *out = white - multiply(*ink ^ flip, white);
        }
    }
}

/// `a · b / 255`, rounded.
fn multiply(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    (((product >> 8) + product) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_take_from_white() {
        let mut rgb = [0; 9];
        to_rgb(&[0, 0, 0, 0, 255, 0, 0, 0, 255, 128, 0, 100], false, &mut rgb);
        assert_eq!(rgb, [255, 255, 255, 0, 255, 255, 0, 77, 155]);
        let mut inverted = [0; 3];
        to_rgb(&[0, 127, 255, 155], true, &mut inverted);
        assert_eq!(inverted, [0, 77, 155]);
    }
}
