//! Listing objects.

use chrono::{DateTime, Utc};
use futures::stream::{BoxStream, StreamExt};
use object_store::ObjectStore;

use super::place::Store;
use crate::error::{Error, Result};

/// An object, as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path below the data set's root.
    pub path: String,
    /// The object's length in bytes.
    pub size_bytes: u64,
    /// When it was last written.
    pub modified: DateTime<Utc>,
}

impl Store {
    /// All objects below a folder, in no order.
    pub fn list(&self, folder: &str) -> BoxStream<'static, Result<Listed>> {
        let prefix = self.full(folder);
        let root = self.root.clone();
        let (uri, folder) = (self.uri.to_string(), folder.to_owned());
        let listed = self.inner.list(Some(&prefix));
        listed
            .map(move |meta| match meta {
                Ok(meta) => {
                    let below = meta.location.prefix_match(&root).into_iter().flatten();
                    let parts: Vec<_> = below.map(|p| p.as_ref().to_owned()).collect();
                    Ok(Listed { path: parts.join("/"), size_bytes: meta.size, modified: meta.last_modified })
                }
                Err(source) => {
                    Err(Error::Store { uri: uri.clone(), path: folder.clone(), action: "list it", source })
                }
            })
            .boxed()
    }

    /// The objects right in a folder; `""` is the root.
    pub async fn files(&self, folder: &str) -> Result<Vec<Listed>> {
        let listed = self.inner.list_with_delimiter(Some(&self.full(folder))).await;
        let listed = listed.map_err(self.fail(folder, "list it"))?;
        let file = |meta: object_store::ObjectMeta| {
            let name = meta.location.filename()?;
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            Some(Listed { path, size_bytes: meta.size, modified: meta.last_modified })
        };
        Ok(listed.objects.into_iter().filter_map(file).collect())
    }

    /// The names of the folders right below a folder.
    pub async fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let listed = self.inner.list_with_delimiter(Some(&self.full(folder))).await;
        let listed = listed.map_err(self.fail(folder, "list it"))?;
        Ok(listed.common_prefixes.iter().filter_map(|p| p.filename().map(str::to_owned)).collect())
    }
}
