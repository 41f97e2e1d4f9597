//! Push: samples become fragments, and a commit.
//!
//! Three stages overlap, the first two on threads of their own. The *sequencer* reads samples (names, not bytes) from
//! the source and deals them into drafts, one a fragment; where a draft ends depends on its samples alone, so the
//! same files make the same fragments, and an added or removed file changes few of them. *Workers* load a draft's
//! media, probe them, and encode the fragment. *Uploads* write what the store doesn't hold. The commit comes last; an
//! interrupted push leaves only files that the next push reuses.
//!
//! Memory is bounded by the drafts in flight: twice about 48 MiB of media for each worker.

mod blob;
mod content;
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
pub use run::{Confirm, Packed, PushOptions, PushReport, pack, push};

/// What to do about a broken sample: one that can't be read, is damaged or doesn't fit its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// Stop with an error; nothing is committed.
    #[default]
    Fail,
    /// Leave it out, commit the rest, and list it.
    Skip,
}

/// What becomes of the branch's existing rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushMode {
    /// The branch's rows become exactly those of the source.
    #[default]
    Replace,
    /// The source's rows are added after the existing ones.
    Append,
}
