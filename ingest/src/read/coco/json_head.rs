//! COCO's lists, by the first bytes of a JSON file.

use crate::read::sniff::Sniff;

/// Number of bytes that are checked.
pub const HEAD_BYTES: usize = 64 << 10;

/// Number of bytes that are checked where the first ones hold other lists of COCO: the categories of LVIS are longer.
const MORE_BYTES: usize = 8 << 20;

/// Does the JSON file at `path` (`""`: the source itself) hold COCO's lists?
pub fn is_coco(look: &Sniff, path: &str) -> bool {
    let Some(head) = look.head(path, HEAD_BYTES) else { return false };
    if has_lists(&head) {
        return true;
    }
    let may_follow =
        head.len() == HEAD_BYTES && has_any(&head, &["\"categories\"", "\"licenses\"", "\"info\""]);
    may_follow && look.head(path, MORE_BYTES).is_some_and(|head| has_lists(&head))
}

/// Does the beginning of a JSON object hold a list of images or annotations? Other tools have `categories` too.
fn has_lists(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let list = |key: &str| {
        let mut after = text.match_indices(key).map(|(at, _)| text[at + key.len()..].trim_start());
        after.any(|a| a.strip_prefix(':').is_some_and(|a| a.trim_start().starts_with('[')))
    };
    begins_object(&text)
        && (list("\"images\"") || list("\"annotations\"") && has_any(head, &["\"image_id\""]))
}

fn has_any(head: &[u8], keys: &[&str]) -> bool {
    let text = String::from_utf8_lossy(head);
    begins_object(&text) && keys.iter().any(|key| text.contains(key))
}

fn begins_object(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_or_annotations_make_coco() {
        assert!(has_lists(br#"{"info": {}, "images": []}"#));
        assert!(has_lists(br#" {"annotations" : [{"id": 1, "image_id": 2}]"#));
        for other in [
            r#"{"categories": [{"id": 0, "name": "cat"}], "info": {}}"#,
            r#"{"images": {"a": 1}}"#,
            r#"[{"images": []}]"#,
            r#"{"annotations": [{"result": []}]}"#,
            r#"{"rows": [1]}"#,
        ] {
            assert!(!has_lists(other.as_bytes()), "{other}");
        }
    }
}
