//! Options for reading a source.

use super::ignore::Ignore;
use super::unpacked::Unpacked;
use crate::format::Format;

/// Options for reading a source.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The format; `None` (the default): recognised from the files.
    pub format: Option<Format>,
    /// Puts every sample into this split, whatever the source says. Default: the source's splits.
    pub split: Option<String>,
    /// Also reads files outside of the source, where links, `..` or absolute paths in annotations lead to them.
    /// For sources that the caller trusts. Default: false.
    pub allow_outside: bool,
    /// Files that are left out. Default: none.
    pub ignore: Ignore,
    /// Where archives of folders are unpacked; shared by all clones, removed with the last of them and of what was opened.
    pub unpacked: Unpacked,
}
