//! A data set of numbered rows, and what came out of a stream of it.

use std::collections::HashSet;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use bytes::Bytes;
use futures::StreamExt;
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Snapshot, Store};
use hub_schema::{BranchName, DType, Feature, FieldId, Schema, TensorRole};

use crate::{BatchStream, StreamBuilder};

/// Bytes of each image.
pub const PICTURE_BYTES: usize = 3000;

pub fn author() -> Author {
    Author::new("test", "")
}

pub fn schema() -> Schema {
    let vector = Feature::Tensor { dtype: DType::F32, shape: vec![2, 3], role: TensorRole::Plain };
    Schema::new([
        ("image", Feature::Image),
        ("n", Feature::int64()),
        ("text", Feature::Text),
        ("vector", vector),
    ])
    .unwrap()
}

pub fn image_bytes(n: i64) -> Bytes {
    (0..PICTURE_BYTES).map(|i| (n as usize * 31 + i * 7) as u8).collect::<Vec<u8>>().into()
}

fn row(n: i64, schema: &Schema) -> Vec<Value> {
    let value = |name: &str| match name {
        "image" => {
            Value::Media(Media { name: format!("{n}.png"), bytes: MediaBytes::Memory(image_bytes(n)) })
        }
        "n" => Value::Int(n),
        "text" if n % 3 == 0 => Value::Null,
        "text" => Value::text(format!("row {n}")),
        "vector" => {
            Value::Bytes((0..6).flat_map(|i| (n as f32 + i as f32).to_le_bytes()).collect::<Vec<u8>>().into())
        }
        _ => Value::Null,
    };
    schema.fields.iter().map(|f| value(&f.name)).collect()
}

/// Appends a fragment for each split and list of row groups, numbering the rows on from `n`.
pub async fn append(dataset: &Dataset, n: &mut i64, fragments: &[(&str, &[u32])]) -> Snapshot {
    let schema = schema();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    for (split, groups) in fragments {
        let split = (!split.is_empty()).then(|| (*split).to_owned());
        let mut builder = FragmentBuilder::new(&schema, &ids, split).unwrap();
        for rows in *groups {
            let rows: Vec<_> = (0..i64::from(*rows)).map(|i| row(*n + i, &schema)).collect();
            builder.row_group(&rows).unwrap();
            *n += rows.len() as i64;
        }
        let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
        packed.fragments.push(fragment);
    }
    dataset.append(&BranchName::main(), &author(), &packed).await.unwrap().snapshot().unwrap().clone()
}

/// Pictures of 100 kB, a page each, and their numbers.
pub async fn large(store: Store, groups: &[u32]) -> Snapshot {
    let schema = Schema::new([("image", Feature::Image), ("n", Feature::int64())]).unwrap();
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut builder = FragmentBuilder::new(&schema, &ids, None).unwrap();
    let mut n = 0;
    for rows in groups {
        let row = |n: i64| {
            let mut row = row(n, &schema);
            if let Some(Value::Media(media)) = row.first_mut() {
                media.bytes = MediaBytes::Memory(image_bytes(n).repeat(34).into());
            }
            row
        };
        builder.row_group(&(n..n + i64::from(*rows)).map(row).collect::<Vec<_>>()).unwrap();
        n += i64::from(*rows);
    }
    let dataset = Dataset::create(store).await.unwrap();
    let (fragment, _) = dataset.put_fragment(builder.finish().unwrap(), &HashSet::new()).await.unwrap();
    let packed = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    let appended = dataset.append(&BranchName::main(), &author(), &packed).await.unwrap();
    appended.snapshot().unwrap().clone()
}

pub async fn filled(store: Store, fragments: &[(&str, &[u32])]) -> Snapshot {
    append(&Dataset::create(store).await.unwrap(), &mut 0, fragments).await
}

/// 100 rows in four fragments and eleven row groups.
pub async fn hundred(store: Store) -> Snapshot {
    let fragments: [(&str, &[u32]); 4] =
        [("train", &[10, 10, 7]), ("train", &[13, 5]), ("val", &[9, 9, 9]), ("train", &[1, 20, 7])];
    filled(store, &fragments).await
}

/// The numbers of the rows of a batch.
pub fn numbers(batch: &RecordBatch) -> Vec<i64> {
    batch.column_by_name("n").unwrap().as_primitive::<Int64Type>().values().to_vec()
}

/// All that is left of a stream.
pub async fn rest(stream: &mut BatchStream) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    while let Some(batch) = stream.next().await {
        all.push(numbers(&batch.unwrap()));
    }
    all
}

/// All batches of a stream of the column `n`.
pub async fn all(builder: StreamBuilder) -> Vec<Vec<i64>> {
    rest(&mut builder.columns(&["n"]).build().await.unwrap()).await
}

/// Puts the batches of the consumers in the order in which they were dealt.
pub fn deal(mut consumers: Vec<Vec<Vec<i64>>>) -> Vec<Vec<i64>> {
    consumers.iter_mut().for_each(|batches| batches.reverse());
    let mut dealt = Vec::new();
    for consumer in (0..consumers.len()).cycle() {
        match consumers[consumer].pop() {
            Some(batch) => dealt.push(batch),
            None => break,
        }
    }
    assert!(consumers.iter().all(Vec::is_empty), "the batches were dealt in turn");
    dealt
}
