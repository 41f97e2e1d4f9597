//! JPEG: segments to the first scan, then the scans to the end-of-image marker.
//!
//! Width, height and channels stand in the frame header (SOF). Whether the file is whole shows only at the
//! end, and looking for `FF D9` there is not enough: cameras and phones append previews, depth maps and
//! videos after it, and a preview inside the EXIF segment has an `FF D9` of its own. So the walk goes on
//! through the compressed data, in which every `FF` is followed by a byte that says what it is. It ends at
//! the first image's end marker; what follows (the further images of an MPO, a motion photo's video,
//! padding) is not checked, since every reader ignores it.

use super::facts::ImageFacts;
use super::orientation;
use crate::MediaError;
use crate::cursor::Cursor;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
/// EXIF data, and others.
const APP1: u8 = 0xe1;

/// Reads one whole JPEG.
pub(super) fn probe(bytes: &[u8]) -> Result<ImageFacts, MediaError> {
    let mut walk = Cursor::new(bytes);
    walk.take(2, || "the JPEG start marker".to_owned())?;
    let mut facts = None;
    let mut turned = None;
    loop {
        let at = walk.at();
        match next_marker(&mut walk)? {
            SOS => break,
            EOI => return Err(Cursor::damaged(at, "end-of-image marker before any image data")),
            // Markers without content.
            0x00 | 0x01 | 0xd0..=SOI => {}
            marker => {
                let segment = segment(&mut walk, at, marker)?;
                if is_frame(marker) {
                    facts = Some(frame(segment, at)?);
                } else if marker == APP1 {
                    turned = turned.or_else(|| orientation::of_app1(segment));
                }
            }
        }
    }
    let at = walk.at();
    let Some(facts) = facts else {
        return Err(Cursor::damaged(at, "image data (SOS) without a frame header (SOF) before it"));
    };
    segment(&mut walk, at, SOS)?;
    skip_scans(&mut walk)?;
    Ok(ImageFacts { orientation: turned.unwrap_or(orientation::AS_STORED), ..facts })
}

/// Do the segments before the pixels give an orientation other than 1, or does `head` end among them?
pub(super) fn may_be_turned(head: &[u8]) -> bool {
    let mut walk = Cursor::new(head);
    let mut search = || -> Result<bool, MediaError> {
        walk.take(2, String::new)?;
        loop {
            let at = walk.at();
            match next_marker(&mut walk)? {
                SOS | EOI => return Ok(false),
                0x00 | 0x01 | 0xd0..=SOI => {}
                marker => {
                    let segment = segment(&mut walk, at, marker)?;
                    if let (APP1, Some(turned)) = (marker, orientation::of_app1(segment)) {
                        return Ok(turned != orientation::AS_STORED);
                    }
                }
            }
        }
    };
    search().unwrap_or(true)
}

/// The next marker's code. Fill bytes may stand before it, and rubbish, which every decoder skips.
fn next_marker(walk: &mut Cursor<'_>) -> Result<u8, MediaError> {
    let expected = || "a JPEG marker".to_owned();
    let to_marker = memchr::memchr(0xff, walk.rest()).unwrap_or(walk.rest().len());
    walk.take(to_marker + 1, expected)?;
    loop {
        match walk.byte(expected)? {
            0xff => {}
            marker => return Ok(marker),
        }
    }
}

/// The content of the segment that began at `at`.
fn segment<'a>(walk: &mut Cursor<'a>, at: usize, marker: u8) -> Result<&'a [u8], MediaError> {
    let name = name(marker);
    let length = u16::from_be_bytes(walk.array(|| format!("the length of the {name} segment at byte {at}"))?);
    let Some(length) = length.checked_sub(2) else {
        return Err(Cursor::damaged(
            at,
            format!("the {name} segment is {length} bytes long, 2 is the least"),
        ));
    };
    walk.take(length.into(), || format!("{length} bytes of the {name} segment at byte {at}"))
}

/// Start of frame: C0 to CF, but for the three codes that mean something else.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

fn frame(segment: &[u8], at: usize) -> Result<ImageFacts, MediaError> {
    let &[_precision, h1, h0, w1, w0, components, ..] = segment else {
        return Err(Cursor::damaged(
            at,
            format!("the frame header has {} bytes, 6 is the least", segment.len()),
        ));
    };
    let (height, width) = (u16::from_be_bytes([h1, h0]), u16::from_be_bytes([w1, w0]));
    if height == 0 {
        return Err(MediaError::Unsupported(
            "a JPEG whose height is given after its first scan (DNL)".into(),
        ));
    }
    if !matches!(components, 1 | 3 | 4) {
        return Err(Cursor::damaged(
            at,
            format!("{components} colour channels where 1, 3 or 4 were expected"),
        ));
    }
    Ok(ImageFacts {
        format: "jpeg",
        width: width.into(),
        height: height.into(),
        channels: components.into(),
        orientation: orientation::AS_STORED,
    })
}

/// Goes to the end-of-image marker. Progressive files have tables and further scans on the way.
///
/// A marker that can't stand here is taken for damage inside the compressed data, which decoders bridge. A file
/// that ends as it should is not walked: that would read every byte of every image.
fn skip_scans(walk: &mut Cursor<'_>) -> Result<(), MediaError> {
    if walk.rest().ends_with(&[0xff, EOI]) {
        return Ok(());
    }
    loop {
        let rest = walk.rest();
        let to_marker = memchr::memchr(0xff, rest).unwrap_or(rest.len());
        let at = walk.at() + to_marker;
        walk.take(to_marker, String::new)?;
        let expected = || "the end-of-image marker (ff d9)".to_owned();
        walk.take(1, expected)?;
        match walk.rest().first() {
            Some(&EOI) => return Ok(()),
            // A fill byte, and the first of the next marker.
            Some(0xff) => {}
            Some(&marker @ (0xc4 | 0xda..=0xdf | 0xe0..=0xef | 0xfe)) => {
                walk.take(1, expected)?;
                segment(walk, at, marker)?;
            }
            _ => {
                walk.take(1, expected)?;
            }
        }
    }
}

fn name(marker: u8) -> String {
    match marker {
        0xc4 => "DHT".to_owned(),
        0xda => "SOS".to_owned(),
        0xdb => "DQT".to_owned(),
        0xdd => "DRI".to_owned(),
        0xe0..=0xef => format!("APP{}", marker - 0xe0),
        0xfe => "comment".to_owned(),
        _ if is_frame(marker) => "SOF".to_owned(),
        _ => format!("{marker:02x}"),
    }
}
