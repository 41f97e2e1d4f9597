//! Keeps paths inside the source.
//!
//! A source may come from anywhere: a downloaded archive, a colleague's share. What its files *name* (a path in
//! a CSV, a `file_name` in COCO, a line of YOLO's lists) and what its links lead to must not make a push read,
//! and publish, private files of the person who pushes. So every file of a source is opened through a
//! [`SourceRoot`], with one rule for all formats:
//!
//! * a path that an annotation names is relative and goes down: no `..`, no absolute path, no drive of
//!   Windows ([`clean`]); members of archives are held to the same rule, with or without the flag below;
//! * a link, to a file or to a folder, anywhere on the way, is followed if it leads to a place below the
//!   source's folder, and else refused;
//! * a path that the user leaves out (`--ignore`) is not there;
//! * a refusal ([`Refusal`]) says the path, where it leads, and the flag that allows it.
//!
//! With `--allow-outside` ([`super::options::ReadOptions::allow_outside`]) links, `..` and absolute paths may
//! lead anywhere, for sources whose images lie on another disk. It only turns refusals into files: a path that
//! is found inside without it is the same file with it. Links and paths share one flag, since trust in
//! a source covers both kinds of names.
//!
//! A path given on the command line is not checked: the source itself may be a link.
//!
//! **How.** The folder of each path is made canonical once (and cached), its last part is examined without
//! following links, and a link is made canonical in full. Why not `openat2` with `RESOLVE_BENEATH` (or
//! `cap-std`, which walks name by name where the system has no such call): its result is an open file, which is
//! safe only while that file stays open. Samples are named far ahead of being read, millions in one data set,
//! and read by path on other threads, some of them twice; holding a file open for each is not possible, and
//! opening them again by path would lose the check. Canonical paths are the same on every system.
//!
//! **Races.** Between the check and the read, a user with write permission in the source could replace a file with
//! a link. That is the source's owner, or a process of theirs, not the author of an archive that
//! was unpacked before the push; who may write there could as well copy the file in. The push of a folder
//! that others may write to needs a copy first, as it does for a whole data set anyway.

mod name;
mod refusal;
mod root;

pub use name::{BadName, clean};
pub use refusal::Refusal;
pub use root::SourceRoot;

#[cfg(test)]
mod tests;
