//! Rows on their way from Python to the threads that encode them.

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Rows that wait. Media that are files are named, not held.
const WAITING: usize = 256;

/// The end of a queue that the encoding threads read.
pub struct SampleQueue {
    columns: Vec<Column>,
    rows: Receiver<Sample>,
}

impl SampleQueue {
    /// A queue of rows of some columns, and where they are put into it. It ends when that is dropped.
    pub fn new(columns: Vec<Column>) -> (Sender<Sample>, Self) {
        let (sender, rows) = channel(WAITING);
        (sender, Self { columns, rows })
    }
}

impl SampleSource for SampleQueue {
    fn format(&self) -> &'static str {
        "rows from Python"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        self.rows.blocking_recv().map(Ok)
    }
}
