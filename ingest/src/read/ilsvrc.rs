//! (reader A)
