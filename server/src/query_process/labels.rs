//! The label index on both sides: a process of queries asks the server, which has the catalog.

use std::io;
use std::os::unix::net::UnixStream as StdSocket;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use hub_dataset::{LabelColumn, LabelIndex, LabelIndexError, Snapshot};
use hub_query::NamedSnapshot;
use roaring::RoaringBitmap;
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use super::frame;
use super::message::{FromWorker, ToWorker};

/// What the server said about labels: whether it has them, an error, and the positions.
pub type Said = (bool, Option<String>, Vec<u8>);

/// The line from a process to the server.
#[derive(Clone, Debug)]
pub struct Line {
    socket: Arc<Mutex<StdSocket>>,
    said: Arc<AsyncMutex<mpsc::UnboundedReceiver<Said>>>,
}

impl Line {
    pub fn new(socket: StdSocket, said: mpsc::UnboundedReceiver<Said>) -> Self {
        Self { socket: Arc::new(Mutex::new(socket)), said: Arc::new(AsyncMutex::new(said)) }
    }

    pub fn send(&self, message: &FromWorker, body: &[u8]) -> io::Result<()> {
        frame::send(&mut *self.socket.lock().unwrap_or_else(PoisonError::into_inner), message, body)
    }
}

/// The label index of a data set, as a process of queries sees it.
#[derive(Debug)]
pub struct ServersIndex {
    pub line: Line,
    /// The index of the data set among those of the query.
    pub member: usize,
}

#[async_trait]
impl LabelIndex for ServersIndex {
    async fn positions(
        &self,
        _: &Snapshot,
        column: &LabelColumn,
        synsets: &[String],
    ) -> Result<Option<RoaringBitmap>, LabelIndexError> {
        let wrong = |error: io::Error| LabelIndexError(error.into());
        // Held until the answer is there, so that answers are not mixed up.
        let mut said = self.line.said.lock().await;
        let (member, path, synsets) = (self.member, column.path.clone(), synsets.to_vec());
        self.line.send(&FromWorker::Labels { member, path, synsets }, &[]).map_err(wrong)?;
        match said.recv().await {
            None => Err(wrong(io::ErrorKind::BrokenPipe.into())),
            Some((_, Some(error), _)) => Err(wrong(io::Error::other(error))),
            Some((false, None, _)) => Ok(None),
            Some((true, None, bytes)) => {
                RoaringBitmap::deserialize_from(bytes.as_slice()).map(Some).map_err(wrong)
            }
        }
    }
}

/// The server's answer to a process that asks for labels.
pub async fn look_up(
    members: &[NamedSnapshot],
    member: usize,
    path: &[String],
    synsets: &[String],
) -> io::Result<(ToWorker, Vec<u8>)> {
    let not_found = || (ToWorker::Labels { found: false, error: None }, Vec::new());
    let Some(member) = members.get(member) else { return Ok(not_found()) };
    let columns = LabelColumn::all(member.snapshot.schema());
    let (Some(index), Some(column)) = (&member.index, columns.iter().find(|column| column.path == path))
    else {
        return Ok(not_found());
    };
    match index.positions(&member.snapshot, column, synsets).await {
        Ok(None) => Ok(not_found()),
        Ok(Some(positions)) => {
            let mut bytes = Vec::with_capacity(positions.serialized_size());
            positions.serialize_into(&mut bytes)?;
            Ok((ToWorker::Labels { found: true, error: None }, bytes))
        }
        Err(error) => {
            Ok((ToWorker::Labels { found: false, error: Some(crate::problem::chain(&error)) }, Vec::new()))
        }
    }
}
