//! One concept: found by what the user gives, and printed as cells of a table or as JSON.

use hub_wordnet::{Synset, SynsetId, WordNet};
use serde_json::{Value, json};

/// Resolves an id, a sense or a word.
pub fn resolve(text: &str) -> anyhow::Result<Synset<'static>> {
    let id = WordNet::get().resolve(text)?;
    Ok(synset(id)?)
}

/// The concept with an id.
pub fn synset(id: SynsetId) -> Result<Synset<'static>, hub_wordnet::ResolveError> {
    let unknown = || hub_wordnet::ResolveError::Unknown { text: id.to_string(), suggestions: Vec::new() };
    WordNet::get().synset(id).ok_or_else(unknown)
}

/// `n02084071  dog.n.01  dog, domestic dog: a member of the genus Canis`
pub fn cells(synset: &Synset<'_>) -> [String; 3] {
    let words: Vec<String> = synset.words().map(|word| word.replace('_', " ")).collect();
    [synset.id().to_string(), synset.name(), format!("{}: {}", words.join(", "), synset.gloss())]
}

/// As JSON: id, name, words and definition.
pub fn to_json(synset: &Synset<'_>) -> Value {
    let words: Vec<String> = synset.words().map(|word| word.replace('_', " ")).collect();
    json!({ "id": synset.id().to_string(), "name": synset.name(), "words": words, "gloss": synset.gloss() })
}
