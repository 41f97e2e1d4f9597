//! The front matter of a card: YAML that any user may write, and so is bounded before it is parsed.
//!
//! The parser takes time that is quadratic in the depth of nested lists and mappings, aliases expand to any length, and a
//! card is read by everyone who looks at its data set. So a front matter has a maximum length and depth and no aliases,
//! and each is parsed once.

use std::sync::Arc;

use moka::future::Cache;
use serde_norway::{Mapping, Value};

/// The longest front matter, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// The deepest nesting of lists and mappings.
pub const MAX_DEPTH: usize = 32;
/// Bytes of parsed cards that are kept.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
/// What a parsed value takes in memory, in bytes, for each byte of its YAML, at most.
const BYTES_PER_BYTE: usize = 32;

/// A card: its front matter, and where the text below begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Card {
    pub front: Mapping,
    /// Bytes of the card before its text.
    pub text_at: usize,
}

/// The cards that were parsed, by the hash of their text.
#[derive(Debug)]
pub struct Cards(Cache<blake3::Hash, Arc<Card>>);

impl Default for Cards {
    fn default() -> Self {
        let weight = |_: &blake3::Hash, card: &Arc<Card>| {
            u32::try_from(512 + card.text_at.saturating_mul(BYTES_PER_BYTE)).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(CACHE_BYTES).weigher(weight).build())
    }
}

impl Cards {
    /// A card, parsed before or now; at most once at a time.
    pub async fn get(&self, card: &str) -> Arc<Card> {
        let parse = async { Arc::new(Card::parse(card)) };
        self.0.get_with(blake3::hash(card.as_bytes()), parse).await
    }
}

impl Card {
    /// Splits a card into front matter and text. A front matter that is not a YAML mapping, or exceeds a limit, is part of
    /// the text.
    pub fn parse(card: &str) -> Self {
        let Some((front, text_at)) = split(card) else { return Self::default() };
        if check(front).is_err() || has_alias(front) {
            return Self::default();
        }
        match serde_norway::from_str::<Option<Mapping>>(front) {
            Ok(parsed) => Self { front: parsed.unwrap_or_default(), text_at },
            Err(_) => Self::default(),
        }
    }

    /// The front matter as JSON; entries that JSON can't represent are skipped.
    pub fn json(&self) -> serde_json::Map<String, serde_json::Value> {
        let pairs = self
            .front
            .iter()
            .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), serde_json::to_value(value).ok()?)));
        pairs.collect()
    }

    /// The `tags` of the front matter that are strings.
    pub fn tags(&self) -> Vec<String> {
        let tags = self.front.get("tags").and_then(Value::as_sequence);
        tags.into_iter().flatten().filter_map(|tag| Some(tag.as_str()?.to_owned())).collect()
    }
}

/// Checks the limits of a card's front matter, if it has one.
///
/// # Errors
/// What was found and what is allowed.
pub fn check_card(card: &str) -> Result<(), String> {
    split(card).map_or(Ok(()), |(front, _)| check(front))
}

/// The front matter, and where the text below begins.
fn split(card: &str) -> Option<(&str, usize)> {
    let rest = card.strip_prefix("---\n").or_else(|| card.strip_prefix("---\r\n"))?;
    let begin = card.len() - rest.len();
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&rest[..at], begin + at + line.len()));
        }
        at += line.len();
    }
    None
}

fn check(front: &str) -> Result<(), String> {
    if front.len() > MAX_BYTES {
        return Err(format!("the front matter has {} bytes; expected at most {MAX_BYTES}", front.len()));
    }
    let depth = depth(front);
    if depth > MAX_DEPTH {
        return Err(format!(
            "the front matter nests lists and mappings {depth} deep; expected at most {MAX_DEPTH}"
        ));
    }
    Ok(())
}

/// How deep lists and mappings may be nested, seen without parsing: brackets that are open, and columns that are indented
/// or follow `-`, `?` or `:`. What is in quotes or a block of text counts too, so it is an upper bound.
fn depth(front: &str) -> usize {
    let (mut open, mut deepest) = (0usize, 0);
    // The columns of the blocks that the line is in.
    let mut columns: Vec<usize> = Vec::new();
    for line in front.lines() {
        let mut at = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            continue;
        }
        columns.retain(|column| *column < at);
        columns.push(at);
        // Several blocks may begin on one line: `- - ? - a`.
        while let Some(rest) = line.get(at..).and_then(|rest| rest.strip_prefix(['-', '?', ':'])) {
            let inner = rest.trim_start_matches([' ', '\t']);
            if inner.len() == rest.len() {
                break;
            }
            at = line.len() - inner.len();
            columns.push(at);
        }
        for c in line.bytes() {
            match c {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(open + columns.len());
        }
    }
    deepest
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
        let text = "---\nlicense: mit\ntags: [a, b, 1]\n---\n# Pets\n---\n";
        let card = Card::parse(text);
        assert_eq!((card.front.len(), &text[card.text_at..]), (2, "# Pets\n---\n"));
        assert_eq!(card.tags(), ["a", "b"]);
        for plain in ["", "# Pets", "---\nno end", "---\n- a list\n---\n", "---\na: &x 1\nb: *x\n---\nT"] {
            assert_eq!(Card::parse(plain), Card::default(), "{plain}");
        }
        let empty = "---\n---\nText";
        assert_eq!(&empty[Card::parse(empty).text_at..], "Text");
        let json = Card::parse("---\nlicense: mit\nsize: 3\n1: 2\n---\n").json();
        assert_eq!(serde_json::Value::Object(json), serde_json::json!({ "license": "mit", "size": 3 }));
    }

    #[test]
    fn usual_front_matter_is_far_from_the_limits() {
        let usual = "---\nlanguage:\n- en\n- de\ndataset_info:\n  features:\n  - name: objects\n    sequence:\n    - name: \
                     bbox\n      sequence: float32\n      length: 4\n  splits: [{name: train, bytes: 3}]\ncitation: |\n  \
                     @article{x,\n    title = {A {B} c},\n  }\n---\nText";
        let card = Card::parse(usual);
        assert_eq!((card.front.len(), check_card(usual)), (3, Ok(())));
    }

    /// Shapes that take a parser long: each far over the limits, and just over them.
    #[test]
    fn deep_and_long_front_matter_is_not_parsed() {
        type Shape = (&'static str, fn(usize) -> String);
        let shapes: [Shape; 9] = [
            ("lists", |n| format!("a: {}", "[".repeat(n))),
            ("mappings", |n| format!("a: {}", "{a: ".repeat(n))),
            ("closed lists", |n| format!("a: {}{}", "[".repeat(n), "]".repeat(n))),
            ("blocks on one line", |n| format!("a:\n  {}b", "- ".repeat(n))),
            ("keys on one line", |n| format!("{}b", "? ".repeat(n))),
            ("indented lists", |n| (0..n).map(|i| format!("{}-\n", " ".repeat(i))).collect()),
            ("indented mappings", |n| (0..n).map(|i| format!("{}a:\n", " ".repeat(i))).collect()),
            ("lists over lines", |n| format!("a:\n{}", " [\n".repeat(n))),
            ("quoted keys", |n| format!("a: {}", "{\"[\": ".repeat(n))),
        ];
        for (shape, make) in shapes {
            for n in [MAX_DEPTH + 1, 250, 20_000, 100_000] {
                // Indentation makes these quadratically long.
                let n = if shape.starts_with("indented") { n.min(2000) } else { n };
                let card = format!("---\n{}\n---\nText", make(n));
                let begun = std::time::Instant::now();
                assert_eq!(Card::parse(&card), Card::default(), "{shape} {n}");
                assert!(check_card(&card).is_err(), "{shape} {n}");
                // Parsed, the longest of them takes minutes.
                assert!(begun.elapsed().as_secs() < 20, "{shape} {n}");
            }
        }
        let long = format!("---\na: {}\n---\n", "x".repeat(MAX_BYTES));
        assert!(
            check_card(&long).unwrap_err().contains("65540 bytes; expected at most 65536"),
            "{:?}",
            check_card(&long)
        );
        assert_eq!(check_card(&"[".repeat(100_000)), Ok(()));
    }

    #[tokio::test]
    async fn a_card_is_parsed_once() {
        let cards = Cards::default();
        let card = "---\na: 1\n---\nText";
        assert!(Arc::ptr_eq(&cards.get(card).await, &cards.get(card).await));
        assert!(!Arc::ptr_eq(&cards.get(card).await, &cards.get("---\na: 2\n---\n").await));
    }
}
