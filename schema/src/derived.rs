//! Derived columns: what is computed from a media column to read it faster.
//!
//! They are no columns of the data set: no list of columns, query or export shows them, and a reader that doesn't know them
//! loses nothing. A commit's schema lists them beside its columns; each lies in a file of its own in a fragment, or is missing
//! there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::feature::Feature;
use crate::ids::FieldId;

/// The greatest short side of copies, in pixels.
const MOST_PIXELS: u32 = 16_384;

/// A derived column, as a commit lists it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DerivedColumn {
    /// The id of the column in the files that hold it.
    pub id: FieldId,
    /// The media column that it is computed from.
    pub of: FieldId,
    /// What it holds: the text of a [`DerivedKind`], or one of a later version.
    pub kind: String,
}

/// What a derived column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DerivedKind {
    /// The index of entry points of each JPEG, by which a part of it is decoded alone. Empty: the image can have none.
    EntryPoints,
    /// A copy of each image whose shorter side is longer than this. Null: the image itself is small enough.
    Copy {
        /// The copy's shorter side, in pixels.
        short_side: u32,
        /// How its pixels are stored.
        encoding: CopyEncoding,
    },
}

/// How the pixels of a copy are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CopyEncoding {
    /// As a JPEG of quality 95.
    Jpeg,
    /// As a binary PPM (`P6`): height x width x 3 bytes behind a short header.
    Raw,
}

impl fmt::Display for DerivedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntryPoints => f.write_str("entry_points"),
            Self::Copy { short_side, encoding: CopyEncoding::Jpeg } => write!(f, "jpeg_{short_side}"),
            Self::Copy { short_side, encoding: CopyEncoding::Raw } => write!(f, "raw_{short_side}"),
        }
    }
}

impl FromStr for DerivedKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "entry_points" {
            return Ok(Self::EntryPoints);
        }
        let copy = [("jpeg_", CopyEncoding::Jpeg), ("raw_", CopyEncoding::Raw)].into_iter().find_map(
            |(begin, encoding)| {
                let short_side = text.strip_prefix(begin)?.parse().ok()?;
                (1..=MOST_PIXELS).contains(&short_side).then_some(Self::Copy { short_side, encoding })
            },
        );
        // Only one spelling: "jpeg_0256" would be a second column of the same copies.
        copy.filter(|kind| kind.to_string() == text).ok_or_else(|| {
            format!(
                "'{text}' is no kind of derived column: expected entry_points, jpeg_<pixels> or raw_<pixels>"
            )
        })
    }
}

impl DerivedKind {
    /// The type of the values.
    pub fn feature(self) -> Feature {
        match self {
            Self::EntryPoints => Feature::Binary,
            Self::Copy { .. } => Feature::Image,
        }
    }
}

impl DerivedColumn {
    /// What it holds; `None`: a kind of a later version, which is left alone.
    pub fn kind(&self) -> Option<DerivedKind> {
        self.kind.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPIES: DerivedKind = DerivedKind::Copy { short_side: 256, encoding: CopyEncoding::Jpeg };

    #[test]
    fn kinds_have_one_spelling() {
        let raw = DerivedKind::Copy { short_side: 500, encoding: CopyEncoding::Raw };
        for (text, kind) in
            [("entry_points", DerivedKind::EntryPoints), ("jpeg_256", COPIES), ("raw_500", raw)]
        {
            assert_eq!((text.parse(), kind.to_string().as_str()), (Ok(kind), text));
        }
        for wrong in ["", "jpeg_", "jpeg_0", "jpeg_0256", "jpeg_+256", "raw_99999999", "webp_256"] {
            assert!(wrong.parse::<DerivedKind>().is_err(), "{wrong}");
        }
    }
}
