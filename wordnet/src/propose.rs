//! Synsets proposed for a data set's own class names, for a person to confirm.
//!
//! In: the class names, all at once, since they explain each other (a `mouse` beside a `keyboard`). Out: for each
//! the likeliest synsets, a score from 0 to 1, and the reasons in words. Nothing here is certain enough to be
//! used unseen, except what is not a guess at all: names that are ids, and lists that [`synsets_for`] knows.
//!
//! The score adds up, in this order of weight: how the words match (exactly, by `morphy`, in part, nearly), which
//! sense of the word it is, how close the label's siblings have candidates in the graph, whether ImageNet has it
//! (ILSVRC before 21k), and whether the siblings' words are in the gloss.
//!
//! ```
//! let proposals = hub_wordnet::propose(&["mouse", "keyboard", "laptop", "screen"]);
//! assert_eq!(proposals[0].candidates[0].name, "mouse.n.04");
//! ```

mod candidates;
mod guess;
mod proposal;
mod score;
mod tables;

#[cfg(test)]
pub(crate) use guess::guess;
pub use guess::propose;
pub use proposal::{Candidate, Proposal, Reason};
