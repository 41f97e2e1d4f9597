//! Links to objects that need no other key: signed, and good for a while.
//!
//! In a bucket the bucket's own server checks them (presigned URLs), so that chunks never pass through this
//! one; signed for the address that clients reach it at, which may be another than this server's. On a disk, or
//! where clients reach no bucket at all, they are `/files/<data set>/<path>?exp=…&sig=…`, and the signature is an HMAC-SHA256 over all
//! three. They name the data set by its id, so a rename doesn't break a running epoch.

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

/// Signs and checks links to files on this server's disk. Cheap to clone.
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
    /// A signer with the hub's secret.
    pub fn new(secret: &str) -> Self {
        // An HMAC takes a key of any length; should it ever not, nothing verifies.
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
        let mac = mac.unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
        Self { mac }
    }

    fn over(&self, dataset: Uuid, path: &str, expires: i64) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(format!("imagehub files v1\n{dataset}\n{path}\n{expires}").as_bytes());
        mac
    }

    /// The address of a file, from the root of the server.
    pub fn sign(&self, dataset: Uuid, path: &str, expires: DateTime<Utc>) -> String {
        let expires = expires.timestamp();
        let signature = URL_SAFE_NO_PAD.encode(self.over(dataset, path, expires).finalize().into_bytes());
        format!("/files/{dataset}/{path}?exp={expires}&sig={signature}")
    }

    /// Is this the signature of that file, and still good? Takes the same time for every wrong one.
    pub fn verify(&self, dataset: Uuid, path: &str, expires: i64, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.over(dataset, path, expires).verify_slice(&signature).is_ok() && Utc::now().timestamp() < expires
    }
}

/// Signs links to the objects of one data set, wherever it lies.
#[derive(Debug)]
pub struct UrlSigner<'a> {
    /// Where data sets lie.
    pub root: &'a Root,
    /// Signs for files on this server's disk.
    pub signer: &'a Signer,
    /// The address people and programs reach this server at.
    pub base_url: &'a str,
    /// The data set.
    pub dataset: Uuid,
    /// Where it lies below the root.
    pub location: &'a str,
    /// Where links lead.
    pub links: Links,
    /// How long the links are good.
    pub good_for: Duration,
    /// When they end.
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

/// `GET`, as the store's own HTTP library names it.
fn object_store_method() -> axum::http::Method {
    axum::http::Method::GET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_one_file_and_a_while() {
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
