//! Lays the chunks of row groups one behind the other and writes the footer that finds them.

use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataWriter, RowGroupMetaData,
};

use super::chunk::{Chunk, Origin, RowGroup, moved};
use super::recipe::{Recipe, RecipeBuilder};
use super::target::Target;
use crate::file::{FORMAT_KEY, pairs};

const MAGIC: &[u8] = b"PAR1";

/// The recipe of a file of these row groups.
pub fn lay_out(target: &Target, row_groups: Vec<RowGroup>) -> Result<Recipe, ParquetError> {
    let mut recipe = RecipeBuilder::new();
    recipe.literal(Bytes::from_static(MAGIC));
    let mut rows = 0;
    let mut described = Vec::with_capacity(row_groups.len());
    for row_group in row_groups {
        rows += row_group.rows;
        described.push(lay_row_group(target, row_group, &mut recipe)?);
    }
    let fields: Vec<_> = target.fields.iter().collect();
    // The format key promises checksums and page indexes, which an assembled file doesn't have.
    let pairs = pairs(&fields).into_iter().filter(|p| p.key != FORMAT_KEY).collect();
    let count = i64::try_from(rows).unwrap_or(i64::MAX);
    let by = Some(format!("imagehub {}", env!("CARGO_PKG_VERSION")));
    let file = FileMetaData::new(1, count, by, Some(pairs), Arc::clone(&target.schema), None);
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &ParquetMetaData::new(file, described)).finish()?;
    recipe.literal(footer.into());
    Ok(recipe.finish(rows))
}

fn lay_row_group(
    target: &Target,
    mut row_group: RowGroup,
    recipe: &mut RecipeBuilder,
) -> Result<RowGroupMetaData, ParquetError> {
    let first = recipe.at();
    // Chunks that lie side by side stay so: a file's part of a row group is one range.
    row_group.chunks.sort_by(|a, b| place(a).cmp(&place(b)));
    let mut described: Vec<(usize, ColumnChunkMetaData)> = Vec::with_capacity(row_group.chunks.len());
    for chunk in row_group.chunks {
        let metadata = moved(&chunk, target.schema.column(chunk.leaf), recipe.at())?;
        described.push((chunk.leaf, metadata));
        match chunk.origin {
            Origin::Literal(bytes) => recipe.literal(bytes),
            origin => recipe.push(origin, chunk.range),
        }
    }
    described.sort_by_key(|(leaf, _)| *leaf);
    let in_order = described.iter().map(|(leaf, _)| *leaf).eq(0..target.schema.num_columns());
    if !in_order {
        return Err(ParquetError::General(
            "a row group doesn't have exactly one chunk for each column".to_owned(),
        ));
    }
    let columns: Vec<_> = described.into_iter().map(|(_, metadata)| metadata).collect();
    let bytes = columns.iter().fold(0_i64, |sum, c| sum.saturating_add(c.uncompressed_size()));
    RowGroupMetaData::builder(Arc::clone(&target.schema))
        .set_num_rows(i64::try_from(row_group.rows).unwrap_or(i64::MAX))
        .set_total_byte_size(bytes)
        .set_file_offset(i64::try_from(first).unwrap_or(i64::MAX))
        .set_column_metadata(columns)
        .build()
}

/// The order of chunks in a row group.
fn place(chunk: &Chunk) -> (u8, &[u8], u64) {
    match &chunk.origin {
        Origin::Stored(path) => (0, path.as_bytes(), chunk.range.start),
        Origin::Rewritten(part) => (1, &part.key.0, chunk.range.start),
        Origin::Literal(_) => (2, &[], chunk.leaf as u64),
    }
}
