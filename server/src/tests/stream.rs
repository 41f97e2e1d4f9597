//! `/stream` of a data set.

use std::io::Cursor;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use arrow::ipc::reader::StreamReader;
use futures::TryStreamExt;
use hub_stream::{Filter, StreamBuilder};

use super::hub::{append, picture, problem, spoil};
use super::{Hub, Who};

async fn read(hub: &Hub, query: &str) -> Vec<RecordBatch> {
    let got = hub.get(Who::Stranger, &format!("/api/v1/datasets/vision/pets/stream?{query}")).await;
    assert_eq!(got.status(), 200);
    assert_eq!(got.headers()["content-type"], "application/vnd.apache.arrow.stream");
    let bytes = got.bytes().await.unwrap();
    StreamReader::try_new(Cursor::new(bytes), None).unwrap().map(Result::unwrap).collect()
}

fn numbers(batches: &[RecordBatch]) -> Vec<i64> {
    let column =
        |b: &RecordBatch| b.column_by_name("n").unwrap().as_primitive::<Int64Type>().values().to_vec();
    batches.iter().flat_map(column).collect()
}

#[tokio::test]
async fn batches_come_as_arrow() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[10, 7]), ("val", &[3])]).await;
    let batches = read(&hub, "batch_size=4&row_ids=true").await;
    assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [4; 5]);
    assert_eq!(numbers(&batches), (0..20).collect::<Vec<_>>());
    let image = batches[1].column_by_name("image").unwrap().as_struct();
    assert_eq!(image.column_by_name("bytes").unwrap().as_binary::<i32>().value(1), picture(5));
    let vector = batches[0].schema().field_with_name("vector").unwrap().clone();
    assert!(matches!(vector.data_type(), DataType::FixedSizeList(_, 6)));
    assert_eq!(vector.metadata()["ARROW:extension:name"], "arrow.fixed_shape_tensor");
    let ids = batches[0].column_by_name("row_id").unwrap();
    assert_eq!((ids.data_type(), ids.len()), (&DataType::UInt64, 4));
    assert_eq!(numbers(&read(&hub, "split=val&columns=n").await), [17, 18, 19]);

    let shuffled = numbers(&read(&hub, "columns=n&shuffle=7").await);
    assert_ne!(shuffled, (0..20).collect::<Vec<_>>());
    assert_eq!(shuffled, numbers(&read(&hub, "columns=n&shuffle=7").await));
    let mut sorted = shuffled.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..20).collect::<Vec<_>>());
    let wrong = hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/stream?columns=none").await;
    assert_eq!(problem(wrong, 422).await, "invalid");
}

/// The row ids and numbers of the library's stream: in epoch 0, by one consumer.
async fn by_library(builder: StreamBuilder) -> (Vec<u64>, Vec<i64>) {
    let stream = builder.columns(&["n"]).with_row_ids(true).build().await.unwrap();
    let batches: Vec<_> = stream.try_collect().await.unwrap();
    (ids(&batches), numbers(&batches))
}

fn ids(batches: &[RecordBatch]) -> Vec<u64> {
    let column =
        |b: &RecordBatch| b.column_by_name("row_id").unwrap().as_primitive::<UInt64Type>().values().to_vec();
    batches.iter().flat_map(column).collect()
}

#[tokio::test]
async fn rows_come_in_the_order_of_the_library() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    // Several windows, and row groups of many lengths.
    let groups: Vec<u32> = (0..40).map(|n| 3 + n * 7 % 11).collect();
    append(&dataset, "main", 0, &[("train", &groups), ("val", &groups[..9]), ("train", &[1, 30, 2])]).await;
    let head = dataset.head(&"main".parse().unwrap()).await.unwrap().unwrap();
    let index = head.index().await.unwrap();
    let gone = [0, 5, 6, 7, 100].map(|offset| index.fragments()[0].row_id(offset));
    dataset.delete(&head.at().branch, &hub_dataset::Author::new("test", ""), &gone).await.unwrap();
    let head = dataset.head(&head.at().branch).await.unwrap().unwrap();
    for seed in [None, Some(7), Some(8), Some(u64::MAX)] {
        for split in [None, Some("train"), Some("val")] {
            for condition in [None, Some("n % 3 <> 1"), Some("n > 40 AND n < 350"), Some("n % 50 = 2")] {
                let mut builder = StreamBuilder::new(head.clone());
                let mut query = "columns=n&row_ids=true&batch_size=13".to_owned();
                if let Some(seed) = seed {
                    builder = builder.shuffle(seed);
                    query += &format!("&shuffle={seed}");
                }
                if let Some(split) = split {
                    builder = builder.split(split);
                    query += &format!("&split={split}");
                }
                if let Some(condition) = condition {
                    let rows = hub_query::filter(&head, condition, None, &hub_query::Limits::default())
                        .await
                        .unwrap();
                    builder = builder.filter(Filter::positions_of(rows));
                    query += &format!("&where={}", condition.replace('%', "%25"));
                }
                let served = read(&hub, &query).await;
                let (row_ids, rows) = by_library(builder).await;
                assert!(!rows.is_empty(), "{query}");
                assert_eq!((ids(&served), numbers(&served)), (row_ids, rows), "{query}");
            }
        }
    }
}

#[tokio::test]
async fn the_order_of_a_seed_is_the_same_for_ever() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[5, 4, 3])]).await;
    let shuffled = numbers(&read(&hub, "columns=n&shuffle=7").await);
    assert_eq!(shuffled, GOLDEN);
}

/// Checked against another implementation of the essays of `order.rs` and `random.rs`, in Python.
const GOLDEN: [i64; 12] = [0, 10, 3, 6, 8, 4, 7, 1, 11, 2, 5, 9];

#[tokio::test]
async fn long_values_make_short_batches() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[200; 3])]).await;
    let batches = read(&hub, "columns=n,image,vector").await;
    assert_eq!(numbers(&batches), (0..600).collect::<Vec<_>>());
    // Half a megabyte a batch, of images of 3 kB.
    assert!(batches.len() > 3 && batches.iter().all(|batch| batch.num_rows() < 180), "{}", batches.len());
}

#[tokio::test]
async fn deleted_rows_are_left_out() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    let head = append(&dataset, "main", 0, &[("train", &[10, 10])]).await;
    let index = head.index().await.unwrap();
    let gone = [2, 10, 19].map(|offset| index.fragments()[0].row_id(offset));
    dataset.delete(&head.at().branch, &hub_dataset::Author::new("test", ""), &gone).await.unwrap();
    let kept: Vec<i64> = (0..20).filter(|n| ![2, 10, 19].contains(n)).collect();
    assert_eq!(numbers(&read(&hub, "columns=n").await), kept);
    let page = hub.json(Who::Stranger, "/api/v1/datasets/vision/pets/rows?columns=n&limit=3").await;
    let numbers: Vec<_> =
        page["rows"].as_array().unwrap().iter().map(|r| r["values"]["n"].as_i64().unwrap()).collect();
    assert_eq!((numbers, page["total"].as_u64()), (vec![0, 1, 3], Some(17)));
}

#[tokio::test]
async fn a_reader_that_goes_frees_its_turn() {
    let hub = Hub::with(crate::Settings { streams: Some(1), ..Default::default() }).await;
    let dataset = hub.dataset("pets", "public").await;
    // More than fits into the sockets' buffers.
    let groups = [200u32; 40];
    append(&dataset, "main", 0, &[("train", &groups)]).await;
    let path = "/api/v1/datasets/vision/pets/stream";
    let slow = hub.get(Who::Stranger, path).await;
    assert_eq!(problem(hub.get(Who::Stranger, path).await, 503).await, "overloaded");
    drop(slow);
    let mut tries = 0;
    while hub.get(Who::Stranger, &format!("{path}?columns=n")).await.status() != 200 {
        tries += 1;
        assert!(tries < 100, "the turn was never freed");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Asks for a stream and never reads it.
async fn stream_unread(hub: &Hub) -> tokio::net::TcpStream {
    use tokio::io::AsyncWriteExt;
    let mut stream = tokio::net::TcpStream::connect(hub.address).await.unwrap();
    stream.write_all(b"GET /api/v1/datasets/vision/pets/stream HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    stream
}

#[tokio::test]
async fn a_reader_that_reads_nothing_is_let_go() {
    let settings = crate::Settings { streams: Some(1), idle_secs: Some(1), ..Default::default() };
    let hub = Hub::with(settings).await;
    let dataset = hub.dataset("pets", "public").await;
    // More than fits into the sockets' buffers.
    for n in 0..6 {
        append(&dataset, "main", n * 8000, &[("train", &[200u32; 40])]).await;
    }
    let path = "/api/v1/datasets/vision/pets/stream?columns=n";
    for vanishes in [false, true] {
        let unread = stream_unread(&hub).await;
        let mut tries = 0;
        let other = crate::work::admission::Requester::new(None, "192.0.2.1");
        while hub.state.streams.take(&other, 1).is_ok() {
            tries += 1;
            assert!(tries < 100, "it never began");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let kept = (!vanishes).then_some(unread);
        let begun = std::time::Instant::now();
        while hub.get(Who::Stranger, path).await.status() != 200 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(20), "the turn was never freed");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        drop(kept);
    }
}

#[tokio::test]
async fn damage_at_the_beginning_is_a_problem() {
    let hub = Hub::new().await;
    let dataset = hub.dataset("pets", "public").await;
    append(&dataset, "main", 0, &[("train", &[10, 7])]).await;
    spoil(&dataset);
    let got = hub.get(Who::Stranger, "/api/v1/datasets/vision/pets/stream").await;
    assert_eq!(problem(got, 500).await, "damaged");
}
