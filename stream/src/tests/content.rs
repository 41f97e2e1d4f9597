//! What stands in the batches: the right values, types, rows.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, UInt64Type};
use futures::TryStreamExt;
use hub_dataset::{Snapshot, Store};
use hub_schema::{BranchName, Feature, RowId, Schema, SchemaError};

use super::fixtures::{all, author, filled, hundred, image_bytes, numbers};
use crate::{Error, StreamBuilder};

async fn batches(builder: StreamBuilder) -> Vec<RecordBatch> {
    builder.build().await.unwrap().try_collect().await.unwrap()
}

/// Are all columns of the batch those of the rows that its numbers say?
fn check(batch: &RecordBatch) {
    let images = batch.column_by_name("image").unwrap().as_struct();
    let bytes = images.column_by_name("bytes").unwrap().as_binary_view();
    let paths = images.column_by_name("path").unwrap().as_string::<i32>();
    let texts = batch.column_by_name("text").unwrap().as_string::<i32>();
    let vectors = batch.column_by_name("vector").unwrap().as_fixed_size_list();
    for (row, n) in numbers(batch).into_iter().enumerate() {
        assert_eq!(bytes.value(row), image_bytes(n));
        assert_eq!(paths.value(row), format!("{n}.png"));
        assert_eq!(texts.is_null(row), n % 3 == 0);
        assert!(texts.is_null(row) || texts.value(row) == format!("row {n}"));
        let wanted: Vec<f32> = (0..6).map(|i| n as f32 + i as f32).collect();
        assert_eq!(vectors.value(row).as_primitive::<Float32Type>().values(), wanted.as_slice());
    }
}

async fn check_all(snapshot: Snapshot) {
    for builder in [
        StreamBuilder::new(snapshot.clone()).batch_size(8),
        StreamBuilder::new(snapshot.clone()).batch_size(8).shuffle(5),
        StreamBuilder::new(snapshot.clone()).batch_size(8).shuffle(5).verify(true),
        StreamBuilder::new(snapshot.clone()).batch_size(1).rank(1, 9),
        StreamBuilder::new(snapshot.clone()).batch_size(1000),
    ] {
        let batches = batches(builder).await;
        assert!(!batches.is_empty());
        batches.iter().for_each(check);
    }
}

#[tokio::test]
async fn rows_are_whole_in_memory_and_on_a_disk() {
    check_all(hundred(Store::memory()).await).await;
    let directory = tempfile::tempdir().unwrap();
    check_all(hundred(Store::local(directory.path()).unwrap()).await).await;
}

#[tokio::test]
async fn media_on_a_local_disk_are_not_copied() {
    let directory = tempfile::tempdir().unwrap();
    let snapshot = hundred(Store::local(directory.path()).unwrap()).await;
    let file = &snapshot.index().await.unwrap().fragments()[0].files[0];
    let map = snapshot.dataset().file(file).await.unwrap().map().unwrap().clone();
    for builder in [StreamBuilder::new(snapshot.clone()), StreamBuilder::new(snapshot.clone()).shuffle(1)] {
        let batch = &batches(builder.positions(0..27).columns(&["image"])).await[0];
        let bytes = batch.column(0).as_struct().column(0).as_binary_view();
        assert!(bytes.iter().flatten().all(|b| map.as_ptr_range().contains(&b.as_ptr())));
    }
}

#[tokio::test]
async fn tensors_are_fixed_shape_tensors_unless_told_otherwise() {
    let snapshot = hundred(Store::memory()).await;
    let builder = StreamBuilder::new(snapshot).columns(&["vector"]);
    let batch = &batches(builder.clone()).await[0];
    let field = batch.schema_ref().field(0).clone();
    assert_eq!(field.metadata()["ARROW:extension:name"], "arrow.fixed_shape_tensor");
    assert_eq!(field.metadata()["ARROW:extension:metadata"], r#"{"shape":[2,3]}"#);
    let batch = &batches(builder.decode_tensors(false)).await[0];
    assert_eq!(batch.column(0).data_type(), &DataType::FixedSizeBinary(24));
}

#[tokio::test]
async fn splits_rows_and_deletions_choose_the_rows() {
    let snapshot = hundred(Store::memory()).await;
    let stream = || StreamBuilder::new(snapshot.clone()).batch_size(4);
    assert_eq!(all(stream().split("val")).await.concat(), (45..72).collect::<Vec<_>>());
    assert_eq!(all(stream().positions([99, 3, 3, 50])).await.concat(), [3, 50, 99]);
    assert_eq!(all(stream().positions([99, 3, 50]).split("val")).await.concat(), [50]);
    assert!(all(stream().positions([])).await.is_empty());
    let fragments = snapshot.index().await.unwrap().fragments();
    let id = |fragment: usize, offset| RowId::new(fragments[fragment].id, offset);
    let gone = [id(0, 0), id(0, 26), id(3, 0), id(1, 14)];
    snapshot.dataset().delete(&BranchName::main(), &author(), &gone).await.unwrap();
    let after = snapshot.dataset().head(&BranchName::main()).await.unwrap().unwrap();
    let left: Vec<i64> = (0..100).filter(|n| ![0, 26, 72, 41].contains(n)).collect();
    let stream = || StreamBuilder::new(after.clone()).batch_size(4);
    assert_eq!(all(stream()).await.concat(), left);
    let batches = batches(stream().shuffle(3)).await;
    batches.iter().for_each(check);
    let mut shuffled: Vec<i64> = batches.iter().flat_map(numbers).collect();
    shuffled.sort_unstable();
    assert_eq!(shuffled, left);
    let one = [id(2, 4), id(0, 1), id(1, 15)];
    assert_eq!(all(stream().rows(one)).await.concat(), [1, 42, 49]);
    let missing = stream().rows([gone[0]]).build().await.unwrap_err();
    assert_eq!(missing.to_string(), format!("no row {} in this revision", gone[0]));
    let beyond = stream().positions([96]).build().await.unwrap_err();
    assert!(beyond.to_string().contains("no row 96: this revision holds 96 rows"), "{beyond}");
}

#[tokio::test]
async fn row_ids_come_last() {
    let snapshot = hundred(Store::memory()).await;
    let fragments = snapshot.index().await.unwrap().fragments().to_vec();
    let first: Vec<i64> = vec![0, 27, 45, 72];
    for builder in [
        StreamBuilder::new(snapshot.clone()).columns(&["n"]).shuffle(2),
        StreamBuilder::new(snapshot.clone()).columns(&["n"]).positions([5, 44]),
    ] {
        for batch in batches(builder.with_row_ids(true)).await {
            let ids = batch.column(1).as_primitive::<UInt64Type>();
            assert_eq!(batch.schema_ref().field(1).name(), "row_id");
            for (n, id) in numbers(&batch).iter().zip(ids.values()) {
                let fragment = first.partition_point(|start| start <= n) - 1;
                let wanted = RowId::new(fragments[fragment].id, (n - first[fragment]) as u32);
                assert_eq!(RowId::from_raw(*id), wanted);
            }
        }
    }
    let only_ids = batches(StreamBuilder::new(snapshot).columns::<&str>(&[]).with_row_ids(true)).await;
    assert_eq!(only_ids.iter().map(RecordBatch::num_rows).sum::<usize>(), 100);
}

#[tokio::test]
async fn a_column_that_old_rows_lack_is_null_there() {
    let snapshot = filled(Store::memory(), &[("", &[3])]).await;
    let old = snapshot.schema().clone();
    let mut schema = old.clone();
    schema.add("late".to_owned(), Feature::Text).unwrap();
    let encoded = hub_dataset::ops::fragment_builder::encode_rows(
        &schema,
        None,
        &[std::collections::HashMap::from([("late", hub_dataset::sample::Value::text("here"))])],
    );
    let dataset = snapshot.dataset();
    let (fragment, _) =
        dataset.put_fragment(encoded.unwrap(), &std::collections::HashSet::new()).await.unwrap();
    let rows = hub_dataset::ops::packed_rows::PackedRows {
        schema,
        fragments: vec![fragment],
        ..hub_dataset::ops::packed_rows::PackedRows::default()
    };
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let batch = &batches(StreamBuilder::new(head).columns(&["late", "n"])).await[0];
    let late: Vec<Option<&str>> = batch.column(0).as_string::<i32>().iter().collect();
    assert_eq!(late, [None, None, None, Some("here")]);
    assert_eq!(batch.column(1).null_count(), 1);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said() {
    let snapshot = hundred(Store::memory()).await;
    let stream = || StreamBuilder::new(snapshot.clone());
    let words = |e: Result<_, Error>| match e {
        Err(e) => e.to_string(),
        Ok(_) => panic!("no error"),
    };
    let column = words(stream().columns(&["nose"]).build().await);
    assert!(column.starts_with("no column 'nose'; there are: image, "), "{column}");
    assert_eq!(words(stream().split("tset").build().await), "split 'tset' not found; available: train, val");
    assert_eq!(words(stream().rank(4, 4).build().await), "rank is 4: it counts from 0 and must be below 4");
    assert!(words(stream().batch_size(0).build().await).starts_with("batch_size is 0: it must be from 1"));
    assert!(words(stream().worker(0, 0).build().await).starts_with("workers is 0"));
    let clash: Schema = Schema::new([("row_id", Feature::Text)]).unwrap();
    let fields: Vec<_> = clash.fields.iter().collect();
    let clash = crate::columns::Columns::new(&fields, &[], true, crate::columns::RowIds::Shown).unwrap_err();
    assert!(matches!(clash, Error::Dataset(hub_dataset::Error::Schema(SchemaError::Taken(_)))));
}

#[tokio::test]
async fn an_empty_split_of_a_revision_gives_no_batches() {
    let snapshot = filled(Store::memory(), &[("train", &[2])]).await;
    let mut stream = StreamBuilder::new(snapshot).positions([]).shuffle(1).build().await.unwrap();
    assert_eq!((stream.epoch_rows(), stream.batches_left()), (0, 0));
    assert!(stream.try_next().await.unwrap().is_none());
}
