//! Data sets that are changed at random, queried after each change, and queried again at older revisions.

use hub_dataset::Snapshot;
use hub_schema::{BranchName, Feature};
use rand::Rng;

use super::{Subject, author, main_branch, row_ids, scan, schema};
use crate::tests::{Hub, on_both};

on_both!(
    every_answer_is_that_of_a_scan,
    old_revisions_answer_after_new_ones_and_from_the_head_alone,
    branches_merge_and_revert,
    a_class_that_gets_a_synset_is_counted_with_it,
    columns_come_and_go,
    a_rebuilt_index_answers_the_same,
    old_revisions_are_dropped_and_come_back,
);

async fn change(subject: &mut Subject, branch: &BranchName) -> Snapshot {
    match subject.random.random_range(0..10) {
        0..3 => {
            let (fragments, rows) = (subject.random.random_range(1..4), subject.random.random_range(1..60));
            subject.append(branch, fragments, rows).await
        }
        3 => subject.append(branch, 5, 80).await,
        4 => subject.delete(branch, 9).await,
        5 => subject.relabel(branch, 7).await,
        6 => subject.relabel(branch, 2).await,
        7 => subject.compact(branch).await,
        8 => {
            subject.classes = 10.min(subject.classes + 2);
            subject.append(branch, 1, 30).await
        }
        _ => subject.delete(branch, 2).await,
    }
}

async fn every_answer_is_that_of_a_scan(hub: &Hub) {
    let index = hub.catalog.synset_index();
    for seed in 0..4 {
        let mut subject = Subject::new(seed).await;
        let head = subject.append(&main_branch(), 3, 100).await;
        scan::compare(&index, &head).await;
        for _ in 0..14 {
            let head = change(&mut subject, &main_branch()).await;
            scan::compare(&index, &head).await;
        }
    }
}

async fn old_revisions_answer_after_new_ones_and_from_the_head_alone(hub: &Hub) {
    let mut subject = Subject::new(40).await;
    subject.append(&main_branch(), 3, 100).await;
    for _ in 0..10 {
        change(&mut subject, &main_branch()).await;
    }
    let log = subject.head(&main_branch()).await.log(usize::MAX).await.unwrap();
    // None but the newest was indexed when the past is queried, from the newest and from the middle on.
    let index = hub.catalog.synset_index();
    for snapshot in log.iter().take(1).chain(&log[log.len() / 2..]).chain(log.iter().rev()) {
        scan::compare(&index, snapshot).await;
    }
    let fresh = hub.other().await.synset_index();
    for snapshot in &log {
        assert!(!fresh.apply(snapshot).await.unwrap());
        scan::compare(&fresh, snapshot).await;
    }
}

async fn branches_merge_and_revert(hub: &Hub) {
    let index = hub.catalog.synset_index();
    let mut subject = Subject::new(50).await;
    let dev: BranchName = "dev".parse().unwrap();
    let main = main_branch();
    let base = subject.append(&main, 4, 50).await;
    let dataset = subject.dataset.clone();
    scan::compare(&index, &base).await;
    dataset.create_branch(&dev, &base).await.unwrap();
    subject.append(&dev, 1, 30).await;
    let before = subject.relabel(&main, 6).await;
    scan::compare(&index, &before).await;
    let theirs = subject.append(&dev, 2, 20).await;
    scan::compare(&index, &theirs).await;
    subject.append(&main, 1, 10).await;
    let merged = dataset.merge(&main, &theirs, &author()).await.unwrap().snapshot().clone();
    assert_eq!(merged.commit().counts.rows, 280);
    scan::compare(&index, &merged).await;
    subject.delete(&main, 3).await;
    scan::compare(&index, &subject.compact(&main).await).await;
    dataset.revert(&main, &author(), &before).await.unwrap();
    scan::compare(&index, &subject.head(&main).await).await;
    let all = row_ids(&subject.head(&main).await).await;
    dataset.delete(&main, &author(), &all).await.unwrap();
    scan::compare(&index, &subject.head(&main).await).await;
    dataset.revert(&main, &author(), &merged).await.unwrap();
    scan::compare(&index, &subject.head(&main).await).await;
}

async fn a_class_that_gets_a_synset_is_counted_with_it(hub: &Hub) {
    let index = hub.catalog.synset_index();
    let mut subject = Subject::new(60).await;
    let before = subject.append(&main_branch(), 2, 60).await;
    scan::compare(&index, &before).await;
    let mut learnt = schema(subject.classes);
    for field in &mut learnt.fields {
        if let Feature::ClassLabel { synsets, .. } = &mut field.feature {
            synsets[2] = Some(super::id("artifact.n.01"));
        }
    }
    let mut packed = subject.pack(1, 5).await;
    packed.schema = before.schema().union(&learnt).unwrap();
    subject.dataset.append(&main_branch(), &author(), &packed).await.unwrap();
    let after = subject.head(&main_branch()).await;
    assert_ne!(super::column(&after, "label").synsets, super::column(&before, "label").synsets);
    scan::compare(&index, &after).await;
    scan::compare(&index, &before).await;
}

async fn columns_come_and_go(hub: &Hub) {
    let index = hub.catalog.synset_index();
    let mut subject = Subject::new(70).await;
    let main = main_branch();
    let first = subject.append(&main, 2, 40).await;
    scan::compare(&index, &first).await;
    let dataset = subject.dataset.clone();
    dataset.rename_column(&main, &author(), "label", "animal").await.unwrap();
    let renamed = subject.head(&main).await;
    scan::compare(&index, &renamed).await;
    let rows = row_ids(&renamed).await;
    let values = rows.iter().take(30).map(|row| (*row, subject.class())).collect();
    let values = [hub_dataset::ops::values::ColumnValues::new("label", values)];
    dataset.add_column(&main, &author(), "label", super::class_label(8), &values).await.unwrap();
    let both = subject.head(&main).await;
    scan::compare(&index, &both).await;
    dataset.drop_column(&main, &author(), "animal").await.unwrap();
    let dropped = subject.head(&main).await;
    scan::compare(&index, &dropped).await;
    let gone = super::column(&both, "animal");
    let dog = hub_wordnet::WordNet::get().resolve("dog.n.01").unwrap();
    assert_eq!(index.count(&dropped, &gone, dog).await.unwrap(), None);
    assert_eq!(index.page(&dropped, &gone, dog, None, 5).await.unwrap(), None);
    assert_eq!(index.rows(&dropped, &gone, dog).await.unwrap(), None);
    scan::compare(&index, &both).await;
}

async fn a_rebuilt_index_answers_the_same(hub: &Hub) {
    let index = hub.catalog.synset_index();
    let mut subject = Subject::new(80).await;
    subject.append(&main_branch(), 3, 50).await;
    for _ in 0..6 {
        let head = change(&mut subject, &main_branch()).await;
        index.apply(&head).await.unwrap();
    }
    let uuid = subject.dataset.hub_file().uuid;
    let before = index.size_bytes(Some(uuid)).await.unwrap();
    assert!(before > 0 && before <= index.size_bytes(None).await.unwrap());
    // Another process has all of it in memory when it is dropped.
    let other = hub.other().await.synset_index();
    let head = subject.head(&main_branch()).await;
    scan::compare(&other, &head).await;
    assert_eq!(index.rebuild(&subject.dataset).await.unwrap(), 1);
    scan::compare(&index, &head).await;
    scan::compare(&other, &head).await;
    let next = change(&mut subject, &main_branch()).await;
    scan::compare(&other, &next).await;
    index.drop(uuid).await.unwrap();
    assert_eq!(index.size_bytes(Some(uuid)).await.unwrap(), 0);
    let next = change(&mut subject, &main_branch()).await;
    scan::compare(&other, &next).await;
    scan::compare(&index, &next).await;
}

async fn old_revisions_are_dropped_and_come_back(hub: &Hub) {
    let index = hub.catalog.synset_index();
    let mut subject = Subject::new(90).await;
    let first = subject.append(&main_branch(), 1, 20).await;
    index.apply(&first).await.unwrap();
    for _ in 0..90 {
        let head = subject.append(&main_branch(), 1, 2).await;
        index.apply(&head).await.unwrap();
    }
    let uuid = subject.dataset.hub_file().uuid;
    assert!(index.known_revisions(uuid).await.unwrap().len() <= 80);
    let head = subject.head(&main_branch()).await;
    let row = index.db.read("SELECT count(*) AS n FROM index_segments").row().await.unwrap().unwrap();
    assert!(row.get::<i64>("n").unwrap() < 200);
    let fresh = hub.other().await.synset_index();
    for snapshot in [&head, &first] {
        scan::compare(&fresh, snapshot).await;
        scan::compare(&index, snapshot).await;
    }
}
