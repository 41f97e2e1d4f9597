//! WordNet 3.0, and what the classes of well-known data sets mean in it.
//!
//! A label column holds class numbers and their names; where the names are known, each also gets a *synset*
//! (`n02084071`: the part of speech and the offset of "dog" in WordNet 3.0, as ImageNet writes it), so that
//! queries for "every dog in every data set" are possible. This crate holds all of WordNet 3.0 ([`WordNet`]: words, glosses,
//! the graph, bundled and unpacked on first use) and the tables that say which synsets labels stand for.
//!
//! ```
//! use hub_wordnet::WordNet;
//!
//! let wn = WordNet::get();
//! let (dog, canine) = (wn.resolve("dog.n.01")?, wn.resolve("canine.n.02")?);
//! assert!(wn.is_a(dog, canine));
//! # Ok::<(), hub_wordnet::ResolveError>(())
//! ```
//!
//! The name of a class alone is not enough to tell its synset: COCO's `mouse` lies beside a keyboard, CIFAR-100's
//! is a rodent, and the commonest sense of `cow` leaves out the bulls. So the ids of known classes are bundled as
//! tables (`data/*.tsv`), each row chosen by reading the gloss, and [`synsets_for`] gives an id only where the list
//! of names as a whole shows which table it comes from.
//!
//! ```
//! let map = hub_wordnet::known("coco").unwrap();
//! let stop_sign = map.rows.iter().find(|row| row.name == "stop sign").unwrap();
//! assert_eq!((stop_sign.id, stop_sign.synset), (Some(13), Some("n06794110")));
//! ```

mod asset;
mod graph;
mod id;
mod imagenet;
mod label_map;
mod map_file;
mod matching;
mod morphy;
mod net;
mod pointer;
mod propose;
mod related;
mod resolve;
mod search;
mod suggest;
mod synset;
#[cfg(test)]
mod tests;
mod text;

pub use graph::{ClosurePair, Follow};
pub use id::{Pos, SynsetId, SynsetIdError};
pub use imagenet::{ilsvrc_name, ilsvrc1000, imagenet21k, imagenet22k};
pub use label_map::{LabelMap, LabelRow, known, words_of};
pub use map_file::{
    LabelMapError, LabelMapProblem, MappedLabel, read_label_map, write_label_map, write_mapped_labels,
};
pub use matching::synsets_for;
pub use net::WordNet;
pub use pointer::{Pointer, PointerKind};
pub use propose::{Candidate, Proposal, Reason, propose};
pub use resolve::{ResolveError, Sense};
pub use synset::Synset;
