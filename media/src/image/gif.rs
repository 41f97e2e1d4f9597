//! GIF: walks the blocks to the trailer.

use super::facts::ImageFacts;
use super::orientation::AS_STORED;
use crate::MediaError;
use crate::cursor::Cursor;

/// Reads one whole GIF; the facts are those of the canvas that all its frames are drawn on.
pub(super) fn probe(bytes: &[u8]) -> Result<ImageFacts, MediaError> {
    let mut walk = Cursor::new(bytes);
    walk.take(6, || "the GIF signature".to_owned())?;
    let [w0, w1, h0, h1, flags, _background, _aspect] =
        walk.array(|| "the GIF screen descriptor".to_owned())?;
    colour_table(&mut walk, flags)?;
    let (mut frames, mut transparent) = (0_u32, false);
    loop {
        let at = walk.at();
        match walk.byte(|| "a further GIF block, or the trailer (3b)".to_owned())? {
            0x21 => {
                let label = walk.byte(|| "a GIF extension's label".to_owned())?;
                let is_control = label == 0xf9 && frames == 0;
                transparent |= is_control && matches!(walk.rest(), [4, flags, ..] if flags & 1 == 1);
                sub_blocks(&mut walk)?;
            }
            0x2c => {
                let descriptor: [u8; 9] = walk.array(|| "a GIF frame descriptor".to_owned())?;
                colour_table(&mut walk, descriptor[8])?;
                walk.byte(|| "a GIF frame's code size".to_owned())?;
                sub_blocks(&mut walk)?;
                frames += 1;
            }
            0x3b if frames > 0 => break,
            0x3b => return Err(Cursor::damaged(at, "the GIF ends without a frame")),
            // Some encoders write one terminator too many.
            0 => {}
            other => return Err(Cursor::damaged(at, format!("{other:02x} where a GIF block was expected"))),
        }
    }
    let (width, height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    let channels = if transparent { 4 } else { 3 };
    Ok(ImageFacts {
        format: "gif",
        width: width.into(),
        height: height.into(),
        channels,
        orientation: AS_STORED,
    })
}

fn colour_table(walk: &mut Cursor<'_>, flags: u8) -> Result<(), MediaError> {
    if flags & 0x80 != 0 {
        let bytes = 3 << ((flags & 7) + 1);
        walk.take(bytes, || format!("a GIF colour table of {bytes} bytes"))?;
    }
    Ok(())
}

fn sub_blocks(walk: &mut Cursor<'_>) -> Result<(), MediaError> {
    loop {
        let length = walk.byte(|| "a further GIF data block, or their end (00)".to_owned())?;
        if length == 0 {
            return Ok(());
        }
        walk.take(length.into(), || format!("a GIF data block of {length} bytes"))?;
    }
}
