//! Recognises COCO.

use super::files::json_files;
use super::json_head::is_coco;
use crate::read::sniff::Sniff;

/// The first JSON file with a COCO name or with COCO's lists.
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir {
        return (look.name().ends_with(".json") && is_coco(look, "")).then(|| look.name());
    }
    json_files(look).into_iter().next()
}
