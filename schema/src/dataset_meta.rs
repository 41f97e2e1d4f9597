//! `about.json`: what a hub knows of a data set beyond its commits.
//!
//! It lies beside `hub.json` in the store of a hub, so that a hub's database can be lost and built again. Unlike
//! everything else there it changes: the hub writes it after its database, and readers of the data set itself
//! need none of it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::name::{BranchName, DatasetName};

/// Who may see a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everyone who reaches the hub.
    Public,
    /// The members of its namespace. To others it doesn't exist.
    #[default]
    Private,
}

impl Visibility {
    /// The word in JSON and on the command line: `public` or `private`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is neither `public` nor `private`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a visibility; use public or private")]
pub struct VisibilityError(pub String);

impl FromStr for Visibility {
    type Err = VisibilityError;

    fn from_str(text: &str) -> Result<Self, VisibilityError> {
        match text {
            "public" => Ok(Self::Public),
            "private" => Ok(Self::Private),
            other => Err(VisibilityError(other.to_owned())),
        }
    }
}

/// The content of `about.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetMeta {
    /// The namespace and name by which the hub knows it; the folder may have an older one.
    pub name: DatasetName,
    /// Who may see the data set; private by default.
    #[serde(default)]
    pub visibility: Visibility,
    /// The branch that is shown where none is named.
    #[serde(default = "BranchName::main")]
    pub default_branch: BranchName,
    /// The data set's card: Markdown with YAML front matter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub card: String,
    /// When it was deleted; it is purged after the hub's grace time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<DateTime<Utc>>,
    /// Whether a command wrote this on a disk or in a bucket, rather than the hub's server. Writers of such a data set
    /// hold locks on its disk; those of a server don't.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub embedded: bool,
}

impl DatasetMeta {
    /// Where it lies below the data set's root.
    pub const PATH: &'static str = "about.json";

    /// The longest file that is read, in bytes, since a hostile file could exhaust memory.
    pub const LONGEST_BYTES: u64 = 4 * 1024 * 1024;

    /// The default where there is no `about.json`: named as its folder, private.
    pub fn of_folder(name: DatasetName) -> Self {
        Self {
            name,
            visibility: Visibility::default(),
            default_branch: BranchName::main(),
            card: String::new(),
            deleted: None,
            embedded: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_one_is_private_and_on_main() {
        let about: DatasetMeta = serde_json::from_str(r#"{"name": "vision/mnist", "later": 1}"#).unwrap();
        assert_eq!(about, DatasetMeta::of_folder("vision/mnist".parse().unwrap()));
        let json = serde_json::to_string(&about).unwrap();
        assert_eq!(json, r#"{"name":"vision/mnist","visibility":"private","default_branch":"main"}"#);
    }
}
