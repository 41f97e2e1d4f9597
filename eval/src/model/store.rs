//! Models that are stored in a hub, by the hash of their content, each name with its card.
//!
//! Below the store's root:
//!
//! | path | what |
//! |---|---|
//! | `cards/<namespace>/<name>.json` | the card of a name; written last, replaced whole or not at all |
//! | `files/<hash>/model.onnx` | the model of a hash, and beside it the files with its weights, if it has any |
//!
//! Two names may be of one model. An embedded hub keeps this in `models/` in its directory, a server in
//! [`SERVER_FOLDER`] of its store, which can't be a namespace. What is read back is compared with the hashes on the card.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hub_dataset::Store;
use hub_dataset::store::Created;
use hub_schema::ContentHash;

use futures::StreamExt;

use super::builtin;
use super::card::Card;
use super::files::{MODEL_FILE, ModelFile, hashed};
use super::name::ModelName;
use super::store_error::ModelStoreError;
use super::transfer;
use crate::onnx::Model;

/// The folder of models in a server's store, beside the namespaces.
pub const SERVER_FOLDER: &str = ".models";

const CARDS: &str = "cards";
const FILES: &str = "files";

/// Models by name, with their cards.
#[derive(Clone, Debug)]
pub struct ModelStore {
    store: Store,
    cache: Arc<Path>,
}

/// A model that was found by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredModel {
    /// The name that it was found by.
    pub name: ModelName,
    /// The card that is stored beside it.
    pub card: Card,
    /// Is it one that the hub ships with?
    pub is_builtin: bool,
}

type Result<T> = std::result::Result<T, ModelStoreError>;

impl ModelStore {
    /// Models below the root of a store. Those that lie elsewhere than on this machine's disk are copied to `cache` to
    /// be run.
    pub fn new(store: Store, cache: &Path) -> Self {
        Self { store, cache: cache.into() }
    }

    /// Stores a model under a name: its files, then its card. The model must have passed its checks and its trial run.
    ///
    /// # Errors
    /// The name is taken (unless it is to be replaced), a file can't be read, or the store fails; then the name is what
    /// it was before.
    pub async fn add(&self, name: &ModelName, card: &Card, model: &Model, replace: bool) -> Result<()> {
        if builtin::card(name).is_some() {
            return Err(ModelStoreError::Builtin(name.clone()));
        }
        let path = card_path(name);
        let json = card.to_json().map_err(|source| ModelStoreError::Card { path: path.clone(), source })?;
        if !replace && self.store.head(&path).await?.is_some() {
            return Err(ModelStoreError::Taken(name.clone()));
        }
        self.upload(card, model).await?;
        if replace {
            self.store.put(&path, json).await?;
        } else if self.store.create(&path, json.into()).await? == Created::Taken {
            return Err(ModelStoreError::Taken(name.clone()));
        }
        self.store.settle(&path).await?;
        // A removal at the same time may have taken the files before it could see this card.
        self.upload(card, model).await
    }

    /// Uploads the files that aren't there.
    async fn upload(&self, card: &Card, model: &Model) -> Result<()> {
        let folder = model.path().parent().unwrap_or(Path::new("."));
        for file in card.model.files.iter().rev() {
            let path = file_path(card.model.hash, &file.path);
            let there = self.store.head(&path).await?;
            if there.is_some_and(|there| there.size_bytes == file.size_bytes) {
                continue;
            }
            let from = match file.path == MODEL_FILE {
                true => model.path().to_owned(),
                false => folder.join(&file.path),
            };
            transfer::upload(&from, &self.store, &path, file).await?;
            self.store.settle(&path).await?;
        }
        Ok(())
    }

    /// The model of a name: stored, or one that the hub ships with.
    ///
    /// # Errors
    /// There is none, or its card is damaged.
    pub async fn find(&self, name: &ModelName) -> Result<StoredModel> {
        if let Some(card) = self.card(name).await? {
            return Ok(StoredModel { name: name.clone(), card, is_builtin: false });
        }
        match builtin::card(name) {
            Some(card) => Ok(StoredModel { name: name.clone(), card, is_builtin: true }),
            None => {
                let known = self.names().await?.iter().map(ToString::to_string).collect();
                Err(ModelStoreError::NotFound { name: name.clone(), known })
            }
        }
    }

    async fn card(&self, name: &ModelName) -> Result<Option<Card>> {
        let path = card_path(name);
        let Some(bytes) = self.store.get(&path).await? else { return Ok(None) };
        let card = Card::from_json(&bytes);
        let path = format!("{}/{path}", self.store.uri());
        card.map(Some).map_err(|source| ModelStoreError::Card { path, source })
    }

    /// The names of all models, sorted; those that the hub ships with included.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn names(&self) -> Result<Vec<ModelName>> {
        let mut names: Vec<ModelName> = builtin::names();
        for namespace in self.store.folders(CARDS).await? {
            for file in self.store.files(&format!("{CARDS}/{namespace}")).await? {
                let name = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".json"));
                names.extend(name.and_then(|name| format!("{namespace}/{name}").parse().ok()));
            }
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// All models, sorted by name; beside each name what was found, since a damaged card must not hide the others.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn list(&self) -> Result<Vec<(ModelName, Result<StoredModel>)>> {
        let mut found = Vec::new();
        for name in self.names().await? {
            let model = self.find(&name).await;
            found.push((name, model));
        }
        Ok(found)
    }

    /// Removes a name, and the model's files if no other name is of it.
    ///
    /// # Errors
    /// There is no such name, it is one that the hub ships with, or the store fails.
    pub async fn remove(&self, name: &ModelName) -> Result<()> {
        if self.store.head(&card_path(name)).await?.is_none() {
            self.find(name).await?;
            return Err(ModelStoreError::Builtin(name.clone()));
        }
        // A damaged card can be removed, too; its files stay, since nothing says which they are.
        let hash = self.card(name).await.ok().flatten().map(|card| card.model.hash);
        self.store.delete(&card_path(name)).await?;
        let Some(hash) = hash else { return Ok(()) };
        for other in self.names().await? {
            // A card that can't be read may be of these files.
            match self.card(&other).await {
                Ok(Some(card)) if card.model.hash == hash => return Ok(()),
                Ok(_) => {}
                Err(_) => return Ok(()),
            }
        }
        let folder = format!("{FILES}/{hash}");
        let mut files = self.store.list(&folder);
        while let Some(file) = files.next().await {
            self.store.delete(&file?.path).await?;
        }
        if let Some(folder) = self.store.local_file(&folder) {
            // Empty folders are no model; that one can't be removed matters to nobody.
            let _ = std::fs::remove_dir_all(folder);
        }
        Ok(())
    }

    /// The local path of a model's ONNX file, with its other files beside it: whole, and what the card says.
    ///
    /// # Errors
    /// A file is missing or damaged, or can't be copied here.
    pub async fn fetch(&self, model: &StoredModel) -> Result<PathBuf> {
        let card = &model.card;
        let folder = match (model.is_builtin, self.store.local_file(&format!("{FILES}/{}", card.model.hash)))
        {
            (false, Some(folder)) => folder,
            _ => self.cache.join("models").join(card.model.hash.to_string()),
        };
        let is_copy = self.store.directory().is_none() || model.is_builtin;
        for file in &card.model.files {
            let path = folder.join(&file.path);
            if !path.is_file() {
                self.fetch_file(model, file, &path).await?;
            } else if is_copy && check(file, &path).await.is_err() {
                // A damaged copy; the original may be whole.
                self.fetch_file(model, file, &path).await?;
            } else if is_copy {
                continue;
            }
            check(file, &path).await?;
        }
        Ok(folder.join(MODEL_FILE))
    }

    async fn fetch_file(&self, model: &StoredModel, file: &ModelFile, to: &Path) -> Result<()> {
        if model.is_builtin {
            return transfer::write(builtin::bytes(&model.name).unwrap_or_default(), to);
        }
        let path = file_path(model.card.model.hash, &file.path);
        if self.store.directory().is_some() {
            let path = format!("{}/{path}", self.store.uri());
            let (found, expected) = ("it isn't there".to_owned(), format!("{} bytes", file.size_bytes));
            return Err(ModelStoreError::Damaged { path, found, expected });
        }
        transfer::download(&self.store, &path, to).await
    }
}

/// Compares a file with what the card says of it.
async fn check(file: &ModelFile, path: &Path) -> Result<()> {
    let (name, at) = (file.path.clone(), path.to_owned());
    let hashed = tokio::task::spawn_blocking(move || hashed(&name, &at)).await;
    let found = hashed.map_err(|error| ModelStoreError::Io {
        path: path.display().to_string(),
        action: "read it",
        source: std::io::Error::other(error),
    })??;
    if found.blake3 == file.blake3 && found.size_bytes == file.size_bytes {
        return Ok(());
    }
    let describe = |file: &ModelFile| format!("{} bytes, BLAKE3 {}", file.size_bytes, file.blake3);
    let path = path.display().to_string();
    Err(ModelStoreError::Damaged { path, found: describe(&found), expected: describe(file) })
}

fn card_path(name: &ModelName) -> String {
    format!("{CARDS}/{}/{}.json", name.namespace(), name.name())
}

fn file_path(hash: ContentHash, path: &str) -> String {
    format!("{FILES}/{hash}/{path}")
}
