//! Removing a data set, creating one where other files are, and commits of writers that a removal overtakes.

use std::collections::HashMap;
use std::path::Path;

use bytes::Bytes;
use hub_schema::BranchName;

use super::{append, author, head, labels, new_dataset, packed, pets, sample_image};
use crate::ops::fragment_builder::encode_rows;
use crate::ops::packed_rows::PackedRows;
use crate::ops::remove::{Contents, remove};
use crate::sample::Value;
use crate::{Dataset, Error, Store, layout};

fn write(folder: &Path, path: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, b"the only copy").unwrap();
}

/// A data set with files of every kind.
async fn full(store: Store) -> Dataset {
    let dataset = Dataset::create(store).await.unwrap();
    let base = append(&dataset, &[0, 1]).await;
    dataset.create_branch(&"dev".parse().unwrap(), &base).await.unwrap();
    dataset.create_tag(&"v1".parse().unwrap(), &base, &author()).await.unwrap();
    dataset.create_view(&"all".parse().unwrap(), "SELECT * FROM samples", &base, &author()).await.unwrap();
    dataset.store().put(&layout::blob(hub_schema::ContentHash([3; 32])), vec![1]).await.unwrap();
    dataset
}

const FOREIGN: [&str; 8] = [
    "data/cat/a.jpg",
    "data/precious.csv",
    "data/scan#1",
    "refs/notes.txt",
    "refs/main/7.json",
    "tags/deep/v1.json",
    "views/all/about.txt",
    "notes.txt",
];

#[tokio::test]
async fn only_the_data_sets_own_files_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("set");
    let store = Store::local(&root).unwrap();
    full(store.clone()).await;
    FOREIGN.iter().for_each(|path| write(&root, path));
    let half = format!("{}#2", layout::data(hub_schema::ContentHash([9; 32])));
    write(&root, &half);
    let found = Contents::read(&store).await.unwrap();
    // No listing shows `scan#1`, since stores write half files under such names; it stays too.
    let listed: Vec<&str> = found.foreign.iter().map(|file| file.path.as_str()).collect();
    let mut wanted: Vec<&str> = FOREIGN.into_iter().filter(|path| !path.contains('#')).collect();
    wanted.sort_unstable();
    assert_eq!(listed, wanted);
    let removed = remove(&store).await.unwrap();
    assert_eq!(removed.foreign, found.foreign);
    assert_eq!(removed.own.len(), found.own.len());
    assert!(removed.own.iter().any(|file| file.path == half));
    for path in FOREIGN {
        assert_eq!(std::fs::read(root.join(path)).unwrap(), b"the only copy", "{path}");
    }
    assert_eq!(Contents::read(&store).await.unwrap().own, []);
    assert!(!root.join("blobs").exists() && !root.join("manifests").exists(), "empty folders are removed");
}

#[tokio::test]
async fn nothing_is_left_of_a_data_set_that_lay_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("set");
    full(Store::local(&root).unwrap()).await;
    remove(&Store::local(&root).unwrap()).await.unwrap();
    assert!(!root.exists());
    let memory = Store::memory();
    full(memory.clone()).await;
    memory.put("data/precious.csv", vec![1]).await.unwrap();
    remove(&memory).await.unwrap();
    let left: Vec<_> = Contents::read(&memory).await.unwrap().foreign.into_iter().map(|f| f.path).collect();
    assert_eq!(left, ["data/precious.csv"]);
}

#[tokio::test]
async fn a_data_set_is_not_created_among_other_files() {
    let folder = tempfile::tempdir().unwrap();
    for path in FOREIGN.into_iter().filter(|path| !path.contains('#')) {
        let root = folder.path().join(path.replace('/', "-"));
        write(&root, path);
        let refused = Dataset::open_or_create(Store::local(&root).unwrap()).await.unwrap_err();
        assert!(matches!(&refused, Error::Occupied { file, .. } if file == path), "{refused}");
        assert_eq!(std::fs::read_dir(&root).unwrap().count(), 1, "nothing is written");
    }
    let memory = Store::memory();
    memory.put("train/cat/a.png", vec![1]).await.unwrap();
    let refused = Dataset::create(memory).await.unwrap_err().to_string();
    assert!(refused.contains("such as train/cat/a.png; give a place that is new, empty"), "{refused}");
    // A folder of empty folders is empty, and so is one that holds uploads without a commit.
    let root = folder.path().join("empty");
    std::fs::create_dir_all(root.join("a/b")).unwrap();
    write(&root, &layout::data(hub_schema::ContentHash([1; 32])));
    Dataset::create(Store::local(&root).unwrap()).await.unwrap();
}

#[tokio::test]
async fn commits_without_a_data_set_are_not_adopted() {
    let store = Store::memory();
    full(store.clone()).await;
    store.delete(layout::HUB_FILE).await.unwrap();
    let refused = Dataset::open_or_create(store.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::Remains { .. }), "{refused}");
    assert!(Contents::read(&store).await.unwrap().has_remains());
    remove(&store).await.unwrap();
    let again = Dataset::create(store).await.unwrap();
    assert!(again.head(&BranchName::main()).await.unwrap().is_none());
}

/// Whatever a writer was about to create, it finds out that its data set is gone, and leaves nothing that a later one
/// would adopt.
#[tokio::test]
async fn a_removed_data_set_is_not_revived() {
    let folder = tempfile::tempdir().unwrap();
    for store in [Store::memory(), Store::local(&folder.path().join("set")).unwrap()] {
        let dataset = full(store.clone()).await;
        let (main, by) = (BranchName::main(), author());
        let base = head(&dataset).await;
        let rows = packed(&dataset, &pets(), Some("train"), &[2]).await;
        remove(&store).await.unwrap();
        let name = |name: &str| name.parse::<BranchName>().unwrap();
        // The files are there again, as those of a push whose uploads end after the removal.
        packed(&dataset, &pets(), Some("train"), &[2]).await;
        packed(&dataset, &pets(), Some("train"), &[0, 1]).await;
        let refused = [
            dataset.append(&main, &by, &rows).await.map(drop).unwrap_err(),
            dataset.overwrite(&main, &by, &rows, None).await.map(drop).unwrap_err(),
            dataset.overwrite(&main, &by, &rows, Some(&base)).await.map(drop).unwrap_err(),
            dataset.append(&name("new"), &by, &rows).await.map(drop).unwrap_err(),
        ];
        for error in refused {
            assert!(matches!(error, Error::Removed { .. }), "{error}");
        }
        assert!(dataset.create_tag(&name("v2"), &base, &by).await.is_err());
        assert!(dataset.create_branch(&name("other"), &base).await.is_err());
        // No commit, no tag: only uploads.
        store.check_vacant().await.unwrap();
        if let Some(root) = store.directory() {
            assert!(!root.join("refs").exists());
        }
        // Another data set in its place is not written to, either.
        let other = Dataset::create(store.clone()).await.unwrap();
        assert!(matches!(dataset.append(&main, &by, &rows).await, Err(Error::Removed { .. })));
        let first = append(&other, &[5]).await;
        assert_eq!(first.at().version, 0);
        assert!(matches!(dataset.append(&main, &by, &rows).await, Err(Error::Removed { .. })));
        assert_eq!(labels(&head(&other).await).await, [Some(1)]);
        assert_eq!(head(&other).await.at(), first.at());
    }
}

/// Packs a row; `None` if the upload fails, as it may while its folder is removed.
async fn try_pack(dataset: &Dataset, seed: u64) -> Option<PackedRows> {
    let row = HashMap::from([("image", sample_image(seed, 100)), ("label", Value::Int(0))]);
    let encoded = encode_rows(&pets(), None, &[row]).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &Default::default()).await.ok()?;
    Some(PackedRows { schema: pets(), fragments: vec![fragment], ..PackedRows::default() })
}

/// Appends until the data set is gone. Every append either succeeds, or says that the data set was removed or that its
/// files were.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_removal_beside_writers_leaves_no_commit() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let store = Store::local(&folder.path().join(format!("set{round}"))).unwrap();
        let dataset = Dataset::create(store.clone()).await.unwrap();
        append(&dataset, &[0]).await;
        let writers = (0..3_u64).map(|writer| {
            let dataset = dataset.clone();
            tokio::spawn(async move {
                for seed in 0..2000 {
                    let Some(rows) = try_pack(&dataset, writer * 10_000 + seed).await else { continue };
                    match dataset.append(&BranchName::main(), &author(), &rows).await {
                        Ok(_) => {}
                        Err(Error::Removed { .. }) => return,
                        Err(other) => panic!("{other}"),
                    }
                }
                panic!("the removal was not noticed");
            })
        });
        let writers: Vec<_> = writers.collect();
        tokio::time::sleep(std::time::Duration::from_millis(round * 7)).await;
        remove(&store).await.unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        store.check_vacant().await.unwrap();
    }
}

#[tokio::test]
async fn the_main_branch_is_not_deleted() {
    let dataset = new_dataset().await;
    append(&dataset, &[0]).await;
    let refused = dataset.delete_branch(&BranchName::main(), &author()).await.unwrap_err();
    assert!(matches!(refused, Error::MainBranch(_)), "{refused}");
    assert!(refused.to_string().starts_with("branch 'main' can't be deleted: "), "{refused}");
    let json = dataset.store().get(&layout::commit(&BranchName::main(), 1)).await.unwrap();
    assert_eq!(json, None::<Bytes>);
}
