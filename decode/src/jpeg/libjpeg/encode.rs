//! Encodes pixels as a JPEG.

#![allow(unsafe_code, reason = "calls the C shim")]

use super::ffi;

/// The longest side that the format has.
const MOST_SIDE: u32 = 65_500;

/// Encodes RGB pixels as a baseline JPEG of this quality (1 to 100) with chroma of half the size (4:2:0), as Pillow does.
/// `None` if the pixels are not `width x height x 3` bytes, a side is longer than the format allows, or there is no
/// memory.
pub fn encode_jpeg(rgb: &[u8], width: u32, height: u32, quality: u8) -> Option<Vec<u8>> {
    let sides = (1..=MOST_SIDE).contains(&width) && (1..=MOST_SIDE).contains(&height);
    if !sides || rgb.len() as u64 != u64::from(width) * u64::from(height) * 3 {
        return None;
    }
    let mut len = 0;
    // SAFETY: `rgb` has as many bytes as the call reads, and `len` is written before it returns.
    let file = unsafe {
        ffi::hub_jpeg_encode(rgb.as_ptr(), width, height, quality.clamp(1, 100).into(), &raw mut len)
    };
    if file.is_null() {
        return None;
    }
    // SAFETY: the call returned a file of `len` bytes, which is freed once, after it was copied.
    let encoded = unsafe {
        let encoded = std::slice::from_raw_parts(file, len).to_vec();
        ffi::hub_jpeg_encoded_free(file);
        encoded
    };
    Some(encoded)
}
