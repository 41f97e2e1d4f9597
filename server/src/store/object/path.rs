//! Parses the paths of a data set's objects.
//!
//! A client's path is parsed to an [`ObjectPath`], and only paths formatted from that are opened. So no path needs
//! sanitizing: what is not in the format's layout is not found.

use hub_dataset::layout::{self, RunFile};
use hub_dataset::manifest::MANIFEST_BYTES;
use hub_schema::{BranchName, ContentHash, RunId};

/// An object of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectPath {
    Hub,
    Data(ContentHash),
    /// A long sample, stored as an object of its own.
    Blob(ContentHash),
    Manifest(ContentHash),
    Commit(BranchName, u64),
    /// The version at which the search for a branch's newest version begins.
    Hint(BranchName),
    Tag(BranchName),
    /// A version of a view.
    View(BranchName, u64),
    /// A file of a run.
    Run(RunId, RunFile),
}

impl ObjectPath {
    /// Reads a path; `None` if no data set has such an object.
    pub fn parse(path: &str) -> Option<Self> {
        let parsed = Self::read(path)?;
        // Only the canonical spelling: no upper case in a hash, no version without leading zeros.
        (parsed.path() == path).then_some(parsed)
    }

    fn read(path: &str) -> Option<Self> {
        if path == layout::HUB_FILE {
            return Some(Self::Hub);
        }
        let (folder, rest) = path.split_once('/')?;
        match folder {
            layout::DATA => Some(Self::Data(rest.strip_suffix(".parquet")?.parse().ok()?)),
            layout::BLOBS => Some(Self::Blob(rest.parse().ok()?)),
            layout::MANIFESTS => Some(Self::Manifest(rest.parse().ok()?)),
            layout::TAGS => Some(Self::Tag(rest.strip_suffix(".json")?.parse().ok()?)),
            layout::REFS => match rest.split_once('/')? {
                (branch, "hint") => Some(Self::Hint(branch.parse().ok()?)),
                _ => layout::parse_commit(path).map(|(branch, version)| Self::Commit(branch, version)),
            },
            layout::VIEWS => layout::parse_view(path).map(|(name, version)| Self::View(name, version)),
            layout::RUNS => layout::parse_run(path).map(|(id, file)| Self::Run(id, file)),
            _ => None,
        }
    }

    /// The path below the data set's root.
    pub fn path(&self) -> String {
        match self {
            Self::Hub => layout::HUB_FILE.to_owned(),
            Self::Data(hash) => layout::data(*hash),
            Self::Blob(hash) => layout::blob(*hash),
            Self::Manifest(hash) => layout::manifest(*hash),
            Self::Commit(branch, version) => layout::commit(branch, *version),
            Self::Hint(branch) => layout::head_hint(branch),
            Self::Tag(name) => layout::tag(name),
            Self::View(name, version) => layout::view(name, *version),
            Self::Run(id, file) => layout::run(id, *file),
        }
    }

    /// The BLAKE3 that its bytes must have; `None` for objects not named by their content.
    pub const fn hash(&self) -> Option<ContentHash> {
        match self {
            Self::Data(hash) | Self::Blob(hash) | Self::Manifest(hash) => Some(*hash),
            _ => None,
        }
    }

    /// Maximum length; `most` is that of objects in general.
    pub fn most_bytes(&self, most: u64) -> u64 {
        match self {
            Self::Manifest(_) => most.min(MANIFEST_BYTES),
            _ => most,
        }
    }

    pub const fn media_type(&self) -> &'static str {
        match self {
            Self::Hub
            | Self::Commit(..)
            | Self::Tag(_)
            | Self::View(..)
            | Self::Run(_, RunFile::Record | RunFile::Plan) => "application/json",
            Self::Data(_) | Self::Manifest(_) | Self::Run(_, RunFile::Predictions | RunFile::Part(_)) => {
                "application/vnd.apache.parquet"
            }
            Self::Blob(_) => "application/octet-stream",
            Self::Hint(_) => "text/plain; charset=utf-8",
        }
    }
}

/// A prefix that may be listed: a folder of the layout, ending with a slash, or nothing.
pub fn listable(prefix: &str) -> bool {
    let Some(folder) = prefix.strip_suffix('/') else { return prefix.is_empty() };
    match folder.split_once('/') {
        Some((layout::REFS | layout::VIEWS, name)) => name.parse::<BranchName>().is_ok(),
        Some((layout::RUNS, id)) => id.parse::<RunId>().is_ok(),
        Some(_) => false,
        None => layout::FOLDERS.contains(&folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_object_has_one_path() {
        let hash = "ab".repeat(32);
        for path in [
            "hub.json".to_owned(),
            format!("data/{hash}.parquet"),
            format!("blobs/{hash}"),
            format!("manifests/{hash}"),
            "refs/main/00000000000000000007.json".to_owned(),
            "refs/main/hint".to_owned(),
            "tags/v1.json".to_owned(),
            "views/dogs/00000000000000000000.json".to_owned(),
            "runs/20260412-093015-1f0c22ab/run.json".to_owned(),
            "runs/20260412-093015-1f0c22ab/part-000012.parquet".to_owned(),
        ] {
            assert_eq!(ObjectPath::parse(&path).unwrap().path(), path);
        }
    }

    #[test]
    fn path_traversal_is_rejected() {
        let hash = "ab".repeat(32);
        for path in [
            "",
            "/",
            "about.json",
            "data/",
            "data/x.parquet",
            "hub.json/",
            "/hub.json",
            "../hub.json",
            "data/../hub.json",
            "refs/../hub.json",
            "refs/main/7.json",
            "refs/main/../../x/hint",
            "refs/a/b/hint",
            "tags/../hub.json",
            "tags/a/b.json",
            "views/a.json",
            "runs/run.json",
            "runs/../run.json",
            "runs/20260412-093015-1f0c22ab/notes.json",
            "views/../00000000000000000000.json",
            &format!("data/{}.parquet", hash.to_uppercase()),
            &format!("data/{hash}.parquet/x"),
            &format!("blobs/{hash}\0"),
            &format!("data//{hash}.parquet"),
        ] {
            assert_eq!(ObjectPath::parse(path), None, "{path:?}");
        }
        for prefix in ["x/", "refs/../", "refs/main", "refs/main/x/", "/", "data/x/", ".."] {
            assert!(!listable(prefix), "{prefix:?}");
        }
        for prefix in [
            "",
            "refs/",
            "refs/main/",
            "tags/",
            "views/",
            "views/dogs/",
            "runs/",
            "runs/20260412-093015-1f0c22ab/",
        ] {
            assert!(listable(prefix), "{prefix:?}");
        }
    }
}
