//! (reader B)
