//! Concurrent indexing and queries, in one process and in several.

use super::{Subject, main_branch, scan};
use crate::index::SynsetIndex;
use crate::tests::{Hub, on_both};

on_both!(a_revision_is_applied_once_by_whoever_is_first, a_drop_in_between_harms_nobody);

async fn indexes(hub: &Hub) -> Vec<SynsetIndex> {
    let here = hub.catalog.synset_index();
    vec![here.clone(), here, hub.other().await.synset_index(), hub.other().await.synset_index()]
}

async fn a_revision_is_applied_once_by_whoever_is_first(hub: &Hub) {
    let mut subject = Subject::new(5).await;
    let indexes = indexes(hub).await;
    for round in 0..4 {
        let head = match round {
            2 => subject.relabel(&main_branch(), 3).await,
            _ => subject.append(&main_branch(), 3, 40).await,
        };
        let tasks: Vec<_> = indexes
            .iter()
            .cloned()
            .map(|index| {
                let head = head.clone();
                tokio::spawn(async move { index.apply(&head).await.unwrap() })
            })
            .collect();
        let mut first = 0;
        for task in tasks {
            first += u32::from(task.await.unwrap());
        }
        assert_eq!(first, 1);
        for index in &indexes {
            scan::compare(index, &head).await;
        }
    }
    let whole = "SELECT count(*) AS n FROM index_segments WHERE head IS NULL";
    let row = indexes[0].db.read(whole).row().await.unwrap().unwrap();
    assert_eq!(row.get::<i64>("n").unwrap(), 0, "the losers' segments are gone");
}

async fn a_drop_in_between_harms_nobody(hub: &Hub) {
    let mut subject = Subject::new(6).await;
    let indexes = indexes(hub).await;
    let mut past = Vec::new();
    for _ in 0..6 {
        past.push(subject.append(&main_branch(), 2, 20).await);
    }
    let uuid = subject.dataset.hub_file().uuid;
    let dropper = indexes[0].clone();
    let drops = tokio::spawn(async move {
        for _ in 0..6 {
            dropper.drop(uuid).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        }
    });
    let askers: Vec<_> = indexes
        .iter()
        .cloned()
        .map(|index| {
            let past = past.clone();
            tokio::spawn(async move {
                for snapshot in &past {
                    let column = super::column(snapshot, "label");
                    let all = hub_wordnet::WordNet::get().resolve("entity.n.01").unwrap();
                    // Dropped again and again, it may give up, but never answer wrongly.
                    match index.count(snapshot, &column, all).await {
                        Ok(count) => {
                            let rows = scan::classes(snapshot, &column).await;
                            let mapped = |class: &usize| {
                                column.synsets[*class].as_ref().is_some_and(|s| s.starts_with('n'))
                            };
                            let wanted = rows.iter().filter(|row| row.iter().any(mapped)).count();
                            assert_eq!(count.unwrap().subtree, wanted as u64);
                        }
                        Err(crate::Error::Unavailable { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            })
        })
        .collect();
    drops.await.unwrap();
    for asker in askers {
        asker.await.unwrap();
    }
    for index in &indexes {
        for snapshot in &past {
            scan::compare(index, snapshot).await;
        }
    }
}
