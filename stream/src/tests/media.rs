//! A data set of audio files or videos.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::read::StoredBlob;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Dataset, Snapshot, Store, layout};
use hub_schema::{BranchName, ContentHash, Feature, FieldId, Schema};

use super::fixtures::author;

/// A value.
#[derive(Clone, Debug)]
pub enum Stored {
    /// In its row.
    Here(&'static str, Bytes),
    /// As an object of its own.
    Apart(&'static str, Bytes),
    None,
}

/// Rows with a column of media and their numbers in `n`, four a row group.
pub async fn media(store: Store, column: &str, feature: Feature, values: &[Stored]) -> Snapshot {
    let schema = Schema::new([(column, feature), ("n", Feature::int64())]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let dataset = Dataset::create(store.clone()).await.unwrap();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    let mut rows = Vec::new();
    for (n, value) in (0..).zip(values) {
        let value = match value.clone() {
            Stored::Here(name, bytes) => media_of(name, MediaBytes::Memory(bytes)),
            Stored::Apart(name, bytes) => {
                let (hash, size) = (ContentHash(*blake3::hash(&bytes).as_bytes()), bytes.len() as u64);
                store.put(&layout::blob(hash), bytes).await.unwrap();
                media_of(name, MediaBytes::Object(Arc::new(StoredBlob::new(store.clone(), hash, size))))
            }
            Stored::None => Value::Null,
        };
        let member = |name: &str| match name {
            "n" => Value::Int(n),
            name if name == column => value.clone(),
            // Facts, which a push reads from the header.
            _ => Value::Null,
        };
        rows.push(schema.fields.iter().map(|field| member(&field.name)).collect::<Vec<_>>());
    }
    for group in rows.chunks(4) {
        builder.row_group(group).unwrap();
    }
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&BranchName::main(), &author(), &packed).await.unwrap().snapshot().unwrap().clone()
}

fn media_of(name: &str, bytes: MediaBytes) -> Value {
    Value::Media(Media { name: name.to_owned(), bytes })
}
