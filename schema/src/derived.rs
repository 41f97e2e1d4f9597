//! Derived columns: what is computed from a media column to read it faster.
//!
//! They are no columns of the data set: no list of columns, query or export shows them, and a reader that doesn't know them
//! loses nothing. A commit's schema lists them beside its columns; each lies in a file of its own in a fragment, or is missing
//! there.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::feature::Feature;
use crate::ids::FieldId;
use crate::schema::{Field, Schema};

/// A key in the metadata of a derived column's [`Field`]: its kind.
const KIND_KEY: &str = "imagehub.derived";
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

impl Field {
    /// The kind of derived column that this is, if it is one.
    pub fn derived_kind(&self) -> Option<DerivedKind> {
        self.metadata.get(KIND_KEY)?.parse().ok()
    }
}

impl Schema {
    /// The derived column of a kind, if the schema lists it.
    pub fn find_derived(&self, of: FieldId, kind: DerivedKind) -> Option<&DerivedColumn> {
        let kind = kind.to_string();
        self.derived.iter().find(|derived| derived.of == of && derived.kind == kind)
    }

    /// The derived columns of a media column whose kind is known, as they are read and written.
    pub fn derived_of(&self, of: FieldId) -> Vec<Field> {
        self.derived.iter().filter(|derived| derived.of == of).filter_map(|d| self.derived_field(d)).collect()
    }

    /// All derived columns whose kind is known, as they are read and written.
    pub fn derived_fields(&self) -> Vec<Field> {
        self.derived.iter().filter_map(|derived| self.derived_field(derived)).collect()
    }

    fn derived_field(&self, derived: &DerivedColumn) -> Option<Field> {
        let of = self.by_id(derived.of)?;
        Some(Field {
            id: derived.id,
            name: format!("{}.{}", of.name, derived.kind),
            feature: derived.kind()?.feature(),
            fact_of: Some(of.id),
            metadata: BTreeMap::from([(KIND_KEY.to_owned(), derived.kind.clone())]),
        })
    }

    /// Lists a derived column of the media column `of`, if it isn't listed yet, and gives it. Its id is drawn like a
    /// column's, with that of the media column, so that branches that add it independently give it the same one.
    pub fn add_derived(&mut self, of: FieldId, kind: DerivedKind) -> DerivedColumn {
        if let Some(known) = self.find_derived(of, kind) {
            return known.clone();
        }
        let kind = kind.to_string();
        let mut id = FieldId::draw(&kind, of.0);
        while self.by_id(id).is_some() || self.derived.iter().any(|derived| derived.id == id) {
            id = id.next();
        }
        let derived = DerivedColumn { id, of, kind };
        self.derived.push(derived.clone());
        derived
    }

    /// Lists the derived columns of `other` that this schema doesn't list and whose media column it has; one whose id is
    /// taken is left out.
    pub fn take_derived(&mut self, other: &Self) {
        for theirs in &other.derived {
            let is_taken = self.by_id(theirs.id).is_some()
                || self
                    .derived
                    .iter()
                    .any(|ours| ours.id == theirs.id || (ours.of, &ours.kind) == (theirs.of, &theirs.kind));
            if !is_taken && self.by_id(theirs.of).is_some() {
                self.derived.push(theirs.clone());
            }
        }
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

    #[test]
    fn derived_columns_are_in_no_list_and_follow_their_media_column() {
        let mut schema = Schema::new([("image", Feature::Image), ("n", Feature::int64())]).unwrap();
        let (plain, image) = (schema.clone(), schema.find("image").unwrap().id);
        let added = schema.add_derived(image, DerivedKind::EntryPoints);
        assert_eq!(schema.add_derived(image, DerivedKind::EntryPoints), added);
        schema.add_derived(image, COPIES);
        assert_eq!((schema.names(), schema.derived.len()), (plain.names(), 2));
        assert!(schema.find("image.entry_points").is_none() && schema.by_id(added.id).is_none());
        schema.rename_column("image", "photo").unwrap();
        let fields = schema.derived_of(image);
        assert_eq!((fields[0].name.as_str(), &fields[0].feature), ("photo.entry_points", &Feature::Binary));
        assert_eq!((fields[1].derived_kind(), fields[1].fact_of), (Some(COPIES), Some(image)));
        let gone = schema.drop_column("photo").unwrap();
        assert!(schema.derived.is_empty() && gone.contains(&added.id));
    }

    #[test]
    fn they_are_stored_beside_the_columns_and_unknown_kinds_are_kept() {
        let mut schema = Schema::new([("image", Feature::Image)]).unwrap();
        assert!(!serde_json::to_string(&schema).unwrap().contains("derived"));
        let image = schema.fields[0].id;
        schema.add_derived(image, DerivedKind::EntryPoints);
        schema.derived.push(DerivedColumn { id: FieldId(7), of: image, kind: "of_2030".to_owned() });
        let back: Schema = serde_json::from_str(&serde_json::to_string(&schema).unwrap()).unwrap();
        assert_eq!((back.derived.len(), back.derived_fields().len()), (2, 1));
        assert_eq!(back, schema);
    }

    #[test]
    fn branches_give_them_the_same_ids() {
        let base = Schema::new([("image", Feature::Image)]).unwrap();
        let image = base.fields[0].id;
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.add_derived(image, COPIES);
        theirs.add("score".into(), Feature::float64()).unwrap();
        theirs.add_derived(image, DerivedKind::EntryPoints);
        theirs.add_derived(image, COPIES);
        ours.take_derived(&theirs);
        assert_eq!(ours.derived.len(), 2);
        assert!(theirs.derived.iter().all(|derived| ours.derived.contains(derived)));
        let joined = base.union(&ours).unwrap();
        assert_eq!(joined.derived, ours.derived);
    }
}
