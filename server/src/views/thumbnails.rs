//! Thumbnails of cells, one or many.

use bytes::{BufMut, Bytes, BytesMut};
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::Snapshot;
use hub_schema::Field;

use super::cell_value::read;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::thumbnail::{Content, Name, Params, Subject};

/// Thumbnails of one pack that are made at a time.
const AT_ONCE: usize = 8;

/// The cell of a thumbnail, whose content is read when it is needed.
#[derive(Debug)]
pub struct Pictured {
    subject: Subject,
    /// The hash of its bytes and the parameters.
    pub name: Name,
    known: Option<Content>,
}

/// A column that has thumbnails, of a revision.
#[derive(Clone, Copy, Debug)]
pub struct Pictures<'a> {
    pub state: &'a AppState,
    pub set: &'a OpenDataset,
    pub snapshot: &'a Snapshot,
    pub field: &'a Field,
}

impl Pictures<'_> {
    fn subject(&self) -> Result<Subject> {
        Subject::of(&self.field.feature).ok_or_else(|| {
            let (name, holds) = (&self.field.name, self.field.feature.describe());
            Problem::invalid(format!(
                "column '{name}' is {holds}; thumbnails are only available for images, raw images, PNG masks, audio and \
                 video"
            ))
        })
    }

    async fn content(&self, subject: &Subject, row: &str) -> Result<Content> {
        let cell = read(self.snapshot, row, self.field).await?;
        Content::of(subject, cell.value, self.set.dataset.store())
    }

    /// The cell of a row, which is read only if its bytes' hash isn't known.
    pub async fn find(&self, row: &str, params: &Params) -> Result<Pictured> {
        let subject = self.subject()?;
        let id = (self.set.info.uuid, self.snapshot.at().id, row.to_owned(), self.field.id);
        let (hash, known) = match self.state.thumbnails.hash(&id).await {
            Some(hash) => (hash, None),
            None => {
                let content = self.content(&subject, row).await?;
                let hash = content.hash();
                self.state.thumbnails.remember(id, hash).await;
                (hash, Some(content))
            }
        };
        Ok(Pictured { name: params.name(&subject, &hash), subject, known })
    }

    /// The thumbnail of a cell that was found.
    pub async fn make(&self, row: &str, of: Pictured, params: &Params) -> Result<Bytes> {
        let read = async {
            match of.known {
                Some(content) => Ok(content),
                None => self.content(&of.subject, row).await,
            }
        };
        self.state.thumbnails.get(&self.state.metrics, of.name, params, read).await
    }

    /// The thumbnails of some rows, one after the other: the length of each in four bytes, little-endian, and its file.
    /// The length is 0 where a row has none: the cell is null, or its content can't be decoded.
    ///
    /// # Errors
    /// A row is not there; the store fails, the server is overloaded.
    pub async fn pack(&self, rows: &[&str], params: &Params) -> Result<Bytes> {
        self.subject()?;
        let made = rows.iter().map(|row| async move {
            let thumbnail = match self.find(row, params).await {
                Ok(found) => self.make(row, found, params).await,
                Err(problem) => Err(problem),
            };
            match thumbnail {
                Ok(bytes) => Ok(bytes),
                Err(problem) if has_none(&problem) => Ok(Bytes::new()),
                Err(problem) => Err(problem),
            }
        });
        let made: Vec<_> = made.collect();
        let made: Vec<Bytes> = stream::iter(made).buffered(AT_ONCE).try_collect().await?;
        let mut pack = BytesMut::with_capacity(made.iter().map(|bytes| bytes.len() + 4).sum());
        for bytes in made {
            pack.put_u32_le(u32::try_from(bytes.len()).unwrap_or(0));
            pack.put(bytes);
        }
        Ok(pack.freeze())
    }
}

/// Whether a cell has no thumbnail, rather than that something failed. (Without ffmpeg no video has one.)
const fn has_none(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        Kind::NotFound | Kind::BadMedia | Kind::TooManyPixels | Kind::NoFfmpeg | Kind::Damaged
    )
}
