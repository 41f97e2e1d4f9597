//! What class names mean: WordNet 3.0 ids for the classes of well-known data sets.
//!
//! A label column holds class numbers and their names; where the names are known, each also gets a *synset*
//! (`n02084071`: the part of speech and the offset of "dog" in WordNet 3.0, as ImageNet writes it), so that
//! "every dog in every data set" can be asked. The name alone is not enough: COCO's `mouse` lies beside a
//! keyboard, CIFAR-100's is a rodent, and the commonest sense of `cow` leaves out the bulls. So the ids
//! are bundled as tables (`data/*.tsv`), each row chosen by reading the gloss, and [`synsets_for`] gives an
//! id only where the list of names as a whole shows which table it comes from.
//!
//! ```
//! let map = hub_wordnet::known("coco").unwrap();
//! let stop_sign = map.rows.iter().find(|row| row.name == "stop sign").unwrap();
//! assert_eq!((stop_sign.id, stop_sign.synset), (Some(13), Some("n06794110")));
//! ```

mod label_map;
mod matching;
#[cfg(test)]
mod tests;

pub use label_map::{LabelMap, LabelRow, known, words_of};
pub use matching::synsets_for;
