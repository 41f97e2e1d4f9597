//! Tables: a count, then entries of equal length.

use std::io::{Read, Seek};

use super::boxes::Box4;
use crate::MediaError;
use crate::source::Source;

/// Adds up a value of each entry of a table, reading it in pieces.
pub(super) fn sum_entries<R: Read + Seek>(
    source: &mut Source<R>,
    table: &Box4,
    entries_at: u64,
    entry_bytes: usize,
    entries: u32,
    value: impl Fn(&[u8]) -> u64,
) -> Result<u64, MediaError> {
    check_table(table, entries_at, entry_bytes, entries)?;
    let mut sum = 0_u64;
    let mut at = table.start + entries_at;
    let mut left = u64::from(entries) * entry_bytes as u64;
    let most = 512 * entry_bytes;
    while left > 0 {
        let piece = source.peek(at, usize::try_from(left).unwrap_or(most).min(most))?;
        sum = piece.chunks(entry_bytes).map(&value).fold(sum, u64::saturating_add);
        at += piece.len() as u64;
        left = left.saturating_sub(piece.len().max(1) as u64);
    }
    Ok(sum)
}

/// Does a table hold as many entries as it says?
pub(super) fn check_table(
    table: &Box4,
    entries_at: u64,
    entry_bytes: usize,
    entries: u32,
) -> Result<(), MediaError> {
    let needed = entries_at + u64::from(entries) * entry_bytes as u64;
    let held = table.end - table.start;
    if needed > held {
        let problem =
            format!("the {} box holds {held} bytes, its {entries} entries need {needed}", table.name());
        return Err(MediaError::damaged(table.at, problem));
    }
    Ok(())
}
