//! Drop the database, reindex, and everything is there again.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::Value;
use hub_dataset::{Author, Dataset, Store};
use hub_schema::{BranchName, DatasetName, Feature, Revision, Schema, Visibility};

use super::{Hub, on_both};
use crate::{
    Applied, Catalog, CommitInfo, DatasetChange, DatasetInfo, Engine, Error, ListQuery, NewDataset, NewUser,
    Ref, Viewer,
};

on_both!(
    in_memory,
    on_a_disk,
    on_s3,
    what_can_not_be_read,
    embedded_data_sets,
    a_start_takes_in_what_changed,
    commits_go_on_behind_it
);

async fn in_memory(hub: &Hub) {
    dropped_and_built_again(hub, &Store::memory()).await;
}

async fn on_a_disk(hub: &Hub) {
    let folder = tempfile::tempdir().unwrap();
    dropped_and_built_again(hub, &Store::local(folder.path()).unwrap()).await;
}

async fn on_s3(hub: &Hub) {
    let Some(s3) = hub_tests::s3() else { return };
    let root = Store::s3(&s3.bucket, &s3.fresh_prefix("reindex")).unwrap();
    dropped_and_built_again(hub, &root).await;
}

fn name(text: &str) -> DatasetName {
    text.parse().unwrap()
}

async fn append(dataset: &Dataset, branch: &str, numbers: &[i64]) -> CommitInfo {
    let schema = Schema::new([("label", Feature::labels(["cat", "dog"]))]).unwrap();
    let rows: Vec<_> = numbers.iter().map(|n| HashMap::from([("label", Value::Int(n % 2))])).collect();
    let encoded = encode_rows(&schema, Some("train"), &rows).unwrap();
    let (fragment, _) = dataset.put_fragment(encoded, &HashSet::new()).await.unwrap();
    let rows = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
    let author = Author::new("Ada", "more rows");
    dataset.append(&branch.parse().unwrap(), &author, &rows).await.unwrap();
    CommitInfo::from(&dataset.head(&branch.parse().unwrap()).await.unwrap().unwrap())
}

/// A data set as a server makes it: in the store, in the catalog, and about.json.
async fn served(hub: &Hub, root: &Store, text: &str) -> (Dataset, DatasetInfo) {
    let name = name(text);
    hub.catalog.ensure_namespace(name.namespace()).await.unwrap();
    let dataset = Dataset::create(root.below(&name.to_string())).await.unwrap();
    let new =
        NewDataset { created: dataset.hub_file().created, ..NewDataset::new(dataset.hub_file().uuid, name) };
    let info = hub.catalog.create_dataset(&new).await.unwrap();
    hub.catalog.write_about(info.uuid, dataset.store()).await.unwrap();
    (dataset, info)
}

/// All that the catalog says of data sets, but for when they last changed.
async fn view(catalog: &Catalog) -> Vec<(DatasetInfo, String, Vec<CommitInfo>, Vec<Ref>)> {
    let mut view = Vec::new();
    for mut info in catalog.every_dataset(None, 1000).await.unwrap() {
        let mut commits = Vec::new();
        let refs = catalog.refs(info.uuid).await.unwrap();
        for branch in ["main", "dev"] {
            let branch: BranchName = branch.parse().unwrap();
            commits.extend(catalog.branch_commits(info.uuid, &branch, None, 1000).await.unwrap());
        }
        info.updated = info.created;
        view.push((info.clone(), catalog.card(info.uuid).await.unwrap(), commits, refs));
    }
    view
}

async fn dropped_and_built_again(hub: &Hub, root: &Store) {
    let (mnist, info) = served(hub, root, "vision/mnist").await;
    for numbers in [[1, 2, 3], [4, 5, 6]] {
        let commit = append(&mnist, "main", &numbers).await;
        assert_eq!(hub.catalog.apply_commit(info.uuid, &commit).await.unwrap(), Applied::New);
    }
    let dev: BranchName = "dev".parse().unwrap();
    let head = mnist.head(&BranchName::main()).await.unwrap().unwrap();
    let copy = mnist.create_branch(&dev, &head).await.unwrap();
    hub.catalog.apply_commit(info.uuid, &CommitInfo::from(&copy)).await.unwrap();
    let commit = append(&mnist, "dev", &[7]).await;
    hub.catalog.apply_commit(info.uuid, &commit).await.unwrap();
    let tag = mnist.create_tag(&"v1".parse().unwrap(), &head, &Author::new("Ada", "one")).await.unwrap();
    hub.catalog.apply_tag(info.uuid, &"v1".parse().unwrap(), &tag).await.unwrap();
    let change = DatasetChange {
        visibility: Some(Visibility::Public),
        card: Some("Handwritten digits.".into()),
        default_branch: Some(dev),
    };
    hub.catalog.update_dataset(info.uuid, &change).await.unwrap();
    hub.catalog.ensure_namespace("team").await.unwrap();
    // Renamed: the name is new, the folder old.
    hub.catalog.rename_dataset(info.uuid, &name("team/digits"), &info.location).await.unwrap();
    hub.catalog.write_about(info.uuid, mnist.store()).await.unwrap();

    let (fashion, info) = served(hub, root, "vision/fashion").await;
    let commit = append(&fashion, "main", &[1]).await;
    hub.catalog.apply_commit(info.uuid, &commit).await.unwrap();
    hub.catalog.delete_dataset(info.uuid).await.unwrap();
    hub.catalog.write_about(info.uuid, fashion.store()).await.unwrap();
    // The deleted one's name is in use again.
    let location = hub.catalog.free_location(&info.name, uuid::Uuid::new_v4()).await.unwrap();
    let again = Dataset::create(root.below(&location)).await.unwrap();
    let hub_file = again.hub_file();
    let new = NewDataset {
        location,
        created: hub_file.created,
        ..NewDataset::new(hub_file.uuid, name("vision/fashion"))
    };
    let info = hub.catalog.create_dataset(&new).await.unwrap();
    hub.catalog.write_about(info.uuid, again.store()).await.unwrap();

    let before = view(&hub.catalog).await;
    assert_eq!(before.len(), 3);
    // Beside a catalog that is there, nothing looks newer or older than it did.
    let changed = async || {
        let all = hub.catalog.every_dataset(None, 1000).await.unwrap();
        all.into_iter().map(|info| info.updated).collect::<Vec<_>>()
    };
    let times = changed().await;
    hub.catalog.reindex(root).await.unwrap();
    assert_eq!(changed().await, times);
    hub.catalog.migrate_down(0).await.unwrap();
    hub.catalog.migrate_up().await.unwrap();
    assert!(view(&hub.catalog).await.is_empty());
    for _ in 0..2 {
        let done = hub.catalog.reindex(root).await.unwrap();
        assert!(done.failures.is_empty() && done.missing.is_empty(), "{done:?}");
        assert_eq!((done.datasets.len(), done.deleted.len(), done.commits), (2, 1, 5));
        let after = view(&hub.catalog).await;
        for (after, before) in after.iter().zip(&before) {
            assert_eq!(after, before);
        }
        assert_eq!(after.len(), before.len());
    }
    // Readable: from a name to rows.
    let seen = hub.catalog.see_dataset(&name("team/digits"), &Viewer::stranger()).await.unwrap().dataset;
    assert_eq!(seen.rows, 7);
    let dataset = Dataset::open(root.below(&seen.location)).await.unwrap();
    let snapshot = dataset.snapshot(&Revision::Named(seen.default_branch.to_string())).await.unwrap();
    let fields = snapshot.fields(None).unwrap();
    assert_eq!(snapshot.read_positions(&[0, 6], &fields).await.unwrap().num_rows(), 2);
    // The namespace has no members, but data sets: a user of its name doesn't become its owner.
    let team = hub.catalog.create_user(&NewUser::named("team")).await.unwrap();
    assert_eq!(hub.catalog.role(&Viewer::from(&team), "team").await.unwrap(), None);
}

async fn what_can_not_be_read(hub: &Hub) {
    let root = Store::memory();
    let (_, good) = served(hub, &root, "a/good").await;
    let (_, gone) = served(hub, &root, "a/gone").await;
    root.delete("a/gone/hub.json").await.unwrap();
    root.delete("a/gone/about.json").await.unwrap();
    let put =
        async |path: &str, text: &str| root.put(path, Bytes::copy_from_slice(text.as_bytes())).await.unwrap();
    put("a/broken/hub.json", "{").await;
    put("a/future/hub.json", &root_hub(&root, "a/good").await.replace("\"format\": 1", "\"format\": 99"))
        .await;
    put("a/copy/hub.json", &root_hub(&root, "a/good").await).await;
    put("a/.hidden/hub.json", "{").await;
    put("a/empty/readme.txt", "no data set").await;
    put("stray.txt", "x").await;
    let (_, card) = served(hub, &root, "a/card").await;
    put("a/card/about.json", "{}").await;
    let (_, clash) = served(hub, &root, "a/clash").await;
    put("a/clash/about.json", r#"{"name": "a/good"}"#).await;
    let (_, torn) = served(hub, &root, "a/torn").await;
    put("a/torn/refs/main/00000000000000000000.json", "{\"format\": 1").await;

    let done = hub.catalog.reindex(&root).await.unwrap();
    let mut failed: Vec<_> = done.failures.iter().map(|f| f.location.as_str()).collect();
    failed.sort_unstable();
    // Of the copy and the original, the first in order is taken.
    assert_eq!(
        failed,
        ["a/broken", "a/card", "a/clash", "a/future", "a/good", "a/torn"],
        "{:?}",
        done.failures
    );
    assert!(matches!(
        done.failures.iter().find(|f| f.location == "a/good").unwrap().error,
        Error::Invalid { what: "uuid", .. }
    ));
    assert_eq!(done.datasets, [name("a/copy")]);
    assert_eq!(done.missing, [gone.name]);
    // Nothing that could not be read was lost.
    for kept in [&card, &clash, &torn] {
        assert_eq!(hub.catalog.dataset_by_uuid(kept.uuid).await.unwrap(), *kept);
    }
    assert_eq!(hub.catalog.dataset_by_uuid(good.uuid).await.unwrap().location, "a/copy");
}

async fn root_hub(root: &Store, folder: &str) -> String {
    let json = root.need(&format!("{folder}/hub.json")).await.unwrap();
    String::from_utf8(json.to_vec()).unwrap()
}

async fn embedded_data_sets(hub: &Hub) {
    // Pushed by a command line that knew of no catalog.
    let folder = tempfile::tempdir().unwrap();
    let root = Store::local(folder.path()).unwrap();
    assert_eq!(hub.catalog.reindex(&root).await.unwrap().datasets.len(), 0);
    let dataset = Dataset::create(root.below("local/mnist")).await.unwrap();
    append(&dataset, "main", &[1, 2]).await;
    let done = hub.catalog.reindex(&root).await.unwrap();
    assert_eq!((done.datasets, done.commits), (vec![name("local/mnist")], 1));
    let info = hub.catalog.dataset(&name("local/mnist")).await.unwrap();
    assert_eq!((info.visibility, info.rows), (Visibility::Private, 2));
    assert!(
        hub.catalog.list_datasets(&Viewer::stranger(), &ListQuery::default()).await.unwrap().items.is_empty()
    );
    if hub.catalog.engine() == Engine::Sqlite {
        // Nothing was written beside it.
        assert!(!folder.path().join("local/mnist/about.json").exists());
    }
}

async fn a_start_takes_in_what_changed(hub: &Hub) {
    let root = Store::memory();
    let dataset = Dataset::create(root.below("local/mnist")).await.unwrap();
    append(&dataset, "main", &[1, 2]).await;
    let rows = async || hub.catalog.dataset(&name("local/mnist")).await.unwrap().rows;
    for (added, wanted) in [(None, 2), (None, 2), (Some(3), 3), (None, 3)] {
        if let Some(row) = added {
            append(&dataset, "main", &[row]).await;
        }
        let done = hub.catalog.take_in(&root).await.unwrap();
        assert_eq!((done.datasets.len(), rows().await), (1, wanted));
    }
    let head = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    dataset.create_tag(&"v1".parse().unwrap(), &head, &Author::new("t", "")).await.unwrap();
    hub.catalog.take_in(&root).await.unwrap();
    let uuid = dataset.hub_file().uuid;
    let refs = hub.catalog.refs(uuid).await.unwrap();
    assert!(refs.iter().any(|known| known.name == "v1".parse().unwrap()));
    let about = br#"{"name": "local/digits", "visibility": "public"}"#;
    root.put("local/mnist/about.json", Bytes::from_static(about)).await.unwrap();
    hub.catalog.take_in(&root).await.unwrap();
    assert_eq!(hub.catalog.dataset(&name("local/digits")).await.unwrap().visibility, Visibility::Public);
}

async fn commits_go_on_behind_it(hub: &Hub) {
    let root = Store::memory();
    let (dataset, info) = served(hub, &root, "a/b").await;
    append(&dataset, "main", &[1]).await;
    append(&dataset, "main", &[2]).await;
    hub.catalog.reindex(&root).await.unwrap();
    assert_eq!(hub.catalog.known_version(info.uuid, &BranchName::main()).await.unwrap(), Some(1));
    let third = append(&dataset, "main", &[3]).await;
    assert_eq!(hub.catalog.apply_commit(info.uuid, &third).await.unwrap(), Applied::New);
    // A store that was set back to an older backup.
    root.delete("a/b/refs/main/00000000000000000002.json").await.unwrap();
    hub.catalog.reindex(&root).await.unwrap();
    assert_eq!(hub.catalog.known_version(info.uuid, &BranchName::main()).await.unwrap(), Some(1));
    assert_eq!(hub.catalog.dataset_by_uuid(info.uuid).await.unwrap().rows, 2);
}
