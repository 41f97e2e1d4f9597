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

const EXTENSIONS: [(&str, Kind); 27] = [
    ("jpg", Kind::Image),
    ("jpeg", Kind::Image),
    ("png", Kind::Image),
    ("gif", Kind::Image),
    ("webp", Kind::Image),
    ("bmp", Kind::Image),
    ("tif", Kind::Image),
    ("tiff", Kind::Image),
    ("ppm", Kind::Image),
    ("pgm", Kind::Image),
    ("pbm", Kind::Image),
    ("pnm", Kind::Image),
    ("wav", Kind::Audio),
    ("mp3", Kind::Audio),
    ("ogg", Kind::Audio),
    ("oga", Kind::Audio),
    ("opus", Kind::Audio),
    ("flac", Kind::Audio),
    ("m4a", Kind::Audio),
    ("aac", Kind::Audio),
    ("mp4", Kind::Video),
    ("m4v", Kind::Video),
    ("mov", Kind::Video),
    ("webm", Kind::Video),
    ("mkv", Kind::Video),
    ("avi", Kind::Video),
    ("3gp", Kind::Video),
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
    fn names_promise_a_kind_by_their_extension() {
        assert_eq!(kind_of_name("a.b/c.PNG"), Some(Kind::Image));
        assert_eq!(kind_of_name("c.opus"), Some(Kind::Audio));
        assert_eq!(kind_of_name("c.tar.Mov"), Some(Kind::Video));
        for other in ["", ".", "png", ".png", "dir.png/readme", "a.png.txt"] {
            assert_eq!(kind_of_name(other), None, "{other}");
        }
    }
}
