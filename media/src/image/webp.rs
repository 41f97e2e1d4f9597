//! WebP: the length in the RIFF header tells a whole file from a part; the first chunks give the facts.

use super::facts::ImageFacts;
use super::orientation;
use crate::MediaError;
use crate::cursor::Cursor;

/// Reads one whole WebP.
pub(super) fn probe(bytes: &[u8]) -> Result<ImageFacts, MediaError> {
    let mut whole = Cursor::new(bytes);
    let [_, _, _, _, s0, s1, s2, s3, ..] = whole.array::<12>(|| "the WebP header".to_owned())?;
    let length = u32::from_le_bytes([s0, s1, s2, s3]);
    let promised = || format!("{} bytes, as its RIFF header says", u64::from(length) + 8);
    let body = (length as usize).checked_sub(4);
    let body = body.ok_or_else(|| Cursor::damaged(4, format!("a RIFF length of {length}")))?;
    let body_at = whole.at();
    let mut walk = Cursor::new(whole.take(body, promised)?);

    let mut canvas = None;
    while !walk.rest().is_empty() {
        let at = body_at + walk.at();
        let (kind, data) = chunk(&mut walk, at)?;
        let facts = match (&kind, canvas) {
            (b"VP8X", None) => {
                canvas = Some(extended(data, at)?);
                continue;
            }
            (b"VP8L", canvas) => lossless(data, at).map(|facts| canvas.unwrap_or(facts))?,
            (b"VP8 ", canvas) => lossy(data, at).map(|facts| canvas.unwrap_or(facts))?,
            // A frame of an animation, whose canvas was given before it.
            (b"ANMF", Some(canvas)) => canvas,
            _ => continue,
        };
        let turned = canvas.and_then(|_| exif(&mut walk));
        return Ok(ImageFacts { orientation: turned.unwrap_or(orientation::AS_STORED), ..facts });
    }
    Err(Cursor::damaged(bytes.len(), "the WebP ends without image data (VP8, VP8L or ANMF)"))
}

/// The orientation in the EXIF chunk, which stands after the image data. Damage there costs only the orientation.
fn exif(walk: &mut Cursor<'_>) -> Option<u8> {
    while !walk.rest().is_empty() {
        let (kind, data) = chunk(walk, walk.at()).ok()?;
        if &kind == b"EXIF" {
            return orientation::of_exif(data);
        }
    }
    None
}

fn chunk<'a>(walk: &mut Cursor<'a>, at: usize) -> Result<([u8; 4], &'a [u8]), MediaError> {
    let kind: [u8; 4] = walk.array(|| format!("a WebP chunk at byte {at}"))?;
    let length = u32::from_le_bytes(walk.array(|| format!("the length of the chunk at byte {at}"))?);
    let beyond = || format!("{length} bytes of the {} chunk at byte {at}", kind.escape_ascii());
    let data = walk.take(length as usize, beyond)?;
    if length % 2 == 1 && !walk.rest().is_empty() {
        walk.take(1, String::new)?;
    }
    Ok((kind, data))
}

fn extended(data: &[u8], at: usize) -> Result<ImageFacts, MediaError> {
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = data else {
        return Err(Cursor::damaged(at, format!("the VP8X chunk has {} bytes, 10 is the least", data.len())));
    };
    let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
    Ok(facts(side(w0, w1, w2), side(h0, h1, h2), flags & 0x10 != 0))
}

fn lossless(data: &[u8], at: usize) -> Result<ImageFacts, MediaError> {
    let &[0x2f, b0, b1, b2, b3, ..] = data else {
        return Err(Cursor::damaged(at, "the VP8L chunk doesn't begin with its signature (2f)"));
    };
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    Ok(facts((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1, (bits >> 28) & 1 == 1))
}

fn lossy(data: &[u8], at: usize) -> Result<ImageFacts, MediaError> {
    let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = data else {
        return Err(Cursor::damaged(at, "the VP8 chunk doesn't begin with a key frame (9d 01 2a)"));
    };
    // The two upper bits request upscaling, which decoders ignore.
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Ok(facts(side(w0, w1), side(h0, h1), false))
}

fn facts(width: u32, height: u32, has_alpha: bool) -> ImageFacts {
    let channels = if has_alpha { 4 } else { 3 };
    ImageFacts { format: "webp", width, height, channels, orientation: orientation::AS_STORED }
}
