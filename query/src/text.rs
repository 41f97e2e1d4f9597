//! Names and texts in messages: similar names, lists, and cut texts.

/// The names that are most similar to `wanted`, at most three, the most similar first.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let lower = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (similarity(&lower, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut nearest_names: Vec<String> = Vec::new();
    for (_, name) in scored {
        if nearest_names.len() < 3 && !nearest_names.iter().any(|n| n == name) {
            nearest_names.push(name.to_owned());
        }
    }
    nearest_names
}

/// 0 to 1: edit distance (with swapped letters), or a common prefix.
fn similarity(a: &str, b: &str) -> f64 {
    let begins = strsim::jaro_winkler(a, b);
    strsim::normalized_damerau_levenshtein(a, b).max(if begins > 0.85 { begins } else { 0.0 })
}

/// A message lists at most this many names.
const MAX_LISTED_NAMES: usize = 30;

/// Names as a message lists them: separated by commas, cut after [`MAX_LISTED_NAMES`].
pub(crate) fn list(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        n if n > MAX_LISTED_NAMES => {
            format!("{} and {} more", names[..MAX_LISTED_NAMES].join(", "), n - MAX_LISTED_NAMES)
        }
        _ => names.join(", "),
    }
}

/// A text cut to `max_chars` characters, `…` included.
pub(crate) fn cut(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    text.chars().take(max_chars.saturating_sub(1)).chain(['…']).collect()
}
