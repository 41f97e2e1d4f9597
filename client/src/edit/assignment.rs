//! `COLUMN=VALUE`: one value for a column of all chosen rows.

use hub_dataset::sample::Value;
use hub_dataset::sample::parse::{self, ParseError};
use hub_schema::{Feature, Field, Schema};

use super::error::EditError;

/// A column, and the value that it gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The column.
    pub field: Field,
    /// The new value.
    pub value: Value,
    /// The class that the value stands for, if the column doesn't have it yet.
    pub new_class: Option<String>,
}

/// Parses assignments. `null` is null; for the text or class of these letters, write `"null"`, quotes and all. A class
/// that a column doesn't have is an error, unless `may_add_classes`.
///
/// # Errors
/// [`EditError`] for the first that is invalid.
pub fn assignments(
    schema: &Schema,
    texts: &[String],
    may_add_classes: bool,
) -> Result<Vec<Assignment>, EditError> {
    let mut all: Vec<Assignment> = Vec::with_capacity(texts.len());
    for text in texts {
        let (field, value) = split(schema, text)?;
        check_settable(schema, field)?;
        if all.iter().any(|a| a.field.id == field.id) {
            return Err(EditError::Twice(field.name.clone()));
        }
        all.push(assignment(field, value, may_add_classes)?);
    }
    Ok(all)
}

/// Splits at the first `=` whose left side is a column: names may hold the sign.
fn split<'a, 'b>(schema: &'a Schema, text: &'b str) -> Result<(&'a Field, &'b str), EditError> {
    let signs = text.match_indices('=').map(|(at, _)| at);
    let found = signs.clone().find_map(|at| Some((schema.find(&text[..at])?, &text[at + 1..])));
    if let Some(found) = found {
        return Ok(found);
    }
    let Some(at) = signs.into_iter().next() else { return Err(EditError::NoAssignment(text.to_owned())) };
    let path = &text[..at];
    let of_member = |f: &&Field| path.strip_prefix(&f.name).is_some_and(|rest| rest.starts_with('.'));
    match schema.fields.iter().find(of_member) {
        Some(field) if matches!(field.feature, Feature::Struct { .. } | Feature::List { .. }) => {
            Err(EditError::Member { path: path.to_owned(), column: field.name.clone() })
        }
        _ => Err(EditError::no_column(schema, path)),
    }
}

/// Refuses columns whose values are files, arrays, or facts of files.
///
/// # Errors
/// [`EditError::NotSettable`], [`EditError::Fact`].
pub fn check_settable(schema: &Schema, field: &Field) -> Result<(), EditError> {
    if let Some(of) = field.fact_of.and_then(|of| schema.by_id(of)) {
        return Err(EditError::Fact { column: field.name.clone(), of: of.name.clone() });
    }
    let feature = &field.feature;
    if feature.is_file() || matches!(feature, Feature::Tensor { .. } | Feature::Binary) {
        let kind = feature.describe();
        return Err(EditError::NotSettable { column: field.name.clone(), kind });
    }
    Ok(())
}

fn assignment(field: &Field, text: &str, may_add_classes: bool) -> Result<Assignment, EditError> {
    let done = |value, new_class| Ok(Assignment { field: field.clone(), value, new_class });
    let is_word = matches!(field.feature, Feature::Text | Feature::ClassLabel { .. });
    let text = match text {
        "null" => return done(Value::Null, None),
        "\"null\"" if is_word => "null",
        other => other,
    };
    match (parse::from_text(&field.feature, text), &field.feature) {
        (Ok(value), _) => done(value, None),
        (Err(ParseError::NoClass { class, .. }), Feature::ClassLabel { names, .. })
            if may_add_classes && !class.trim().is_empty() =>
        {
            done(Value::Int(names.len() as i64), Some(class))
        }
        (Err(problem), _) => Err(EditError::Value { column: field.name.clone(), problem }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let meta = Feature::structure([("weather", Feature::Text)]);
        Schema::new([
            ("image", Feature::Image),
            ("label", Feature::labels(["cat", "dog"])),
            ("note", Feature::Text),
            ("a=b", Feature::int64()),
            ("meta", meta),
        ])
        .unwrap()
    }

    fn given(texts: &[&str], may_add_classes: bool) -> Result<Vec<Assignment>, EditError> {
        let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
        assignments(&schema(), &texts, may_add_classes)
    }

    fn said(text: &str) -> String {
        given(&[text], false).unwrap_err().to_string()
    }

    #[test]
    fn values_follow_the_first_sign_behind_a_column() {
        let all = given(&["label=dog", "note=x=y", "a=b=7", r#"meta={"weather": "rain"}"#], false).unwrap();
        let values: Vec<Value> = all.into_iter().map(|a| a.value).collect();
        let meta = Value::Struct(vec![Value::text("rain")]);
        assert_eq!(values, [Value::Int(1), Value::text("x=y"), Value::Int(7), meta]);
        let nulls = given(&["label=null", "note=\"null\""], false).unwrap();
        assert_eq!((&nulls[0].value, &nulls[1].value), (&Value::Null, &Value::text("null")));
    }

    #[test]
    fn a_new_class_must_be_asked_for() {
        assert_eq!(
            said("label=dgo"),
            "column 'label': no class 'dgo' among its 2 classes; did you mean dog?"
        );
        let new = given(&["label=bird"], true).unwrap().remove(0);
        assert_eq!((new.value, new.new_class.as_deref()), (Value::Int(2), Some("bird")));
        let old = given(&["label=dog"], true).unwrap().remove(0);
        assert_eq!((old.value, old.new_class), (Value::Int(1), None));
    }

    #[test]
    fn what_can_not_be_set_is_named() {
        assert_eq!(said("label"), "'label' is not an assignment: expected COLUMN=VALUE");
        assert!(said("lable=cat").starts_with("no column 'lable'; did you mean label?; there are: image,"));
        assert!(
            said("image=a.png").starts_with("column 'image' is of type image, whose values can't be set")
        );
        assert!(said("image.width=3").starts_with("column 'image.width' is a fact of 'image'"));
        assert!(said("meta.weather=rain").starts_with("'meta.weather' is a member of column 'meta'"));
        let twice = given(&["label=cat", "label=dog"], false).unwrap_err();
        assert_eq!(twice.to_string(), "column 'label' is assigned twice");
    }
}
