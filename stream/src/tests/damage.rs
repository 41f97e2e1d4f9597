//! Damaged files: an error that names file and rows, whatever byte is wrong, and never a panic.

use futures::{StreamExt, TryStreamExt};
use hub_dataset::{Dataset, Snapshot, Store, layout};
use hub_schema::BranchName;

use super::fixtures::{filled, numbers};
use crate::{Error, StreamBuilder};

/// Changes a byte of the file that holds the images, or the annotations, in a copy of the data set.
async fn damaged(snapshot: &Snapshot, file: usize, at: u64) -> Snapshot {
    let store = snapshot.dataset().store();
    let file = &snapshot.index().await.unwrap().fragments()[0].files[file];
    let path = layout::data(file.hash);
    let whole = store.need(&path).await.unwrap();
    let mut bytes = whole.to_vec();
    bytes[at as usize] ^= 0x55;
    store.put(&path, bytes).await.unwrap();
    // Opened anew, so that no footer is kept.
    let dataset = Dataset::open(store.clone()).await.unwrap();
    dataset.head(&BranchName::main()).await.unwrap().unwrap()
}

/// The first error of a stream; after it the stream ends.
async fn error_of(builder: StreamBuilder) -> Option<Error> {
    let mut stream = builder.build().await.unwrap();
    while let Some(batch) = stream.next().await {
        if let Err(error) = batch {
            assert!(stream.next().await.is_none(), "a stream ends after an error");
            assert_eq!(stream.batches_left(), 0);
            return Some(error);
        }
    }
    None
}

fn place_of(error: &Error) -> String {
    match error {
        Error::Dataset(hub_dataset::Error::Damaged { path, problem }) => format!("{path}: {problem}"),
        other => panic!("not told as damage: {other:?}"),
    }
}

#[tokio::test]
async fn a_row_group_fetched_as_a_whole_is_checked() {
    let snapshot = filled(Store::memory(), &[("", &[20, 20, 20])]).await;
    let snapshot = damaged(&snapshot, 0, 30_000 + 20 * 3000).await;
    let mut stream = StreamBuilder::new(snapshot.clone()).batch_size(20).build().await.unwrap();
    assert_eq!(numbers(&stream.next().await.unwrap().unwrap()).len(), 20);
    let place = place_of(&stream.next().await.unwrap().unwrap_err());
    assert!(place.contains(".parquet: rows 20 to 39 (row group 1): their checksum is"), "{place}");
    assert!(stream.next().await.is_none());
    let labels = StreamBuilder::new(snapshot).columns(&["n"]);
    assert!(error_of(labels).await.is_none(), "the labels lie in another file");
}

#[tokio::test]
async fn local_row_groups_are_checked_where_it_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let snapshot = filled(Store::local(directory.path()).unwrap(), &[("", &[20, 20])]).await;
    // In the middle of an image: only the checksum can tell.
    let snapshot = damaged(&snapshot, 0, 20_000).await;
    assert!(error_of(StreamBuilder::new(snapshot.clone())).await.is_none());
    let place = place_of(&error_of(StreamBuilder::new(snapshot).verify(true)).await.unwrap());
    assert!(place.contains("rows 0 to 19 (row group 0)"), "{place}");
}

#[tokio::test]
async fn no_damaged_byte_panics() {
    for file in [0, 1] {
        let directory = tempfile::tempdir().unwrap();
        let snapshot = filled(Store::local(directory.path()).unwrap(), &[("", &[2, 2])]).await;
        let length = snapshot.index().await.unwrap().fragments()[0].files[file].bytes;
        let step = if file == 0 { 487 } else { 29 };
        for at in (4..length - 8).step_by(step) {
            let damaged_one = damaged(&snapshot, file, at).await;
            if let Some(error) = error_of(StreamBuilder::new(damaged_one.clone())).await {
                assert!(place_of(&error).contains(".parquet"), "byte {at}: {error}");
            }
            let verified = error_of(StreamBuilder::new(damaged_one).verify(true)).await;
            assert!(verified.is_some(), "byte {at} of file {file} is covered by a checksum");
            damaged(&snapshot, file, at).await;
        }
    }
}

#[tokio::test]
async fn a_missing_file_is_said() {
    let snapshot = filled(Store::memory(), &[("", &[5]), ("", &[5])]).await;
    let file = &snapshot.index().await.unwrap().fragments()[1].files[0];
    let dataset = Dataset::open(snapshot.dataset().store().clone()).await.unwrap();
    dataset.store().delete(&layout::data(file.hash)).await.unwrap();
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    let stream = StreamBuilder::new(head).batch_size(5).build().await.unwrap();
    let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(error.to_string().contains(&file.hash.to_string()), "{error}");
}
