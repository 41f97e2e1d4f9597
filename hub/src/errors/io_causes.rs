//! The system's errors among the causes of an error, and how to go on.

use std::error::Error as StdError;
use std::io::ErrorKind;

/// Whether an I/O error of one of these kinds is among an error's causes. File writers wrap the system's errors in
/// their own.
pub fn has_io_error(error: &(dyn StdError + 'static), kinds: &[ErrorKind]) -> bool {
    let mut next = Some(error);
    for _ in 0..16 {
        let Some(error) = next else { return false };
        next = match error.downcast_ref::<std::io::Error>() {
            Some(io) if kinds.contains(&io.kind()) => return true,
            Some(io) => io.get_ref().map(|e| e as &(dyn StdError + 'static)),
            None => error.source(),
        };
    }
    false
}

/// How to go on where the system refuses to write.
pub fn disk_hint(error: &(dyn StdError + 'static)) -> Option<String> {
    let text = match () {
        () if has_io_error(error, &[ErrorKind::StorageFull, ErrorKind::QuotaExceeded]) => {
            "the disk, or your share of it, is full: make room, and run the same command again; earlier commits are \
             intact (`hub gc NAME` deletes files that no commit names)"
        }
        () if has_io_error(error, &[ErrorKind::ReadOnlyFilesystem]) => {
            "the file system is read-only; HUB_HOME names another directory for the hub"
        }
        () if has_io_error(error, &[ErrorKind::PermissionDenied]) => {
            "you may not read or write there: ask its owner, or use a hub of your own (HUB_HOME)"
        }
        () => return None,
    };
    Some(text.to_owned())
}
