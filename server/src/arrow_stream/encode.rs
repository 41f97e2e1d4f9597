//! Cuts rows into pieces of bounded size, and encodes each when it is asked for.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{BinaryViewType, DataType, SchemaRef};
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use tokio::sync::Semaphore;

use super::columns;
use super::rows::{Read, Rows};
use crate::problem::{Result, internal};

/// A piece ends with the row that makes it this long. Two of them are what a reader costs.
const PIECE_BYTES: usize = 512 * 1024;
/// What an encoded piece is longer than its columns, about.
const FRAME_BYTES: usize = 64 * 1024;

/// A stream of rows as bytes.
pub struct Encoder {
    rows: Rows,
    schema: SchemaRef,
    writer: Option<StreamWriter<Vec<u8>>>,
    batch_rows: usize,
    /// Admission to encode: pieces that wait for a processor cost nothing until then.
    turns: Arc<Semaphore>,
    /// Rows that were read and not yet sent, and how many of them were.
    read: Option<(Read, Vec<usize>, usize)>,
}

impl Encoder {
    /// A stream of batches of at most `batch_rows`.
    pub fn new(rows: Rows, batch_rows: usize, turns: Arc<Semaphore>) -> Result<Self> {
        let schema = columns::schema(rows.fields(), rows.with_ids());
        let writer = StreamWriter::try_new(Vec::new(), &schema).map_err(|e| internal(&e))?;
        Ok(Self { rows, schema, writer: Some(writer), batch_rows, turns, read: None })
    }

    /// The next piece: the schema and the first batch, then a batch each, then the end.
    pub async fn next(&mut self) -> Option<Result<Bytes>> {
        self.writer.as_ref()?;
        if self.read.is_none() {
            match self.rows.next().await {
                None => return self.end(),
                Some(Err(problem)) => return Some(self.fail(problem)),
                Some(Ok(read)) => {
                    let weights = weights(&read.batch);
                    self.read = Some((read, weights, 0));
                }
            }
        }
        let Some((read, weights, at)) = &mut self.read else { return self.end() };
        let from = *at;
        let (mut to, mut bytes) = (from, 0);
        while to < weights.len() && to - from < self.batch_rows && (bytes < PIECE_BYTES || to == from) {
            bytes += weights[to];
            to += 1;
        }
        *at = to;
        let piece = read.batch.slice(from, to - from);
        let ids = read.ids.get(from..to).unwrap_or_default().to_vec();
        let pages = read.pages.clone();
        if to >= weights.len() {
            self.read = None;
        }
        // Copying a piece is work for a processor: off the threads that serve.
        let turn = self.turns.clone().acquire_owned().await;
        let (schema, mut writer) = (self.schema.clone(), self.writer.take()?);
        writer.get_mut().reserve(bytes + FRAME_BYTES);
        let encoded = tokio::task::spawn_blocking(move || {
            let encoded = encode(&schema, writer, &piece, &ids);
            pages.let_go();
            encoded
        })
        .await;
        drop(turn);
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
    ids: &[u64],
) -> Result<(StreamWriter<Vec<u8>>, Bytes)> {
    let batch = columns::batch(schema, piece, ids).map_err(|e| internal(&e))?;
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
            None => shared += column.get_array_memory_size(),
        }
    }
    let share = shared / rows.max(1);
    weights.iter_mut().for_each(|weight| *weight += share);
    weights
}
