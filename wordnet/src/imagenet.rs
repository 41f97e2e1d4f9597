//! ImageNet's class lists, in the order that models number their classes.
//!
//! The full ImageNet has no official order. Models in the wild use several; these are the two that the Python
//! package `timm` (Apache-2.0) carries from their makers: Google's, sorted by id, and Microsoft's, the ILSVRC classes
//! first and then the others.

use std::sync::LazyLock;

use crate::asset::unpack_differences;
use crate::{SynsetId, WordNet, label_map};

/// The 1,000 classes of ILSVRC 2012 to 2017, in the order of their numbers.
///
/// ```
/// assert_eq!(hub_wordnet::ilsvrc1000()[281].to_string(), "n02123045");
/// assert_eq!(hub_wordnet::ilsvrc_name(281), Some("tabby, tabby cat"));
/// ```
pub fn ilsvrc1000() -> &'static [SynsetId] {
    static IDS: LazyLock<Vec<SynsetId>> = LazyLock::new(|| {
        let rows = label_map::known("ilsvrc1000").into_iter().flat_map(|map| map.rows);
        rows.filter_map(|row| row.synset?.parse().ok()).collect()
    });
    &IDS
}

/// The words of an ILSVRC class by its number: `tench, Tinca tinca`.
pub fn ilsvrc_name(number: usize) -> Option<&'static str> {
    Some(label_map::known("ilsvrc1000")?.rows.get(number)?.name)
}

/// The 21,843 classes that Google's models number, in their order.
pub fn imagenet21k() -> &'static [SynsetId] {
    static IDS: LazyLock<Vec<SynsetId>> =
        LazyLock::new(|| nouns("imagenet21k.zst", include_bytes!("../data/imagenet21k.zst")));
    &IDS
}

/// The 21,842 classes that Microsoft's models number, in their order: the ILSVRC classes first.
pub fn imagenet22k() -> &'static [SynsetId] {
    static IDS: LazyLock<Vec<SynsetId>> =
        LazyLock::new(|| nouns("imagenet22k.zst", include_bytes!("../data/imagenet22k.zst")));
    &IDS
}

// As with all bundled data, a test reads it, so it unpacks.
fn nouns(file: &'static str, packed: &[u8]) -> Vec<SynsetId> {
    let numbers = unpack_differences(file, packed).unwrap_or_default();
    numbers.into_iter().filter_map(|number| WordNet::get().noun(number)).collect()
}
