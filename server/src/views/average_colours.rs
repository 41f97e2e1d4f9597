//! The average colours of pictures, which a page shows until they are there.

use hub_dataset::Snapshot;
use hub_dataset::ops::pictures::has_fingerprints;
use hub_schema::Field;
use hub_schema::api::RowView;
use serde_json::{Value as Json, json};

use crate::state::AppState;

/// Adds `average_color` (`#rrggbb`) to the pictures of rows, where all pictures of the revision were read before.
pub async fn add(state: &AppState, snapshot: &Snapshot, fields: &[&Field], rows: &mut [RowView]) {
    for field in fields.iter().filter(|field| has_fingerprints(&field.feature)) {
        let Some(pictures) = state.pictures.peek(snapshot, field).await else { continue };
        for row in rows.iter_mut() {
            let picture = usize::try_from(row.position).ok().and_then(|at| pictures.get(at));
            let value = row.values.get_mut(&field.name).and_then(Json::as_object_mut);
            if let (Some(look), Some(value)) = (picture.and_then(|picture| picture.look), value) {
                let [r, g, b] = look.mean;
                value.insert("average_color".to_owned(), json!(format!("#{r:02x}{g:02x}{b:02x}")));
            }
        }
    }
}
