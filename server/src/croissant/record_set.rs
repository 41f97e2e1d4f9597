//! The record set of a split.

use std::collections::HashSet;

use hub_schema::{Feature, Field};
use serde_json::{Value, json};

use super::columns::{Leaf, column};
use super::id::id_of;
use super::labels;
use crate::hf::Split;

/// The record set of a split whose rows come from `source`, a reference to a file or file set. `labelled` are the
/// label columns that have a record set of classes.
pub fn record_set(split: &Split, fields: &[Field], labelled: &HashSet<String>, source: &Value) -> Value {
    let (slug, name, rows) = (split.slug.as_str(), split.name.as_deref(), split.rows);
    let mut described: Vec<Value> = fields.iter().filter_map(|f| field(slug, f, labelled, source)).collect();
    let left_out = fields.iter().filter(|f| column(&f.feature).is_none());
    let left_out: Vec<_> = left_out.map(|f| format!("'{}'", f.name)).collect();
    let mut description = format!("{rows} rows.");
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        description.push_str(&format!(" Columns that Croissant can't describe: {names}."));
    }
    if let Some(name) = name.filter(|_| fields.iter().all(|f| f.name != "split")) {
        described.insert(
            0,
            json!({
                "@type": "cr:Field", "@id": format!("{slug}/split"), "name": "split",
                "description": "The split of the row.", "dataType": ["sc:Text", "cr:Split"], "value": name,
            }),
        );
    }
    json!({
        "@type": "cr:RecordSet",
        "@id": slug,
        "name": name.unwrap_or(slug),
        "description": description,
        "field": described,
    })
}

fn field(slug: &str, field: &Field, labelled: &HashSet<String>, source: &Value) -> Option<Value> {
    let column = column(&field.feature)?;
    let id = format!("{slug}/{}", id_of(&field.name));
    let mut value =
        json!({ "@type": "cr:Field", "@id": id, "name": field.name, "description": describe(field) });
    if let [only] = column.leaves.as_slice()
        && only.path.is_empty()
    {
        fill(&mut value, field, only, source, u8::from(column.is_list) + u8::from(only.is_list));
        refer(&mut value, &field.name, only, labelled);
        return Some(value);
    }
    let members = column.leaves.iter().map(|leaf| {
        let id = format!("{id}/{}", id_of(&leaf.path));
        let mut member = json!({ "@type": "cr:Field", "@id": id, "name": leaf.path });
        fill(&mut member, field, leaf, source, leaf.is_list.into());
        refer(&mut member, &format!("{}.{}", field.name, leaf.path), leaf, labelled);
        member
    });
    value["subField"] = members.collect();
    if column.is_list {
        value["isArray"] = true.into();
        value["arrayShape"] = "-1".into();
    }
    Some(value)
}

fn fill(value: &mut Value, field: &Field, leaf: &Leaf, source: &Value, lists: u8) {
    value["dataType"] = leaf.data_type.into();
    if lists > 0 {
        value["isArray"] = true.into();
        value["arrayShape"] = if lists == 1 { "-1" } else { "-1,-1" }.into();
    }
    let mut source = source.clone();
    source["extract"] = json!({ "column": field.name });
    let path = match (leaf.path.as_str(), leaf.member) {
        ("", None) => None,
        ("", Some(member)) => Some(member.to_owned()),
        (path, None) => Some(path.to_owned()),
        (path, Some(member)) => Some(format!("{path}.{member}")),
    };
    if let Some(path) = path {
        source["transform"] = json!({ "jsonPath": path });
    }
    value["source"] = source;
}

/// Adds the reference from a label to its class.
fn refer(value: &mut Value, column: &str, leaf: &Leaf, labelled: &HashSet<String>) {
    if leaf.is_label && labelled.contains(column) {
        value["references"] = json!({ "field": { "@id": format!("{}/id", labels::set_id(column)) } });
    }
}

fn describe(field: &Field) -> String {
    let what = match &field.feature {
        Feature::Tensor { .. } => format!("{}, row-major, little-endian", field.feature.describe()),
        other => other.describe(),
    };
    match field.metadata.get("description") {
        Some(text) => format!("{text} ({what})"),
        None => what,
    }
}
