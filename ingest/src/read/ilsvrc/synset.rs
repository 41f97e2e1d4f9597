//! WordNet ids, and numbers that stand for them.

use std::collections::BTreeMap;

/// Class number → WordNet id.
pub type Numbering = BTreeMap<u32, String>;

/// Is it `n` and eight digits?
pub fn is_synset(name: &str) -> bool {
    name.strip_prefix('n')
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()))
}
