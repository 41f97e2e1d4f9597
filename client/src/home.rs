//! The embedded hub: a directory that holds data sets by name.

use std::path::{Path, PathBuf};

use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::{BranchName, DatasetName};

use crate::error::{Error, Result};

/// The embedded hub's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    path: PathBuf,
}

/// A data set in a listing.
#[derive(Debug)]
pub struct Listing {
    /// Its name.
    pub name: DatasetName,
    /// The head of `main`; `None` where nothing was committed, an error where it can't be read.
    pub head: Result<Option<Snapshot>>,
}

impl Home {
    /// `HUB_HOME`, else `imagehub` in the user's data directory (`~/.local/share/imagehub`).
    pub fn from_env() -> Result<Self> {
        let path = match std::env::var_os("HUB_HOME").filter(|h| !h.is_empty()) {
            Some(home) => PathBuf::from(home),
            None => dirs::data_dir().ok_or(Error::NoHome)?.join("imagehub"),
        };
        Ok(Self::at(path))
    }

    /// The hub in a directory.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The hub's directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where downloads and fetched chunks are kept: `HUB_CACHE`, else `cache` in the hub's directory.
    pub fn cache(&self) -> PathBuf {
        let set = std::env::var_os("HUB_CACHE").filter(|c| !c.is_empty());
        set.map_or_else(|| self.path.join("cache"), PathBuf::from)
    }

    /// Where a data set of that name lies.
    pub fn directory(&self, name: &DatasetName) -> PathBuf {
        self.path.join("datasets").join(name.namespace()).join(name.name())
    }

    /// The names of all data sets, sorted.
    pub fn names(&self) -> Result<Vec<DatasetName>> {
        let root = self.path.join("datasets");
        let mut names = Vec::new();
        for namespace in folders(&root)? {
            for name in folders(&root.join(&namespace))? {
                if let Ok(name) = format!("{namespace}/{name}").parse::<DatasetName>()
                    && self.directory(&name).join("hub.json").is_file()
                {
                    names.push(name);
                }
            }
        }
        names.sort();
        Ok(names)
    }

    /// All data sets with the heads of their main branches.
    pub async fn list(&self) -> Result<Vec<Listing>> {
        let mut listings = Vec::new();
        for name in self.names()? {
            let head = async {
                let dataset = Dataset::open(Store::local(&self.directory(&name))?).await?;
                Ok(dataset.head(&BranchName::main()).await?)
            };
            let head = head.await;
            listings.push(Listing { name, head });
        }
        Ok(listings)
    }

    /// Removes a data set with all of its revisions.
    ///
    /// It is renamed out of the way first, so that a removal that is cut off leaves no half data set under
    /// the name.
    pub async fn remove(&self, name: &DatasetName) -> Result<()> {
        crate::open(&hub_schema::Location::Name(name.clone()), self).await?;
        let from = self.directory(name);
        let to = self.path.join("removed").join(format!("{}-{}", name.name(), std::process::id()));
        let fail = |action| {
            let path = from.display().to_string();
            move |source| Error::Io { path, action, source }
        };
        std::fs::create_dir_all(self.path.join("removed")).map_err(fail("make room for its removal"))?;
        std::fs::rename(&from, &to).map_err(fail("move it away"))?;
        std::fs::remove_dir_all(&to).map_err(fail("remove it"))
    }
}

/// The names of the folders in a folder, sorted; none if it is not there.
fn folders(path: &Path) -> Result<Vec<String>> {
    let fail = |source| Error::Io { path: path.display().to_string(), action: "list it", source };
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(fail(e)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(fail)?;
        if entry.path().is_dir()
            && let Ok(name) = entry.file_name().into_string()
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
