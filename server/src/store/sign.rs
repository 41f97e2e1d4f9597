//! Signed links to objects, which need no token and expire.
//!
//! For a bucket they are presigned URLs, which the bucket's server checks, so that chunks never pass through this
//! server; they are signed for the endpoint that clients use, which may differ from this server's. For a directory, or
//! if clients can't reach the bucket, they are `/files/<data set>/<path>?exp=…&sig=…`, where the signature is an
//! HMAC-SHA256 over data set, path and expiry. They name the data set by its id, so a rename doesn't break a running
//! epoch.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use object_store::signer::Signer as _;
use sha2::Sha256;
use uuid::Uuid;

use super::Root;
use crate::config::Links;
use crate::problem::Result;

/// Signs and verifies links to `/files/…` of this server. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    mac: Hmac<Sha256>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    pub fn new(secret: &str) -> Self {
        // An HMAC takes a key of any length, so this can't fail; if it did, no link would verify.
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
        let mac = mac.unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
        Self { mac }
    }

    fn over(&self, dataset: Uuid, path: &str, expires: i64) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(format!("imagehub files v1\n{dataset}\n{path}\n{expires}").as_bytes());
        mac
    }

    /// The signed link to a file, relative to the server's root.
    pub fn sign(&self, dataset: Uuid, path: &str, expires: DateTime<Utc>) -> String {
        let expires = expires.timestamp();
        let signature = URL_SAFE_NO_PAD.encode(self.over(dataset, path, expires).finalize().into_bytes());
        format!("/files/{dataset}/{path}?exp={expires}&sig={signature}")
    }

    /// Is the signature right for this file, and not expired? Compares in constant time.
    pub fn verify(&self, dataset: Uuid, path: &str, expires: i64, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.over(dataset, path, expires).verify_slice(&signature).is_ok() && Utc::now().timestamp() < expires
    }
}

/// Signs links to the objects of one data set, in a bucket or a directory.
#[derive(Debug)]
pub struct UrlSigner<'a> {
    pub root: &'a Root,
    /// Signs links to this server.
    pub signer: &'a Signer,
    /// The public address of this server.
    pub base_url: &'a str,
    pub dataset: Uuid,
    /// The data set's location below the root.
    pub location: &'a str,
    pub links: Links,
    /// How long the links are valid.
    pub good_for: Duration,
    pub expires: DateTime<Utc>,
}

impl UrlSigner<'_> {
    /// The link to one object.
    pub async fn url(&self, path: &str) -> Result<String> {
        match self.root.signed_key(self.location, path) {
            Some((s3, key)) if self.links == Links::Store => {
                let url = s3.signed_url(object_store_method(), &key, self.good_for).await?;
                Ok(url.into())
            }
            _ => Ok(format!("{}{}", self.base_url, self.signer.sign(self.dataset, path, self.expires))),
        }
    }
}

/// `GET`, in the type that the object store's library expects.
fn object_store_method() -> axum::http::Method {
    axum::http::Method::GET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_valid_for_one_file_until_it_expires() {
        let signer = Signer::new("a secret of at least thirty-two characters");
        let (dataset, path) = (Uuid::new_v4(), "data/abc.parquet");
        let soon = Utc::now() + Duration::from_secs(60);
        let url = signer.sign(dataset, path, soon);
        let signature = url.rsplit_once("sig=").unwrap().1;
        let at = soon.timestamp();
        assert!(signer.verify(dataset, path, at, signature));
        assert!(!signer.verify(dataset, "data/abd.parquet", at, signature));
        assert!(!signer.verify(Uuid::new_v4(), path, at, signature));
        assert!(!signer.verify(dataset, path, at + 1, signature));
        assert!(!signer.verify(dataset, path, at, &signature[1..]));
        assert!(!signer.verify(dataset, path, at, "?"));
        assert!(!Signer::new("another secret").verify(dataset, path, at, signature));
        let past = Utc::now() - Duration::from_secs(1);
        let url = signer.sign(dataset, path, past);
        assert!(!signer.verify(dataset, path, past.timestamp(), url.rsplit_once("sig=").unwrap().1));
    }
}
