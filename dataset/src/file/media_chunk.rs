//! The pages of a media column, made without copying a picture.
//!
//! Parquet's own writer copies a value three times on its way to the file: into the encoder, into the page, out
//! of the page. For integers nobody minds; for media that is most of what writing costs. A page of plain,
//! uncompressed values is simple, though: a header, the definition levels, and per value its length and its
//! bytes. So the chunk is written here as a list of *segments*: a few bytes of our own between two slices of the
//! memory that the samples were read into. What a reader sees is an ordinary data page (version 1, `PLAIN`,
//! levels in `RLE`).
//!
//! Source: apache/parquet-format, `parquet.thrift` (`PageHeader`, `DataPageHeader`, compact protocol) and
//! `Encodings.md` (plain `BYTE_ARRAY`, RLE levels).

use arrow::array::{Array, BinaryViewArray, StructArray};
use arrow::buffer::Buffer;
use bytes::{BufMut, Bytes, BytesMut};
use parquet::basic::{Compression, Encoding};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder};
use parquet::schema::types::ColumnDescPtr;

type Result<T> = parquet::errors::Result<T>;

/// Small samples share a page of about this size; a bigger sample has a page of its own.
pub(super) const MEDIA_PAGE_BYTES: usize = 64 * 1024;

/// Shorter values are copied: a segment has its own cost.
const SEGMENT_BYTES: usize = 4096;

/// Definition levels of `optional group { optional binary bytes }`.
const NO_SAMPLE: u8 = 0;
const NO_BYTES: u8 = 1;
const BYTES: u8 = 2;

/// A column chunk of encoded media.
pub struct MediaChunk {
    /// The bytes of its pages, in order.
    pub segments: Vec<Bytes>,
    /// What the footer says of it; offsets count from the chunk's first byte.
    pub close: ColumnCloseResult,
}

impl MediaChunk {
    /// The chunk of a media column's `bytes`.
    pub fn new(column: &ColumnDescPtr, media: &StructArray, bytes: &BinaryViewArray) -> Result<Self> {
        let memory = bytes.data_buffers().iter().map(|b| Bytes::from_owner(Memory(b.clone())));
        let buffers: Vec<Bytes> = memory.collect();
        let mut pages = Pages { segments: Vec::new(), own: BytesMut::new(), length: 0 };
        let mut index = OffsetIndexBuilder::new();
        let mut row = 0;
        while row < media.len() {
            let rows = page_rows(bytes, row);
            let offset = pages.length;
            pages.page(media, bytes, &buffers, row..row + rows)?;
            let size = i32::try_from(pages.length - offset).map_err(|_| too_long(pages.length - offset))?;
            index.append_row_count(rows as i64);
            index.append_offset_and_size(offset as i64, size);
            row += rows;
        }
        pages.seal();
        let metadata = ColumnChunkMetaData::builder(column.clone())
            .set_compression(Compression::UNCOMPRESSED)
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE])
            .set_num_values(media.len() as i64)
            .set_total_compressed_size(pages.length as i64)
            .set_total_uncompressed_size(pages.length as i64)
            .set_data_page_offset(0)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: pages.length as u64,
            rows_written: media.len() as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(index.build()),
        };
        Ok(Self { segments: pages.segments, close })
    }
}

/// The rows of the page that begins at a row: small samples share a page, a bigger one has its own.
fn page_rows(bytes: &BinaryViewArray, first: usize) -> usize {
    let mut size = 0;
    for row in first..bytes.len() {
        let length = if bytes.is_null(row) { 0 } else { bytes.value(row).len() + 4 };
        if row > first && size + length > MEDIA_PAGE_BYTES {
            return row - first;
        }
        size += length;
    }
    bytes.len() - first
}

fn too_long(bytes: usize) -> ParquetError {
    ParquetError::General(format!("a page of {bytes} bytes; the format's limit is 2 GiB"))
}

/// Arrow's memory as `Bytes` can own it.
struct Memory(Buffer);

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

struct Pages {
    segments: Vec<Bytes>,
    /// What lies between the samples' own memory.
    own: BytesMut,
    length: usize,
}

impl Pages {
    fn page(
        &mut self,
        media: &StructArray,
        bytes: &BinaryViewArray,
        buffers: &[Bytes],
        rows: std::ops::Range<usize>,
    ) -> Result<()> {
        let levels = levels(media, bytes, rows.clone());
        let values = rows.clone().filter(|r| media.is_valid(*r) && bytes.is_valid(*r));
        let content: usize = values.clone().map(|r| 4 + bytes.value(r).len()).sum();
        let size = 4 + levels.len() + content;
        let header = header(size as u32, rows.len() as u32);
        self.length += header.len() + size;
        self.own.put_slice(&header);
        self.own.put_u32_le(levels.len() as u32);
        self.own.put_slice(&levels);
        for row in values {
            let value = bytes.value(row);
            self.own.put_u32_le(value.len() as u32);
            if value.len() < SEGMENT_BYTES {
                self.own.put_slice(value);
            } else {
                // The last two words of a view: its buffer and where it begins there.
                let view = bytes.views()[row];
                let (buffer, offset) = ((view >> 64) as u32 as usize, (view >> 96) as u32 as usize);
                self.seal();
                self.segments.push(buffers[buffer].slice(offset..offset + value.len()));
            }
        }
        Ok(())
    }

    fn seal(&mut self) {
        if !self.own.is_empty() {
            self.segments.push(self.own.split().freeze());
        }
    }
}

/// The definition levels as runs of equal ones, in RLE of two bits.
fn levels(media: &StructArray, bytes: &BinaryViewArray, rows: std::ops::Range<usize>) -> Vec<u8> {
    let level = |row: usize| match (media.is_valid(row), bytes.is_valid(row)) {
        (false, _) => NO_SAMPLE,
        (true, false) => NO_BYTES,
        (true, true) => BYTES,
    };
    let mut runs = Vec::new();
    let mut row = rows.start;
    while row < rows.end {
        let run = (row..rows.end).take_while(|r| level(*r) == level(row)).count();
        varint(&mut runs, (run as u64) << 1);
        runs.push(level(row));
        row += run;
    }
    runs
}

/// A page header in Thrift's compact protocol: each byte names a field (the step from the last one in the high
/// half, the type in the low one: 5 an `i32`, 12 a struct), a zero ends a struct.
fn header(size: u32, values: u32) -> Vec<u8> {
    const DATA_PAGE: u32 = 0;
    const PLAIN: u32 = 0;
    const RLE: u32 = 3;
    let mut header = Vec::with_capacity(32);
    // 1: type, 2: uncompressed_page_size, 3: compressed_page_size
    i32_fields(&mut header, [DATA_PAGE, size, size]);
    // 5: data_page_header
    header.push(0x2c);
    // 1: num_values, 2: encoding, 3: definition_level_encoding, 4: repetition_level_encoding
    i32_fields(&mut header, [values, PLAIN, RLE, RLE]);
    header.extend([0, 0]);
    header
}

/// Fields that follow each other, each a non-negative `i32` in zigzag.
fn i32_fields<const N: usize>(out: &mut Vec<u8>, values: [u32; N]) {
    for value in values {
        out.push(0x15);
        varint(out, u64::from(value) << 1);
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::BinaryViewBuilder;
    use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
    use arrow::buffer::NullBuffer;
    use arrow::datatypes::DataType;
    use bytes::Buf;
    use hub_schema::arrow_types::{Form, arrow_schema};
    use hub_schema::{Feature, Schema};
    use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
    use parquet::file::metadata::PageIndexPolicy;

    use super::*;
    use crate::file::GroupWriter;

    /// Values of every kind: none, no bytes (a long sample), inline, small, and with a segment of their own.
    fn media(rows: usize) -> StructArray {
        let mut bytes = BinaryViewBuilder::new();
        let mut valid = Vec::new();
        let lengths = [0, 3, 12, 13, 4095, 4096, 70_000, 200];
        for row in 0..rows {
            valid.push(row % 11 != 5);
            if row % 11 == 5 || row % 13 == 7 {
                bytes.append_null();
                continue;
            }
            let value: Vec<u8> = (0..lengths[row % lengths.len()]).map(|i| (i * 7 + row) as u8).collect();
            if value.len() > 12 {
                let length = value.len() as u32;
                let block = bytes.append_block(Buffer::from(value));
                bytes.try_append_view(block, 0, length).unwrap();
            } else {
                bytes.append_value(value);
            }
        }
        let paths: StringArray = (0..rows).map(|row| valid[row].then(|| format!("{row}.jpg"))).collect();
        let DataType::Struct(fields) = hub_schema::arrow_types::data_type(&Feature::Image, Form::Read) else {
            unreachable!()
        };
        let columns: Vec<ArrayRef> = vec![Arc::new(bytes.finish()), Arc::new(paths)];
        StructArray::new(fields, columns, Some(NullBuffer::from(valid)))
    }

    #[test]
    fn parquet_reads_what_was_never_copied() {
        let schema = Schema::new([("image", Feature::Image), ("mask", Feature::Image)]).unwrap();
        let fields: Vec<_> = schema.fields.iter().filter(|f| f.feature.is_media()).collect();
        let arrow = Arc::new(arrow_schema(fields.iter().copied(), Form::Read));
        let groups = [media(500), media(1), media(40)];
        let mut writer = GroupWriter::new(&fields).unwrap();
        for group in &groups {
            // The second column is a slice, whose views point into the middle of its memory.
            let rows = group.len();
            let mask = media(rows + 3).slice(3, rows);
            let columns: Vec<ArrayRef> = vec![Arc::new(group.clone()), Arc::new(mask)];
            writer.write_row_group(&RecordBatch::try_new(arrow.clone(), columns).unwrap()).unwrap();
        }
        let file = writer.finish().unwrap();
        let whole: Bytes = {
            let mut all = BytesMut::new();
            file.payload.iter().for_each(|segment| all.put(segment.chunk()));
            all.freeze()
        };
        assert_eq!(whole.len() as u64, file.size_bytes);
        assert_eq!(blake3::hash(&whole).as_bytes(), &file.hash.0);
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        let options = options.with_schema(arrow.clone());
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(whole, options).unwrap();
        let pages = &reader.metadata().offset_index().unwrap()[0][0].page_locations;
        assert!(pages.len() > 60 && pages.len() < 500, "{} pages", pages.len());
        let batches: Vec<_> = reader.with_batch_size(1 << 20).build().unwrap().map(|b| b.unwrap()).collect();
        let all = arrow::compute::concat_batches(&arrow, &batches).unwrap();
        let mut at = 0;
        for group in &groups {
            let rows = group.len();
            for (column, wanted) in [(0, group.clone()), (1, media(rows + 3).slice(3, rows))] {
                assert_eq!(all.column(column).as_struct().slice(at, rows), wanted);
            }
            at += rows;
        }
        assert_eq!(at, all.num_rows());
    }
}
