//! Which kind of medium a file is, by its name.

use hub_schema::Feature;

/// Picture, recording or film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A recording.
    Audio,
    /// A film.
    Video,
}

const ENDINGS: [(MediaKind, &[&str]); 3] = [
    (
        MediaKind::Image,
        &[
            "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "pnm", "pbm", "pgm",
            "ppm",
        ],
    ),
    (MediaKind::Audio, &["wav", "wave", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac", "aif", "aiff"]),
    (MediaKind::Video, &["mp4", "m4v", "webm", "mkv", "mov", "avi", "mpg", "mpeg", "ogv"]),
];

/// The kind of medium that a file's ending says it is.
pub fn kind_of_name(name: &str) -> Option<MediaKind> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    ENDINGS.iter().find(|(_, endings)| endings.contains(&ending.as_str())).map(|(kind, _)| *kind)
}

impl MediaKind {
    /// The name of its column: `image`, `audio`, `video`.
    pub const fn column(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }

    /// Its feature.
    pub const fn feature(self) -> Feature {
        match self {
            Self::Image => Feature::Image,
            Self::Audio => Feature::Audio,
            Self::Video => Feature::Video,
        }
    }
}
