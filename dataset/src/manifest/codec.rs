//! A manifest as bytes: a Parquet file with one row a fragment.
//!
//! Parquet, so that any tool can read it, and so that the ids alone can be read (a writer must know which are
//! taken) without the rest.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, ListArray, RecordBatch, StringArray,
    StructArray, UInt32Array, UInt64Array,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, UInt32Type, UInt64Type};
use bytes::Bytes;
use hub_schema::{ContentHash, DataFile, FieldId, Fragment, FragmentId, Patch, RowId, RowRun};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::limits;
use crate::error::{Error, Result};
use crate::hash::hash;

/// Manifests of at most this many fragments are not compressed.
const UNCOMPRESSED_FRAGMENTS: usize = 32;

const HASH: DataType = DataType::FixedSizeBinary(32);
const UUID: DataType = DataType::FixedSizeBinary(16);

fn required(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(required("item", item)))
}

fn blob_fields() -> Fields {
    vec![required("hash", HASH), required("bytes", DataType::UInt64)].into()
}

fn patch_fields() -> Fields {
    vec![
        required("by", UUID),
        required("fields", list_of(DataType::UInt32)),
        required("rows", DataType::Binary),
    ]
    .into()
}

fn file_fields() -> Fields {
    vec![
        required("hash", HASH),
        required("bytes", DataType::UInt64),
        required("footer_bytes", DataType::UInt32),
        required("footer_crc", DataType::UInt32),
        required("fields", list_of(DataType::UInt32)),
        required("patches", list_of(DataType::Struct(patch_fields()))),
        required("blobs", list_of(DataType::Struct(blob_fields()))),
    ]
    .into()
}

fn run_fields() -> Fields {
    vec![required("first", DataType::UInt64), required("rows", DataType::UInt32)].into()
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        required("id", DataType::UInt64),
        required("rows", DataType::UInt32),
        Field::new("split", DataType::Utf8, true),
        required("row_groups", list_of(DataType::UInt32)),
        required("files", list_of(DataType::Struct(file_fields()))),
        Field::new("deleted", DataType::Binary, true),
        required("row_ids", list_of(DataType::Struct(run_fields()))),
    ]))
}

/// Writes fragments as a manifest. The same fragments give the same bytes.
///
/// # Errors
/// [`Error::SplitTooLong`]: such a manifest would be refused when it is read.
pub fn encode(fragments: &[Fragment]) -> Result<Bytes> {
    let mut splits = fragments.iter().filter_map(|f| f.split.as_deref());
    if let Some(long) = splits.find(|split| split.len() > limits::SPLIT_BYTES) {
        let split = long.chars().take(40).collect();
        return Err(Error::SplitTooLong { split, found: long.len(), max: limits::SPLIT_BYTES });
    }
    write(fragments)
}

fn write(fragments: &[Fragment]) -> Result<Bytes> {
    // A reader sets up a decompressor for each of the 20 columns, which takes longer than reading a short manifest.
    write_as(
        fragments,
        if fragments.len() <= UNCOMPRESSED_FRAGMENTS { Compression::UNCOMPRESSED } else { zstd() },
    )
}

fn zstd() -> Compression {
    Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default())
}

fn write_as(fragments: &[Fragment], compression: Compression) -> Result<Bytes> {
    let arrow = || Error::arrow("a manifest can't be built");
    let files: Vec<&DataFile> = fragments.iter().flat_map(|f| &f.files).collect();
    let runs: Vec<&RowRun> = fragments.iter().flat_map(|f| &f.row_ids).collect();
    let run_columns: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(runs.iter().map(|r| r.first.raw()))),
        Arc::new(UInt32Array::from_iter_values(runs.iter().map(|r| r.rows))),
    ];
    let deleted = fragments.iter().map(|f| (!f.deleted.is_empty()).then(|| bitmap_bytes(&f.deleted)));
    let row_groups = UInt32Array::from_iter_values(fragments.iter().flat_map(|f| f.row_groups.clone()));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(fragments.iter().map(|f| f.id.raw()))),
        Arc::new(UInt32Array::from_iter_values(fragments.iter().map(|f| f.rows))),
        Arc::new(fragments.iter().map(|f| f.split.as_deref()).collect::<StringArray>()),
        list(fragments.iter().map(|f| f.row_groups.len()), Arc::new(row_groups))?,
        list(fragments.iter().map(|f| f.files.len()), encode_files(&files)?)?,
        Arc::new(deleted.collect::<BinaryArray>()),
        list(
            fragments.iter().map(|f| f.row_ids.len()),
            Arc::new(StructArray::try_new(run_fields(), run_columns, None).map_err(arrow())?),
        )?,
    ];
    let batch = RecordBatch::try_new(schema(), columns).map_err(arrow())?;
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("imagehub".to_owned())
        .build();
    let parquet = || Error::parquet("a new manifest");
    let mut writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties)).map_err(parquet())?;
    writer.write(&batch).map_err(parquet())?;
    Ok(writer.into_inner().map_err(parquet())?.into())
}

fn encode_files(files: &[&DataFile]) -> Result<ArrayRef> {
    let arrow = || Error::arrow("a manifest can't be built");
    let patches: Vec<&Patch> = files.iter().flat_map(|f| &f.patches).collect();
    let blobs: Vec<&(ContentHash, u64)> = files.iter().flat_map(|f| &f.blobs).collect();
    let patched = UInt32Array::from_iter_values(patches.iter().flat_map(|p| p.fields.iter().map(|i| i.0)));
    let patch_columns: Vec<ArrayRef> = vec![
        fixed(16, patches.iter().map(|p| p.by.as_bytes().as_slice()))?,
        list(patches.iter().map(|p| p.fields.len()), Arc::new(patched))?,
        Arc::new(BinaryArray::from_iter_values(patches.iter().map(|p| bitmap_bytes(&p.rows)))),
    ];
    let blob_columns: Vec<ArrayRef> = vec![
        fixed(32, blobs.iter().map(|b| b.0.0.as_slice()))?,
        Arc::new(UInt64Array::from_iter_values(blobs.iter().map(|b| b.1))),
    ];
    let patches = StructArray::try_new(patch_fields(), patch_columns, None).map_err(arrow())?;
    let blobs = StructArray::try_new(blob_fields(), blob_columns, None).map_err(arrow())?;
    let field_ids = UInt32Array::from_iter_values(files.iter().flat_map(|f| f.fields.iter().map(|i| i.0)));
    let columns: Vec<ArrayRef> = vec![
        fixed(32, files.iter().map(|f| f.hash.0.as_slice()))?,
        Arc::new(UInt64Array::from_iter_values(files.iter().map(|f| f.bytes))),
        Arc::new(UInt32Array::from_iter_values(files.iter().map(|f| f.footer_bytes))),
        Arc::new(UInt32Array::from_iter_values(files.iter().map(|f| f.footer_crc))),
        list(files.iter().map(|f| f.fields.len()), Arc::new(field_ids))?,
        list(files.iter().map(|f| f.patches.len()), Arc::new(patches))?,
        list(files.iter().map(|f| f.blobs.len()), Arc::new(blobs))?,
    ];
    Ok(Arc::new(StructArray::try_new(file_fields(), columns, None).map_err(arrow())?))
}

fn fixed<'a>(size: i32, values: impl Iterator<Item = &'a [u8]>) -> Result<ArrayRef> {
    let bytes: Vec<u8> = values.flatten().copied().collect();
    let array = FixedSizeBinaryArray::try_new(size, bytes.into(), None);
    Ok(Arc::new(array.map_err(Error::arrow("a manifest can't be built"))?))
}

fn list(lengths: impl Iterator<Item = usize>, values: ArrayRef) -> Result<ArrayRef> {
    let item = Arc::new(required("item", values.data_type().clone()));
    let array = ListArray::try_new(item, OffsetBuffer::<i32>::from_lengths(lengths), values, None);
    Ok(Arc::new(array.map_err(Error::arrow("a manifest can't be built"))?))
}

fn bitmap_bytes(bitmap: &RoaringBitmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    // Writing to a Vec does not fail.
    let _ = bitmap.serialize_into(&mut bytes);
    bytes
}

/// Reads a manifest whose name is `hash`; `path` names it in errors.
///
/// # Errors
/// The bytes are not those that were written: the hash is checked before anything is parsed.
pub fn decode(path: &str, hash: ContentHash, bytes: Bytes) -> Result<Vec<Fragment>> {
    check(path, hash, &bytes)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(Error::parquet(path))?;
    let batch_rows = limits::check(path, builder.metadata())?;
    let reader = builder.with_batch_size(batch_rows).build().map_err(Error::parquet(path))?;
    let (mut fragments, mut count) = (Vec::new(), limits::Count::default());
    for batch in reader {
        let batch = batch.map_err(|e| Error::damaged(path, e.to_string()))?;
        let table = Table::new(&batch)
            .ok_or_else(|| Error::damaged(path, "its columns are not those of a manifest"))?;
        for row in 0..batch.num_rows() {
            let fragment = table.fragment(row).ok_or_else(|| {
                let row = fragments.len();
                let max = limits::SPLIT_BYTES;
                let problem = format!(
                    "fragment {row} of the manifest is inconsistent: its rows don't add up, or its split has a name \
                     of more than {max} bytes"
                );
                Error::damaged(path, problem)
            })?;
            count.add(path, &fragment)?;
            fragments.push(fragment);
        }
    }
    Ok(fragments)
}

fn check(path: &str, name: ContentHash, bytes: &Bytes) -> Result<()> {
    let found = hash(bytes);
    if found == name { Ok(()) } else { Err(Error::wrong_hash(path.to_owned(), found)) }
}

/// Reads the ids that are taken alone, checked like [`decode`]: those of the fragments, and of the fragments
/// that their rows were born in.
pub fn decode_ids(path: &str, hash: ContentHash, bytes: Bytes) -> Result<Vec<FragmentId>> {
    check(path, hash, &bytes)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(Error::parquet(path))?;
    let batch_rows = limits::check(path, builder.metadata())?;
    let roots = builder.parquet_schema().root_schema().get_fields().iter().enumerate();
    let wanted = roots.filter(|(_, root)| ["id", "row_ids"].contains(&root.name())).map(|(i, _)| i);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let reader = builder.with_projection(mask).with_batch_size(batch_rows).build();
    let mut ids = Vec::new();
    for batch in reader.map_err(Error::parquet(path))? {
        let batch = batch.map_err(|e| Error::damaged(path, e.to_string()))?;
        let found = ids_and_births(&batch);
        let (own, born) =
            found.ok_or_else(|| Error::damaged(path, "its columns are not those of a manifest"))?;
        ids.extend(own.iter().map(|id| FragmentId::from_raw(*id)));
        ids.extend(born.iter().map(|row| RowId::from_raw(*row).fragment()));
    }
    Ok(ids)
}

fn ids_and_births(batch: &RecordBatch) -> Option<(&ScalarBuffer<u64>, &ScalarBuffer<u64>)> {
    let runs = batch.column_by_name("row_ids")?.as_list_opt::<i32>()?.values().as_struct_opt()?;
    Some((u64s(batch.column_by_name("id")?)?, u64s(runs.column_by_name("first")?)?))
}

/// The columns of a batch of a manifest, found once.
struct Table<'a> {
    id: &'a ScalarBuffer<u64>,
    rows: &'a ScalarBuffer<u32>,
    split: &'a StringArray,
    row_groups: (&'a ListArray, &'a ScalarBuffer<u32>),
    files: &'a ListArray,
    file: FileTable<'a>,
    deleted: &'a BinaryArray,
    row_ids: &'a ListArray,
    run_first: &'a ScalarBuffer<u64>,
    run_rows: &'a ScalarBuffer<u32>,
}

struct FileTable<'a> {
    hash: &'a FixedSizeBinaryArray,
    bytes: &'a ScalarBuffer<u64>,
    footer_bytes: &'a ScalarBuffer<u32>,
    footer_crc: &'a ScalarBuffer<u32>,
    fields: (&'a ListArray, &'a ScalarBuffer<u32>),
    patches: &'a ListArray,
    patch_by: &'a FixedSizeBinaryArray,
    patch_fields: (&'a ListArray, &'a ScalarBuffer<u32>),
    patch_rows: &'a BinaryArray,
    blobs: &'a ListArray,
    blob_hash: &'a FixedSizeBinaryArray,
    blob_bytes: &'a ScalarBuffer<u64>,
}

fn u32s(array: &ArrayRef) -> Option<&ScalarBuffer<u32>> {
    array.as_primitive_opt::<UInt32Type>().map(arrow::array::PrimitiveArray::values)
}

fn u64s(array: &ArrayRef) -> Option<&ScalarBuffer<u64>> {
    array.as_primitive_opt::<UInt64Type>().map(arrow::array::PrimitiveArray::values)
}

/// The range of a list's row in its values.
fn span(list: &ListArray, row: usize) -> std::ops::Range<usize> {
    let offsets = list.value_offsets();
    offsets[row] as usize..offsets[row + 1] as usize
}

/// The field ids in a list's row.
fn field_ids((list, values): (&ListArray, &ScalarBuffer<u32>), row: usize) -> Option<Vec<FieldId>> {
    Some(values.get(span(list, row))?.iter().map(|id| FieldId(*id)).collect())
}

impl<'a> Table<'a> {
    fn new(batch: &'a RecordBatch) -> Option<Self> {
        let column = |name: &str| batch.column_by_name(name);
        let row_groups = column("row_groups")?.as_list_opt::<i32>()?;
        let files = column("files")?.as_list_opt::<i32>()?;
        let row_ids = column("row_ids")?.as_list_opt::<i32>()?;
        let runs = row_ids.values().as_struct_opt()?;
        Some(Self {
            id: u64s(column("id")?)?,
            rows: u32s(column("rows")?)?,
            split: column("split")?.as_string_opt()?,
            row_groups: (row_groups, u32s(row_groups.values())?),
            files,
            file: FileTable::new(files.values().as_struct_opt()?)?,
            deleted: column("deleted")?.as_binary_opt()?,
            row_ids,
            run_first: u64s(runs.column_by_name("first")?)?,
            run_rows: u32s(runs.column_by_name("rows")?)?,
        })
    }

    fn fragment(&self, row: usize) -> Option<Fragment> {
        let runs = span(self.row_ids, row)
            .map(|i| RowRun { first: RowId::from_raw(self.run_first[i]), rows: self.run_rows[i] });
        let deleted = match self.deleted.is_valid(row) {
            true => RoaringBitmap::deserialize_from(self.deleted.value(row)).ok()?,
            false => RoaringBitmap::new(),
        };
        let rows = self.rows[row];
        let split = self.split.is_valid(row).then(|| self.split.value(row));
        let row_groups = self.row_groups.1.get(span(self.row_groups.0, row))?.to_vec();
        let consistent = row_groups.iter().map(|r| u64::from(*r)).sum::<u64>() == u64::from(rows)
            && deleted.max().is_none_or(|last| last < rows)
            && split.is_none_or(|split| split.len() <= limits::SPLIT_BYTES);
        consistent.then_some(())?;
        Some(Fragment {
            id: FragmentId::from_raw(self.id[row]),
            rows,
            split: split.map(str::to_owned),
            row_groups,
            files: span(self.files, row).map(|i| self.file.file(i)).collect::<Option<_>>()?,
            deleted,
            row_ids: runs.collect(),
        })
    }
}

impl<'a> FileTable<'a> {
    fn new(files: &'a StructArray) -> Option<Self> {
        let column = |name: &str| files.column_by_name(name);
        let fields = column("fields")?.as_list_opt::<i32>()?;
        let patches = column("patches")?.as_list_opt::<i32>()?;
        let patch = patches.values().as_struct_opt()?;
        let patch_fields = patch.column_by_name("fields")?.as_list_opt::<i32>()?;
        let blobs = column("blobs")?.as_list_opt::<i32>()?;
        let blob = blobs.values().as_struct_opt()?;
        Some(Self {
            hash: column("hash")?.as_fixed_size_binary_opt()?,
            bytes: u64s(column("bytes")?)?,
            footer_bytes: u32s(column("footer_bytes")?)?,
            footer_crc: u32s(column("footer_crc")?)?,
            fields: (fields, u32s(fields.values())?),
            patches,
            patch_by: patch.column_by_name("by")?.as_fixed_size_binary_opt()?,
            patch_fields: (patch_fields, u32s(patch_fields.values())?),
            patch_rows: patch.column_by_name("rows")?.as_binary_opt()?,
            blobs,
            blob_hash: blob.column_by_name("hash")?.as_fixed_size_binary_opt()?,
            blob_bytes: u64s(blob.column_by_name("bytes")?)?,
        })
    }

    fn file(&self, row: usize) -> Option<DataFile> {
        let hash = |array: &FixedSizeBinaryArray, i: usize| array.value(i).try_into().ok().map(ContentHash);
        let patches = span(self.patches, row).map(|i| {
            Some(Patch {
                by: Uuid::from_slice(self.patch_by.value(i)).ok()?,
                fields: field_ids(self.patch_fields, i)?,
                rows: RoaringBitmap::deserialize_from(self.patch_rows.value(i)).ok()?,
            })
        });
        let blobs = span(self.blobs, row).map(|i| Some((hash(self.blob_hash, i)?, self.blob_bytes[i])));
        Some(DataFile {
            hash: hash(self.hash, row)?,
            bytes: self.bytes[row],
            footer_bytes: self.footer_bytes[row],
            footer_crc: self.footer_crc[row],
            fields: field_ids(self.fields, row)?,
            patches: patches.collect::<Option<_>>()?,
            blobs: blobs.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(n: u64) -> Fragment {
        let file = |i: u8| DataFile {
            hash: ContentHash([i; 32]),
            bytes: 1000 + n,
            footer_bytes: 99,
            footer_crc: u32::MAX,
            fields: vec![FieldId(u32::from(i)), FieldId(9)],
            patches: vec![Patch {
                by: Uuid::from_u128(n.into()),
                fields: vec![FieldId(9)],
                rows: RoaringBitmap::from_iter(0..3),
            }],
            blobs: vec![(ContentHash([7; 32]), 1 << 40)],
        };
        Fragment {
            id: FragmentId::from_raw(n),
            rows: 10,
            split: (n.is_multiple_of(2)).then(|| "train".to_owned()),
            row_groups: vec![4, 6],
            files: vec![file(1), file(2)],
            deleted: if n.is_multiple_of(3) {
                RoaringBitmap::from_iter([1, 9])
            } else {
                RoaringBitmap::new()
            },
            row_ids: if n == 1 {
                vec![RowRun { first: RowId::new(FragmentId::from_raw(5), 2), rows: 10 }]
            } else {
                vec![]
            },
        }
    }

    fn hash(bytes: &[u8]) -> ContentHash {
        ContentHash(*blake3::hash(bytes).as_bytes())
    }

    #[test]
    fn a_manifest_round_trips() {
        let fragments: Vec<_> = (0..7).map(fragment).collect();
        let bytes = encode(&fragments).unwrap();
        assert_eq!(bytes, encode(&fragments).unwrap(), "the same fragments give the same bytes");
        assert_eq!(decode("m", hash(&bytes), bytes.clone()).unwrap(), fragments);
        let ids = decode_ids("m", hash(&bytes), bytes).unwrap();
        let born = FragmentId::from_raw(5);
        assert_eq!(ids, fragments.iter().map(|f| f.id).chain([born]).collect::<Vec<_>>());
        let empty = encode(&[]).unwrap();
        assert_eq!(decode("m", hash(&empty), empty).unwrap(), []);
    }

    #[test]
    fn a_long_split_is_neither_written_nor_read() {
        let named = |n: u64, bytes: usize| Fragment { split: Some("y".repeat(bytes)), ..fragment(n) };
        let longest = [named(1, limits::SPLIT_BYTES)];
        let bytes = encode(&longest).unwrap();
        assert_eq!(decode("m", hash(&bytes), bytes).unwrap(), longest);
        let refused = encode(&[named(1, limits::SPLIT_BYTES + 1)]).unwrap_err().to_string();
        assert!(refused.contains("257 bytes long, at most 256"), "{refused}");
        // As a client that doesn't check might write it.
        let bytes = write(&[named(1, limits::SPLIT_BYTES + 1)]).unwrap();
        assert!(decode("m", hash(&bytes), bytes).unwrap_err().to_string().contains("is inconsistent"));
    }

    #[test]
    fn decompression_bombs_are_decoded_in_small_batches_and_refused() {
        let bomb: Vec<_> =
            (0..8).map(|n| Fragment { split: Some("y".repeat(8 << 20)), ..fragment(n) }).collect();
        let bytes = write_as(&bomb, zstd()).unwrap();
        assert!(bytes.len() < 64 * 1024, "{}", bytes.len());
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).unwrap();
        assert!((1..=8).contains(&limits::check("m", builder.metadata()).unwrap()));
        assert!(decode("m", hash(&bytes), bytes).is_err());
        let groups = 1 << 20;
        let many = Fragment { rows: groups, row_groups: vec![1; groups as usize], ..fragment(1) };
        let mut count = limits::Count::default();
        let refused = (0..33).find_map(|_| count.add("m", &many).err()).unwrap().to_string();
        assert!(refused.contains("at most 33554432 are read"), "{refused}");
    }

    #[test]
    fn damage_is_an_error_never_a_panic() {
        let bytes = encode(&(0..7).map(fragment).collect::<Vec<_>>()).unwrap();
        let right = hash(&bytes);
        for at in 0..bytes.len() {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= 0x55;
            let error = decode("m", right, damaged.into()).unwrap_err().to_string();
            assert!(error.starts_with("m: damaged: its BLAKE3 is"), "{error}");
            assert!(decode("m", right, bytes.slice(..at)).is_err());
        }
    }
}
