//! Recognises COCO.

use super::files::is_named_as_coco;
use super::json_head::{HEAD_BYTES, has_lists};
use crate::read::sniff::Sniff;

/// Maximum number of JSON files with other names that are opened.
const MAX_PEEKED: usize = 16;

/// Is there a JSON file with a COCO name or, alone in its place, with COCO's lists?
pub fn recognise(look: &Sniff) -> bool {
    if !look.is_dir {
        return look.name().ends_with(".json") && look.head("", HEAD_BYTES).is_some_and(|h| has_lists(&h));
    }
    let named = look.files().any(is_named_as_coco);
    let in_place = |f: &&str| {
        let folder = f.rsplit_once('/').map_or("", |(folder, _)| folder);
        f.ends_with(".json") && matches!(folder, "" | "annotations")
    };
    let holds = |f: &str| look.head(f, HEAD_BYTES).is_some_and(|h| has_lists(&h));
    named || look.files().filter(in_place).take(MAX_PEEKED).any(holds)
}
