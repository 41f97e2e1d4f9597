//! Secrets that programs carry: 256 random bits behind a prefix, shown once, kept as a hash.
//!
//! They need no slow hash as passwords do: 256 random bits can't be guessed. The hash is what is looked up, so the time
//! that a look-up takes says nothing about the secret; it is compared once more in constant time.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{Error, Result};

/// Random bytes of a secret.
const BYTES: usize = 32;
/// No secret of ours is longer: anything longer is not even hashed.
const MAX_SECRET_BYTES: usize = 128;

/// A secret as its owner gets it. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, to be shown or sent once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn draw(prefix: &str) -> Result<Self> {
        let mut random = [0; BYTES];
        let drawn = OsRng.try_fill_bytes(&mut random);
        drawn.map_err(|e| Error::Hashing(format!("the system gives no random numbers ({e})")))?;
        Ok(Self(format!("{prefix}{}", BASE64_URL_SAFE_NO_PAD.encode(random))))
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> String {
        hash(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The hash under which a secret from outside would be stored; `Denied` if it can't be one of ours.
pub(crate) fn hash_given(prefix: &str, given: &str) -> Result<String> {
    if given.len() > MAX_SECRET_BYTES || !given.starts_with(prefix) {
        Err(Error::Denied)
    } else {
        Ok(hash(given))
    }
}

/// Compares two stored hashes in constant time.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn hash(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_random_and_hidden() {
        let (a, b) = (Secret::draw("hub_").unwrap(), Secret::draw("hub_").unwrap());
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 4 + 43);
        assert!(!format!("{a:?}").contains(a.reveal()));
        assert_eq!(hash_given("hub_", a.reveal()).unwrap(), a.hash());
        for bad in ["", "hub", "ghp_x", &format!("hub_{}", "x".repeat(200))] {
            assert!(matches!(hash_given("hub_", bad), Err(Error::Denied)));
        }
    }
}
