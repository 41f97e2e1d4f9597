//! The content of a store: objects, rows, long samples, damage, orphans.

use std::collections::HashMap;
use std::collections::HashSet;
use std::io::Read;
use std::time::Duration;

use arrow::array::{Array, AsArray};
use bytes::Bytes;
use futures::TryStreamExt;
use hub_schema::{BranchName, ContentHash};

use super::super::{append, author, head, labels, pets, sample_image};
use crate::ops::fragment_builder::encode_rows;
use crate::ops::fsck::Scope;
use crate::ops::packed_rows::PackedRows;
use crate::sample::{Media, MediaBytes, Value};
use crate::store::Created;
use crate::{Dataset, Error, Store, layout};

pub async fn a_probe_finds_creates_honoured(store: Store) {
    assert!(store.honours_create().await.unwrap());
    assert_eq!(store.files("").await.unwrap(), [], "the probe leaves nothing behind");
}

pub async fn objects_come_back(store: Store) {
    assert_eq!(store.get("data/none").await.unwrap(), None);
    assert!(store.head("data/none").await.unwrap().is_none());
    assert!(store.need("data/none").await.unwrap_err().to_string().contains("data/none: damaged: the file"));
    store.delete("data/none").await.unwrap();
    // Long enough to be uploaded in parts.
    let long: Vec<u8> = (0..33 << 20).map(|i: u32| (i / 7) as u8).collect();
    store.put("data/long", Bytes::from(long.clone())).await.unwrap();
    store.put("data/short", Bytes::from_static(b"short")).await.unwrap();
    assert!(store.need("data/long").await.unwrap() == long);
    assert_eq!(store.head("data/long").await.unwrap().unwrap().size_bytes, long.len() as u64);
    let at = 20 << 20;
    assert!(store.range("data/long", at..at + 100).await.unwrap() == long[at as usize..][..100]);
    let ranges = store.ranges("data/long", &[0..3, at..at + 3]).await.unwrap();
    assert_eq!(ranges, [&long[..3], &long[at as usize..][..3]]);
    let streamed: Vec<Bytes> = store.stream("data/long").await.unwrap().try_collect().await.unwrap();
    assert!(streamed.concat() == long);
    assert_eq!(store.create("refs/main/0", Bytes::from_static(b"a")).await.unwrap(), Created::Yes);
    assert_eq!(store.create("refs/main/0", Bytes::from_static(b"b")).await.unwrap(), Created::Taken);
    assert_eq!(store.need("refs/main/0").await.unwrap(), b"a".as_slice());
    let mut listed: Vec<String> = store.list("data").map_ok(|o| o.path).try_collect().await.unwrap();
    listed.sort();
    assert_eq!(listed, ["data/long", "data/short"]);
    let mut folders = store.folders("").await.unwrap();
    folders.sort();
    assert_eq!(folders, ["data", "refs"]);
    let files = store.files("data").await.unwrap();
    assert_eq!(files.iter().map(|f| f.size_bytes).sum::<u64>(), long.len() as u64 + 5);
}

pub async fn a_data_set_is_made_once(store: Store) {
    assert!(matches!(Dataset::open(store.clone()).await, Err(Error::NotFound { .. })));
    let made = Dataset::create(store.clone()).await.unwrap();
    assert!(matches!(Dataset::create(store.clone()).await, Err(Error::Exists { .. })));
    let opened = Dataset::open_or_create(store).await.unwrap();
    assert_eq!(opened.hub_file(), made.hub_file());
    assert!(opened.head(&BranchName::main()).await.unwrap().is_none());
}

pub async fn rows_and_ranges(dataset: Dataset) {
    append(&dataset, &(0..40).collect::<Vec<_>>()).await;
    append(&dataset, &(40..50).collect::<Vec<_>>()).await;
    // Opened anew, so that nothing is kept from writing.
    let snapshot = head(&Dataset::open(dataset.store().clone()).await.unwrap()).await;
    assert_eq!(labels(&snapshot).await, (0..50).map(|i| Some(i % 2)).collect::<Vec<_>>());
    let fields = snapshot.fields(Some(&["image".to_owned(), "label".to_owned()])).unwrap();
    let batch = snapshot.read_positions(&[45, 3, 17, 3], &fields).await.unwrap();
    let bytes = batch.column(0).as_struct().column(0).as_binary_view();
    for (i, seed) in [45, 3, 17, 3].into_iter().enumerate() {
        let Value::Media(Media { bytes: MediaBytes::Memory(wanted), .. }) = sample_image(seed, 500) else {
            panic!()
        };
        assert_eq!(bytes.value(i), wanted);
    }
}

/// The bytes of a long sample, and its name.
fn long_sample() -> (Bytes, ContentHash) {
    let content: Vec<u8> = (0..3_000_000_u32).map(|i| (i.wrapping_mul(i) / 13) as u8).collect();
    let hash = ContentHash(*blake3::hash(&content).as_bytes());
    (content.into(), hash)
}

async fn append_long_sample(dataset: &Dataset) -> ContentHash {
    let (content, hash) = long_sample();
    dataset.store().put(&layout::blob(hash), content.clone()).await.unwrap();
    let stored = crate::read::StoredBlob::new(dataset.store().clone(), hash, content.len() as u64);
    let video = Media { name: "film.mp4".into(), bytes: MediaBytes::Object(std::sync::Arc::new(stored)) };
    let row = HashMap::from([
        ("image", Value::Media(video)),
        ("image.name", Value::text("film.mp4")),
        ("image.bytes", Value::Int(content.len() as i64)),
    ]);
    let encoded = encode_rows(&pets(), None, &[row]).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    let rows = PackedRows { schema: pets(), fragments: vec![fragment], ..PackedRows::default() };
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    hash
}

pub async fn long_samples(dataset: Dataset) {
    let hash = append_long_sample(&dataset).await;
    let snapshot = head(&dataset).await;
    let fields: Vec<_> = snapshot.schema().fields.iter().collect();
    let batch = snapshot.read_positions(&[0], &fields).await.unwrap();
    assert!(batch.column(0).as_struct().column(0).is_null(0), "its bytes lie elsewhere");
    let open = |hash, bytes| snapshot.blob(hash, bytes);
    let row = crate::sample::extract::rows(&batch, &fields, &open).unwrap().swap_remove(0);
    let Value::Media(video) = row[0].clone() else { panic!("{:?}", row[0]) };
    assert_eq!(video.name, "film.mp4");
    let (content, _) = long_sample();
    let read = tokio::task::spawn_blocking(move || {
        let mut all = Vec::new();
        video.bytes.reader().read_to_end(&mut all).unwrap();
        (video.bytes.read_at(2_000_000, 7).unwrap(), video.bytes.read_at(2_999_999, 7).unwrap(), all)
    });
    let (middle, end, all) = read.await.unwrap();
    assert_eq!((middle.as_ref(), end.len()), (&content[2_000_000..2_000_007], 1));
    assert!(all == content);
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert!(report.is_clean() && report.blobs == 1, "{report:?}");
    dataset.compact(&BranchName::main(), &author(), Default::default()).await.unwrap();
    let mut cut = content.to_vec();
    cut[1_000_000] ^= 1;
    dataset.store().put(&layout::blob(hash), Bytes::from(cut)).await.unwrap();
    let report = dataset.fsck(Scope::Heads, |_| ()).await.unwrap();
    assert!(report.damage[0].to_string().starts_with(&format!("blobs/{hash}: damaged")), "{report:?}");
}

pub async fn damage_is_named(dataset: Dataset) {
    append(&dataset, &(0..20).collect::<Vec<_>>()).await;
    let store = dataset.store().clone();
    let fragment = head(&dataset).await.index().await.unwrap().fragments()[0].clone();
    let path = layout::data(fragment.files[0].hash);
    let whole = store.need(&path).await.unwrap();
    let check =
        || async { Dataset::open(store.clone()).await.unwrap().fsck(Scope::All, |_| ()).await.unwrap() };
    let mut flipped = whole.to_vec();
    flipped[3000] ^= 1;
    store.put(&path, Bytes::from(flipped)).await.unwrap();
    let damage = check().await.damage;
    assert_eq!(damage[0].path, path);
    assert_eq!((damage[0].rows[0].row_group, damage[0].rows[0].last), (Some(0), 19));
    store.put(&path, whole.slice(..whole.len() - 9)).await.unwrap();
    assert!(check().await.damage[0].problem.contains("bytes long"));
    let fresh = Dataset::open(store.clone()).await.unwrap();
    let fields = head(&fresh).await;
    let fields = fields.fields(None).unwrap();
    assert!(
        head(&fresh).await.read_positions(&[0], &fields).await.is_err(),
        "a truncated file is an error, not a panic"
    );
    store.delete(&path).await.unwrap();
    assert_eq!(check().await.damage[0].problem, "the file is missing");
    store.put(&path, whole).await.unwrap();
    assert!(check().await.is_clean());
}

pub async fn orphans_are_swept(dataset: Dataset) {
    append(&dataset, &[0, 1]).await;
    let blob = append_long_sample(&dataset).await;
    let before = head(&dataset).await;
    let dev: BranchName = "dev".parse().unwrap();
    dataset.create_branch(&dev, &before).await.unwrap();
    let rows = super::super::packed(&dataset, &pets(), None, &[9]).await;
    dataset.append(&dev, &author(), &rows).await.unwrap();
    dataset.delete_branch(&dev, &author()).await.unwrap();
    let probe = layout::probe(uuid::Uuid::nil());
    dataset.store().put(&probe, Bytes::from_static(b"left behind")).await.unwrap();
    // Stores tell times in seconds.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let young = dataset.sweep_older(Duration::from_secs(3600), false).await.unwrap();
    assert_eq!((young.files, young.young_files), (0, 4));
    let swept = dataset.sweep_older(Duration::ZERO, false).await.unwrap();
    assert_eq!((swept.files, swept.young_files), (4, 0));
    let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(report.orphans.unwrap().files, 0);
    assert!(dataset.store().head(&layout::blob(blob)).await.unwrap().is_some());
}
