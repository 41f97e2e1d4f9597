//! Commits, branches and tags: in order, exactly once.

use chrono::Utc;
use futures::future::join_all;
use hub_schema::{BranchName, CommitParent, ContentHash, Operation, Tag};
use uuid::Uuid;

use super::{Hub, on_both};
use crate::{Applied, CommitInfo, DatasetChange, Error, RefKind};

on_both!(in_order_and_once, many_apply_at_once, the_log_follows_first_parents, branches_and_tags, by_id);

fn id(seed: &str) -> ContentHash {
    let mut hash = [0; 32];
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = seed.bytes().fold(i as u8, |h, b| h.wrapping_mul(31).wrapping_add(b));
    }
    ContentHash(hash)
}

fn at(branch: &str, version: u64) -> CommitParent {
    CommitParent { id: id(&format!("{branch}{version}")), branch: branch.parse().unwrap(), version }
}

fn commit(branch: &str, version: u64) -> CommitInfo {
    CommitInfo {
        at: at(branch, version),
        parents: version.checked_sub(1).map(|v| at(branch, v)).into_iter().collect(),
        time: crate::time::now(),
        author: "Ada".into(),
        message: format!("Number {version}, with a 'quote' and a \0"),
        operation: Operation::AddColumn { columns: vec!["label".into()] },
        rows: 10 * version,
        bytes: 100 * version,
        added: 10,
        removed: 0,
        changed: 0,
    }
}

async fn in_order_and_once(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    let apply = async |c: CommitInfo| hub.catalog.apply_commit(info.uuid, &c).await;
    assert_eq!(apply(commit("main", 2)).await.unwrap(), Applied::Missing { from: 0 });
    assert_eq!(apply(commit("main", 0)).await.unwrap(), Applied::New);
    assert_eq!(apply(commit("main", 0)).await.unwrap(), Applied::Known);
    assert_eq!(apply(commit("main", 2)).await.unwrap(), Applied::Missing { from: 1 });
    assert_eq!(apply(commit("main", 1)).await.unwrap(), Applied::New);
    assert_eq!(apply(commit("main", 2)).await.unwrap(), Applied::New);
    let mut other = commit("main", 1);
    other.at.id = id("another");
    assert!(matches!(apply(other).await, Err(Error::Conflict { .. })));
    let now = hub.catalog.dataset_by_uuid(info.uuid).await.unwrap();
    assert_eq!((now.rows, now.bytes), (20, 200));
    assert!(now.updated > info.updated);
    let nobody = hub.catalog.apply_commit(Uuid::new_v4(), &commit("main", 0)).await;
    assert!(matches!(nobody, Err(Error::NotFound { .. })));
    // As it went in, but for what PostgreSQL's text can't hold.
    let kept = hub.catalog.log(info.uuid, &BranchName::main(), 2, 1).await.unwrap();
    let mut wanted = commit("main", 2);
    wanted.time = kept[0].time;
    wanted.message = wanted.message.replace('\0', "\u{fffd}");
    assert_eq!(kept, [wanted]);
}

async fn many_apply_at_once(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    let other = hub.other().await;
    for version in 0..5 {
        let news = commit("main", version);
        let racers =
            (0..6).map(|i| if i % 2 == 0 { &hub.catalog } else { &other }.apply_commit(info.uuid, &news));
        let ended: Vec<_> = join_all(racers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(ended.iter().filter(|a| **a == Applied::New).count(), 1, "{ended:?}");
        assert_eq!(ended.iter().filter(|a| **a == Applied::Known).count(), 5, "{ended:?}");
    }
    other.close().await;
}

async fn the_log_follows_first_parents(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    let apply = async |c: CommitInfo| hub.catalog.apply_commit(info.uuid, &c).await.unwrap();
    for version in 0..4 {
        apply(commit("main", version)).await;
    }
    // dev begins with a copy of main:2; its next commit names main:2's copy.
    let mut copy = commit("main", 2);
    copy.at = CommitParent { branch: "dev".parse().unwrap(), version: 0, ..copy.at };
    apply(copy).await;
    apply(commit("dev", 1)).await;
    let log = async |branch: &str, version, limit| {
        let log = hub.catalog.log(info.uuid, &branch.parse().unwrap(), version, limit).await.unwrap();
        log.into_iter().map(|c| format!("{}:{}", c.at.branch, c.at.version)).collect::<Vec<_>>()
    };
    assert_eq!(log("dev", 1, 10).await, ["dev:1", "dev:0", "main:1", "main:0"]);
    assert_eq!(log("dev", 1, 2).await, ["dev:1", "dev:0"]);
    assert_eq!(log("main", 1, 2).await, ["main:1", "main:0"]);
    assert!(log("main", 9, 2).await.is_empty());
    let below = hub.catalog.branch_commits(info.uuid, &BranchName::main(), Some(3), 2).await.unwrap();
    assert_eq!(below.iter().map(|c| c.at.version).collect::<Vec<_>>(), [2, 1]);
    let newest = hub.catalog.branch_commits(info.uuid, &BranchName::main(), None, 1).await.unwrap();
    assert_eq!(newest[0].at.version, 3);
}

async fn branches_and_tags(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    let apply = async |c: CommitInfo| hub.catalog.apply_commit(info.uuid, &c).await.unwrap();
    apply(commit("main", 0)).await;
    apply(commit("main", 1)).await;
    apply(commit("dev", 0)).await;
    let tag = Tag { commit: at("main", 0), author: "Ada".into(), message: "first".into(), time: Utc::now() };
    let v1: BranchName = "v1".parse().unwrap();
    hub.catalog.apply_tag(info.uuid, &v1, &tag).await.unwrap();
    hub.catalog.apply_tag(info.uuid, &v1, &tag).await.unwrap();
    let refs = async || {
        let refs = hub.catalog.refs(info.uuid).await.unwrap();
        refs.into_iter().map(|r| (r.kind, r.name.to_string(), r.commit.version)).collect::<Vec<_>>()
    };
    let main = (RefKind::Branch, "main".to_owned(), 1);
    let tag = (RefKind::Tag, "v1".to_owned(), 0);
    assert_eq!(refs().await, [(RefKind::Branch, "dev".to_owned(), 0), main.clone(), tag.clone()]);

    let dev: BranchName = "dev".parse().unwrap();
    let show_dev = DatasetChange { default_branch: Some(dev.clone()), ..DatasetChange::default() };
    apply(CommitInfo { rows: 7, ..commit("dev", 1) }).await;
    assert_eq!(hub.catalog.update_dataset(info.uuid, &show_dev).await.unwrap().rows, 7);
    apply(CommitInfo { operation: Operation::DeleteBranch, rows: 0, ..commit("dev", 2) }).await;
    assert_eq!(refs().await, [main.clone(), tag]);
    assert_eq!(hub.catalog.dataset_by_uuid(info.uuid).await.unwrap().rows, 0);
    assert_eq!(hub.catalog.known_version(info.uuid, &dev).await.unwrap(), Some(2));
    // Without a main, the only branch is what lists show.
    let other = hub.dataset("ada/other").await;
    hub.catalog.apply_commit(other.uuid, &CommitInfo { rows: 5, ..commit("trial", 0) }).await.unwrap();
    assert_eq!(hub.catalog.dataset_by_uuid(other.uuid).await.unwrap().rows, 5);
    hub.catalog.apply_commit(other.uuid, &CommitInfo { rows: 6, ..commit("second", 0) }).await.unwrap();
    assert_eq!(hub.catalog.dataset_by_uuid(other.uuid).await.unwrap().rows, 0);
    // It begins anew behind its end.
    apply(commit("dev", 3)).await;
    assert_eq!(refs().await.len(), 3);
    hub.catalog.forget_tag(info.uuid, &v1).await.unwrap();
    hub.catalog.forget_tag(info.uuid, &v1).await.unwrap();
    assert_eq!(refs().await, [(RefKind::Branch, "dev".to_owned(), 3), main]);
    assert_eq!(hub.catalog.known_version(info.uuid, &v1).await.unwrap(), None);
}

async fn by_id(hub: &Hub) {
    let info = hub.dataset("ada/mnist").await;
    for version in 0..20 {
        hub.catalog.apply_commit(info.uuid, &commit("main", version)).await.unwrap();
    }
    let mut copy = commit("main", 3);
    copy.at = CommitParent { branch: "dev".parse().unwrap(), version: 0, ..copy.at };
    hub.catalog.apply_commit(info.uuid, &copy).await.unwrap();
    let find = async |text: &str| hub.catalog.commits_by_id(info.uuid, text).await.unwrap();
    let whole = id("main3").to_string();
    let found = find(&whole).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].id, id("main3"));
    assert_eq!(find(&whole[..40].to_uppercase()).await.len(), 1);
    for nothing in ["", "xyz", "%", "0000000000000000"] {
        assert!(find(nothing).await.is_empty(), "{nothing}");
    }
}
