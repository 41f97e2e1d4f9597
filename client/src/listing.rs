//! A short listing of a hub's data sets: what `hub ls` shows, from a cache where nothing changed.
//!
//! Opening thousands of data sets takes a second, and mostly none of them changed. So the listing is kept in the cache's
//! folder, with the time at which each data set's folder of commits was last changed. A commit changes that time, so an
//! entry is right as long as the time is the same. A time that is younger than [`SETTLED`] isn't kept: a second change
//! could have the same one, as the clocks of file systems are coarse.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use hub_dataset::store::{Access, replace_file};
use hub_dataset::{Dataset, layout, side_by_side};
use hub_schema::{BranchName, CommitId, DatasetName};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::home::Home;

/// Changes that are younger may be followed by others at the same time.
const SETTLED: Duration = Duration::from_secs(2);
/// A longer file is not a listing.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// The version of the file's form.
const VERSION: u32 = 1;

/// A data set in a short listing.
#[derive(Debug)]
pub struct Summary {
    /// Its full name, `namespace/name`.
    pub name: DatasetName,
    /// What is at its head; `None` if nothing is committed yet, an error if it can't be read.
    pub head: Result<Option<Head>>,
}

/// The head of a data set: of `main`, or of the only branch without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The branch.
    pub branch: BranchName,
    /// Its newest version.
    pub version: u64,
    /// The commit.
    pub commit: CommitId,
    /// Its time, UTC.
    pub time: DateTime<Utc>,
    /// Rows that are not deleted.
    pub rows: u64,
    /// Size of the fragments' files in bytes.
    pub bytes: u64,
    /// Rows of each split.
    pub splits: BTreeMap<String, u64>,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    sets: BTreeMap<String, Entry>,
}

/// A data set as it was at a time.
#[derive(Clone, Serialize, Deserialize)]
struct Entry {
    changed: Changed,
    head: Option<Head>,
}

/// When the files that decide on the head were last changed, in nanoseconds since 1970; they are the folders of commits and
/// `hub.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Changed(Vec<u64>);

impl Home {
    /// All data sets of this hub with what is at their heads.
    ///
    /// # Errors
    /// The hub's directory can't be listed. A data set that can't be read is in the listing.
    pub async fn summaries(&self) -> Result<Vec<Summary>> {
        // Not in HUB_CACHE, which several hubs may share.
        let file = self.path().join("cache").join("listing.json");
        let kept = Arc::new(read(&file));
        let (home, known) = (self.clone(), Arc::clone(&kept));
        let look = move |name: DatasetName| {
            let (home, known) = (home.clone(), Arc::clone(&known));
            async move {
                let directory = home.directory(&name);
                let changed = changed(&directory);
                let entry = known.sets.get(&name.to_string());
                let head = match entry.filter(|entry| Some(&entry.changed) == changed.as_ref()) {
                    Some(entry) => Ok(entry.head.clone()),
                    None if !directory.join(layout::HUB_FILE).is_file() => return None,
                    None => home.head(&name).await,
                };
                Some((name, changed, head))
            }
        };
        let fail = |source| Error::Io { path: self.path().display().to_string(), action: "list it", source };
        let mut next = Kept { version: VERSION, sets: BTreeMap::new() };
        let mut is_new = false;
        let mut summaries = Vec::new();
        for (name, changed, head) in
            side_by_side(&self.datasets()?, self.folders()?, look).await.map_err(fail)?.into_iter().flatten()
        {
            if let (Ok(head), Some(changed)) = (&head, changed.filter(is_settled)) {
                is_new |= kept.sets.get(&name.to_string()).is_none_or(|entry| entry.changed != changed);
                next.sets.insert(name.to_string(), Entry { changed, head: head.clone() });
            }
            summaries.push(Summary { name, head });
        }
        if is_new {
            write(&file, &next);
        }
        Ok(summaries)
    }

    async fn head(&self, name: &DatasetName) -> Result<Option<Head>> {
        let head = Dataset::open(self.store(name)?).await?.default_head().await?;
        Ok(head.map(|head| {
            let (at, commit) = (head.at(), head.commit());
            Head {
                branch: at.branch.clone(),
                version: at.version,
                commit: at.id,
                time: commit.time,
                rows: commit.counts.rows,
                bytes: commit.counts.bytes,
                splits: commit.counts.splits.clone(),
            }
        }))
    }
}

/// When the files that decide on a data set's head were last changed; `None` if that is not known.
fn changed(directory: &Path) -> Option<Changed> {
    let mut times = vec![modified(&directory.join(layout::HUB_FILE))?];
    let refs = directory.join(layout::REFS);
    match std::fs::read_dir(&refs) {
        Ok(branches) => {
            times.push(modified(&refs)?);
            let mut names: Vec<_> = branches.flatten().map(|branch| branch.file_name()).collect();
            names.sort();
            for name in names {
                times.push(modified(&refs.join(name))?);
            }
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(_) => return None,
    }
    Some(Changed(times))
}

fn modified(path: &Path) -> Option<u64> {
    let time = std::fs::metadata(path).ok()?.modified().ok()?;
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// Whether the last change is long enough ago for a second one to have another time.
fn is_settled(changed: &Changed) -> bool {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let newest = Duration::from_nanos(changed.0.iter().copied().max().unwrap_or_default());
    newest + SETTLED < now
}

/// The listing that was kept; an empty one where there is none that can be read.
fn read(file: &Path) -> Kept {
    let fits = std::fs::metadata(file).is_ok_and(|meta| meta.len() <= MAX_BYTES);
    let json = if fits { std::fs::read(file).ok() } else { None };
    let kept: Option<Kept> = json.and_then(|json| serde_json::from_slice(&json).ok());
    kept.filter(|kept| kept.version == VERSION).unwrap_or_default()
}

/// Keeps a listing. In a hub that this user may only read, it is not kept.
fn write(file: &Path, kept: &Kept) {
    let Some(folder) = file.parent() else { return };
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let json = serde_json::to_vec(kept)?;
        replace_file(file, Access::Umask, |out| std::io::Write::write_all(out, &json))
    };
    let _ = write();
}

#[cfg(test)]
mod tests {
    use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, Value};
    use hub_schema::Feature;

    use super::*;
    use crate::push::{Progress, PushMode, PushOptions};

    /// Makes a commit look as if it was made some time ago.
    fn age(directory: &Path) {
        let old = SystemTime::now() - Duration::from_secs(60);
        for path in ["hub.json", "refs", "refs/main"] {
            let file = std::fs::File::open(directory.join(path)).unwrap();
            file.set_modified(old).unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_kept_listing_is_right_as_long_as_nothing_changes() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let name: DatasetName = "local/pets".parse().unwrap();
        let dataset = Dataset::create(home.store(&name).unwrap()).await.unwrap();
        let rows =
            async || home.summaries().await.unwrap()[0].head.as_ref().unwrap().as_ref().map_or(0, |h| h.rows);
        assert_eq!(rows().await, 0);
        push(&dataset, 2).await;
        assert_eq!(rows().await, 2);
        age(&home.directory(&name));
        assert_eq!(rows().await, 2);
        let kept = read(&home.cache().join("listing.json"));
        assert_eq!(kept.sets["local/pets"].head.as_ref().unwrap().rows, 2);
        // The kept one is taken: the commit itself can't be read any more, and the folder's time is the old one.
        let commit = home.directory(&name).join("refs/main/00000000000000000000.json");
        let json = std::fs::read(&commit).unwrap();
        std::fs::write(&commit, b"damaged").unwrap();
        assert_eq!(rows().await, 2);
        std::fs::write(&commit, json).unwrap();
        push(&dataset, 3).await;
        assert_eq!(rows().await, 5);
    }

    struct Rows {
        columns: [Column; 1],
        left: i64,
    }

    impl SampleSource for Rows {
        fn format(&self) -> &'static str {
            "rows"
        }
        fn columns(&self) -> &[Column] {
            &self.columns
        }
        fn next_sample(&mut self) -> Option<std::result::Result<Sample, SampleError>> {
            self.left -= 1;
            let sample = Sample { place: String::new(), split: None, values: vec![Value::Int(self.left)] };
            (self.left >= 0).then_some(Ok(sample))
        }
    }

    async fn push(dataset: &Dataset, rows: i64) {
        let options = PushOptions { mode: PushMode::Append, ..PushOptions::default() };
        let open = move || -> std::result::Result<Box<dyn SampleSource>, SampleError> {
            Ok(Box::new(Rows { columns: [Column::new("n", Feature::int64())], left: rows }))
        };
        crate::push::push(dataset, &options, &Arc::new(Progress::default()), open).await.unwrap();
    }
}
