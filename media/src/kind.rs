//! Image, audio or video? By the name, when a folder is listed; by the first bytes ([`crate::kind_of_bytes`]), when
//! there is doubt.

use std::fmt;

/// What a media file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An image: JPEG, PNG, WebP, …
    Image,
    /// An audio file: WAV, MP3, FLAC, …
    Audio,
    /// A video, with or without an audio track.
    Video,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
        })
    }
}

const EXTENSIONS: [(&str, Kind); 41] = [
    ("jpg", Kind::Image),
    ("jpeg", Kind::Image),
    ("jpe", Kind::Image),
    ("jfif", Kind::Image),
    ("jif", Kind::Image),
    ("pjpeg", Kind::Image),
    ("pjp", Kind::Image),
    ("png", Kind::Image),
    ("apng", Kind::Image),
    ("gif", Kind::Image),
    ("webp", Kind::Image),
    ("bmp", Kind::Image),
    ("dib", Kind::Image),
    ("tif", Kind::Image),
    ("tiff", Kind::Image),
    ("ppm", Kind::Image),
    ("pgm", Kind::Image),
    ("pbm", Kind::Image),
    ("pnm", Kind::Image),
    ("wav", Kind::Audio),
    ("wave", Kind::Audio),
    ("mp3", Kind::Audio),
    ("mpga", Kind::Audio),
    ("ogg", Kind::Audio),
    ("oga", Kind::Audio),
    ("opus", Kind::Audio),
    ("flac", Kind::Audio),
    ("m4a", Kind::Audio),
    ("m4b", Kind::Audio),
    ("aac", Kind::Audio),
    ("mka", Kind::Audio),
    ("mp4", Kind::Video),
    ("m4v", Kind::Video),
    ("mov", Kind::Video),
    ("qt", Kind::Video),
    ("webm", Kind::Video),
    ("mkv", Kind::Video),
    ("avi", Kind::Video),
    ("divx", Kind::Video),
    ("3gp", Kind::Video),
    ("3g2", Kind::Video),
];

/// Extensions of media whose formats are known and not read, with the format's name.
const UNREAD: [(&str, Kind, &str); 62] = [
    ("avif", Kind::Image, "AVIF"),
    ("avifs", Kind::Image, "AVIF"),
    ("heic", Kind::Image, "HEIC"),
    ("heif", Kind::Image, "HEIF"),
    ("hif", Kind::Image, "HEIF"),
    ("jxl", Kind::Image, "JPEG XL"),
    ("jp2", Kind::Image, "JPEG 2000"),
    ("j2k", Kind::Image, "JPEG 2000"),
    ("j2c", Kind::Image, "JPEG 2000"),
    ("jpc", Kind::Image, "JPEG 2000"),
    ("jpf", Kind::Image, "JPEG 2000"),
    ("jpx", Kind::Image, "JPEG 2000"),
    ("jxr", Kind::Image, "JPEG XR"),
    ("wdp", Kind::Image, "JPEG XR"),
    ("svg", Kind::Image, "SVG"),
    ("ico", Kind::Image, "icon"),
    ("tga", Kind::Image, "Targa"),
    ("dds", Kind::Image, "DDS"),
    ("exr", Kind::Image, "OpenEXR"),
    ("hdr", Kind::Image, "Radiance HDR"),
    ("pfm", Kind::Image, "PFM"),
    ("pam", Kind::Image, "PAM"),
    ("qoi", Kind::Image, "QOI"),
    ("psd", Kind::Image, "Photoshop"),
    ("dng", Kind::Image, "camera raw"),
    ("cr2", Kind::Image, "camera raw"),
    ("cr3", Kind::Image, "camera raw"),
    ("nef", Kind::Image, "camera raw"),
    ("arw", Kind::Image, "camera raw"),
    ("orf", Kind::Image, "camera raw"),
    ("rw2", Kind::Image, "camera raw"),
    ("raf", Kind::Image, "camera raw"),
    ("dcm", Kind::Image, "DICOM"),
    ("nii", Kind::Image, "NIfTI"),
    ("aiff", Kind::Audio, "AIFF"),
    ("aif", Kind::Audio, "AIFF"),
    ("aifc", Kind::Audio, "AIFF"),
    ("au", Kind::Audio, "AU"),
    ("snd", Kind::Audio, "AU"),
    ("wma", Kind::Audio, "Windows Media"),
    ("amr", Kind::Audio, "AMR"),
    ("ape", Kind::Audio, "Monkey's Audio"),
    ("caf", Kind::Audio, "CAF"),
    ("mp2", Kind::Audio, "MPEG layer 2"),
    ("spx", Kind::Audio, "Speex"),
    ("sph", Kind::Audio, "NIST SPHERE"),
    ("wv", Kind::Audio, "WavPack"),
    ("weba", Kind::Audio, "WebM audio"),
    ("mid", Kind::Audio, "MIDI"),
    ("midi", Kind::Audio, "MIDI"),
    ("ts", Kind::Video, "MPEG-TS"),
    ("m2ts", Kind::Video, "MPEG-TS"),
    ("mts", Kind::Video, "MPEG-TS"),
    ("mpg", Kind::Video, "MPEG"),
    ("mpeg", Kind::Video, "MPEG"),
    ("vob", Kind::Video, "MPEG"),
    ("wmv", Kind::Video, "Windows Media"),
    ("asf", Kind::Video, "Windows Media"),
    ("flv", Kind::Video, "Flash video"),
    ("f4v", Kind::Video, "Flash video"),
    ("ogv", Kind::Video, "Ogg video"),
    ("rm", Kind::Video, "RealMedia"),
];

/// The kind a file's name promises, by its extension in any case; none for names of other files.
///
/// ```
/// use hub_media::{Kind, kind_of_name};
/// assert_eq!(kind_of_name("n01440764/ILSVRC2012_val_00000293.JPEG"), Some(Kind::Image));
/// assert_eq!(kind_of_name("labels.csv"), None);
/// ```
pub fn kind_of_name(name: &str) -> Option<Kind> {
    let file = name.rsplit('/').next()?;
    let (stem, extension) = file.rsplit_once('.')?;
    let known = EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.filter(|_| !stem.is_empty()).map(|&(_, kind)| kind)
}

/// The kind and format of a file that its name promises to be of a format that is known and not read: AVIF, HEIC,
/// MPEG-TS, AIFF, …; none for all other names.
///
/// ```
/// use hub_media::{Kind, unread_format_of_name};
/// assert_eq!(unread_format_of_name("IMG_0001.HEIC"), Some((Kind::Image, "HEIC")));
/// assert_eq!(unread_format_of_name("a.jpg"), None);
/// ```
pub fn unread_format_of_name(name: &str) -> Option<(Kind, &'static str)> {
    let (stem, extension) = name.rsplit('/').next()?.rsplit_once('.')?;
    let known = UNREAD.iter().find(|(known, ..)| known.eq_ignore_ascii_case(extension));
    known.filter(|_| !stem.is_empty()).map(|&(_, kind, format)| (kind, format))
}

/// What was promised, in words, for messages: by the name if it promises this kind, else by the kind alone.
pub(crate) fn promise(kind: Kind, name: &str) -> String {
    match name.rsplit('.').next() {
        Some(extension) if kind_of_name(name) == Some(kind) => {
            format!("the {kind} that its name (*.{extension}) promises")
        }
        _ => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_extension_is_both_read_and_not_read() {
        for (unread, kind, _) in UNREAD {
            let name = format!("a.{unread}");
            assert_eq!(kind_of_name(&name), None, "{name}");
            assert_eq!(unread_format_of_name(&name).map(|(kind, _)| kind), Some(kind), "{name}");
        }
        assert_eq!(kind_of_name("a.JFIF"), Some(Kind::Image));
    }

    #[test]
    fn names_promise_a_kind_by_their_extension() {
        assert_eq!(kind_of_name("a.b/c.PNG"), Some(Kind::Image));
        assert_eq!(kind_of_name("c.opus"), Some(Kind::Audio));
        assert_eq!(kind_of_name("c.tar.Mov"), Some(Kind::Video));
        for other in ["", ".", "png", ".png", "dir.png/readme", "a.png.txt"] {
            assert_eq!(kind_of_name(other), None, "{other}");
        }
    }
}
