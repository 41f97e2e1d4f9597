//! The embedded hub: a directory that holds data sets by name, and the handle of all that is opened through it.
//!
//! What is learned about servers while it is used ([`Network`]) belongs to this handle and its clones: two handles in
//! one process share nothing.

use std::path::{Path, PathBuf};

use hub_dataset::{Dataset, Snapshot, Store, layout, side_by_side};
use hub_schema::DatasetName;

use crate::error::{Error, Result};
use crate::remote::{self, Address, Hub, Network, Notes, Token};

/// The embedded hub: its directory, and what is known of the servers that are opened through it.
#[derive(Clone, Debug)]
pub struct Home {
    path: PathBuf,
    network: Network,
    /// For servers, instead of the stored ones.
    token: Option<Token>,
}

/// A data set in a listing.
#[derive(Debug)]
pub struct Listing {
    /// Its full name, `namespace/name`.
    pub name: DatasetName,
    /// The head of `main`, or of the only branch without one; `None` if nothing is committed yet, an error if it can't be read.
    pub head: Result<Option<Snapshot>>,
}

impl Home {
    /// The hub in `HUB_HOME`, else in `imagehub` in the user's data directory (`~/.local/share/imagehub`). The
    /// directory need not exist.
    ///
    /// # Errors
    /// [`Error::NoHome`] without either.
    pub fn from_env() -> Result<Self> {
        let path = match std::env::var_os("HUB_HOME").filter(|h| !h.is_empty()) {
            Some(home) => PathBuf::from(home),
            None => dirs::data_dir().ok_or(Error::NoHome)?.join("imagehub"),
        };
        Ok(Self::at(path))
    }

    /// The hub in a directory.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), network: Network::default(), token: None }
    }

    /// The same directory, with a listener for notes: that a request to a server is tried again, that a bucket can't
    /// be reached. What was known of the network is forgotten.
    #[must_use]
    pub fn with_notes(self, notes: Notes) -> Self {
        Self { network: Network::new(notes), ..self }
    }

    /// The same hub, with a token for all servers, in place of those that are stored or in `HUB_TOKEN`.
    #[must_use]
    pub fn with_token(self, token: Token) -> Self {
        Self { token: Some(token), ..self }
    }

    /// What is known of the network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The server at an address, with the token that was given, else the one that is stored for it. Nothing is requested
    /// yet.
    pub fn connect(&self, address: &Address) -> remote::Result<Hub> {
        match &self.token {
            Some(token) => Hub::with_token(address, Some(token.clone()), &self.network),
            None => Hub::connect(address, &self.network),
        }
    }

    /// The hub's directory, which need not exist.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where downloads and fetched chunks are kept: `HUB_CACHE`, else `cache` in the hub's directory.
    pub fn cache(&self) -> PathBuf {
        let set = std::env::var_os("HUB_CACHE").filter(|c| !c.is_empty());
        set.map_or_else(|| self.path.join("cache"), PathBuf::from)
    }

    /// The store that all data sets lie in.
    pub fn datasets(&self) -> Result<Store> {
        Ok(Store::local(&self.root())?)
    }

    /// The store of the data set of that name, which need not exist.
    pub fn store(&self, name: &DatasetName) -> Result<Store> {
        Ok(Store::local(&self.directory(name))?)
    }

    /// Opens the data set of that name.
    ///
    /// # Errors
    /// [`Error::NoDataset`], with the names of the data sets that exist.
    pub async fn open(&self, name: &DatasetName) -> Result<Dataset> {
        match Dataset::open(self.store(name)?).await {
            Err(hub_dataset::Error::NotFound { .. }) => Err(Error::NoDataset {
                name: name.to_string(),
                home: self.path.display().to_string(),
                known: self.names()?.iter().map(ToString::to_string).collect(),
            }),
            other => Ok(other?),
        }
    }

    fn root(&self) -> PathBuf {
        self.path.join("datasets")
    }

    /// The directory of a data set of that name.
    pub fn directory(&self, name: &DatasetName) -> PathBuf {
        self.root().join(name.namespace()).join(name.name())
    }

    /// The names of all data sets, sorted.
    pub fn names(&self) -> Result<Vec<DatasetName>> {
        let mut names = self.folders()?;
        names.retain(|name| self.directory(name).join(layout::HUB_FILE).is_file());
        Ok(names)
    }

    /// The names of all folders in which data sets may lie, sorted.
    pub(crate) fn folders(&self) -> Result<Vec<DatasetName>> {
        let root = self.root();
        let mut names = Vec::new();
        for namespace in folders(&root)? {
            let sets = folders(&root.join(&namespace))?;
            names.extend(
                sets.iter().filter_map(|name| format!("{namespace}/{name}").parse::<DatasetName>().ok()),
            );
        }
        names.sort();
        Ok(names)
    }

    /// All data sets with the heads of their main branches, whose fragments are known already.
    pub async fn list(&self) -> Result<Vec<Listing>> {
        let home = self.clone();
        let open = move |name: DatasetName| {
            let home = home.clone();
            async move {
                let head = async {
                    let head = Dataset::open(home.store(&name)?).await?.default_head().await?;
                    if let Some(head) = &head {
                        // An error is that of who needs the fragments.
                        drop(head.index().await);
                    }
                    Ok(head)
                };
                let head = head.await;
                Listing { name, head }
            }
        };
        let fail = |source| Error::Io { path: self.root().display().to_string(), action: "list it", source };
        side_by_side(&self.datasets()?, self.names()?, open).await.map_err(fail)
    }
}

/// The names of the folders in a folder, sorted; empty if it doesn't exist.
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
        // A link counts as what it leads to.
        let is_folder = match entry.file_type() {
            Ok(kind) if !kind.is_symlink() => kind.is_dir(),
            _ => entry.path().is_dir(),
        };
        if is_folder && let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
