//! Well-known data sets, fetched from where their makers publish them.
