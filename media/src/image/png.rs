//! PNG: chunk after chunk to IEND, with the checksums of those a decoder needs.
//!
//! A checksum costs no more than touching the bytes, and a PNG is the one format that tells a flipped bit
//! from an image. Chunks a decoder may ignore (lower-case first letter) are not checked: decoders open
//! files with bad ones.

use super::facts::ImageFacts;
use super::orientation;
use crate::MediaError;
use crate::cursor::Cursor;

/// Reads one whole PNG.
pub(super) fn probe(bytes: &[u8]) -> Result<ImageFacts, MediaError> {
    let mut walk = Cursor::new(bytes);
    walk.take(8, || "the PNG signature".to_owned())?;
    let mut facts = header(&mut walk)?;
    let (is_indexed, mut has_palette) = (bytes.get(25) == Some(&3), false);
    let mut has_data = false;
    loop {
        let at = walk.at();
        let (kind, data) = chunk(&mut walk)?;
        match &kind {
            b"IDAT" => has_data = true,
            // Some colours of the palette are transparent: decoders make that an alpha channel. (That one
            // grey or RGB colour is transparent, which this chunk may say too, most ignore.)
            b"tRNS" if has_palette => facts.channels = 4,
            b"PLTE" => has_palette = is_indexed,
            b"eXIf" => facts.orientation = orientation::of_exif(data).unwrap_or(facts.orientation),
            b"IHDR" => return Err(Cursor::damaged(at, "a second IHDR chunk")),
            b"IEND" if has_data => return Ok(facts),
            b"IEND" => return Err(Cursor::damaged(at, "the PNG ends without image data (IDAT)")),
            _ => {}
        }
    }
}

/// Do the chunks before the pixels give an orientation, or does `head` end among them?
pub(super) fn may_be_turned(head: &[u8]) -> bool {
    let mut walk = Cursor::new(head);
    let mut search = || -> Result<bool, MediaError> {
        walk.take(8, String::new)?;
        loop {
            // A chunk's type stands behind its length. Data need not be there whole.
            match walk.rest().get(4..8) {
                Some(b"IDAT" | b"IEND") => return Ok(false),
                Some(b"eXIf") => return Ok(true),
                _ => drop(chunk(&mut walk)?),
            }
        }
    };
    search().unwrap_or(true)
}

fn header(walk: &mut Cursor<'_>) -> Result<ImageFacts, MediaError> {
    let at = walk.at();
    let (kind, data) = chunk(walk)?;
    let (b"IHDR", &[w3, w2, w1, w0, h3, h2, h1, h0, _depth, colour, _, _, _]) = (&kind, data) else {
        return Err(Cursor::damaged(
            at,
            format!("the first chunk is {} of {} bytes, not IHDR of 13", text(kind), data.len()),
        ));
    };
    let channels = match colour {
        0 => 1,
        2 | 3 => 3,
        4 => 2,
        6 => 4,
        _ => {
            return Err(Cursor::damaged(
                at,
                format!("colour type {colour} where 0, 2, 3, 4 or 6 was expected"),
            ));
        }
    };
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    Ok(ImageFacts { format: "png", width, height, channels, orientation: orientation::AS_STORED })
}

/// The next chunk's type and data.
fn chunk<'a>(walk: &mut Cursor<'a>) -> Result<([u8; 4], &'a [u8]), MediaError> {
    let at = walk.at();
    let length = u32::from_be_bytes(walk.array(|| "a further chunk, or IEND".to_owned())?);
    let checked = walk.rest();
    let kind: [u8; 4] = walk.array(|| format!("the type of the chunk at byte {at}"))?;
    if !kind.iter().all(u8::is_ascii_alphabetic) {
        return Err(Cursor::damaged(
            at,
            format!("chunk type {} where four letters were expected", text(kind)),
        ));
    }
    let data =
        walk.take(length as usize, || format!("{length} bytes of the {} chunk at byte {at}", text(kind)))?;
    let stored =
        u32::from_be_bytes(walk.array(|| format!("the checksum of the {} chunk at byte {at}", text(kind)))?);
    if kind[0].is_ascii_uppercase() {
        let computed = crc32fast::hash(&checked[..4 + data.len()]);
        if computed != stored {
            let kind = text(kind);
            return Err(Cursor::damaged(
                at,
                format!("the {kind} chunk's checksum is {computed:08x}, stored is {stored:08x}"),
            ));
        }
    }
    Ok((kind, data))
}

fn text(kind: [u8; 4]) -> String {
    kind.escape_ascii().to_string()
}
