//! Texts from outside: their normal form, and how an error shows them.

/// More characters than the longest lemma has (71), and than real input; a longer text is not a word.
pub(crate) const MAX_TEXT_CHARS: usize = 100;

/// A text as an error message shows it: no control characters, not too long.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_TEXT_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_TEXT_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// A word as lemmas are written: trimmed, lower case, `_` between words. None for what can't be a word: empty,
/// too long, or with control characters.
pub(crate) fn lemma_form(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('_');
    if text.is_empty() || text.len() > 4 * MAX_TEXT_CHARS || text.chars().any(char::is_control) {
        return None;
    }
    let words = text.split(|c: char| c.is_whitespace() || c == '_').filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("_").to_lowercase();
    (joined.chars().count() <= MAX_TEXT_CHARS).then_some(joined)
}
