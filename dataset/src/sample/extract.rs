//! Arrow columns → samples.
