//! Members of annotations that their format does not define: `attributes`, `score`, `track_id`, and whatever else
//! tools write.
//!
//! The first pass sees the shape of every value, so that a member becomes a column of its own type: a number, a text,
//! a struct. Where a member has values of different types, it is JSON.

use hub_dataset::sample::Value;
use hub_schema::Feature;
use hub_schema::schema::check_column_name;
use serde_json::{Map, Value as Json};

use crate::read::table::row::{Cell, Form};
use crate::read::table::shape::Shape;
use crate::read::table::value::value_of;

/// The most members that get a column of their own; further ones share [`REST`].
const MAX_COLUMNS: usize = 64;

/// The column of the members that can't have one of their own.
const REST: &str = "more";

/// The members seen so far, in the order of their appearance, with what their values look like.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    shapes: Vec<(String, Shape)>,
    /// Whether there are members that get no column of their own.
    has_rest: bool,
}

impl Extras {
    /// Takes note of a member.
    pub fn see(&mut self, name: &str, value: &Json) {
        let shape = Shape::of(Cell::Json(value));
        self.merge(name, shape);
    }

    /// Takes note of what `other` has seen.
    pub fn add(&mut self, other: &Self) {
        self.has_rest |= other.has_rest;
        for (name, shape) in &other.shapes {
            self.merge(name, shape.clone());
        }
    }

    fn merge(&mut self, name: &str, shape: Shape) {
        if let Some((_, known)) = self.shapes.iter_mut().find(|(known, _)| known == name) {
            *known = std::mem::take(known).with(shape, Form::Jsonl);
        } else if shape == Shape::Empty {
            // A member that is null everywhere says nothing.
        } else if self.shapes.len() == MAX_COLUMNS || check_column_name(name).is_err() {
            self.has_rest = true;
        } else {
            self.shapes.push((name.to_owned(), shape));
        }
    }

    /// Their columns, named so that none has a name in `taken`: `prefix` is put before such a name.
    pub fn columns(&self, taken: &[&str], prefix: &str) -> Vec<ExtraColumn> {
        let mut columns: Vec<ExtraColumn> = Vec::new();
        let own =
            self.shapes.iter().map(|(name, shape)| (Some(name.clone()), name.as_str(), shape.feature()));
        let rest = self.has_rest.then_some((None, REST, Feature::Json));
        for (member, name, feature) in own.chain(rest) {
            let mut name = name.to_owned();
            while taken.contains(&name.as_str()) || columns.iter().any(|c| c.name == name) {
                name.insert_str(0, prefix);
            }
            columns.push(ExtraColumn { member, name, feature });
        }
        columns
    }
}

/// A column of members that the format does not define.
#[derive(Clone, Debug)]
pub struct ExtraColumn {
    /// The member; none for what is left of the others.
    member: Option<String>,
    pub name: String,
    pub feature: Feature,
}

/// The values of these columns, taken from the members that are left of an element.
///
/// # Errors
/// A value has another type than in the first pass: the file changed meanwhile.
pub fn values(columns: &[ExtraColumn], mut members: Map<String, Json>) -> Result<Vec<Value>, String> {
    let mut values = Vec::with_capacity(columns.len());
    for column in columns {
        let found = match &column.member {
            Some(name) => members.remove(name).unwrap_or_default(),
            None => {
                members.retain(|_, value| !value.is_null());
                if members.is_empty() { Json::Null } else { Json::Object(std::mem::take(&mut members)) }
            }
        };
        let value = value_of(Cell::Json(&found), &column.feature);
        values.push(value.map_err(|problem| format!("member '{}': {problem}", column.name))?);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(elements: &[Json]) -> Extras {
        let mut extras = Extras::default();
        for (name, value) in elements.iter().filter_map(Json::as_object).flatten() {
            extras.see(name, value);
        }
        extras
    }

    #[test]
    fn each_member_is_a_column_of_its_type() {
        let elements = [
            json!({"score": 1, "attributes": {"occluded": true}, "none": null}),
            json!({"score": 0.5, "mixed": 1}),
            json!({"mixed": "x", "category": [1], "attributes": null}),
        ];
        let columns = seen(&elements).columns(&["category"], "coco_");
        let shown: Vec<_> = columns.iter().map(|c| (c.name.as_str(), c.feature.describe())).collect();
        let expected = [
            ("score", "float64"),
            ("attributes", "{occluded: bool}"),
            ("mixed", "json"),
            ("coco_category", "list of int64"),
        ];
        assert_eq!(shown, expected.map(|(name, feature)| (name, feature.to_owned())));
        let of = |at: usize| values(&columns, elements[at].as_object().unwrap().clone()).unwrap();
        assert_eq!(of(0)[..2], [Value::Float(1.0), Value::Struct(vec![Value::Bool(true)])]);
        assert_eq!(of(2)[2..], [Value::text("\"x\""), Value::List(vec![Value::Int(1)])]);
    }

    #[test]
    fn members_without_a_column_share_one() {
        let many: Map<String, Json> = (0..70).map(|n| (format!("m{n:02}"), json!(n))).collect();
        let columns = seen(&[Json::Object(many.clone())]).columns(&[], "coco_");
        assert_eq!(columns.len(), 65);
        assert_eq!((columns[64].name.as_str(), &columns[64].feature), ("more", &Feature::Json));
        let values = values(&columns, many).unwrap();
        assert!(matches!(&values[64], Value::Text(json) if json.contains("\"m69\":69")), "{:?}", values[64]);
    }
}
