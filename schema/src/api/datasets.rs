//! Data sets: names, visibility, cards, deletion and garbage collection.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::commits::CommitView;
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
    /// The full name, `namespace/name`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: DatasetName,
    /// Who may see it: `public` (everyone) or `private` (the members of its namespace).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub visibility: Visibility,
    /// The first words of the card.
    pub summary: String,
    /// The branch that requests without a revision read.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub default_branch: BranchName,
    /// Rows at the head of the default branch; 0 before the first commit.
    pub rows: u64,
    /// Total bytes of the files of the head of the default branch.
    pub size_bytes: u64,
    /// Time of creation, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub created: DateTime<Utc>,
    /// Time of the last commit or change of the card or visibility, UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub updated: DateTime<Utc>,
    /// Time of deletion, UTC; missing if it is not deleted. It can be restored until the grace time ends (7 days by
    /// default).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = "date-time"))]
    pub deleted: Option<DateTime<Utc>>,
}

/// A page of data sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetList {
    /// The data sets, in the order that was requested.
    pub datasets: Vec<DatasetView>,
    /// Send it as `cursor` to get the next page; null on the last page.
    pub next: Option<String>,
}

/// A data set with its card, head commit and the caller's role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetPage {
    /// The data set, as lists show it.
    #[serde(flatten)]
    pub dataset: DatasetView,
    /// The card: Markdown with YAML front matter.
    pub card: String,
    /// The head of the default branch; null before the first commit.
    pub head: Option<CommitView>,
    /// The caller's role: `reader`, `writer` or `owner`; null if the caller has none and the data set is public.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub role: Option<Role>,
}

/// A data set to create.
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
    /// The branch that requests without a revision read; `main` by default.
    #[serde(default = "BranchName::main", skip_serializing_if = "is_main")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub default_branch: BranchName,
}

impl CreateDataset {
    /// A private data set without a card, with `main` as default branch.
    pub fn named(name: DatasetName) -> Self {
        Self {
            name,
            visibility: Visibility::default(),
            card: String::new(),
            default_branch: BranchName::main(),
        }
    }
}

/// The properties to change; those left out keep their values.
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
    /// The branch that requests without a revision read; it must hold a commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub default_branch: Option<BranchName>,
}

/// The new name of a data set.
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
    /// The id, which is needed to restore it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
    pub uuid: Uuid,
    /// When its files are removed for good, UTC; it can be restored until then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = "date-time"))]
    pub purged: DateTime<Utc>,
}

/// Options of a garbage collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Sweep {
    /// Keep files younger than this many seconds. Default 86,400 (a day), which is also the minimum unless `dry_run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_secs: Option<u64>,
    /// Count files, but delete none; false by default.
    pub dry_run: bool,
}

/// What a garbage collection deleted, or would delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweptView {
    /// Number of files that no commit references and that are older than the grace time.
    pub files: u64,
    /// Total bytes of the files counted in `files`.
    pub bytes: u64,
    /// Number of unreferenced files that are younger than the grace time; they are kept.
    pub young_files: u64,
    /// Total bytes of the files counted in `young_files`.
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

/// The card of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardView {
    /// The text as HTML that is safe in a page.
    pub html: String,
    /// The text as Markdown, without its front matter.
    pub text: String,
}
