//! The members of a JSON object, each as its type, with an error that names it.

use serde_json::{Map, Value as Json};

/// The longest text of a value in a message, in characters.
const MAX_SHOWN: usize = 40;

fn shown(value: &Json) -> String {
    let text = value.to_string();
    if text.chars().count() <= MAX_SHOWN {
        text
    } else {
        format!("{} …", text.chars().take(MAX_SHOWN).collect::<String>())
    }
}

/// A member by `read`; none where it is missing or null.
///
/// # Errors
/// Its own, behind the member's name.
pub fn item<T>(
    members: &Map<String, Json>,
    name: &str,
    read: impl Fn(&Json) -> Result<T, String>,
) -> Result<Option<T>, String> {
    match members.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => read(value).map(Some).map_err(|problem| format!("member '{name}': {problem}")),
    }
}

/// A text, which some tools write as a number or a boolean.
pub fn string(members: &Map<String, Json>, name: &str) -> Result<Option<String>, String> {
    item(members, name, |value| match value {
        Json::String(text) => Ok(text.clone()),
        Json::Number(_) | Json::Bool(_) => Ok(value.to_string()),
        other => Err(format!("{} is not a text", shown(other))),
    })
}

/// A list, its items by `read`.
pub fn list<T>(
    members: &Map<String, Json>,
    name: &str,
    read: impl Fn(&Json) -> Result<T, String>,
) -> Result<Option<Vec<T>>, String> {
    item(members, name, |value| match value {
        Json::Array(items) => items.iter().map(&read).collect(),
        other => Err(format!("{} is not a list", shown(other))),
    })
}

pub fn number(value: &Json) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("{} is not a number", shown(value)))
}

/// A list of numbers.
pub fn numbers(value: &Json) -> Result<Vec<f64>, String> {
    match value {
        Json::Array(items) => items.iter().map(number).collect(),
        other => Err(format!("{} is not a list of numbers", shown(other))),
    }
}

/// An integer, which may be written as a float.
pub fn integer(value: &Json) -> Result<i64, String> {
    let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
    let found = value.as_i64().or_else(|| value.as_f64().and_then(whole));
    found.ok_or_else(|| format!("{} is not an integer", shown(value)))
}

/// A yes or no that COCO writes as 0 and 1, and tools also as booleans and texts.
pub fn flag(value: &Json) -> Result<bool, String> {
    let number = match value {
        Json::Bool(yes) => return Ok(*yes),
        Json::String(text) => match text.trim() {
            "true" | "True" => return Ok(true),
            "false" | "False" => return Ok(false),
            text => text.parse().ok(),
        },
        other => other.as_f64(),
    };
    match number {
        Some(0.0) => Ok(false),
        Some(1.0) => Ok(true),
        _ => Err(format!("{} is not 0 or 1", shown(value))),
    }
}
