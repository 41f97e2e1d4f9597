//! The bytes of an object as a stream.
//!
//! After a broken connection the object is requested again from the byte where it broke. An object that is read
//! whole and is named by its hash is hashed on the way; a wrong hash is an error at the end of the stream, so that a
//! caller who waits for the end never gets wrong bytes.

use std::sync::Arc;

use backon::{BackoffBuilder, ExponentialBackoff};
use blake3::Hasher;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use hub_schema::ContentHash;
use object_store::GetRange;

use super::error::{Error, Result, server_of};
use super::objects::{Objects, Opened, hash_of};

/// The most broken connections of one object.
const MAX_BREAKS: u32 = 50;
/// The most broken connections in a row without a byte between them.
const MAX_BREAKS_IN_A_ROW: usize = 6;

struct Download {
    objects: Arc<Objects>,
    path: String,
    now: Option<Opened>,
    at: u64,
    end: u64,
    total: u64,
    breaks: u32,
    /// The pauses that are left while no bytes come.
    pauses: ExponentialBackoff,
    hash: Option<(Hasher, ContentHash)>,
}

/// The bytes of an opened object.
pub fn stream(
    objects: Arc<Objects>,
    path: String,
    opened: Opened,
) -> BoxStream<'static, object_store::Result<Bytes>> {
    let whole = opened.range == (0..opened.total);
    let hash = hash_of(&path).filter(|_| whole).map(|hash| (Hasher::new(), hash));
    let (at, end, total) = (opened.range.start, opened.range.end, opened.total);
    let pauses = pauses(&objects);
    let download = Download { objects, path, now: Some(opened), at, end, total, breaks: 0, pauses, hash };
    stream::try_unfold(download, |mut download| async move {
        match download.next().await {
            Ok(Some(bytes)) => Ok(Some((bytes, download))),
            Ok(None) => Ok(None),
            Err(error) => Err(error.of_object(&download.path)),
        }
    })
    .boxed()
}

impl Download {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        while self.at < self.end {
            match self.try_next().await {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(error) if error.is_passing() => self.broke(error).await?,
                Err(error) => return Err(error),
            }
        }
        match self.hash.take() {
            Some((hasher, named)) if *hasher.finalize().as_bytes() != named.0 => Err(Error::WrongHash {
                server: self.objects.connection.address().to_string(),
                path: self.path.clone(),
                found: hasher.finalize().to_string(),
            }),
            _ => Ok(None),
        }
    }

    async fn try_next(&mut self) -> Result<Bytes> {
        let mut opened = match self.now.take() {
            Some(opened) => opened,
            None => self.reopen().await?,
        };
        let chunk = self.objects.connection.next_chunk(&opened.url, &mut opened.response).await?;
        let Some(bytes) = chunk else { return Err(self.broken(&opened)) };
        if bytes.len() as u64 > self.end - self.at {
            return Err(Error::strange(
                &opened.url,
                format!("{}: more bytes came than the response announced", self.path),
            ));
        }
        self.at += bytes.len() as u64;
        self.pauses = pauses(&self.objects);
        if let Some((hasher, _)) = &mut self.hash {
            hasher.update(&bytes);
        }
        self.now = Some(opened);
        Ok(bytes)
    }

    fn broken(&self, opened: &Opened) -> Error {
        let (path, bytes) = (self.path.clone(), self.at - opened.range.start);
        Error::Broken { server: server_of(&opened.url), path, bytes, breaks: self.breaks + 1 }
    }

    async fn reopen(&mut self) -> Result<Opened> {
        let opened = self.objects.open(&self.path, Some(&GetRange::Bounded(self.at..self.end))).await?;
        if opened.total != self.total {
            let problem = format!(
                "{}: its length changed from {} to {} bytes during the transfer",
                self.path, self.total, opened.total
            );
            return Err(Error::strange(&opened.url, problem));
        }
        Ok(opened)
    }

    /// Waits before the object is opened again.
    async fn broke(&mut self, error: Error) -> Result<()> {
        self.breaks += 1;
        match self.pauses.next().filter(|_| self.breaks <= MAX_BREAKS) {
            Some(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
            None => Err(error),
        }
    }
}

/// The pauses of an object whose connection breaks: they begin anew whenever bytes came.
fn pauses(objects: &Objects) -> ExponentialBackoff {
    objects.connection.patience().pauses(MAX_BREAKS_IN_A_ROW).build()
}
