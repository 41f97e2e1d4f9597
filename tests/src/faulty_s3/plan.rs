//! The faults that are set, and the requests that were received.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// A request that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `PUT /bucket/key?query`.
    pub line: String,
    /// Whether a fault was applied to it.
    pub spoiled: bool,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is answered with this status.
    Status(u16),
    /// It is passed on, and its answer thrown away.
    LoseAnswer,
    /// It is never answered.
    Hang,
}

/// The faults that the test set.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub only: String,
    pub drop_preconditions: bool,
    pub next: VecDeque<Fault>,
    pub cut_answers: Option<u64>,
    pub cut_uploads: Option<u64>,
}

/// What was decided for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub drop_preconditions: bool,
    pub fault: Option<Fault>,
    pub cut_answer: Option<u64>,
    pub cut_upload: Option<u64>,
}

/// The faults and the record, shared by the test and the proxy's thread.
#[derive(Debug, Default)]
pub(super) struct Plan {
    state: Mutex<(Faults, Vec<Recorded>)>,
}

impl Plan {
    pub fn change(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner).0);
    }

    pub fn requests(&self) -> Vec<Recorded> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Records a request and decides about it.
    pub fn judge(&self, line: String) -> Verdict {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (faults, record) = &mut *state;
        let verdict = if line.starts_with(&faults.only) {
            Verdict {
                drop_preconditions: faults.drop_preconditions,
                fault: faults.next.pop_front(),
                cut_answer: faults.cut_answers,
                cut_upload: faults.cut_uploads,
            }
        } else {
            Verdict::default()
        };
        record.push(Recorded { line, spoiled: verdict != Verdict::default() });
        verdict
    }
}
