//! Cuts batches into pieces of bounded size, and encodes each on demand.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{BinaryViewType, DataType, SchemaRef};
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use hub_schema::Field;
use hub_stream::{BatchStream, Pages};
use tokio::sync::Semaphore;

use super::batches::Batches;
use super::columns;
use crate::problem::{Result, internal};

/// A piece ends with the row that makes it this long. A client costs two of them.
const PIECE_BYTES: usize = 512 * 1024;
/// About how much longer an encoded piece is than its columns.
const FRAME_BYTES: usize = 64 * 1024;

/// A stream of batches as bytes.
pub struct Encoder {
    batches: Batches,
    schema: SchemaRef,
    writer: Option<StreamWriter<Vec<u8>>>,
    /// Limits how many pieces are encoded at a time: a piece that waits for its permit takes no memory.
    permits: Arc<Semaphore>,
    /// The batch that is being sent.
    sending: Option<Sending>,
}

/// A batch, and how far it was sent.
struct Sending {
    batch: RecordBatch,
    pages: Pages,
    /// About how many bytes each row has.
    weights: Vec<usize>,
    sent: usize,
}

impl Sending {
    /// Moves on by a piece; about how many bytes it has.
    fn advance(&mut self) -> usize {
        let (from, mut bytes) = (self.sent, 0);
        while self.sent < self.weights.len() && (bytes < PIECE_BYTES || self.sent == from) {
            bytes += self.weights[self.sent];
            self.sent += 1;
        }
        bytes
    }
}

impl Encoder {
    /// The bytes of a stream of some columns.
    pub fn new(stream: BatchStream, fields: &[Field], permits: Arc<Semaphore>) -> Result<Self> {
        let schema = columns::schema(fields, stream.schema());
        let writer = StreamWriter::try_new(Vec::new(), &schema).map_err(|e| internal(&e))?;
        Ok(Self { batches: Batches::new(stream), schema, writer: Some(writer), permits, sending: None })
    }

    /// The next piece: the schema and the first batch, then a batch each, then the end.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        self.writer.as_ref()?;
        if self.sending.is_none() {
            match self.batches.next().await {
                None => return self.end(),
                Some(Err(problem)) => return Some(self.fail(problem)),
                Some(Ok((batch, pages))) => {
                    let weights = weights(&batch);
                    self.sending = Some(Sending { batch, pages, weights, sent: 0 });
                }
            }
        }
        let Some(sending) = &mut self.sending else { return self.end() };
        let (from, bytes) = (sending.sent, sending.advance());
        let piece = sending.batch.slice(from, sending.sent - from);
        let pages = sending.pages.clone();
        if sending.sent >= sending.weights.len() {
            self.sending = None;
        }
        // Copying a piece takes CPU time, so it is done off the runtime's threads.
        let permit = self.permits.clone().acquire_owned().await;
        let (schema, mut writer) = (self.schema.clone(), self.writer.take()?);
        writer.get_mut().reserve(bytes + FRAME_BYTES);
        let encoded = tokio::task::spawn_blocking(move || {
            let encoded = encode(&schema, writer, &piece);
            pages.release();
            encoded
        })
        .await;
        drop(permit);
        match encoded.map_err(|e| internal(&e)).flatten() {
            Ok((writer, bytes)) => {
                self.writer = Some(writer);
                Some(Ok(bytes))
            }
            Err(problem) => Some(self.fail(problem)),
        }
    }

    fn end(&mut self) -> Option<Result<Bytes>> {
        let ended = self.writer.take()?.into_inner();
        Some(ended.map(Bytes::from).map_err(|e| internal(&e)))
    }

    fn fail(&mut self, problem: crate::Problem) -> Result<Bytes> {
        self.writer = None;
        Err(problem)
    }
}

fn encode(
    schema: &SchemaRef,
    mut writer: StreamWriter<Vec<u8>>,
    piece: &RecordBatch,
) -> Result<(StreamWriter<Vec<u8>>, Bytes)> {
    let batch = columns::declared(schema, piece).map_err(|e| internal(&e))?;
    writer.write(&batch).map_err(|e| internal(&e))?;
    let bytes = std::mem::take(writer.get_mut());
    Ok((writer, bytes.into()))
}

/// About how many bytes each row has: media by their length, the rest by its share.
fn weights(batch: &RecordBatch) -> Vec<usize> {
    let rows = batch.num_rows();
    let media = |column: &dyn Array| {
        let bytes = column.as_struct_opt()?.column_by_name("bytes")?.clone();
        (*bytes.data_type() == DataType::BinaryView).then_some(bytes)
    };
    let mut weights = vec![0; rows];
    let mut shared = 0;
    for column in batch.columns() {
        match media(column) {
            Some(bytes) => {
                let views = bytes.as_byte_view::<BinaryViewType>();
                weights
                    .iter_mut()
                    .zip(views)
                    .for_each(|(weight, v)| *weight += v.map_or(0, <[u8]>::len) + 64);
            }
            // The size of the slice, not of the buffers that it is a slice of.
            None => shared += column.to_data().get_slice_memory_size().unwrap_or(0),
        }
    }
    let share = shared / rows.max(1);
    weights.iter_mut().for_each(|weight| *weight += share);
    weights
}
