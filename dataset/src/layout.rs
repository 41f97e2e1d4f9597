//! The paths of a data set's files below its root. See `schema/FORMAT.md`.

use hub_schema::{BranchName, ContentHash, DatasetMeta, RunId};

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
/// The folder of runs (how models scored), with one folder for each.
pub const RUNS: &str = "runs";
/// All folders of a data set.
pub const FOLDERS: [&str; 7] = [DATA, BLOBS, MANIFESTS, REFS, TAGS, VIEWS, RUNS];

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
    parse_versioned(VIEWS, path)
}

/// A file of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunFile {
    /// `run.json`: the finished run.
    Record,
    /// `predictions.parquet`: what it predicted of each sample.
    Predictions,
    /// `plan.json`: what a run that is not finished does.
    Plan,
    /// `part-<6 digits>.parquet`: predictions of a run that is not finished.
    Part(u32),
}

/// The path of a run's file, `runs/<id>/…`.
pub fn run(id: &RunId, file: RunFile) -> String {
    let name = match file {
        RunFile::Record => "run.json".to_owned(),
        RunFile::Predictions => "predictions.parquet".to_owned(),
        RunFile::Plan => "plan.json".to_owned(),
        RunFile::Part(number) => format!("part-{number:06}.parquet"),
    };
    format!("{RUNS}/{id}/{name}")
}

/// The run, and which of its files a path is.
pub fn parse_run(path: &str) -> Option<(RunId, RunFile)> {
    let (id, name) = path.strip_prefix(RUNS)?.strip_prefix('/')?.split_once('/')?;
    let id: RunId = id.parse().ok()?;
    let part = || name.strip_prefix("part-")?.strip_suffix(".parquet")?.parse().ok().map(RunFile::Part);
    let file = match name {
        "run.json" => Some(RunFile::Record),
        "predictions.parquet" => Some(RunFile::Predictions),
        "plan.json" => Some(RunFile::Plan),
        _ => part(),
    }?;
    // Only as it is written: no sign, six digits.
    (run(&id, file) == path).then_some((id, file))
}

/// The branch and version of a commit's path, `refs/<branch>/<version>.json`.
pub fn parse_commit(path: &str) -> Option<(BranchName, u64)> {
    parse_versioned(REFS, path)
}

fn parse_versioned(folder: &str, path: &str) -> Option<(BranchName, u64)> {
    let (name, file) = path.strip_prefix(folder)?.strip_prefix('/')?.split_once('/')?;
    let digits = file.strip_suffix(".json")?;
    // Other numbers are other files: the version is always written with 20 digits.
    let is_padded = digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit());
    Some((name.parse().ok()?, digits.parse().ok().filter(|_| is_padded)?))
}

/// The hash in the path of a column group, a blob or a manifest, with the folder that it is in.
pub fn parse_content(path: &str) -> Option<(&str, ContentHash)> {
    let (folder, file) = path.split_once('/')?;
    let name = match folder {
        DATA => file.strip_suffix(".parquet")?,
        BLOBS | MANIFESTS => file,
        _ => return None,
    };
    let is_lower_case = name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    Some((folder, name.parse().ok().filter(|_| is_lower_case)?))
}

/// The hash in the path of a blob, `blobs/<hash>`.
pub fn parse_blob(path: &str) -> Option<ContentHash> {
    parse_content(path).filter(|(folder, _)| *folder == BLOBS).map(|(_, hash)| hash)
}

/// The path of a probe of a store: `probe-<32 hex digits>`.
pub fn probe(id: uuid::Uuid) -> String {
    format!("{PROBE}{}", id.simple())
}

const PROBE: &str = "probe-";

/// What a file of a data set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `hub.json` or `about.json`: what the directory is.
    Marker,
    /// A column group, a blob or a manifest, named by its content.
    Content,
    /// A commit, a tag or a view: what the data set's revisions are.
    History,
    /// A file of a run.
    Run,
    /// Where the search for a branch's newest version begins.
    Hint,
    /// What a writer that was killed left: a probe, or a half-written file of a local disk (`<name>#<number>`).
    Leftover,
}

/// What a file below a data set's root is for; `None` for a file that is none of the format's.
pub fn file_kind(path: &str) -> Option<FileKind> {
    if let Some((name, number)) = path.rsplit_once('#') {
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        return (is_number && file_kind(name).is_some()).then_some(FileKind::Leftover);
    }
    if path == HUB_FILE || path == DatasetMeta::PATH {
        return Some(FileKind::Marker);
    }
    if let Some(id) = path.strip_prefix(PROBE) {
        let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        return is_id.then_some(FileKind::Leftover);
    }
    if parse_content(path).is_some() {
        return Some(FileKind::Content);
    }
    let (folder, rest) = path.split_once('/')?;
    if folder == REFS && rest.strip_suffix("/hint").is_some_and(is_name) {
        return Some(FileKind::Hint);
    }
    let is_history = match folder {
        TAGS => rest.strip_suffix(".json").is_some_and(is_name),
        REFS => parse_commit(path).is_some(),
        VIEWS => parse_view(path).is_some(),
        RUNS => return parse_run(path).map(|_| FileKind::Run),
        _ => false,
    };
    is_history.then_some(FileKind::History)
}

fn is_name(text: &str) -> bool {
    text.parse::<BranchName>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_format_are_a_data_sets_own() {
        let hash = "0123456789abcdef".repeat(4);
        let kind = |path: &str| file_kind(&path.replace("HASH", &hash));
        for path in ["hub.json", "about.json"] {
            assert_eq!(kind(path), Some(FileKind::Marker), "{path}");
        }
        for path in ["data/HASH.parquet", "blobs/HASH", "manifests/HASH"] {
            assert_eq!(kind(path), Some(FileKind::Content), "{path}");
        }
        let version = "00000000000000000007.json";
        for path in ["refs/dev/V", "tags/v1.0.json", "views/dogs/V"] {
            assert_eq!(kind(&path.replace('V', version)), Some(FileKind::History), "{path}");
        }
        assert_eq!(kind("refs/dev/hint"), Some(FileKind::Hint));
        let run = "runs/20260412-093015-1f0c22ab";
        for file in ["run.json", "plan.json", "predictions.parquet", "part-000012.parquet"] {
            assert_eq!(kind(&format!("{run}/{file}")), Some(FileKind::Run), "{file}");
            assert_eq!(kind(&format!("{run}/{file}#3")), Some(FileKind::Leftover), "{file}");
        }
        for file in ["notes.json", "part-12.parquet", "part-+00012.parquet", "a/run.json", ""] {
            assert_eq!(kind(&format!("{run}/{file}")), None, "{file}");
        }
        for path in ["data/HASH.parquet#12", "refs/main/hint#3", "probe-0123456789abcdef0123456789abcdef"] {
            assert_eq!(kind(path), Some(FileKind::Leftover), "{path}");
        }
        let foreign = [
            "data/precious.csv",
            "data/HASH",
            "data/cat/HASH.parquet",
            "blobs/HASH.jpg",
            "manifests/list.txt",
            "data/scan#3",
            "data/HASH.parquet#",
            "refs/notes.txt",
            "refs/main/7.json",
            "refs/main/+0000000000000000007.json",
            "refs/HEAD",
            "tags/v1",
            "tags/a/b.json",
            "views/x.json",
            "runs/run.json",
            "runs/last/run.json",
            "probe-results.csv",
            "notes/hub.json",
            "train/a.png",
        ];
        for path in foreign {
            assert_eq!(kind(path), None, "{path}");
        }
        assert_eq!(file_kind(&format!("data/{}.parquet", hash.to_uppercase())), None);
    }
}
