//! The columns as data files declare them: without the synsets of the classes.
//!
//! Synsets belong to the commit's schema and may be changed at any time. In a file's footer they would be stale after
//! the next change, and they would change the file's hash, so that a push of an unchanged source would replace
//! every row.

use hub_schema::{Feature, Schema};

/// The same columns without the synsets of their classes.
pub fn without_synsets(schema: &Schema) -> Schema {
    let mut bare = schema.clone();
    for field in &mut bare.fields {
        strip(&mut field.feature);
    }
    bare
}

fn strip(feature: &mut Feature) {
    match feature {
        Feature::ClassLabel { synsets, .. } => synsets.clear(),
        Feature::List { item } => strip(item),
        Feature::Struct { fields } => fields.iter_mut().for_each(|field| strip(&mut field.feature)),
        _ => {}
    }
}
