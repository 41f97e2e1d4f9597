//! The three states of a merge.

/// What two sides made of one.
#[derive(Clone, Copy)]
pub(super) struct Three<T> {
    pub base: T,
    pub ours: T,
    pub theirs: T,
}
