//! Magic numbers: the format of a file by its first bytes, regardless of its name.
//!
//! The list holds the formats that are probed here, and those that turn up in their place: the HTML page of
//! a failed download, the pointer file of Git LFS, an archive that was never unpacked. Naming them saves
//! the reader of the message a look with a hex editor.

use std::fmt::Write as _;

use crate::Kind;

/// A format that is probed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
    Bmp,
    Tiff,
    Pnm,
    Wav,
    Mp3,
    Ogg,
    Flac,
    M4a,
    Aac,
    Mp4,
    Matroska,
    Avi,
}

impl Format {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::WebP | Self::Bmp | Self::Tiff | Self::Pnm => {
                Kind::Image
            }
            Self::Wav | Self::Mp3 | Self::Ogg | Self::Flac | Self::M4a | Self::Aac => Kind::Audio,
            Self::Mp4 | Self::Matroska | Self::Avi => Kind::Video,
        }
    }

    /// The ending a file of it usually has.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Bmp => "bmp",
            Self::Tiff => "tif",
            Self::Pnm => "pnm",
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Ogg => "ogg",
            Self::Flac => "flac",
            Self::M4a => "m4a",
            Self::Aac => "aac",
            Self::Mp4 => "mp4",
            Self::Matroska => "mkv",
            Self::Avi => "avi",
        }
    }
}

/// The format that a magic number identifies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Magic {
    /// In words, with an article.
    pub(crate) name: &'static str,
    /// None where nothing here reads it.
    pub(crate) format: Option<Format>,
}

/// Offset, bytes, name, format. The first match counts, so the longer of two comes first.
const TABLE: &[(usize, &[u8], &str, Option<Format>)] = &[
    (0, b"\xff\xd8\xff", "a JPEG", Some(Format::Jpeg)),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG", Some(Format::Png)),
    (0, b"GIF87a", "a GIF", Some(Format::Gif)),
    (0, b"GIF89a", "a GIF", Some(Format::Gif)),
    (8, b"WEBP", "a WebP", Some(Format::WebP)),
    (0, b"II\x2a\0", "a TIFF", Some(Format::Tiff)),
    (0, b"MM\0\x2a", "a TIFF", Some(Format::Tiff)),
    (0, b"II\x2b\0", "a BigTIFF", Some(Format::Tiff)),
    (0, b"MM\0\x2b", "a BigTIFF", Some(Format::Tiff)),
    (8, b"WAVE", "a WAV", Some(Format::Wav)),
    (0, b"OggS", "an Ogg", Some(Format::Ogg)),
    (0, b"fLaC", "a FLAC", Some(Format::Flac)),
    (0, b"ID3", "an MP3 (or other audio with ID3 tags)", Some(Format::Mp3)),
    (8, b"AVI ", "an AVI", Some(Format::Avi)),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM", Some(Format::Matroska)),
    (4, b"ftypM4A", "an M4A", Some(Format::M4a)),
    (4, b"ftypM4B", "an M4A", Some(Format::M4a)),
    (4, b"ftypavif", "an AVIF", None),
    (4, b"ftypheic", "a HEIC", None),
    (4, b"ftypheix", "a HEIC", None),
    (4, b"ftypmif1", "a HEIF", None),
    (4, b"ftyp", "an MP4 or QuickTime", Some(Format::Mp4)),
    (4, b"moov", "a QuickTime", Some(Format::Mp4)),
    (4, b"mdat", "a QuickTime", Some(Format::Mp4)),
    (4, b"wide", "a QuickTime", Some(Format::Mp4)),
    (4, b"JXL \r\n", "a JPEG XL", None),
    (0, b"\xff\x0a", "a JPEG XL", None),
    (4, b"jP  \r\n", "a JPEG 2000", None),
    (0, b"version https://git-lfs", "a Git LFS pointer, not the file itself", None),
    (0, b"<!DOCTYPE", "an HTML page", None),
    (0, b"<!doctype", "an HTML page", None),
    (0, b"<html", "an HTML page", None),
    (0, b"<HTML", "an HTML page", None),
    (0, b"<svg", "an SVG", None),
    (0, b"<?xml", "XML", None),
    (0, b"%PDF", "a PDF", None),
    (0, b"PK\x03\x04", "a ZIP archive", None),
    (0, b"\x1f\x8b", "gzip", None),
    (0, b"BZh", "bzip2", None),
    (0, b"\xfd7zXZ", "an xz archive", None),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard", None),
    (0, b"Rar!", "a RAR archive", None),
    (0, b"7z\xbc\xaf", "a 7z archive", None),
    (257, b"ustar", "a tar archive", None),
    (0, b"PAR1", "a Parquet file", None),
    (0, b"\x93NUMPY", "a NumPy array", None),
    (0, b"\x89HDF", "an HDF5 file", None),
    (0, b"8BPS", "a Photoshop document", None),
    (0, b"\0\0\x01\0", "an icon", None),
    (0, b"FLV", "a Flash video", None),
    (0, b"\0\0\x01\xba", "an MPEG program stream", None),
    (0, b"\x30\x26\xb2\x75", "a Windows Media file", None),
    (0, b"FORM", "an AIFF", None),
    (0, b"\x7fELF", "a program", None),
    (0, b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "zeros: a download or copy that never got its data", None),
];

/// The format with this beginning.
pub(crate) fn find(head: &[u8]) -> Option<Magic> {
    let listed = TABLE.iter().find(|(at, bytes, ..)| {
        head.get(*at..at + bytes.len()) == Some(*bytes)
            && (!matches!(*bytes, b"WEBP" | b"WAVE" | b"AVI ") || riff(head))
    });
    if let Some(&(_, _, name, format)) = listed {
        return Some(Magic { name, format });
    }
    let (name, format) = match head {
        // Two letters prove little, so the size of the header that follows is checked too.
        [b'B', b'M', ..] if head.get(14).is_none_or(|size| [12, 40, 52, 56, 64, 108, 124].contains(size)) => {
            ("a BMP", Format::Bmp)
        }
        [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n' | b'#', ..] => ("a PNM", Format::Pnm),
        [0xff, second, third, ..] if is_mpeg_audio(*second, *third) => ("an MP3", Format::Mp3),
        [0xff, 0xf0 | 0xf1 | 0xf8 | 0xf9, ..] => ("an AAC stream", Format::Aac),
        _ => return None,
    };
    Some(Magic { name, format: Some(format) })
}

fn riff(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") || head.starts_with(b"RF64")
}

/// Sync word, then a version, layer, bit rate and sample rate that exist.
fn is_mpeg_audio(second: u8, third: u8) -> bool {
    let version = (second >> 3) & 3;
    let layer = (second >> 1) & 3;
    second & 0xe0 == 0xe0 && version != 1 && layer != 0 && third >> 4 != 15 && (third >> 2) & 3 != 3
}

/// The first bytes for a message: `3c 21 44 4f ("<!DO", an HTML page)`.
pub(crate) fn describe(head: &[u8]) -> String {
    let first = head.get(..8).unwrap_or(head);
    let mut text = String::new();
    for (n, byte) in first.iter().enumerate() {
        let space = if n == 0 { "" } else { " " };
        let _ = write!(text, "{space}{byte:02x}");
    }
    let readable =
        first.iter().all(|byte| (0x20..0x7f).contains(byte)).then(|| String::from_utf8_lossy(first));
    let notes = [readable.map(|text| format!("{text:?}")), find(head).map(|magic| magic.name.to_owned())];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    if !notes.is_empty() {
        let _ = write!(text, " ({})", notes.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_shown_in_hex_and_named_where_known() {
        assert_eq!(describe(b"<!DOCTYPE html>"), r#"3c 21 44 4f 43 54 59 50 ("<!DOCTYP", an HTML page)"#);
        assert_eq!(describe(b"\x89PNG\r\n\x1a\n\0\0"), "89 50 4e 47 0d 0a 1a 0a (a PNG)");
        assert_eq!(describe(b"\x01\x02"), "01 02");
        assert!(describe(b"version https://git-lfs.github.com/spec/v1").contains("Git LFS pointer"));
    }

    #[test]
    fn weak_magic_numbers_need_more_than_two_bytes() {
        assert!(find(b"BMW is a car maker").is_none());
        assert!(find(b"P5 is a format").is_some_and(|m| m.format == Some(Format::Pnm)));
        assert!(find(b"\xff\xff\xff\xff").is_none());
        assert!(find(b"\xff\xfb\x90\x00").is_some_and(|m| m.format == Some(Format::Mp3)));
        assert!(find(b"xxxxxxxxWEBP").is_none());
    }
}
