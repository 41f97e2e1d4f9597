//! A segment: what one revision changes against another, see [`super`].

use std::sync::Arc;

use super::segment_header::SegmentHeader;

#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub id: i64,
    pub size: u64,
    pub header: Arc<SegmentHeader>,
    /// What is not in the database yet; none if it is whole there.
    pub unwritten: Option<Arc<Unwritten>>,
}

/// What a segment that was made just now lacks in the database, beside its header.
#[derive(Debug, Default)]
pub(crate) struct Unwritten {
    /// Whether it has a row there.
    pub begun: bool,
    /// The number of the first posting block that is not there.
    pub first: usize,
    /// That one and those behind it.
    pub postings: Vec<Vec<u8>>,
    /// How many bytes those are.
    pub bytes: usize,
}
