//! A store behind a server: it is told what will be read, and it knows who writes.

use std::sync::Arc;

use super::place::Store;
use super::prefetch_hint::{PrefetchHint, Scan};
use super::writer_identity::WriterIdentity;
use crate::author::Author;
use crate::error::Result;

impl Store {
    /// The store, with somebody who is told what will be read.
    #[must_use]
    pub fn with_prefetch_hint(self, prefetch_hint: Arc<dyn PrefetchHint>) -> Self {
        Self { prefetch_hint: Some(prefetch_hint), ..self }
    }

    /// Does a server stand between this store and its files?
    pub fn is_served(&self) -> bool {
        self.prefetch_hint.is_some()
    }

    /// Says what will be read. Nothing depends on it but speed.
    pub async fn will_read(&self, scan: &Scan) -> Result<()> {
        match &self.prefetch_hint {
            Some(prefetch_hint) => {
                prefetch_hint.will_read(scan).await.map_err(self.fail("", "plan what to read"))
            }
            None => Ok(()),
        }
    }

    /// The store, with somebody who knows who writes.
    #[must_use]
    pub fn known_to(self, writer: Arc<dyn WriterIdentity>) -> Self {
        Self { writer: Some(writer), ..self }
    }

    /// The author's name, as it is written there.
    pub(crate) async fn author(&self, author: &Author) -> Result<String> {
        match &self.writer {
            Some(writer) => writer.author(author).await.map_err(self.fail("", "ask who writes")),
            None => Ok(author.name.clone()),
        }
    }
}
