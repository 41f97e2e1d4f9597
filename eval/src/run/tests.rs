//! Evaluations from end to end, on small data sets and models made here.
