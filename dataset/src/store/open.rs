//! Opening the store of a location.

use std::path::{Component, Path as StdPath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hub_schema::Location;
use object_store::RetryConfig;
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;

use super::place::Store;
use crate::error::{Error, Result};

/// Retries of a request that fails or times out, with growing pauses (6 seconds in total): long enough for a
/// transient failure, short enough for an interactive user.
const RETRIES: usize = 6;
/// Maximum time from the first attempt to the start of the last retry.
const RETRY_TIME: Duration = Duration::from_secs(90);

impl Store {
    /// A store in memory, for tests.
    pub fn memory() -> Self {
        Self::new(Arc::new(InMemory::new()), Path::default(), "memory")
    }

    /// A directory; it is created when the first file is written.
    pub fn local(directory: &StdPath) -> Result<Self> {
        let io =
            |source| Error::Io { path: directory.display().to_string(), action: "make it a path", source };
        let directory = without_parents(&std::path::absolute(directory).map_err(io)?);
        let uri = directory.display().to_string();
        let open =
            |source: object_store::path::Error| Error::Open { uri: uri.clone(), source: source.into() };
        let root = Path::from_absolute_path(&directory).map_err(open)?;
        let mut store = Self::new(Arc::new(LocalFileSystem::new()), root, uri.as_str());
        store.local = Some(directory.into());
        Ok(store)
    }

    /// A prefix of an S3 bucket, with the settings of the usual `AWS_*` variables (`AWS_ENDPOINT_URL` and
    /// `AWS_ALLOW_HTTP` for servers other than Amazon's).
    pub fn s3(bucket: &str, prefix: &str) -> Result<Self> {
        let uri = format!("s3://{bucket}/{prefix}");
        let s3 = s3_settings(bucket, RETRIES, RETRY_TIME)
            .build()
            .map_err(|e| Error::Open { uri: uri.clone(), source: e.into() })?;
        let root = Path::parse(prefix).map_err(|e| Error::Open { uri: uri.clone(), source: e.into() })?;
        Ok(Self::new(Arc::new(s3), root, uri))
    }

    /// The store of a folder below this one: a data set's, where this one is a hub's.
    pub fn below(&self, folder: &str) -> Self {
        Self {
            inner: self.inner.clone(),
            root: self.full(folder),
            uri: format!("{}/{folder}", self.uri.trim_end_matches('/')).into(),
            local: self.local.as_deref().map(|directory| directory.join(folder).into()),
            prefetch_hint: None,
            writer: None,
        }
    }

    /// The store of a directory or bucket.
    ///
    /// # Errors
    /// [`Error::NotAStore`] for names and servers: the client resolves those.
    pub fn at(location: &Location) -> Result<Self> {
        match location {
            Location::Directory(path) => Self::local(&expand_home(path)),
            Location::Bucket { bucket, prefix } => Self::s3(bucket, prefix),
            other => Err(Error::NotAStore(other.to_string())),
        }
    }
}

/// The settings of an S3 bucket: those of the usual `AWS_*` variables, creates that refuse to overwrite, and so many
/// further tries of a request, none of them later than `retry_time` after the first.
pub fn s3_settings(bucket: &str, retries: usize, retry_time: Duration) -> AmazonS3Builder {
    let retry = RetryConfig { max_retries: retries, retry_timeout: retry_time, ..RetryConfig::default() };
    AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_retry(retry)
}

/// The path without `..`, which object stores refuse; links before a `..` are followed, as the system does.
fn without_parents(path: &StdPath) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain = plain.canonicalize().unwrap_or(plain);
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// `~/x` in the user's home.
fn expand_home(path: &StdPath) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => StdPath::new(&home).join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_in_a_path_are_resolved() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::os::unix::fs::symlink(root.join("a/b"), root.join("link")).unwrap();
        for (path, plain) in [("a/../x", "x"), ("link/../x", "a/x"), ("new/../../x", "../x"), ("a/b", "a/b")]
        {
            let wanted = if plain == "../x" { root.parent().unwrap().join("x") } else { root.join(plain) };
            assert_eq!(without_parents(&root.join(path)), wanted, "{path}");
        }
        assert!(Store::local(&root.join("a/../data set")).is_ok());
    }
}
