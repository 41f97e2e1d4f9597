//! Which derived columns are computed for a data set.

use std::sync::Arc;

use hub_dataset::ops::derived::Derive;
use hub_schema::{DerivedKind, Feature, FieldId, Schema};

use super::copies::Copies;
use super::entry_points::EntryPoints;

/// The image columns, for which derived columns can be computed.
pub fn image_columns(schema: &Schema) -> Vec<FieldId> {
    let images = schema.fields.iter().filter(|field| field.feature == Feature::Image);
    images.map(|field| field.id).collect()
}

/// What computes these kinds, and those that a schema lists.
pub fn deriving(schema: &Schema, kinds: &[DerivedKind]) -> Vec<Arc<dyn Derive>> {
    let listed = schema.derived.iter().filter_map(|derived| derived.kind());
    let mut all: Vec<DerivedKind> = Vec::new();
    for kind in kinds.iter().copied().chain(listed) {
        if !all.contains(&kind) {
            all.push(kind);
        }
    }
    all.into_iter().map(derive_of).collect()
}

fn derive_of(kind: DerivedKind) -> Arc<dyn Derive> {
    match kind {
        DerivedKind::EntryPoints => Arc::new(EntryPoints::default()),
        DerivedKind::Copy { short_side, encoding } => Arc::new(Copies::new(short_side, encoding)),
    }
}
