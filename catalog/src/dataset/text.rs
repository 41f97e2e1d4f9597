//! What of a card is shown in lists and searched: a card may be a book, a list must stay fast.

use hub_schema::DatasetName;

/// Characters of a summary.
const SUMMARY: usize = 240;
/// Characters of a card that a search looks through.
const SEARCHED: usize = 2000;

/// The first paragraph of a card's Markdown: no front matter, no headings, no pictures or badges.
pub(crate) fn summary(card: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for line in body(card).lines().map(str::trim) {
        let is_text =
            !line.is_empty() && !line.starts_with(['#', '!', '<', '|', '=', '`']) && !line.starts_with("[!");
        match is_text {
            true => words.extend(line.split_whitespace()),
            false if !words.is_empty() => break,
            false => {}
        }
    }
    let text = words.join(" ");
    match text.char_indices().nth(SUMMARY) {
        None => text,
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// Lower-case text that a search looks through: the name, then the beginning of the card.
pub(crate) fn search_text(name: &DatasetName, card: &str) -> String {
    let beginning: String = card.chars().take(SEARCHED).collect();
    format!("{name}\n{beginning}").to_lowercase()
}

/// A card without its front matter (`---`, YAML, `---`).
fn body(card: &str) -> &str {
    let card = card.trim_start_matches('\u{feff}');
    let Some(rest) = card.strip_prefix("---").filter(|rest| rest.starts_with(['\n', '\r'])) else {
        return card;
    };
    match rest.find("\n---") {
        Some(end) => rest[end + 4..].split_once('\n').map_or("", |(_, body)| body),
        None => card,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_first_paragraph() {
        let card =
            "---\nlicense: mit\ntags: [a]\n---\n# MNIST\n![badge](x)\n\nHandwritten\n  digits.\n\nMore.";
        assert_eq!(summary(card), "Handwritten digits.");
        assert_eq!(summary("Plain words."), "Plain words.");
        assert_eq!(summary(""), "");
        assert_eq!(summary("---\nnever closed"), "--- never closed");
        assert_eq!(summary("---\na: 1\n---"), "");
        assert_eq!(summary(&"ä".repeat(500)).chars().count(), SUMMARY + 1);
    }
}
