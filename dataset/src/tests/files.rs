//! Files that no reader would accept are refused by whoever checks them; and the ids of nested fields.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, RecordBatch, StringArray, StructArray};
use arrow::datatypes::{DataType, Field as ArrowField, Fields, Schema as ArrowSchema};
use bytes::Bytes;
use hub_schema::arrow_types::FIELD_ID_KEY;
use hub_schema::{BranchName, DataFile, Feature, FieldId, Fragment, Operation, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::Type;

use super::{append, author, head, new_dataset, sample_image};
use crate::commit::{AppendKeys, BadCommit, BadFile, Change, NewState, Proposal};
use crate::file::{CHECKSUMS_KEY, GroupFile};
use crate::hash::hash;
use crate::manifest::list;
use crate::ops::fragment_builder::encode_rows;
use crate::ops::fsck::Scope;
use crate::sample::Value;
use crate::{Dataset, Result, Snapshot, layout};

/// A column of images as another program may write it: with the column's id and checksums, and no `imagehub:feature`.
fn foreign_images(id: FieldId, rows: usize) -> (Bytes, u32) {
    let members: Fields =
        vec![ArrowField::new("bytes", DataType::Binary, true), ArrowField::new("path", DataType::Utf8, true)]
            .into();
    let id = HashMap::from([(FIELD_ID_KEY.to_owned(), id.to_string())]);
    let column = ArrowField::new("image", DataType::Struct(members.clone()), true).with_metadata(id);
    let schema = Arc::new(ArrowSchema::new(vec![column]));
    let bytes: ArrayRef = Arc::new(BinaryArray::from_iter_values((0..rows).map(|i| vec![i as u8; 50])));
    let paths: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|i| format!("{i}.png"))));
    let images: ArrayRef = Arc::new(StructArray::new(members, vec![bytes, paths], None));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![images]).unwrap();
    let write = |crc: u32| {
        let mut file = Vec::new();
        let properties = WriterProperties::builder()
            .set_key_value_metadata(Some(vec![KeyValue::new(CHECKSUMS_KEY.to_owned(), format!("{crc:08x}"))]))
            .build();
        let mut writer = ArrowWriter::try_new(&mut file, Arc::clone(&schema), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        Bytes::from(file)
    };
    let end_of_rows = |file: &Bytes| {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(file).unwrap();
        let ranges = metadata.row_group(0).columns().iter().map(|c| c.byte_range());
        ranges.map(|(start, length)| start + length).max().unwrap() as usize
    };
    let first = write(0);
    let crc = crc32fast::hash(&first[4..end_of_rows(&first)]);
    let file = write(crc);
    let footer = (file.len() - end_of_rows(&file)) as u32;
    (file, footer)
}

async fn put(dataset: &Dataset, file: Bytes, footer_bytes: u32, fields: Vec<FieldId>) -> DataFile {
    let described = DataFile {
        hash: hash(&file),
        bytes: file.len() as u64,
        footer_bytes,
        footer_crc: crc32fast::hash(&file[file.len() - footer_bytes as usize..]),
        fields,
        patches: Vec::new(),
        blobs: Vec::new(),
    };
    dataset.store().put(&layout::data(described.hash), file).await.unwrap();
    described
}

/// A change that appends a fragment as it is.
struct AsItIs<'a>(&'a Dataset, Fragment);

impl Change for AsItIs<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: uuid::Uuid) -> Result<Option<NewState>> {
        let head = head.unwrap();
        let mut fragments = head.index().await?.fragments().to_vec();
        fragments.push(self.1.clone());
        Ok(Some(NewState {
            schema: head.schema().clone(),
            manifests: list::write(self.0.store(), &fragments).await?,
            is_copy: false,
            operation: Operation::Append,
            counts: list::count(&fragments),
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::of(head),
        }))
    }
}

/// Commits a fragment of one file of another kind in the place of one of its own; says what readers, `fsck` and a
/// server's check make of it.
async fn verdicts(dataset: &Dataset, file: DataFile) -> (String, Vec<String>, BadFile) {
    let fields = file.fields.clone();
    let mut fragment = head(dataset).await.index().await.unwrap().fragments()[0].clone();
    for own in &mut fragment.files {
        own.fields.retain(|id| !fields.contains(id));
    }
    fragment.files.retain(|own| !own.fields.is_empty());
    fragment.files.push(file);
    fragment.id = fragment.id.next();
    let main = BranchName::main();
    let done = dataset.commit(&main, &author(), &AsItIs(dataset, fragment)).await.unwrap();
    let at = done.snapshot().unwrap().at().clone();
    let fresh = Dataset::open(dataset.store().clone()).await.unwrap();
    let snapshot = head(&fresh).await;
    let read = snapshot.read_positions(&[2], &snapshot.fields(None).unwrap()).await.unwrap_err().to_string();
    let report = fresh.fsck(Scope::All, |_| ()).await.unwrap();
    let damage = report.damage.iter().map(|d| d.problem.clone()).collect();
    // As a server sees it.
    let path = layout::commit(&main, at.version);
    let json = fresh.store().need(&path).await.unwrap();
    fresh.store().delete(&path).await.unwrap();
    fresh.write_hint(&main, at.version - 1).await.unwrap();
    let refused = fresh.check_commit(Proposal::parse(&main, at.version, &json).unwrap()).await.unwrap_err();
    let crate::Error::BadCommit { problem, .. } = refused else { panic!("{refused}") };
    let BadCommit::File { problem, .. } = *problem else { panic!("{problem}") };
    (read, damage, problem)
}

#[tokio::test]
async fn a_file_without_features_is_refused_by_all() {
    let dataset = new_dataset().await;
    let image = append(&dataset, &[0, 1]).await.schema().column("image").unwrap().id;
    let (bytes, footer) = foreign_images(image, 2);
    let file = put(&dataset, bytes, footer, vec![image]).await;
    let (read, damage, sent) = verdicts(&dataset, file).await;
    let words = "column 'image' is Struct(";
    assert!(read.contains(words) && read.contains("the file lacks the column's imagehub:feature"), "{read}");
    assert_eq!(damage.len(), 1);
    assert_eq!(damage[0], sent.to_string());
    assert!(read.contains(&damage[0]), "one check, one text: {read}");
    assert!(matches!(sent, BadFile::Type(_)));
}

#[tokio::test]
async fn a_file_of_other_types_is_refused_by_all() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1]).await;
    let label = head(&dataset).await.schema().column("label").unwrap().id;
    // The label as text, in a file that is the hub's own in all else.
    let mut other = Schema::new([("label", Feature::Text)]).unwrap();
    other.fields[0].id = label;
    let rows = ["cat", "dog"].map(|text| HashMap::from([("label", Value::text(text))]));
    let encoded = encode_rows(&other, Some("train"), &rows).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &Default::default()).await.unwrap();
    let (read, damage, sent) = verdicts(&dataset, fragment.files[0].clone()).await;
    assert!(read.contains("column 'label' is Utf8, expected Int64"), "{read}");
    assert_eq!(damage, [sent.to_string()]);
    // A column that needs no feature to be read is accepted without one.
    let plain = ArrowField::new("label", DataType::Int64, true);
    let field = head(&dataset).await.schema().column("label").unwrap().clone();
    crate::file::check_type(&field, &plain).unwrap();
}

fn ids(node: &Type, found: &mut Vec<(String, Option<i32>)>) {
    let info = node.get_basic_info();
    found.push((info.name().to_owned(), info.has_id().then(|| info.id())));
    if node.is_group() {
        node.get_fields().iter().for_each(|field| ids(field, found));
    }
}

/// The names and ids of all fields of a file.
pub fn stored_ids(file: &GroupFile) -> Vec<(String, Option<i32>)> {
    let mut found = Vec::new();
    let root = file.metadata().file_metadata().schema_descr().root_schema();
    root.get_fields().iter().for_each(|field| ids(field, &mut found));
    found
}

#[tokio::test]
async fn nested_fields_are_stored_with_ids() {
    let dataset = new_dataset().await;
    let boxes = Feature::list(Feature::structure([("box", Feature::Bbox), ("score", Feature::float64())]));
    let schema = Schema::new([("image", Feature::Image), ("objects", boxes)]).unwrap();
    let object = Value::Struct(vec![Value::bbox([1.0, 2.0, 3.0, 4.0]), Value::Float(0.5)]);
    let row = HashMap::from([("image", sample_image(1, 100)), ("objects", Value::List(vec![object]))]);
    let encoded = encode_rows(&schema, None, &[row]).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &Default::default()).await.unwrap();
    for described in &fragment.files {
        let file = dataset.file(described).await.unwrap();
        for (name, id) in stored_ids(&file) {
            // The repeated group of a list is no field.
            assert_eq!(id.is_some(), name != "list", "{name}");
        }
    }
    let objects = schema.column("objects").unwrap().id;
    let file =
        dataset.file(fragment.files.iter().find(|f| f.fields.contains(&objects)).unwrap()).await.unwrap();
    let found = stored_ids(&file);
    let id = |name: &str| found.iter().find(|(n, _)| n == name).unwrap().1.unwrap() as u32;
    let item = FieldId::draw("item", objects.0);
    let of_item = FieldId::draw("box", item.0);
    assert_eq!((id("item"), id("box")), (item.0, of_item.0));
    assert_eq!(id("width"), FieldId::draw("width", of_item.0).0);
}
