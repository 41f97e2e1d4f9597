//! Where things lie below a data set's root. See `schema/FORMAT.md`.

use hub_schema::{BranchName, ContentHash};

/// The file that makes a directory a data set.
pub const HUB_FILE: &str = "hub.json";
/// Column groups.
pub const DATA: &str = "data";
/// Samples that are objects of their own.
pub const BLOBS: &str = "blobs";
/// Lists of fragments.
pub const MANIFESTS: &str = "manifests";
/// Commits, a folder a branch.
pub const REFS: &str = "refs";
/// Tags.
pub const TAGS: &str = "tags";
/// Views, a folder a name.
pub const VIEWS: &str = "views";

/// A column group.
pub fn data(hash: ContentHash) -> String {
    format!("{DATA}/{hash}.parquet")
}

/// A sample that is an object of its own.
pub fn blob(hash: ContentHash) -> String {
    format!("{BLOBS}/{hash}")
}

/// A list of fragments.
pub fn manifest(hash: ContentHash) -> String {
    format!("{MANIFESTS}/{hash}")
}

/// A commit.
pub fn commit(branch: &BranchName, version: u64) -> String {
    format!("{REFS}/{branch}/{version:020}.json")
}

/// A version of the branch that was its newest not long ago: where the search for the newest begins. It may
/// be old or missing.
pub fn head_hint(branch: &BranchName) -> String {
    format!("{REFS}/{branch}/hint")
}

/// A tag.
pub fn tag(name: &BranchName) -> String {
    format!("{TAGS}/{name}.json")
}

/// A version of a view.
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
