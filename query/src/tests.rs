//! Queries to small data sets in memory.

mod filters;
mod formats;
mod functions;
mod guards;
mod hostile;
mod labels;
mod meaning;
mod names;
mod pruning;
mod queries;
mod several;
mod views;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use futures::stream::TryStreamExt;
use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, LabelColumn, LabelIndex, LabelIndexError, Snapshot, Store};
use hub_schema::{BranchName, DType, Feature, Schema, TensorRole};
use roaring::RoaringBitmap;
use serde_json::Value as Json;

use crate::write::Format;
use crate::{Limits, NamedSnapshot, QueryError, Tables};

/// Values of a row by column.
pub type Row = HashMap<&'static str, Value>;

/// Labels with synsets; `thing` has none.
pub fn animals() -> Feature {
    let classes = [
        ("cat", Some("n02121620")),
        ("dog", Some("n02084071")),
        ("wolf", Some("n02114100")),
        ("tench", Some("n01440764")),
        ("thing", None),
    ];
    Feature::ClassLabel {
        names: classes.iter().map(|c| c.0.to_owned()).collect(),
        synsets: classes.iter().map(|c| c.1.map(str::to_owned)).collect(),
    }
}

pub fn embedding() -> Feature {
    Feature::Tensor { dtype: DType::F32, shape: vec![2], role: TensorRole::Embedding }
}

/// Images, a label, boxes with labels, an embedding and a number.
pub fn zoo() -> Schema {
    let object = Feature::structure([("bbox", Feature::Bbox), ("category", animals())]);
    Schema::new([
        ("image", Feature::Image),
        ("label", animals()),
        ("objects", Feature::list(object)),
        ("embedding", embedding()),
        ("Score", Feature::float64()),
        ("caption", Feature::Text),
    ])
    .unwrap()
}

pub fn encoded_image(seed: i64, size: usize) -> Value {
    let bytes: Vec<u8> = (0..size).map(|i| (seed as usize * 31 + i * 7) as u8).collect();
    Value::Media(Media { name: format!("{seed}.png"), bytes: MediaBytes::Memory(bytes.into()) })
}

pub fn object(bbox: [f64; 4], category: i64) -> Value {
    Value::Struct(vec![Value::bbox(bbox), Value::Int(category)])
}

/// A row of the zoo; `-1` is a row without a label.
pub fn animal(i: i64, label: i64) -> Row {
    let embedding: Vec<u8> = [i as f32, 1.0].iter().flat_map(|f| f.to_le_bytes()).collect();
    HashMap::from([
        ("image", encoded_image(i, 3000)),
        ("image.width", Value::Int(100 + i)),
        ("image.bytes", Value::Int(3000)),
        ("label", if label < 0 { Value::Null } else { Value::Int(label) }),
        (
            "objects",
            Value::List(vec![object([0., 0., 10., i as f64], label.max(0)), object([5., 0., 10., 10.], 3)]),
        ),
        ("embedding", Value::Bytes(embedding.into())),
        ("Score", Value::Float(i as f64 / 10.0)),
        ("caption", Value::text(format!("an image of {i}"))),
    ])
}

pub async fn dataset() -> Dataset {
    Dataset::create(Store::memory()).await.unwrap()
}

pub fn author() -> Author {
    Author::new("test", "")
}

/// Appends rows to `main`, as one fragment of one row group.
pub async fn append(dataset: &Dataset, schema: &Schema, split: Option<&str>, rows: &[Row]) -> Snapshot {
    let encoded = encode_rows(schema, split, rows).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    let rows = PackedRows { schema: schema.clone(), fragments: vec![fragment], ..PackedRows::default() };
    let done = dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    done.snapshot().unwrap().clone()
}

/// Two fragments: cats, dogs and wolves to train; tenches, a thing and one without a label to test.
pub async fn small_zoo() -> Snapshot {
    let dataset = dataset().await;
    let train: Vec<Row> = [0, 1, 2, 1, 0].iter().zip(0..).map(|(label, i)| animal(i, *label)).collect();
    append(&dataset, &zoo(), Some("train"), &train).await;
    let test: Vec<Row> = [3, 4, -1].iter().zip(5..).map(|(label, i)| animal(i, *label)).collect();
    append(&dataset, &zoo(), Some("test"), &test).await
}

pub fn one(snapshot: &Snapshot) -> Tables {
    Tables::one(NamedSnapshot::new("test/zoo", snapshot.clone()))
}

pub async fn batches(tables: &Tables, sql: &str) -> Result<Vec<RecordBatch>, QueryError> {
    crate::query(tables, sql, &Limits::default()).await?.try_collect().await
}

/// The answer as JSON, one array a row.
pub async fn query_tables(tables: &Tables, sql: &str) -> Result<Vec<Json>, QueryError> {
    let out = Shared::default();
    let answer = crate::query(tables, sql, &Limits::default()).await?;
    crate::write::write(answer, Format::Json, out.clone()).await?;
    let rows: Vec<serde_json::Map<String, Json>> = serde_json::from_slice(&out.bytes()).unwrap();
    Ok(rows.into_iter().map(|row| row.into_iter().map(|(_, v)| v).collect()).collect())
}

pub async fn query_json(snapshot: &Snapshot, sql: &str) -> Json {
    match query_tables(&one(snapshot), sql).await {
        Ok(rows) => Json::Array(rows),
        Err(e) => panic!("{sql}: {e}"),
    }
}

pub async fn query_error(snapshot: &Snapshot, sql: &str) -> String {
    match query_tables(&one(snapshot), sql).await {
        Ok(rows) => panic!("{sql} was answered: {rows:?}"),
        Err(e) => e.to_string(),
    }
}

/// A writer whose bytes a test can read.
#[derive(Clone, Default)]
pub struct Shared(Arc<std::sync::Mutex<Vec<u8>>>);

impl Shared {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }
}

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An index that reads every label each time, and records the columns of its look-ups.
#[derive(Debug, Default)]
pub struct SlowIndex {
    pub lookups: std::sync::Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl LabelIndex for SlowIndex {
    async fn positions(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synsets: &[String],
    ) -> Result<Option<RoaringBitmap>, LabelIndexError> {
        self.lookups.lock().unwrap().push(column.name());
        let rows = snapshot.index().await.unwrap().rows();
        let field = snapshot.schema().column(&column.path[0]).unwrap();
        let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &[field]).await.unwrap();
        let wanted =
            |label: i64| column.synsets[label as usize].as_ref().is_some_and(|id| synsets.contains(id));
        let found = (0..rows as u32).filter(|row| {
            let labels: ArrayRef = match batch.column(0).as_list_opt::<i32>() {
                None => batch.column(0).slice(*row as usize, 1),
                Some(lists) => Arc::clone(
                    lists.value(*row as usize).as_struct().column_by_name(&column.path[1]).unwrap(),
                ),
            };
            labels.as_primitive::<Int64Type>().iter().flatten().any(wanted)
        });
        Ok(Some(found.collect()))
    }
}
