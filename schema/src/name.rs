//! Names of data sets, branches, tags and revisions, checked where they come in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{CommitId, ContentHash};

/// Why a name is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A part of a name breaks the rule.
    #[error(
        "'{found}' can't be a {what}: use 1 to 96 of a-z A-Z 0-9 . _ - , beginning with a letter or digit, \
         and not ending with a dot"
    )]
    Part {
        /// What the name was for.
        what: &'static str,
        /// The invalid part of the name.
        found: String,
    },
    /// A branch or tag that would be taken for a version.
    #[error("'{0}' can't be a branch or tag: a number names a version; put a letter before it")]
    Number(String),
    /// A new namespace with the name of a page.
    #[error("'{0}' can't be a namespace: the hub has pages of that name; choose another name")]
    Reserved(String),
    /// More than one slash in a data set's name.
    #[error("'{0}' can't be a data set's name: expected name or namespace/name")]
    TooManyParts(String),
}

/// A part of a name: short, plain, safe as a folder and in a URL on every system.
fn check_part(what: &'static str, text: &str) -> Result<(), NameError> {
    let ok = (1..=96).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && text.as_bytes()[0].is_ascii_alphanumeric()
        && !text.ends_with('.');
    if ok { Ok(()) } else { Err(NameError::Part { what, found: text.to_owned() }) }
}

/// Words that begin the hub's own addresses, so that no new namespace may be called so.
const RESERVED: [&str; 19] = [
    "api", "assets", "audit", "concepts", "d", "files", "healthz", "hf", "login", "logout", "me", "metrics",
    "models", "query", "readyz", "runs", "search", "setup", "try",
];

/// Is it the beginning of an address of the hub itself, in any case? A namespace that is called so already is reached
/// under `/d/{namespace}`.
pub fn is_reserved(namespace: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(namespace))
}

/// `namespace/name`; a bare `name` is in the namespace `local`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatasetName {
    namespace: String,
    name: String,
}

impl DatasetName {
    /// The namespace of a name that names none.
    pub const DEFAULT_NAMESPACE: &'static str = "local";

    /// The part before the slash.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for DatasetName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (namespace, name) = match text.split_once('/') {
            Some((_, name)) if name.contains('/') => return Err(NameError::TooManyParts(text.to_owned())),
            Some(parts) => parts,
            None => (Self::DEFAULT_NAMESPACE, text),
        };
        check_part("namespace", namespace)?;
        check_part("data set's name", name)?;
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
    }
}

impl fmt::Display for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl TryFrom<String> for DatasetName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<DatasetName> for String {
    fn from(name: DatasetName) -> Self {
        name.to_string()
    }
}

/// A branch's or a tag's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BranchName(String);

impl BranchName {
    /// The branch a new data set begins with.
    pub fn main() -> Self {
        Self("main".to_owned())
    }

    /// The name as text, without a version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BranchName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        check_part("branch or tag", text)?;
        // `name@12` is version 12.
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NameError::Number(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BranchName {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<BranchName> for String {
    fn from(name: BranchName) -> Self {
        name.0
    }
}

/// A revision, the part after the `@`: selects a state of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Revision {
    /// A branch's or a tag's name, or (8 to 64 hex digits) the beginning of a commit id: looked up in this
    /// order.
    Named(String),
    /// `branch:version`, or `:version` and a bare number on `main`.
    Version(BranchName, u64),
    /// A complete commit id of 64 hex digits.
    Commit(CommitId),
}

impl Revision {
    /// The head of `main`.
    pub fn main() -> Self {
        Self::Named("main".to_owned())
    }
}

impl FromStr for Revision {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if let Ok(hash) = text.parse::<ContentHash>() {
            return Ok(Self::Commit(hash));
        }
        if text.len() < 8
            && let Ok(version) = text.parse()
        {
            return Ok(Self::Version(BranchName::main(), version));
        }
        if let Some((branch, version)) = text.rsplit_once(':')
            && let Ok(version) = version.parse()
        {
            let branch = if branch.is_empty() { BranchName::main() } else { branch.parse()? };
            return Ok(Self::Version(branch, version));
        }
        check_part("revision", text)?;
        Ok(Self::Named(text.to_owned()))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Version(branch, version) => write!(f, "{branch}:{version}"),
            Self::Commit(id) => write!(f, "{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_default_namespace() {
        assert_eq!("mnist".parse::<DatasetName>().unwrap().to_string(), "local/mnist");
        assert_eq!("vision/mnist".parse::<DatasetName>().unwrap().to_string(), "vision/mnist");
    }

    #[test]
    fn path_tricks_are_no_names() {
        for bad in ["", "..", "a/..", "../a", "a/b/c", "/a", "a/", ".hidden", "a b", "ä", "a\0", "-x", "x."]
        {
            assert!(bad.parse::<DatasetName>().is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn revisions_are_told_apart() {
        let rev = |t: &str| t.parse::<Revision>().unwrap();
        assert_eq!(rev("12"), Revision::Version(BranchName::main(), 12));
        assert_eq!(rev("dev:3"), Revision::Version("dev".parse().unwrap(), 3));
        assert_eq!(rev("v1.0"), Revision::Named("v1.0".into()));
        assert!(matches!(rev(&"a".repeat(64)), Revision::Commit(_)));
    }
}
