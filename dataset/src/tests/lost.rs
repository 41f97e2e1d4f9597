//! Revisions whose files are gone: they are named, not brought to life; and branches that end in one are brought back.

use std::time::Duration;

use hub_schema::{BranchName, Operation};

use super::{append, author, head, labels, new_dataset, packed, pets};
use crate::commit::{BadCommit, Proposal};
use crate::ops::fsck::Scope;
use crate::ops::merge::Merged;
use crate::{Dataset, Error, Snapshot, layout};

fn main() -> BranchName {
    BranchName::main()
}

fn name(name: &str) -> BranchName {
    name.parse().unwrap()
}

/// A data set with two commits on `main`, and the commit of a branch from the first that was deleted and swept.
async fn swept() -> (Dataset, Snapshot) {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0, 1]).await;
    let dev = name("dev");
    dataset.create_branch(&dev, &base).await.unwrap();
    let rows = packed(&dataset, &pets(), Some("train"), &[7]).await;
    let lost = dataset.append(&dev, &author(), &rows).await.unwrap().snapshot().unwrap().clone();
    dataset.delete_branch(&dev, &author()).await.unwrap();
    let swept = dataset.sweep_older(Duration::ZERO, false).await.unwrap();
    assert_eq!(swept.files, 3);
    // Opened anew: nothing of it is in memory.
    let dataset = Dataset::open(dataset.store().clone()).await.unwrap();
    let lost = dataset.at(lost.at()).await.unwrap();
    (dataset, lost)
}

fn is_lost<T: std::fmt::Debug>(result: Result<T, Error>) {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::NotStored { .. }), "{error}");
    assert!(error.to_string().starts_with("revision dev:1 can't be used"), "{error}");
}

#[tokio::test]
async fn a_swept_revision_comes_to_life_nowhere() {
    let (dataset, lost) = swept().await;
    let before = head(&dataset).await;
    is_lost(dataset.merge(&main(), &lost, &author()).await);
    append(&dataset, &[2]).await;
    is_lost(dataset.merge(&main(), &lost, &author()).await);
    is_lost(dataset.merge(&name("new"), &lost, &author()).await);
    is_lost(dataset.create_branch(&name("again"), &lost).await);
    is_lost(dataset.create_branch(&name("dev"), &lost).await);
    is_lost(dataset.create_tag(&name("t"), &lost, &author()).await);
    is_lost(dataset.create_view(&name("v"), "SELECT * FROM samples", &lost, &author()).await);
    is_lost(dataset.revert(&main(), &author(), &lost).await);
    assert_eq!(dataset.branches().await.unwrap(), [main()]);
    assert_eq!(dataset.tags().await.unwrap(), []);
    assert_eq!(head(&dataset).await.at().version, before.at().version + 1);
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}

/// A single missing file is enough, also where there are so many that they are listed.
#[tokio::test]
async fn a_revision_without_one_of_its_files_is_lost() {
    let dataset = new_dataset().await;
    for seed in 0..40 {
        append(&dataset, &[seed]).await;
    }
    let whole = head(&dataset).await;
    whole.check_stored().await.unwrap();
    let files: Vec<_> =
        whole.index().await.unwrap().fragments().iter().flat_map(|f| f.files.clone()).collect();
    let path = layout::data(files[files.len() - 1].hash);
    let bytes = dataset.store().need(&path).await.unwrap();
    dataset.store().delete(&path).await.unwrap();
    let error = dataset.create_tag(&name("t"), &whole, &author()).await.unwrap_err();
    assert!(matches!(&error, Error::NotStored { path: missing, .. } if *missing == path), "{error}");
    dataset.store().put(&path, bytes).await.unwrap();
    dataset.create_tag(&name("t"), &whole, &author()).await.unwrap();
}

/// A server is sent the same: a branch that begins with the commit, and one that is fast-forwarded to it.
#[tokio::test]
async fn a_server_takes_no_copy_of_a_swept_commit() {
    let (dataset, lost) = swept().await;
    let json = dataset.store().need(&layout::commit(&lost.at().branch, lost.at().version)).await.unwrap();
    for (branch, version) in [(name("again"), 0), (main(), 1)] {
        let proposal = Proposal::parse(&branch, version, &json).unwrap();
        let error = dataset.check_commit(proposal).await.unwrap_err();
        assert!(error.to_string().contains("not found in the store"), "{error}");
    }
    // Its manifests may be those of a parent, which is as lost as the commit itself.
    let (dataset, lost) = swept_twice().await;
    let json = dataset.store().need(&layout::commit(&lost.at().branch, lost.at().version)).await.unwrap();
    let proposal = Proposal::parse(&name("again"), 0, &json).unwrap();
    let Err(Error::BadCommit { problem, .. }) = dataset.check_commit(proposal).await else { panic!() };
    assert!(matches!(&*problem, BadCommit::Missing { .. }), "{problem}");
}

/// As [`swept`], with a commit after it that names the same manifests.
async fn swept_twice() -> (Dataset, Snapshot) {
    let dataset = new_dataset().await;
    append(&dataset, &[0]).await;
    let dev = name("dev");
    let rows = packed(&dataset, &pets(), Some("train"), &[7]).await;
    dataset.append(&dev, &author(), &rows).await.unwrap();
    let renamed = dataset.rename_column(&dev, &author(), "label", "animal").await.unwrap();
    let at = renamed.snapshot().unwrap().at().clone();
    dataset.delete_branch(&dev, &author()).await.unwrap();
    dataset.sweep_older(Duration::ZERO, false).await.unwrap();
    let dataset = Dataset::open(dataset.store().clone()).await.unwrap();
    let lost = dataset.at(&at).await.unwrap();
    (dataset, lost)
}

async fn revert(dataset: &Dataset, version: u64) -> crate::Result<Snapshot> {
    let to = dataset.snapshot(&format!("main:{version}").parse().unwrap()).await?;
    Ok(dataset.revert(&main(), &author(), &to).await?.snapshot().unwrap().clone())
}

/// A fast-forward to a swept commit, as earlier versions made it.
async fn with_lost_head() -> Dataset {
    let (dataset, lost) = swept().await;
    dataset.copy_commit(&main(), 1, &lost).await.unwrap().unwrap();
    assert!(head(&dataset).await.index().await.is_err());
    dataset
}

async fn damage(dataset: &Dataset, path: &str, cut: usize) {
    let bytes = dataset.store().need(path).await.unwrap();
    dataset.store().put(path, bytes.slice(..bytes.len() - cut)).await.unwrap();
}

#[tokio::test]
async fn one_revert_brings_a_damaged_branch_back() {
    // Its manifest is gone.
    let gone = with_lost_head().await;
    // Its manifest is damaged.
    let manifest = new_dataset().await;
    append(&manifest, &[0, 1]).await;
    let second = append(&manifest, &[2]).await;
    damage(&manifest, &layout::manifest(second.commit().manifests[1].hash), 3).await;
    // Its commit can't be parsed; so can't an older one.
    let commit = new_dataset().await;
    append(&commit, &[0, 1]).await;
    append(&commit, &[2]).await;
    append(&commit, &[3]).await;
    damage(&commit, &layout::commit(&main(), 1), 90).await;
    damage(&commit, &layout::commit(&main(), 2), 90).await;
    for (dataset, damaged) in [(gone, 1), (manifest, 1), (commit, 2)] {
        let dataset = Dataset::open(dataset.store().clone()).await.unwrap();
        let stuck = packed(&dataset, &pets(), None, &[8]).await;
        let base = dataset.snapshot(&"main:0".parse().unwrap()).await.unwrap();
        assert!(dataset.overwrite(&main(), &author(), &stuck, Some(&base)).await.is_err());
        assert!(dataset.sweep_older(Duration::ZERO, false).await.is_err());
        let back = revert(&dataset, 0).await.unwrap();
        assert_eq!(back.at().version, damaged + 1);
        assert!(matches!(back.commit().operation, Operation::Revert { to } if to == base.at().id));
        assert_eq!(back.commit().parents, [base.at().clone()], "the damaged commit is not in the history");
        assert_eq!(labels(&head(&dataset).await).await, [Some(0), Some(1)]);
        // Everything works again.
        append(&dataset, &[4]).await;
        assert_eq!(head(&dataset).await.log(99).await.unwrap().len(), 3);
        dataset.sweep_older(Duration::ZERO, false).await.unwrap();
        let report = dataset.fsck(Scope::All, |_| ()).await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        let dev = dataset.create_branch(&name("side"), &base).await.unwrap();
        let merged = dataset.merge(&main(), &dev, &author()).await.unwrap();
        assert!(matches!(merged, Merged::UpToDate(_)));
    }
}

/// The newest version that is whole is the parent, so what lies between it and the restored one stays in the log.
#[tokio::test]
async fn a_revert_keeps_the_undamaged_history() {
    let dataset = new_dataset().await;
    for seed in 0..4 {
        append(&dataset, &[seed]).await;
    }
    let last = head(&dataset).await;
    let lost = last.commit().manifests.last().unwrap().hash;
    dataset.store().delete(&layout::manifest(lost)).await.unwrap();
    let dataset = Dataset::open(dataset.store().clone()).await.unwrap();
    let back = revert(&dataset, 1).await.unwrap();
    assert_eq!((back.at().version, back.commit().parents[0].version), (4, 2));
    assert_eq!((back.commit().counts.rows, back.commit().counts.removed), (2, 1));
    let versions: Vec<_> = back.log(99).await.unwrap().iter().map(|s| s.at().version).collect();
    assert_eq!(versions, [4, 2, 1, 0]);
    // A server that is sent such a commit takes it.
    let json = dataset.store().need(&layout::commit(&main(), 4)).await.unwrap();
    dataset.store().delete(&layout::commit(&main(), 4)).await.unwrap();
    dataset.write_hint(&main(), 3).await.unwrap();
    let proposal = Proposal::parse(&main(), 4, &json).unwrap();
    dataset.check_commit(proposal).await.unwrap();
    // But not over a head that is whole.
    let whole = new_dataset().await;
    for seed in 0..4 {
        append(&whole, &[seed]).await;
    }
    let mut commit = back.commit().clone();
    commit.parents = vec![whole.snapshot(&"main:2".parse().unwrap()).await.unwrap().at().clone()];
    let json = crate::dataset::to_json("refs", &commit).unwrap();
    let error = whole.check_commit(Proposal::parse(&main(), 4, &json).unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("its first parent is not the head"), "{error}");
}
