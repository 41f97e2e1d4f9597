//! COCO's lists, by the first bytes of a JSON file.

/// Number of bytes that are checked.
pub const HEAD_BYTES: usize = 4096;

/// Does the beginning of a JSON object hold one of COCO's lists?
pub fn has_lists(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let list = |key: &str| {
        let after = text.split_once(key).map(|(_, after)| after.trim_start());
        after.and_then(|a| a.strip_prefix(':')).is_some_and(|a| a.trim_start().starts_with('['))
    };
    text.trim_start().starts_with('{')
        && ["\"images\"", "\"annotations\"", "\"categories\"", "\"licenses\""].into_iter().any(list)
}
