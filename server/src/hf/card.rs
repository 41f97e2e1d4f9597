//! The card as `README.md`: the author's text, with a front matter that lists the files of each split.
//!
//! The author's front matter may describe files and features (`configs`, `dataset_info`) of another repository, so these
//! keys are replaced; the rest (licence, tags, languages) is kept. Clients read types and label names from the Parquet
//! footers.

use serde_norway::{Mapping, Value};

use super::plan::Plan;

/// A longer front matter is treated as text.
const MAX_FRONT_MATTER_BYTES: usize = 256 * 1024;

/// Keys that are removed from the author's front matter.
const REPLACED_KEYS: [&str; 3] = ["configs", "dataset_info", "viewer"];

pub fn readme(card: &str, plan: &Plan) -> String {
    let (mut front, text) = split(card);
    for key in REPLACED_KEYS {
        front.remove(key);
    }
    let files = plan.splits.iter().map(|split| {
        let path = format!("data/{}-*", split.slug);
        mapping([("split", split.slug.clone().into()), ("path", path.into())])
    });
    let config =
        mapping([("config_name", "default".into()), ("data_files", Value::Sequence(files.collect()))]);
    front.insert("configs".into(), Value::Sequence(vec![config]));
    // Serializing a mapping of strings and lists can't fail.
    let front = serde_norway::to_string(&front).unwrap_or_default();
    format!("---\n{front}---\n{text}")
}

/// The card's front matter as JSON; entries that JSON can't represent are skipped.
pub fn front_matter(card: &str) -> serde_json::Map<String, serde_json::Value> {
    let (front, _) = split(card);
    let pairs = front
        .into_iter()
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), serde_json::to_value(value).ok()?)));
    pairs.collect()
}

fn mapping<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Mapping(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Splits a card into front matter and text. A front matter that is not a YAML mapping is part of the text.
fn split(card: &str) -> (Mapping, &str) {
    let none = || (Mapping::new(), card);
    let Some(rest) = card.strip_prefix("---\n").or_else(|| card.strip_prefix("---\r\n")) else {
        return none();
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let front = &rest[..at];
            let parsed = if front.len() > MAX_FRONT_MATTER_BYTES || has_alias(front) {
                None
            } else {
                serde_norway::from_str::<Option<Mapping>>(front).ok()
            };
            return match parsed {
                Some(front) => (front.unwrap_or_default(), &rest[at + line.len()..]),
                None => none(),
            };
        }
        at += line.len();
    }
    none()
}

/// May it contain aliases? A few lines of nested aliases can expand to gigabytes.
fn has_alias(yaml: &str) -> bool {
    let mut words = yaml.split(|c: char| c.is_whitespace() || "[]{},".contains(c));
    words.any(|word| word.len() > 1 && word.starts_with('&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_separated_from_text() {
        let (front, text) = split("---\nlicense: mit\ntags: [a, b]\n---\n# Pets\n---\n");
        assert_eq!((front.len(), text), (2, "# Pets\n---\n"));
        for plain in ["", "# Pets", "---\nno end", "---\n- a list\n---\n", "---\na: &x 1\nb: *x\n---\nT"] {
            let (front, text) = split(plain);
            assert_eq!((front.len(), text), (0, plain));
        }
        assert_eq!(split("---\n---\nText").1, "Text");
        let json = front_matter("---\nlicense: mit\nsize: 3\n1: 2\n---\n");
        assert_eq!(serde_json::Value::Object(json), serde_json::json!({ "license": "mit", "size": 3 }));
    }
}
