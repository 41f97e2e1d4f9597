//! Times as the tables have them: microseconds since 1970, UTC. That is PostgreSQL's own precision, it sorts as
//! a number on both engines, and no time zone can creep in.

use chrono::{DateTime, SubsecRound, Utc};

/// Now, as precise as it is stored.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A stored time; what no calendar holds becomes its end.
pub(crate) fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
