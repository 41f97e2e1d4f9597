//! The paths of a data set's files below its root. See `schema/FORMAT.md`.

use hub_schema::{BranchName, ContentHash};

/// The file that makes a directory a data set.
pub const HUB_FILE: &str = "hub.json";
/// The folder of column groups.
pub const DATA: &str = "data";
/// The folder of blobs: samples stored as objects of their own.
pub const BLOBS: &str = "blobs";
/// The folder of manifests, which list fragments.
pub const MANIFESTS: &str = "manifests";
/// The folder of commits, with one folder for each branch.
pub const REFS: &str = "refs";
/// The folder of tags.
pub const TAGS: &str = "tags";
/// The folder of views, with one folder for each name.
pub const VIEWS: &str = "views";

/// `data/<hash>.parquet`: a column group, by the BLAKE3 of its bytes.
pub fn data(hash: ContentHash) -> String {
    format!("{DATA}/{hash}.parquet")
}

/// `blobs/<hash>`: a sample stored as an object of its own.
pub fn blob(hash: ContentHash) -> String {
    format!("{BLOBS}/{hash}")
}

/// `manifests/<hash>`: a list of fragments.
pub fn manifest(hash: ContentHash) -> String {
    format!("{MANIFESTS}/{hash}")
}

/// `refs/<branch>/<version>.json`: a commit. The version has 20 digits, so that names sort by version.
pub fn commit(branch: &BranchName, version: u64) -> String {
    format!("{REFS}/{branch}/{version:020}.json")
}

/// `refs/<branch>/hint`: a recent version of the branch, where the search for the newest begins. It may be
/// outdated or missing.
pub fn head_hint(branch: &BranchName) -> String {
    format!("{REFS}/{branch}/hint")
}

/// `tags/<name>.json`: a tag.
pub fn tag(name: &BranchName) -> String {
    format!("{TAGS}/{name}.json")
}

/// `views/<name>/<version>.json`: a version of a view, with 20 digits as for commits.
pub fn view(name: &BranchName, version: u64) -> String {
    format!("{VIEWS}/{name}/{version:020}.json")
}

/// The name and version of a view's path, `views/<name>/<version>.json`.
pub fn parse_view(path: &str) -> Option<(BranchName, u64)> {
    let (name, file) = path.strip_prefix("views/")?.split_once('/')?;
    Some((name.parse().ok()?, file.strip_suffix(".json")?.parse().ok()?))
}

/// The branch and version of a commit's path, `refs/<branch>/<version>.json`.
pub fn parse_commit(path: &str) -> Option<(BranchName, u64)> {
    let (branch, file) = path.strip_prefix("refs/")?.split_once('/')?;
    Some((branch.parse().ok()?, file.strip_suffix(".json")?.parse().ok()?))
}
