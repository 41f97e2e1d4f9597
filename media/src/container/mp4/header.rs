//! `mvhd` and `mdhd`: how long a movie or a track is, and in which unit.

use std::io::{Read, Seek};

use super::boxes::{Box4, be32, be64};
use crate::MediaError;
use crate::source::Source;

/// What is said of the movie as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MovieTimes {
    /// Ticks a second.
    pub(super) timescale: u64,
    pub(super) duration_secs: Option<f64>,
}

/// Ticks a second and length in ticks, as `mvhd` and `mdhd` give them.
pub(super) fn read_times<R: Read + Seek>(
    source: &mut Source<R>,
    header: &Box4,
) -> Result<(u64, u64), MediaError> {
    let head: [u8; 20] = header.head(source)?;
    if head[0] == 1 {
        let head: [u8; 32] = header.head(source)?;
        let duration = be64(&head, 24);
        // All ones: unknown.
        return Ok((be32(&head, 20).into(), if duration == u64::MAX { 0 } else { duration }));
    }
    let duration = be32(&head, 16);
    Ok((be32(&head, 12).into(), if duration == u32::MAX { 0 } else { duration.into() }))
}
