//! The derived columns of a schema: listed beside its columns, found by their media column and kind.

use std::collections::BTreeMap;

use crate::derived::{DerivedColumn, DerivedKind};
use crate::ids::FieldId;
use crate::schema::{Field, Schema};

/// A key in the metadata of a derived column's [`Field`]: its kind.
const KIND_KEY: &str = "imagehub.derived";

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
    use crate::derived::CopyEncoding;
    use crate::feature::Feature;

    const COPIES: DerivedKind = DerivedKind::Copy { short_side: 256, encoding: CopyEncoding::Jpeg };

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
