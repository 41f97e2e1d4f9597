//! The place of a data set on an object store.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;

use super::prefetch_hint::PrefetchHint;
use super::writer_identity::WriterIdentity;
use crate::error::Error;

/// A data set's place on an object store.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) inner: Arc<dyn ObjectStore>,
    pub(super) root: Path,
    pub(super) uri: Arc<str>,
    pub(super) local: Option<Arc<std::path::Path>>,
    pub(super) prefetch_hint: Option<Arc<dyn PrefetchHint>>,
    pub(super) writer: Option<Arc<dyn WriterIdentity>>,
}

impl Store {
    /// The store below `root` of any object store; `uri` names it in messages.
    pub fn new(inner: Arc<dyn ObjectStore>, root: Path, uri: impl Into<Arc<str>>) -> Self {
        Self { inner, root, uri: uri.into(), local: None, prefetch_hint: None, writer: None }
    }

    /// The location as a URI or path, for messages.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The directory, if it is on a local disk.
    pub fn directory(&self) -> Option<&std::path::Path> {
        self.local.as_deref()
    }

    /// The local file of an object, if it is on a local disk.
    pub fn local_file(&self, path: &str) -> Option<PathBuf> {
        self.local.as_deref().map(|dir| dir.join(path))
    }

    pub(super) fn full(&self, path: &str) -> Path {
        Path::from_iter(self.root.parts().chain(Path::from(path).parts()))
    }

    pub(super) fn fail(
        &self,
        path: &str,
        action: &'static str,
    ) -> impl FnOnce(object_store::Error) -> Error + use<> {
        let (uri, path) = (self.uri.to_string(), path.to_owned());
        move |source| Error::Store { uri, path, action, source }
    }
}
