//! Recognises class folders.

use super::layout::layout_of;
use crate::read::sniff::Sniff;

/// Is it a folder of class folders? A single class is not taken for one, except inside a split.
pub fn recognise(look: &Sniff) -> bool {
    layout_of(look).is_some()
}
