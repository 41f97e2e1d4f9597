//! A store behind a server: it can prepare for reads, and it knows the writer's login.

use std::sync::Arc;

use super::place::Store;
use super::prefetch_hint::{PrefetchHint, Scan};
use super::writer_identity::WriterIdentity;
use crate::author::Author;
use crate::error::Result;

impl Store {
    /// The store, with a receiver of prefetch hints.
    #[must_use]
    pub fn with_prefetch_hint(self, prefetch_hint: Arc<dyn PrefetchHint>) -> Self {
        Self { prefetch_hint: Some(prefetch_hint), ..self }
    }

    /// Whether a server is between this store and its files.
    pub fn is_served(&self) -> bool {
        self.prefetch_hint.is_some()
    }

    /// Announces what will be read. Only speed depends on it.
    pub async fn will_read(&self, scan: &Scan) -> Result<()> {
        match &self.prefetch_hint {
            Some(prefetch_hint) => {
                prefetch_hint.will_read(scan).await.map_err(self.fail("", "announce what will be read"))
            }
            None => Ok(()),
        }
    }

    /// The store, with a source of the writer's login.
    #[must_use]
    pub fn with_writer_identity(self, writer: Arc<dyn WriterIdentity>) -> Self {
        Self { writer: Some(writer), ..self }
    }

    /// The author's name, as the store records it.
    pub(crate) async fn author(&self, author: &Author) -> Result<String> {
        match &self.writer {
            Some(writer) => writer.author(author).await.map_err(self.fail("", "get the login of the writer")),
            None => Ok(author.name.clone()),
        }
    }
}
