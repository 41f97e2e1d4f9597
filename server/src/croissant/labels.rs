//! Class names as record sets, which label columns reference.

use hub_dataset::LabelColumn;
use serde_json::{Value, json};

use super::id::id_of;

/// The id of a label column's record set.
pub fn set_id(column: &str) -> String {
    format!("labels/{}", id_of(column))
}

/// The record set of a label column's classes: number, name, WordNet id.
pub fn record_set(column: &LabelColumn) -> Value {
    let set = set_id(&column.name());
    let id = |field: &str| format!("{set}/{field}");
    let synset = |place: usize| column.synsets.get(place).cloned().flatten();
    let rows = column.names.iter().enumerate().map(|(place, name)| {
        json!({ id("id"): place, id("name"): name, id("synset"): synset(place).unwrap_or_default() })
    });
    let rows: Vec<_> = rows.collect();
    let field = |name: &str, data_type: &str, description: &str| {
        json!({
            "@type": "cr:Field", "@id": id(name), "name": name, "description": description,
            "dataType": data_type,
        })
    };
    json!({
        "@type": "cr:RecordSet",
        "@id": set,
        "name": set,
        "description": format!("The classes of '{}'.", column.name()),
        "dataType": "sc:Enumeration",
        "key": { "@id": id("id") },
        "field": [
            field("id", "sc:Integer", "The class number, as stored in the column."),
            field("name", "sc:Text", "The class name."),
            field("synset", "sc:Text", "The WordNet 3.0 id; empty if unknown."),
        ],
        "data": rows,
    })
}
