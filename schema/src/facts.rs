//! The facts of a media column: values read from the files' headers, as plain columns beside it.
//!
//! A media column `image` is followed by `image.name`, `image.width`, … in the annotation group, so that
//! "images wider than 256" never opens an image. Names hold a dot and are flat (not members of a struct),
//! so that every Parquet reader has statistics for them.

use crate::feature::{DType, Feature};

const I32: Feature = Feature::Number { dtype: DType::I32 };
const I64: Feature = Feature::Number { dtype: DType::I64 };
const F64: Feature = Feature::Number { dtype: DType::F64 };

/// Facts every medium has: the file's name, its length in bytes, its format (`jpeg`, `wav`, `mp4`).
const COMMON: [(&str, Feature); 3] = [("name", Feature::Text), ("bytes", I64), ("format", Feature::Text)];

/// Of an image: pixels and colour channels as stored, and the EXIF orientation (1 to 8; 1 where none is given),
/// which says how the stored pixels are turned for display.
const IMAGE: [(&str, Feature); 4] =
    [("width", I32), ("height", I32), ("channels", I32), ("orientation", I32)];

/// Of an audio file: hertz, channels, seconds.
const AUDIO: [(&str, Feature); 4] =
    [("codec", Feature::Text), ("sample_rate", I32), ("channels", I32), ("duration", F64)];

/// Of a video: pixels as encoded, frames a second, frames, seconds, and the degrees (0 to 359, clockwise) that its
/// frames are turned by for display.
const VIDEO: [(&str, Feature); 7] = [
    ("codec", Feature::Text),
    ("width", I32),
    ("height", I32),
    ("fps", F64),
    ("frames", I64),
    ("duration", F64),
    ("rotation", I32),
];

/// Name (after the dot) and type of each fact of a media feature, in order; none for other features.
pub fn facts_of(feature: &Feature) -> impl Iterator<Item = (&'static str, Feature)> {
    let own: &[(&str, Feature)] = match feature {
        Feature::Image => &IMAGE,
        Feature::Audio => &AUDIO,
        Feature::Video => &VIDEO,
        _ => &[],
    };
    let common: &[(&str, Feature)] = if feature.is_media() { &COMMON } else { &[] };
    common.iter().chain(own).cloned()
}

/// The fact columns that belong beside the column `name`.
pub fn columns_of(name: &str, feature: &Feature) -> Vec<(String, Feature)> {
    facts_of(feature).map(|(fact, feature)| (format!("{name}.{fact}"), feature)).collect()
}

/// The media type of a medium of this format (as its facts tell it).
pub fn media_type(feature: &Feature, format: Option<&str>) -> &'static str {
    match (feature, format.unwrap_or_default()) {
        (_, "jpeg") => "image/jpeg",
        (_, "png") => "image/png",
        (_, "gif") => "image/gif",
        (_, "webp") => "image/webp",
        (_, "bmp") => "image/bmp",
        (_, "tiff") => "image/tiff",
        (_, "pnm" | "ppm" | "pgm" | "pbm") => "image/x-portable-anymap",
        (_, "wav") => "audio/wav",
        (_, "flac") => "audio/flac",
        (_, "mp3") => "audio/mpeg",
        (Feature::Video, "ogg") => "video/ogg",
        (_, "ogg" | "opus" | "vorbis") => "audio/ogg",
        (Feature::Audio, "mp4" | "m4a") => "audio/mp4",
        (_, "aac" | "adts") => "audio/aac",
        (_, "mp4" | "mov") => "video/mp4",
        (Feature::Audio, "webm" | "mkv" | "matroska") => "audio/webm",
        (_, "webm") => "video/webm",
        (_, "mkv" | "matroska") => "video/x-matroska",
        (_, "avi") => "video/x-msvideo",
        (Feature::Mask { .. }, _) => "image/png",
        _ => "application/octet-stream",
    }
}
