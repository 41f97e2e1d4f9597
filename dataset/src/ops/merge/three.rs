//! The three states of a merge.

/// A state before the merge, and what each side made of it.
#[derive(Clone, Copy)]
pub(super) struct Three<T> {
    pub base: T,
    pub ours: T,
    pub theirs: T,
}
