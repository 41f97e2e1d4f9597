//! The columns as files of rows declare them: without what the classes mean.
//!
//! Synsets stand in the commit's schema and may be decided at any time. In a file's footer they would be stale after
//! the next decision, and they would change the file's hash, so that a push of an unchanged source would replace
//! every row.

use hub_schema::{Feature, Schema};

/// The same columns, their classes without synsets.
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
