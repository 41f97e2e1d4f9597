//! Push: samples become fragments, and a commit.
//!
//! Three stages overlap, the first two on threads of their own. The *sequencer* asks the source for samples (names, not bytes) and deals them into
//! drafts, one a fragment; where a draft ends depends on its samples alone, so the same files give the
//! same fragments, and a file in the middle moves few of them. *Workers* load a draft's media, probe them,
//! and encode the fragment. *Uploads* write what the store does not hold. The commit comes last; a push that
//! is cut off leaves only files that the next one finds in place.
//!
//! Memory is bounded by the drafts in flight: for each worker, about 48 MiB of media twice.

mod blob;
mod draft;
mod encode;
mod facts;
mod labelled_source;
mod layout;
mod progress;
mod run;
mod stages;
#[cfg(test)]
mod tests;
mod upload;
mod without_synsets;

pub(crate) use draft::content_bytes;
pub use labelled_source::LabelledSource;
pub use progress::Progress;
pub use run::{PushOptions, PushReport, push};

/// What to do about a sample that can't be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Stop before anything is committed.
    #[default]
    Fail,
    /// Leave it out, commit the rest, and list it.
    Skip,
}

/// What becomes of the rows that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushMode {
    /// The branch's rows become exactly those of the source.
    #[default]
    Replace,
    /// The source's rows come behind those that are there.
    Append,
}
