//! The card as `README.md`: the author's text, with a front matter that lists the files of each split.
//!
//! The author's front matter may describe files and features (`configs`, `dataset_info`) of another repository, so these
//! keys are replaced; the rest (licence, tags, languages) is kept. Clients read types and label names from the Parquet
//! footers.

use serde_norway::{Mapping, Value};

use super::front_matter::Card;
use super::plan::Plan;

/// Keys that are removed from the author's front matter.
const REPLACED_KEYS: [&str; 3] = ["configs", "dataset_info", "viewer"];

/// `README.md` of a card, of which `parsed` is the front matter.
pub fn readme(card: &str, parsed: &Card, plan: &Plan) -> String {
    let kept =
        parsed.front.iter().filter(|(key, _)| !key.as_str().is_some_and(|key| REPLACED_KEYS.contains(&key)));
    let mut front: Mapping = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    let files = plan.splits.iter().map(|split| {
        let path = format!("data/{}-*", split.slug);
        mapping([("split", split.slug.clone().into()), ("path", path.into())])
    });
    let config =
        mapping([("config_name", "default".into()), ("data_files", Value::Sequence(files.collect()))]);
    front.insert("configs".into(), Value::Sequence(vec![config]));
    // Serializing a mapping of strings and lists can't fail.
    let front = serde_norway::to_string(&front).unwrap_or_default();
    format!("---\n{front}---\n{}", card.get(parsed.text_at..).unwrap_or_default())
}

fn mapping<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Mapping(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())
}
