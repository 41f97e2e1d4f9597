//! Sweeps beside writers.

use std::path::Path;
use std::time::Duration;

use hub_schema::{BranchName, DatasetMeta};

use super::{append, author, head, labels, new_dataset, packed, pets};
use crate::ops::fsck::Scope;
use crate::{Dataset, Error, Store, layout};

async fn on_disk(folder: &Path) -> Dataset {
    Dataset::create(Store::local(&folder.join("set")).unwrap()).await.unwrap()
}

#[tokio::test]
async fn files_of_a_push_that_is_under_way_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    append(&dataset, &[0]).await;
    let writing = dataset.begin_writing().await;
    let rows = packed(&dataset, &pets(), Some("train"), &[5]).await;
    // Another process, at any grace time.
    let other = Dataset::open(dataset.store().clone()).await.unwrap();
    for dry_run in [true, false] {
        let swept = other.gc(Duration::ZERO, dry_run).await.unwrap();
        assert!(swept.kept_for_writers);
        assert_eq!((swept.files, swept.young_files), (0, 2));
    }
    dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
    drop(writing);
    packed(&dataset, &pets(), Some("train"), &[9]).await;
    let swept = other.gc(Duration::ZERO, false).await.unwrap();
    assert!(!swept.kept_for_writers);
    // Its labels are those of a committed row.
    assert_eq!((swept.files, swept.young_files), (1, 0), "an upload that ended without a commit");
    assert_eq!(labels(&head(&other).await).await, [Some(0), Some(1)]);
    assert!(other.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}

#[tokio::test]
async fn a_short_grace_time_is_refused_where_writers_cant_be_seen() {
    let folder = tempfile::tempdir().unwrap();
    let served = on_disk(folder.path()).await;
    served.store().put(DatasetMeta::PATH, b"{}".to_vec()).await.unwrap();
    for dataset in [new_dataset().await, served] {
        append(&dataset, &[0]).await;
        packed(&dataset, &pets(), None, &[5]).await;
        let refused = dataset.gc(Dataset::DEFAULT_GRACE - Duration::from_secs(1), false).await.unwrap_err();
        assert!(matches!(refused, Error::GraceTooShort { grace_secs: 86_399, .. }), "{refused}");
        assert_eq!(dataset.gc(Duration::ZERO, true).await.unwrap().files, 2, "counting harms nobody");
        let swept = dataset.gc(Dataset::DEFAULT_GRACE, false).await.unwrap();
        assert_eq!((swept.files, swept.young_files), (0, 2));
    }
}

/// Writers of every kind beside sweeps without any grace time: whatever was committed is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_committed_row_is_lost_to_a_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    append(&dataset, &[0, 1]).await;
    let store = dataset.store().clone();
    let writers = (1..=3_u64).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            let dataset = Dataset::open(store).await.unwrap();
            let main = BranchName::main();
            let mut committed = 0_u64;
            for i in 0..12 {
                if writer == 3 {
                    // Writes files within its commit.
                    dataset.compact(&main, &author(), Default::default()).await.map(drop).unwrap();
                    continue;
                }
                let _writing = dataset.begin_writing().await;
                let rows = packed(&dataset, &pets(), Some("train"), &[writer * 100 + i]).await;
                tokio::time::sleep(Duration::from_millis(5)).await;
                dataset.append(&main, &author(), &rows).await.unwrap();
                committed += 1;
            }
            committed
        })
    });
    let writers: Vec<_> = writers.collect();
    let sweeper = tokio::spawn({
        let store = store.clone();
        async move {
            loop {
                let dataset = Dataset::open(store.clone()).await.unwrap();
                dataset.gc(Duration::ZERO, false).await.unwrap();
            }
        }
    });
    let mut committed = 2;
    for writer in writers {
        committed += writer.await.unwrap();
    }
    sweeper.abort();
    let fresh = Dataset::open(store).await.unwrap();
    let head = head(&fresh).await;
    assert_eq!(head.commit().counts.rows, committed);
    assert_eq!(labels(&head).await.len() as u64, committed);
    let report = fresh.fsck(Scope::All, |_| ()).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

/// Without the lock of a whole push, a sweep may delete its files before the commit: which is refused then.
#[tokio::test]
async fn a_commit_of_files_that_were_swept_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = on_disk(folder.path()).await;
    append(&dataset, &[0]).await;
    let rows = packed(&dataset, &pets(), None, &[5]).await;
    assert_eq!(dataset.gc(Duration::ZERO, false).await.unwrap().files, 2);
    let refused = dataset.append(&BranchName::main(), &author(), &rows).await.unwrap_err();
    assert!(matches!(refused, Error::Damaged { .. }), "{refused}");
    assert!(dataset.store().head(&layout::commit(&BranchName::main(), 1)).await.unwrap().is_none());
}
