//! Where the store is, what kind it is, and the stores of single data sets below it.

use std::path::{Path as StdPath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hub_dataset::Store;
use hub_dataset::store::s3_settings;
use hub_schema::commit::Arbiter;
use object_store::ClientConfigKey;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use tokio::sync::OnceCell;
use url::Url;

/// The folder of unfinished multipart uploads.
const UPLOADS: &str = ".uploads";
/// The folder in which conditional creates are probed.
const PROBES: &str = ".probes";

/// Maximum retries of a request to a bucket, within the time limit.
const RETRIES: usize = 5;

#[derive(Debug, thiserror::Error)]
pub enum RootError {
    #[error("store '{0}': expected file:///directory or s3://bucket/prefix")]
    Unknown(String),
    #[error("store '{uri}': invalid bucket settings")]
    Open {
        uri: String,
        #[source]
        source: object_store::Error,
    },
    #[error("store '{uri}': invalid prefix")]
    Prefix {
        uri: String,
        #[source]
        source: object_store::path::Error,
    },
    #[error("{}: can't create the store's directory", path.display())]
    Directory {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

/// The object store under a server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Root {
    uri: Arc<str>,
    place: Place,
    /// The bucket at the endpoint that clients use, if that differs from the server's; only for signing links.
    signs: Option<Arc<AmazonS3>>,
    arbiter: Arc<OnceCell<Arbiter>>,
}

/// The kind of store, and its root.
#[derive(Clone, Debug)]
pub enum Place {
    Directory(Arc<StdPath>),
    /// A bucket, below a prefix.
    Bucket {
        s3: Arc<AmazonS3>,
        prefix: Path,
    },
}

impl Root {
    /// Opens `file:///directory` (created if missing), a plain directory, or `s3://bucket/prefix` with the settings of the
    /// usual `AWS_*` variables.
    ///
    /// Requests to a bucket end after `patience`, retries included: clients don't wait longer.
    pub fn open(uri: &str, patience: Duration) -> Result<Self, RootError> {
        let place = match uri.split_once("://") {
            Some(("file", path)) => directory(path)?,
            None if !uri.is_empty() && !looks_like_address(uri) => directory(uri)?,
            Some(("s3", rest)) => bucket(uri, rest, patience)?,
            _ => return Err(RootError::Unknown(uri.to_owned())),
        };
        Ok(Self { uri: uri.trim_end_matches('/').into(), place, signs: None, arbiter: Arc::default() })
    }

    /// Signs links to a bucket for `endpoint` instead of the server's own; no request is sent there.
    pub fn signing_for(mut self, endpoint: Option<&Url>) -> Result<Self, RootError> {
        if let (Some(endpoint), Place::Bucket { .. }) = (endpoint, &self.place) {
            let name = self.uri.strip_prefix("s3://").and_then(|rest| rest.split('/').next());
            let s3 = builder(name.unwrap_or_default(), Duration::from_secs(1))
                .with_endpoint(endpoint.as_str().trim_end_matches('/'))
                .with_allow_http(endpoint.scheme() == "http");
            let fail = |source| RootError::Open { uri: endpoint.to_string(), source };
            self.signs = Some(Arc::new(s3.build().map_err(fail)?));
        }
        Ok(self)
    }

    /// The key of an object in the bucket, and the client that signs links to it; `None` for a directory.
    pub fn signed_key(&self, location: &str, path: &str) -> Option<(Arc<AmazonS3>, Path)> {
        let (s3, key) = self.key(location, path)?;
        Some((self.signs.clone().unwrap_or(s3), key))
    }

    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Who decides which of two concurrent commits wins: the store, if it supports conditional creates (probed once), or
    /// else the catalog.
    pub async fn arbiter(&self) -> hub_dataset::Result<Arbiter> {
        if self.directory("").is_some() {
            return Ok(Arbiter::Store);
        }
        let probe = || async {
            let honoured = self.store(PROBES)?.honours_create().await?;
            if !honoured {
                tracing::warn!(
                    "the store ignores conditional creates; concurrent commits are decided in the database instead"
                );
            }
            Ok(if honoured { Arbiter::Store } else { Arbiter::Catalog })
        };
        self.arbiter.get_or_try_init(probe).await.copied()
    }

    /// The kind of store, and its root.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The store of the data set at a location.
    pub fn store(&self, location: &str) -> hub_dataset::Result<Store> {
        match &self.place {
            Place::Directory(root) => Store::local(&root.join(location)),
            Place::Bucket { s3, prefix } => {
                let below = Path::from_iter(prefix.parts().chain(Path::from(location).parts()));
                Ok(Store::new(s3.clone(), below, format!("{}/{location}", self.uri)))
            }
        }
    }

    /// The folder of one unfinished upload.
    pub fn upload(&self, id: &str) -> hub_dataset::Result<Store> {
        self.store(&format!("{UPLOADS}/{id}"))
    }

    pub fn uploads(&self) -> hub_dataset::Result<Store> {
        self.store(UPLOADS)
    }

    /// The key of an object in the bucket; `None` for a directory.
    pub fn key(&self, location: &str, path: &str) -> Option<(Arc<AmazonS3>, Path)> {
        let Place::Bucket { s3, prefix } = &self.place else { return None };
        let below = Path::from(format!("{location}/{path}"));
        Some((s3.clone(), Path::from_iter(prefix.parts().chain(below.parts()))))
    }

    /// The directory of a data set; `None` for a bucket.
    pub fn directory(&self, location: &str) -> Option<PathBuf> {
        let Place::Directory(root) = &self.place else { return None };
        Some(root.join(location))
    }
}

/// Does it look like a URL with a missing slash (`s3:/bucket`)? It must not be taken for a directory of that name.
fn looks_like_address(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|s| s.len() > 1 && s.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn directory(path: &str) -> Result<Place, RootError> {
    let fail = |source| RootError::Directory { path: PathBuf::from(path), source };
    let path = std::path::absolute(path).map_err(fail)?;
    std::fs::create_dir_all(&path).map_err(fail)?;
    Ok(Place::Directory(path.canonicalize().map_err(fail)?.into()))
}

fn builder(bucket: &str, patience: Duration) -> AmazonS3Builder {
    let timeout = AmazonS3ConfigKey::Client(ClientConfigKey::Timeout);
    s3_settings(bucket, RETRIES, patience).with_config(timeout, format!("{} seconds", patience.as_secs()))
}

fn bucket(uri: &str, rest: &str, patience: Duration) -> Result<Place, RootError> {
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(RootError::Unknown(uri.to_owned()));
    }
    let s3 = builder(bucket, patience)
        .build()
        .map_err(|source| RootError::Open { uri: uri.to_owned(), source })?;
    let prefix = Path::parse(prefix.trim_matches('/'))
        .map_err(|source| RootError::Prefix { uri: uri.to_owned(), source })?;
    Ok(Place::Bucket { s3: Arc::new(s3), prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_store_urls_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(&format!("file://{}/new", folder.path().display()), Duration::ZERO).unwrap();
        assert!(root.directory("a/b").unwrap().ends_with("new/a/b"));
        assert!(folder.path().join("new").is_dir());
        for wrong in ["", "gs://b/p", "s3:///p", "s3:/b/p", "s3:b", "file:/x"] {
            assert!(Root::open(wrong, Duration::ZERO).is_err(), "{wrong}");
        }
    }
}
