//! Probing films.
