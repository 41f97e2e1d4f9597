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

/// At most this many names are listed in a message.
const LISTED: usize = 20;

/// The names that exist, for the end of a message about one that doesn't: all if they are few, otherwise those that are
/// similar, or the first ones, and how many there are.
pub fn listed(wanted: &str, known: &[String]) -> String {
    if known.is_empty() {
        return "none".to_owned();
    }
    if known.len() <= LISTED {
        return known.join(", ");
    }
    let near = nearest(wanted, known.iter().map(String::as_str));
    let shown = if near.is_empty() { known[..LISTED / 2].to_vec() } else { near };
    format!("{}, … ({} in all)", shown.join(", "), known.len())
}

/// 0 to 1: edit distance (with swapped letters), or a common prefix.
fn similarity(a: &str, b: &str) -> f64 {
    let begins = strsim::jaro_winkler(a, b);
    strsim::normalized_damerau_levenshtein(a, b).max(if begins > 0.85 { begins } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_to_what_is_similar() {
        let names = |n: usize| (0..n).map(|i| format!("set-{i:04}")).collect::<Vec<_>>();
        assert_eq!(listed("x", &[]), "none");
        assert_eq!(listed("x", &names(2)), "set-0000, set-0001");
        let mut many = names(5000);
        assert!(
            listed("quagga", &many).ends_with("set-0009, … (5000 in all)"),
            "{}",
            listed("quagga", &many)
        );
        many.push("flowers".to_owned());
        assert_eq!(listed("flwers", &many), "flowers, … (5001 in all)");
    }
}
