//! Data sets: what they are called, who may see them, what is said of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::revisions::CommitView;
use crate::access::Role;
use crate::dataset_meta::Visibility;
use crate::name::{BranchName, DatasetName};

/// A data set, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetView {
    /// The id, which stays the same for as long as the data set lives.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub uuid: Uuid,
    /// `namespace/name`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: DatasetName,
    /// Who may see it: `public` (everyone) or `private` (the members of its namespace).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub visibility: Visibility,
    /// The first words of the card.
    pub summary: String,
    /// The branch that is meant where none is named.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub default_branch: BranchName,
    /// Rows at the head of the default branch; 0 where nothing was committed.
    pub rows: u64,
    /// Bytes of the files of the head of the default branch.
    pub size_bytes: u64,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
    /// When a commit, the card or the visibility last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub updated: DateTime<Utc>,
    /// When it was deleted; missing where it was not. It can be brought back for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub deleted: Option<DateTime<Utc>>,
}

/// Data sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetList {
    /// The data sets, in the order that was requested.
    pub datasets: Vec<DatasetView>,
    /// What to give as `cursor` to go on; null at the end.
    pub next: Option<String>,
}

/// A data set, with all that is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetPage {
    /// The data set, as lists show it.
    #[serde(flatten)]
    pub dataset: DatasetView,
    /// The card: Markdown with YAML front matter.
    pub card: String,
    /// The head of the default branch; null where nothing was committed.
    pub head: Option<CommitView>,
    /// What the caller may do: `reader`, `writer` or `owner`; null where it is read because it is public.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub role: Option<Role>,
}

/// A data set to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateDataset {
    /// `namespace/name`; each part has 1 to 96 of `a-z A-Z 0-9 . _ -`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "vision/mnist"))]
    pub name: DatasetName,
    /// Who may see it: `public` (everyone) or `private` (the members of its namespace, the default).
    #[serde(default, skip_serializing_if = "is_default")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub visibility: Visibility,
    /// The card: Markdown with YAML front matter, at most 1 MiB; empty by default.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub card: String,
    /// The branch that is meant where none is named; `main` by default.
    #[serde(default = "BranchName::main", skip_serializing_if = "is_main")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub default_branch: BranchName,
}

impl CreateDataset {
    /// A private one without a card.
    pub fn named(name: DatasetName) -> Self {
        Self {
            name,
            visibility: Visibility::default(),
            card: String::new(),
            default_branch: BranchName::main(),
        }
    }
}

/// What is to be changed; what is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateDataset {
    /// Who may see it: `public` (everyone) or `private` (the members of its namespace).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub visibility: Option<Visibility>,
    /// The card: Markdown with YAML front matter, at most 1 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// The branch that is meant where none is named; it must hold a commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub default_branch: Option<BranchName>,
}

/// The new name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameDataset {
    /// `namespace/name`; the caller must own both namespaces.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "vision/mnist"))]
    pub to: DatasetName,
}

/// A data set that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deleted {
    /// Its id, to bring it back by.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub uuid: Uuid,
    /// When its files are removed for good.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub purged: DateTime<Utc>,
}

/// How to sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Sweep {
    /// Leave files that are younger than so many seconds; 86,400 (a day) by default and at least, unless `dry_run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_secs: Option<u64>,
    /// Only count, delete nothing; false by default.
    pub dry_run: bool,
}

/// What a sweep deleted, or would delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweptView {
    /// Files that no commit names and that are older than the grace time.
    pub files: u64,
    /// The bytes of `files`.
    pub bytes: u64,
    /// Files that no commit names but that are younger than the grace time; they stay.
    pub young_files: u64,
    /// The bytes of `young_files`.
    pub young_bytes: u64,
}

fn is_default(visibility: &Visibility) -> bool {
    *visibility == Visibility::default()
}

fn is_main(branch: &BranchName) -> bool {
    *branch == BranchName::main()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_its_default_is_not_sent() {
        let json = serde_json::to_string(&CreateDataset::named("vision/mnist".parse().unwrap())).unwrap();
        assert_eq!(json, r#"{"name":"vision/mnist"}"#);
        let back: CreateDataset = serde_json::from_str(&json).unwrap();
        assert_eq!(back, CreateDataset::named("vision/mnist".parse().unwrap()));
        assert!(serde_json::from_str::<CreateDataset>(r#"{"name": "a/b", "visible": "public"}"#).is_err());
        assert_eq!(serde_json::to_string(&UpdateDataset::default()).unwrap(), "{}");
    }
}
