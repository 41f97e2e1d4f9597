//! Where a data set is: a name, a directory, a bucket or a server, with an optional `@revision`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::name::{DatasetName, NameError, Revision};

/// Where a data set is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// A name in the current hub.
    Name(DatasetName),
    /// A directory: anything that begins with `/`, `./`, `../`, `~/` or `file://`.
    Directory(PathBuf),
    /// An S3 bucket: `s3://bucket/prefix`.
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// The keys' prefix, without slashes at its ends.
        prefix: String,
    },
    /// A data set on a server: `http(s)://host/namespace/name`.
    Server {
        /// Scheme, host and port.
        base: String,
        /// The data set's name on the server.
        name: DatasetName,
    },
}

/// Why a location is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// A bad name or revision in it.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A URL with an unsupported scheme or path.
    #[error(
        "'{0}' is not a location: expected namespace/name, ./directory, s3://bucket/prefix or http(s)://host/namespace/name"
    )]
    Unknown(String),
    /// No bucket in the URL.
    #[error("'{0}' lacks a bucket or prefix: expected s3://bucket/prefix")]
    NoBucket(String),
}

impl Location {
    /// Reads a location and the revision behind its last `@`, if there is one.
    ///
    /// A directory whose name holds an `@` is written with a `/` at its end: `./my@home/`.
    pub fn parse_with_revision(text: &str) -> Result<(Self, Option<Revision>), LocationError> {
        match text.rsplit_once('@') {
            Some((place, rev)) if !rev.contains('/') && !place.is_empty() => {
                Ok((place.parse()?, Some(rev.parse()?)))
            }
            _ => Ok((text.parse()?, None)),
        }
    }
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_matches('/');
            if bucket.is_empty() || prefix.is_empty() {
                return Err(LocationError::NoBucket(text.to_owned()));
            }
            return Ok(Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        }
        if let Some(path) = text.strip_prefix("file://") {
            return Ok(Self::Directory(PathBuf::from(path)));
        }
        for scheme in ["http://", "https://"] {
            if let Some(rest) = text.strip_prefix(scheme) {
                let (host, name) =
                    rest.split_once('/').ok_or_else(|| LocationError::Unknown(text.to_owned()))?;
                return Ok(Self::Server {
                    base: format!("{scheme}{host}"),
                    name: name.trim_end_matches('/').parse()?,
                });
            }
        }
        if text.contains("://") {
            return Err(LocationError::Unknown(text.to_owned()));
        }
        let is_path = text == "."
            || text == ".."
            || text == "~"
            || ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start));
        if is_path { Ok(Self::Directory(PathBuf::from(text))) } else { Ok(Self::Name(text.parse()?)) }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "{name}"),
            Self::Directory(path) => write!(f, "{}", path.display()),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Server { base, name } => write!(f, "{base}/{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_apart() {
        let parse = |t: &str| Location::parse_with_revision(t).unwrap();
        assert_eq!(parse("mnist"), (Location::Name("local/mnist".parse().unwrap()), None));
        assert_eq!(parse("a/b@v1").1, Some("v1".parse().unwrap()));
        assert_eq!(parse("./a/b").0, Location::Directory("./a/b".into()));
        assert_eq!(parse("./my@home/").0, Location::Directory("./my@home/".into()));
        let bucket = Location::Bucket { bucket: "b".into(), prefix: "p/q".into() };
        assert_eq!(parse("s3://b/p/q/@3").0, bucket);
        assert!(matches!(parse("http://h:1/a/b").0, Location::Server { .. }));
        assert!("s3://bucket".parse::<Location>().is_err());
        assert!("gs://b/p".parse::<Location>().is_err());
    }
}
