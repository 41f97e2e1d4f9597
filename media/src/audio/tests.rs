//! Probing recordings.
