//! Names and texts in messages: similar names, lists, and cut texts.

pub(crate) use hub_schema::similar::nearest;

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
