//! Changes that one process made in the database, and another carries out in the store.

use hub_dataset::{Dataset, Store};
use hub_schema::commit::Arbiter;
use hub_schema::{DatasetName, FORMAT_VERSION, HubFile, Visibility};
use uuid::Uuid;

use super::{Hub, on_both};
use crate::{DatasetChange, Error, NewDataset, dataset_meta};

on_both!(
    what_was_made_is_finished,
    a_foreign_data_set_is_left_alone,
    a_folder_is_moved,
    about_is_not_read_back_before_it_is_written,
    two_finish_at_once,
);

fn name(text: &str) -> DatasetName {
    text.parse().unwrap()
}

fn new(text: &str) -> NewDataset {
    let new = NewDataset::new(Uuid::new_v4(), name(text));
    let (uuid, created) = (new.uuid, new.created);
    let hub = HubFile { format: FORMAT_VERSION, uuid, created, arbiter: Arbiter::Store };
    NewDataset { hub: Some(serde_json::to_vec(&hub).unwrap()), ..new }
}

async fn what_was_made_is_finished(hub: &Hub) {
    hub.catalog.ensure_namespace("ada").await.unwrap();
    let root = Store::memory();
    let info = hub.catalog.create_dataset(&new("ada/mnist")).await.unwrap();
    assert_eq!(hub.catalog.unfinished_datasets(10).await.unwrap(), [info.uuid]);
    let other = hub.other().await;
    assert!(other.finish(info.uuid, &root).await.unwrap());
    let dataset = Dataset::open(root.below("ada/mnist")).await.unwrap();
    assert_eq!(dataset.hub_file().uuid, info.uuid);
    assert!(!other.finish(info.uuid, &root).await.unwrap());
    assert!(other.unfinished_datasets(10).await.unwrap().is_empty());
    // It is made: too late to undo it.
    assert!(!other.undo_create(info.uuid).await.unwrap());
    other.close().await;
}

async fn a_foreign_data_set_is_left_alone(hub: &Hub) {
    hub.catalog.ensure_namespace("ada").await.unwrap();
    let root = Store::memory();
    let theirs = Dataset::create(root.below("ada/mnist")).await.unwrap().hub_file().uuid;
    let info = hub.catalog.create_dataset(&new("ada/mnist")).await.unwrap();
    let taken = hub.catalog.finish(info.uuid, &root).await;
    assert!(matches!(taken, Err(Error::Taken { .. })), "{taken:?}");
    assert_eq!(Dataset::open(root.below("ada/mnist")).await.unwrap().hub_file().uuid, theirs);
    assert!(root.head("ada/mnist/about.json").await.unwrap().is_none());
    assert!(hub.catalog.undo_create(info.uuid).await.unwrap());
    assert!(hub.catalog.name_is_free(&info.name).await.unwrap());
    assert!(hub.catalog.unfinished_datasets(10).await.unwrap().is_empty());
}

async fn a_folder_is_moved(hub: &Hub) {
    hub.catalog.ensure_namespace("ada").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = Store::local(folder.path()).unwrap();
    let info = hub.catalog.create_dataset(&new("ada/mnist")).await.unwrap();
    hub.catalog.finish(info.uuid, &root).await.unwrap();
    hub.catalog.ensure_namespace("team").await.unwrap();
    hub.catalog.rename_dataset(info.uuid, &name("team/digits"), "team/digits").await.unwrap();
    // The folder is still there, so its place is not free.
    let place = hub.catalog.free_location(&name("ada/mnist"), Uuid::new_v4()).await.unwrap();
    assert_ne!(place, "ada/mnist");
    // Renamed again before it was moved.
    hub.catalog.rename_dataset(info.uuid, &name("team/numbers"), "team/numbers").await.unwrap();
    assert!(hub.catalog.finish(info.uuid, &root).await.unwrap());
    assert_eq!(Dataset::open(root.below("team/numbers")).await.unwrap().hub_file().uuid, info.uuid);
    assert!(!folder.path().join("ada/mnist").exists() && !folder.path().join("team/digits").exists());
    let about = dataset_meta::read(&root.below("team/numbers"), &name("x/y")).await.unwrap();
    assert_eq!(about.name, name("team/numbers"));
    let place = hub.catalog.free_location(&name("ada/mnist"), Uuid::new_v4()).await.unwrap();
    assert_eq!(place, "ada/mnist");
    // A folder that is nowhere is not given up.
    hub.catalog.rename_dataset(info.uuid, &name("team/digits"), "team/digits").await.unwrap();
    std::fs::rename(folder.path().join("team"), folder.path().join("away")).unwrap();
    assert!(hub.catalog.finish(info.uuid, &root).await.is_err());
    std::fs::rename(folder.path().join("away"), folder.path().join("team")).unwrap();
    assert!(hub.catalog.finish(info.uuid, &root).await.unwrap());
}

async fn about_is_not_read_back_before_it_is_written(hub: &Hub) {
    hub.catalog.ensure_namespace("ada").await.unwrap();
    let root = Store::memory();
    let info = hub.catalog.create_dataset(&new("ada/mnist")).await.unwrap();
    hub.catalog.finish(info.uuid, &root).await.unwrap();
    let public = DatasetChange { visibility: Some(Visibility::Public), ..Default::default() };
    hub.catalog.update_dataset(info.uuid, &public).await.unwrap();
    hub.catalog.finish(info.uuid, &root).await.unwrap();
    // Killed before about.json is written: the next start must not make it public again.
    let private = DatasetChange { visibility: Some(Visibility::Private), ..Default::default() };
    hub.catalog.update_dataset(info.uuid, &private).await.unwrap();
    hub.catalog.take_in(&root).await.unwrap();
    assert_eq!(hub.catalog.dataset_by_uuid(info.uuid).await.unwrap().visibility, Visibility::Private);
    let about = async || dataset_meta::read(&root.below("ada/mnist"), &info.name).await.unwrap();
    assert_eq!(about().await.visibility, Visibility::Private);
    // Nor bring a deleted one back, nor delete a restored one.
    hub.catalog.delete_dataset(info.uuid).await.unwrap();
    let done = hub.catalog.reindex(&root).await.unwrap();
    assert_eq!((done.datasets.len(), done.deleted.len(), done.failures.len()), (0, 1, 0));
    assert!(about().await.deleted.is_some());
    hub.catalog.restore_dataset(info.uuid).await.unwrap();
    hub.catalog.take_in(&root).await.unwrap();
    assert!(hub.catalog.dataset(&info.name).await.is_ok() && about().await.deleted.is_none());
}

async fn two_finish_at_once(hub: &Hub) {
    hub.catalog.ensure_namespace("ada").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = Store::local(folder.path()).unwrap();
    let other = hub.other().await;
    for i in 0..8 {
        let info = hub.catalog.create_dataset(&new(&format!("ada/s{i}"))).await.unwrap();
        let (a, b) = tokio::join!(hub.catalog.finish(info.uuid, &root), other.finish(info.uuid, &root));
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        let to = format!("ada/t{i}");
        hub.catalog.rename_dataset(info.uuid, &name(&to), &to).await.unwrap();
        let (a, b) = tokio::join!(hub.catalog.finish(info.uuid, &root), other.finish(info.uuid, &root));
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        assert_eq!(Dataset::open(root.below(&to)).await.unwrap().hub_file().uuid, info.uuid);
    }
    other.close().await;
}
