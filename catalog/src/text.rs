//! Characters that could make a text look like another: line breaks and other control characters, and those that change
//! the direction of what follows or take no space.

/// Can the character forge how a text looks?
pub(crate) fn is_deceptive(c: char) -> bool {
    let is_format = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    );
    c.is_control() || is_format
}

/// The text with a replacement character for each that could forge how it looks.
pub(crate) fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if is_deceptive(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line() {
        assert_eq!(
            on_one_line("a\nb\r\tc\u{202e}d\u{2028}e\0"),
            "a\u{fffd}b\u{fffd}\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}"
        );
        assert_eq!(on_one_line("Zoë’s Notebook – 2"), "Zoë’s Notebook – 2");
    }
}
