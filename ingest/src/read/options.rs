//! What a caller can say about a source.

use crate::format::Format;

/// What a caller can say about a source.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format; `None`: found by looking.
    pub format: Option<Format>,
    /// Put every sample in this split, whatever the source says.
    pub split: Option<String>,
    /// Read files outside of the source, too, where links, `..` or absolute paths in annotations lead to them. For
    /// sources that the caller trusts.
    pub allow_outside: bool,
}
