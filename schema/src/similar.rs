//! Similar names, for messages about a name that doesn't exist.

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

/// The names as the end of a message: `; did you mean cat, cow?`, or nothing if there are none.
pub fn did_you_mean(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; did you mean {}?", names.join(", ")) }
}

/// 0 to 1: edit distance (with swapped letters), or a common prefix.
fn similarity(a: &str, b: &str) -> f64 {
    let begins = strsim::jaro_winkler(a, b);
    strsim::normalized_damerau_levenshtein(a, b).max(if begins > 0.85 { begins } else { 0.0 })
}
