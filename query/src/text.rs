//! Names and texts in messages: what is most like another, lists, and cuts.

/// The names that are most like another, at most three.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let lower = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (likeness(&lower, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut near: Vec<String> = Vec::new();
    for (_, name) in scored {
        if near.len() < 3 && !near.iter().any(|n| n == name) {
            near.push(name.to_owned());
        }
    }
    near
}

/// 0 to 1: letters that were swapped, or a beginning in common.
fn likeness(a: &str, b: &str) -> f64 {
    let begins = strsim::jaro_winkler(a, b);
    strsim::normalized_damerau_levenshtein(a, b).max(if begins > 0.85 { begins } else { 0.0 })
}

/// At most this many names in a message.
const LISTED: usize = 30;

/// Names in a message.
pub(crate) fn list(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        n if n > LISTED => format!("{} and {} more", names[..LISTED].join(", "), n - LISTED),
        _ => names.join(", "),
    }
}

/// A text cut to so many characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
