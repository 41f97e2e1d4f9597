//! The behaviour of a data set, on the stores that need no server.

mod append_keys;
mod commits;
mod compact;
mod derived;
mod diff;
mod edit;
mod files;
mod fsck;
mod golden;
mod lost;
mod merge;
mod merge_random;
mod order;
mod removal;
mod stats;
mod suite;
mod sweep;
mod values;
mod view;

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use hub_schema::{BranchName, Feature, Operation, Schema};

use crate::ops::fragment_builder::encode_rows;
use crate::ops::packed_rows::PackedRows;
use crate::sample::{Media, MediaBytes, Value};
use crate::{Author, Committed, Dataset, Error, Snapshot, Store};

/// A data set in memory.
pub async fn new_dataset() -> Dataset {
    Dataset::create(Store::memory()).await.unwrap()
}

/// The head of `main`.
pub async fn head(dataset: &Dataset) -> Snapshot {
    dataset.head(&BranchName::main()).await.unwrap().unwrap()
}

/// Pictures (of `size` bytes each) and labels.
pub fn pets() -> Schema {
    Schema::new([("image", Feature::Image), ("label", Feature::labels(["cat", "dog"]))]).unwrap()
}

/// A pseudo-random value for an image column: `size` bytes from `seed`.
pub fn sample_image(seed: u64, size: usize) -> Value {
    let bytes: Vec<u8> = (0..size).map(|i| (seed as usize * 31 + i * 7) as u8).collect();
    Value::Media(Media { name: format!("{seed}.png"), bytes: MediaBytes::Memory(bytes.into()) })
}

/// Packs rows whose label is `seed % 2`.
pub async fn packed(dataset: &Dataset, schema: &Schema, split: Option<&str>, seeds: &[u64]) -> PackedRows {
    let rows: Vec<_> = seeds
        .iter()
        .map(|s| HashMap::from([("image", sample_image(*s, 500)), ("label", Value::Int((*s % 2) as i64))]))
        .collect();
    let encoded = encode_rows(schema, split, &rows).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    PackedRows { schema: schema.clone(), fragments: vec![fragment], ..PackedRows::default() }
}

/// Appends rows to `main`.
pub async fn append(dataset: &Dataset, seeds: &[u64]) -> Snapshot {
    let schema = match dataset.head(&BranchName::main()).await.unwrap() {
        Some(head) => head.schema().clone(),
        None => pets(),
    };
    let rows = packed(dataset, &schema, Some("train"), seeds).await;
    match dataset.append(&BranchName::main(), &author(), &rows).await.unwrap() {
        Committed::New(snapshot) => snapshot,
        Committed::Unchanged(_) => panic!("nothing was appended"),
    }
}

/// The author of all commits in tests.
pub fn author() -> Author {
    Author::new("test", "")
}

/// The ids of all rows, in order.
pub async fn row_ids(snapshot: &Snapshot) -> Vec<hub_schema::RowId> {
    let index = snapshot.index().await.unwrap();
    index.fragments().iter().flat_map(|f| f.live_offsets().map(|o| f.row_id(o))).collect()
}

/// Replaces labels on a branch, as a writer who read `base`.
pub async fn relabel(
    base: &Snapshot,
    branch: &BranchName,
    labels: &[(hub_schema::RowId, i64)],
) -> crate::Result<Snapshot> {
    let values = labels.iter().map(|(row, label)| (*row, Value::Int(*label))).collect();
    let values = [crate::ops::values::ColumnValues::new("label", values)];
    let done = base.dataset().replace_values(branch, &author(), &values, base).await?;
    Ok(done.snapshot().unwrap().clone())
}

/// The labels of all rows, in order.
pub async fn labels(snapshot: &Snapshot) -> Vec<Option<i64>> {
    let rows = snapshot.index().await.unwrap().rows();
    let fields = snapshot.fields(Some(&["label".to_owned()])).unwrap();
    let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &fields).await.unwrap();
    batch.column(0).as_primitive::<Int64Type>().iter().collect()
}

#[tokio::test]
async fn rows_are_read_back_in_order() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1, 2]).await;
    let snapshot = append(&dataset, &[5, 6]).await;
    assert_eq!(snapshot.at().version, 1);
    assert_eq!(snapshot.commit().counts.rows, 5);
    assert_eq!(labels(&snapshot).await, [0, 1, 0, 1, 0].map(Some));
    let fields = snapshot.fields(Some(&["image".to_owned()])).unwrap();
    let batch = snapshot.read_positions(&[4, 0, 4], &fields).await.unwrap();
    let images = batch.column(0).as_struct();
    let paths = images.column_by_name("path").unwrap().as_string::<i32>();
    assert_eq!((paths.value(0), paths.value(1), paths.value(2)), ("6.png", "0.png", "6.png"));
    let bytes = images.column_by_name("bytes").unwrap().as_binary_view();
    let Value::Media(Media { bytes: MediaBytes::Memory(wanted), .. }) = sample_image(6, 500) else {
        panic!()
    };
    assert_eq!(bytes.value(0), wanted);
    assert!(!bytes.is_null(1));
}

#[tokio::test]
async fn single_rows_of_shared_pages_are_read_alone() {
    let dataset = new_dataset().await;
    let rows: Vec<_> = (0..60).map(|seed| HashMap::from([("image", sample_image(seed, 20_000))])).collect();
    let encoded = encode_rows(&pets(), None, &rows).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    let rows = PackedRows { schema: pets(), fragments: vec![fragment], ..PackedRows::default() };
    let done = dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    let snapshot = done.snapshot().unwrap();
    let image = snapshot.schema().column("image").unwrap();
    let batch = snapshot.read_positions(&[3, 17, 30, 58], &[image]).await.unwrap();
    let paths = batch.column(0).as_struct().column_by_name("path").unwrap().as_string::<i32>().clone();
    assert_eq!(paths.iter().flatten().collect::<Vec<_>>(), ["3.png", "17.png", "30.png", "58.png"]);
}

#[tokio::test]
async fn a_second_push_of_the_same_rows_changes_nothing() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    let rows = packed(&dataset, &pets(), Some("train"), &[1, 2, 3]).await;
    let first = dataset.overwrite(&main, &author(), &rows, None).await.unwrap();
    let base = head(&dataset).await;
    let again = dataset.overwrite(&main, &author(), &rows, Some(&base)).await.unwrap();
    assert!(matches!(again, Committed::Unchanged(_)));
    assert_eq!(first.snapshot().unwrap().at(), again.snapshot().unwrap().at());
    let encoded = encode_rows(&pets(), None, &[HashMap::from([("image", sample_image(1, 9))])]).unwrap();
    let (_, up) = dataset.put_fragment(encoded.clone(), &HashSet::new()).await.unwrap();
    assert!(up.written_bytes > 0 && up.reused_bytes == 0);
    let (_, up) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    assert!(up.written_bytes == 0 && up.reused_bytes > 0);
}

#[tokio::test]
async fn appending_the_same_rows_twice_gives_them_other_ids() {
    let dataset = new_dataset().await;
    append(&dataset, &[1, 2]).await;
    let snapshot = append(&dataset, &[1, 2]).await;
    let fragments = snapshot.index().await.unwrap().fragments();
    assert_eq!(fragments[1].id, fragments[0].id.next());
    assert_eq!(fragments[0].files, fragments[1].files);
}

#[tokio::test]
async fn writers_that_append_at_once_all_succeed() {
    let dataset = new_dataset().await;
    append(&dataset, &[0]).await;
    let writers = (1..=12).map(|seed| {
        let dataset = dataset.clone();
        tokio::spawn(async move { append(&dataset, &[seed]).await.at().version })
    });
    let mut versions = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        versions.push(writer.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (1..=12).collect::<Vec<_>>());
    assert_eq!(head(&dataset).await.commit().counts.rows, 13);
}

#[tokio::test]
async fn an_overwrite_does_not_hide_another_writers_commit() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0]).await;
    append(&dataset, &[1]).await;
    let rows = packed(&dataset, &pets(), None, &[9]).await;
    let refused = dataset.overwrite(&BranchName::main(), &author(), &rows, Some(&base)).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }), "{refused}");
}

#[tokio::test]
async fn deleted_rows_remain_in_earlier_revisions() {
    let dataset = new_dataset().await;
    let before = append(&dataset, &[0, 1, 2, 3]).await;
    let fragment = &before.index().await.unwrap().fragments()[0];
    let gone = [fragment.row_id(1), fragment.row_id(2)];
    let main = BranchName::main();
    dataset.delete(&main, &author(), &gone).await.unwrap();
    let after = head(&dataset).await;
    assert_eq!(labels(&after).await, [Some(0), Some(1)]);
    assert_eq!((after.commit().counts.rows, after.commit().counts.removed), (2, 2));
    assert_eq!(labels(&before).await.len(), 4);
    let again = dataset.delete(&main, &author(), &gone).await.unwrap();
    assert!(matches!(again, Committed::Unchanged(_)));
    let nowhere = hub_schema::RowId::from_raw(77);
    assert!(matches!(dataset.delete(&main, &author(), &[nowhere]).await, Err(Error::NoRow(_))));
    dataset.revert(&main, &author(), &before).await.unwrap();
    assert_eq!(labels(&head(&dataset).await).await.len(), 4);
}

#[tokio::test]
async fn columns_are_renamed_and_dropped_without_a_file() {
    let dataset = new_dataset().await;
    append(&dataset, &[0, 1]).await;
    let main = BranchName::main();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    let renamed = head(&dataset).await;
    let fields = renamed.fields(Some(&["animal".to_owned()])).unwrap();
    let batch = renamed.read_positions(&[1], &fields).await.unwrap();
    assert_eq!(batch.column(0).as_primitive::<Int64Type>().value(0), 1);
    dataset.drop_column(&main, &author(), "image").await.unwrap();
    assert_eq!(head(&dataset).await.schema().names(), ["animal"]);
    let missing = dataset.drop_column(&main, &author(), "nose").await.unwrap_err();
    assert_eq!(missing.to_string(), "no column 'nose'; there are: animal");
}

#[tokio::test]
async fn branches_and_tags_name_commits() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0]).await;
    let (dev, v1): (BranchName, BranchName) = ("dev".parse().unwrap(), "v1".parse().unwrap());
    let begun = dataset.create_branch(&dev, &base).await.unwrap();
    assert_eq!(begun.at().id, base.at().id);
    dataset.create_tag(&v1, &base, &author()).await.unwrap();
    assert!(matches!(dataset.create_tag(&dev, &base, &author()).await, Err(Error::Taken { .. })));
    assert!(matches!(dataset.create_branch(&v1, &base).await, Err(Error::Taken { .. })));
    append(&dataset, &[1]).await;
    for (revision, rows) in [("dev", 1), ("v1", 1), ("main", 2), ("0", 1), ("main:1", 2)] {
        let snapshot = dataset.snapshot(&revision.parse().unwrap()).await.unwrap();
        assert_eq!(snapshot.commit().counts.rows, rows, "{revision}");
    }
    let short = base.at().id.to_string()[..10].to_owned();
    let found = dataset.snapshot(&hub_schema::Revision::Named(short)).await.unwrap();
    assert_eq!(found.at().id, base.at().id);
    dataset.delete_branch(&dev, &author()).await.unwrap();
    let gone = dataset.snapshot(&"dev".parse().unwrap()).await.unwrap_err();
    assert!(gone.to_string().contains("no revision 'dev'; branches: main; tags: v1"), "{gone}");
    let again = dataset.create_branch(&dev, &head(&dataset).await).await.unwrap();
    assert_eq!(again.commit().counts.rows, 2);
}

#[tokio::test]
async fn the_log_reaches_the_first_commit() {
    let dataset = new_dataset().await;
    for seed in 0..20 {
        append(&dataset, &[seed]).await;
    }
    let log = head(&dataset).await.log(usize::MAX).await.unwrap();
    assert_eq!(log.len(), 20);
    assert!(log.iter().all(|s| s.commit().operation == Operation::Append));
    let manifests = head(&dataset).await.commit().manifests.len();
    assert!(manifests <= 7, "small manifests are merged as they pile up: {manifests}");
}

#[tokio::test]
async fn a_push_after_a_compaction_counts_rows_not_fragments() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    let mut rows = packed(&dataset, &pets(), Some("train"), &[1, 2]).await;
    rows.fragments.extend(packed(&dataset, &pets(), Some("train"), &[3, 4]).await.fragments);
    dataset.overwrite(&main, &author(), &rows, None).await.unwrap();
    dataset.compact(&main, &author(), Default::default()).await.unwrap();
    let base = head(&dataset).await;
    assert_eq!(base.commit().counts.fragments, 1);
    rows.fragments.extend(packed(&dataset, &pets(), Some("train"), &[5]).await.fragments);
    dataset.overwrite(&main, &author(), &rows, Some(&base)).await.unwrap();
    let counts = head(&dataset).await.commit().counts.clone();
    assert_eq!((counts.added, counts.removed, counts.changed), (1, 0, 0));
}

#[tokio::test]
async fn damaged_rows_are_never_copied() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = Dataset::create(Store::local(&folder.path().join("set")).unwrap()).await.unwrap();
    append(&dataset, &[1, 2]).await;
    let two = append(&dataset, &[3, 4]).await;
    let image = two.schema().column("image").unwrap().clone();
    let file = two.index().await.unwrap().fragments()[0].file_of(image.id).unwrap().clone();
    let path = dataset.store().local_file(&crate::layout::data(file.hash)).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[600] ^= 4;
    std::fs::write(&path, bytes).unwrap();
    let refused = dataset.compact(&BranchName::main(), &author(), Default::default()).await.unwrap_err();
    let words = "rows 0 to 1 (row group 0): their checksum is";
    assert!(refused.to_string().contains(words), "{refused}");
    let refused = two.read_positions(&[0], &[&image]).await.unwrap_err();
    assert!(refused.to_string().contains(words), "{refused}");
}

#[tokio::test]
async fn a_push_restores_missing_files() {
    let dataset = new_dataset().await;
    let snapshot = append(&dataset, &[1, 2]).await;
    let file = snapshot.index().await.unwrap().fragments()[0].files[0].clone();
    dataset.store().delete(&crate::layout::data(file.hash)).await.unwrap();
    let known = crate::ops::fragment_builder::known_files(snapshot.index().await.unwrap().fragments());
    let rows: Vec<_> = [1_u64, 2]
        .iter()
        .map(|s| HashMap::from([("image", sample_image(*s, 500)), ("label", Value::Int((*s % 2) as i64))]))
        .collect();
    let encoded = encode_rows(snapshot.schema(), Some("train"), &rows).unwrap();
    let (_, up) = dataset.put_fragment(encoded, &known).await.unwrap();
    assert_eq!(up.written_bytes, file.bytes);
}

#[tokio::test]
async fn a_branch_begins_at_version_0_and_its_end_is_no_revision() {
    let dataset = new_dataset().await;
    append(&dataset, &[0]).await;
    let base = append(&dataset, &[1]).await;
    let (dev, v1): (BranchName, BranchName) = ("dev".parse().unwrap(), "v1".parse().unwrap());
    let begun = dataset.create_branch(&dev, &base).await.unwrap();
    assert_eq!((begun.at().version, begun.at().id), (0, base.at().id));
    dataset.delete_branch(&dev, &author()).await.unwrap();
    let end = dataset.snapshot(&"dev:1".parse().unwrap()).await;
    assert!(matches!(end, Err(Error::NoRevision { .. })));
    let rows = packed(&dataset, &pets(), None, &[7]).await;
    let gone = dataset.overwrite(&dev, &author(), &rows, Some(&begun)).await;
    assert!(matches!(gone, Err(Error::Conflict { .. })), "a push does not bring an ended branch back");
    dataset.create_tag(&v1, &base, &author()).await.unwrap();
    let shadow = dataset.append(&v1, &author(), &rows).await;
    assert!(matches!(shadow, Err(Error::Taken { .. })), "a push does not hide a tag");
}

#[tokio::test]
async fn where_a_hub_arbitrates_direct_commits_are_refused() {
    use hub_schema::commit::Arbiter;
    let store = Store::memory();
    let dataset = Dataset::create(store.clone()).await.unwrap();
    append(&dataset, &[1, 2]).await;
    let hub = hub_schema::HubFile { arbiter: Arbiter::Catalog, ..dataset.hub_file().clone() };
    let json = serde_json::to_vec(&hub).unwrap();
    store.put(crate::layout::HUB_FILE, json).await.unwrap();
    let dataset = Dataset::open(store).await.unwrap();
    let main = BranchName::main();
    let head = head(&dataset).await;
    let refused = |error: Error| matches!(error, Error::Arbitrated { .. });
    assert!(refused(dataset.rename_column(&main, &author(), "label", "animal").await.unwrap_err()));
    assert!(refused(dataset.create_tag(&"v1".parse().unwrap(), &head, &author()).await.unwrap_err()));
}
