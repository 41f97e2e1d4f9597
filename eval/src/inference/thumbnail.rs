//! Small pictures of some rows, for people.

use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_decode::{Dtype, Filter, ImageDecoder, ImageSpec, Output, ResizeTo, Transform};
use hub_stream::StreamBuilder;

use super::columns::Columns;
use super::decode::{Rows, decode};
use super::error::InferenceError;

/// The centres of the images at some positions, as RGB bytes of `side` x `side` pixels; rows that can't be decoded are
/// left out. In the order of the positions.
///
/// # Errors
/// The rows can't be read.
pub async fn thumbnails(
    snapshot: &Snapshot,
    columns: &Columns,
    positions: &[u64],
    side: u32,
) -> Result<Vec<(u64, Vec<u8>)>, InferenceError> {
    let mut sorted = positions.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let columns = Columns { label: None, valid: None, boxes: None, ..columns.clone() };
    let transform = Transform::Resize { to: ResizeTo::Short(side), crop: Some([side, side]), flip: 0.0 };
    let output = Output { dtype: Dtype::U8, ..Output::default() };
    let spec =
        ImageSpec { transform, filter: Filter::Bilinear, orient: true, output, ..ImageSpec::default() };
    let bytes = side as usize * side as usize * 3;
    let mut decoder = ImageDecoder::new().map_err(|error| InferenceError::Thread(error.to_string()))?;
    let builder = StreamBuilder::new(snapshot.clone()).positions(sorted.iter().copied()).in_order();
    let builder = builder.columns(&columns.names()).with_row_ids(true).decode_tensors(false).batch_size(16);
    let mut stream = builder.build().await?;
    let mut left = sorted.into_iter();
    let mut found = Vec::new();
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let positions = left.by_ref().take(batch.num_rows()).collect();
        let rows = Rows { batch, positions, blobs: std::collections::HashMap::new() };
        let decoded = decode(&rows, &columns, &spec, bytes, &mut decoder)?;
        let shown = decoded.rows.iter().filter(|row| row.problem.is_none());
        found.extend(
            shown.zip(decoded.tensors.chunks_exact(bytes)).map(|(row, rgb)| (row.position, rgb.to_vec())),
        );
    }
    Ok(found)
}
