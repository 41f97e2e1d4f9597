//! Kinds of media, and the columns they go to.

use hub_dataset::sample::Column;
use hub_schema::Feature;

pub use hub_media::{Kind as MediaKind, kind_of_name, unread_format_of_name};

/// Every kind; where two are equally likely, the earlier one wins.
pub const KINDS: [MediaKind; 3] = [MediaKind::Image, MediaKind::Audio, MediaKind::Video];

/// The feature of a column of that kind.
pub const fn feature_of(kind: MediaKind) -> Feature {
    match kind {
        MediaKind::Image => Feature::Image,
        MediaKind::Audio => Feature::Audio,
        MediaKind::Video => Feature::Video,
    }
}

/// The column of a data set that has one medium a row: `image`, `audio` or `video`.
pub fn column_of(kind: MediaKind) -> Column {
    Column::new(kind.to_string(), feature_of(kind))
}

/// The kind with its article, for messages: `an image`.
pub const fn one(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "an image",
        MediaKind::Audio => "an audio file",
        MediaKind::Video => "a video",
    }
}

/// The kind in the plural, for messages: `images`.
pub const fn many(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "images",
        MediaKind::Audio => "audio files",
        MediaKind::Video => "videos",
    }
}
