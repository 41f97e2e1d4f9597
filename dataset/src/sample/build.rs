//! Samples → Arrow columns.
