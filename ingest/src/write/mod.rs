//! Samples → foreign formats.
