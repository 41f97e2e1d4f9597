//! What of a card is shown in lists and searched: a card may be a book, a list must stay fast.

use hub_schema::DatasetName;

const SUMMARY: usize = 240;
/// Characters of a card's front matter (tags, languages, the licence) that a search looks through.
const SEARCHED: usize = 400;

/// The first paragraph of a card's Markdown: no front matter, no headings, no images or badges.
pub(crate) fn summary(card: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for line in parts(card).1.lines().map(str::trim) {
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

/// Lower-case text that a search looks through: the name, the front matter, the first paragraph. Short, because
/// every row's is looked through.
pub(crate) fn search_text(name: &DatasetName, card: &str) -> String {
    let (front, _) = parts(card);
    let front: String = front.chars().take(SEARCHED).collect();
    format!("{name}\n{front}\n{}", summary(card)).to_lowercase()
}

/// A card's front matter (`---`, YAML, `---`) and what is below it.
fn parts(card: &str) -> (&str, &str) {
    let card = card.trim_start_matches('\u{feff}');
    let rest = card.strip_prefix("---").filter(|rest| rest.starts_with(['\n', '\r']));
    match rest.and_then(|rest| rest.split_once("\n---")) {
        Some((front, below)) => (front, below.split_once('\n').map_or("", |(_, body)| body)),
        None => ("", card),
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
        let name = "vision/mnist".parse().unwrap();
        assert_eq!(search_text(&name, card), "vision/mnist\n\nlicense: mit\ntags: [a]\nhandwritten digits.");
        assert_eq!(summary("Plain words."), "Plain words.");
        assert_eq!(summary(""), "");
        assert_eq!(summary("---\nnever closed"), "--- never closed");
        assert_eq!(summary("---\na: 1\n---"), "");
        assert_eq!(summary(&"ä".repeat(500)).chars().count(), SUMMARY + 1);
    }
}
