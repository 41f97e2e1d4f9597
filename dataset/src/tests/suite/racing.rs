//! Several writers at once.

use std::sync::Arc;

use hub_schema::BranchName;

use super::super::{append, author, head, labels, packed, pets, relabel, row_ids};
use crate::ops::fsck::Scope;
use crate::{Dataset, Error, Store};

pub async fn appends_all_succeed(dataset: Dataset) {
    append(&dataset, &[0]).await;
    let writers = (1..=8).map(|seed| {
        // Each with a handle of its own, as in another process.
        let store = dataset.store().clone();
        tokio::spawn(async move { append(&Dataset::open(store).await.unwrap(), &[seed]).await.at().version })
    });
    let mut versions = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        versions.push(writer.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (1..=8).collect::<Vec<_>>());
    assert_eq!(head(&dataset).await.commit().counts.rows, 9);
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}

/// Writers that begin a data set together: one creates it, all append to it.
pub async fn first_appends_all_succeed(store: Store) {
    let writers = (0..6).map(|seed| {
        let store = store.clone();
        tokio::spawn(async move {
            let dataset = Dataset::open_or_create(store).await.unwrap();
            let rows = packed(&dataset, &pets(), Some("train"), &[seed]).await;
            dataset.append(&BranchName::main(), &author(), &rows).await.unwrap();
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(head(&Dataset::open(store).await.unwrap()).await.commit().counts.rows, 6);
}

/// Of several that make one branch or tag, one wins and the others get an error.
pub async fn one_of_many_wins(dataset: Dataset) {
    let base = Arc::new(append(&dataset, &[0]).await);
    let name: BranchName = "v1".parse().unwrap();
    let makers = (0..6).map(|i| {
        let (dataset, base, name) = (dataset.clone(), Arc::clone(&base), name.clone());
        let author = crate::Author::new(format!("maker {i}"), "");
        tokio::spawn(async move { dataset.create_tag(&name, &base, &author).await })
    });
    let mut won = 0;
    for maker in makers.collect::<Vec<_>>() {
        match maker.await.unwrap() {
            Ok(_) => won += 1,
            Err(Error::Taken { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
}

pub async fn changes_of_all_kinds(dataset: Dataset) {
    let main = BranchName::main();
    let base = append(&dataset, &[0, 1, 2, 3, 4, 5]).await;
    let ids = row_ids(&base).await;
    let rows = packed(&dataset, &pets(), Some("train"), &[7]).await;
    let (by, one, two) = (author(), [(ids[0], 1)], [(ids[1], 0)]);
    let (first, second, delete, append, rename) = tokio::join!(
        relabel(&base, &main, &one),
        relabel(&base, &main, &two),
        dataset.delete(&main, &by, &ids[2..3]),
        dataset.append(&main, &by, &rows),
        dataset.rename_column(&main, &by, "image", "photo"),
    );
    for done in [first.map(drop), second.map(drop), delete.map(drop), rename.map(drop)] {
        done.unwrap();
    }
    let mut wanted = [1, 0, 1, 0, 1].map(Some).to_vec();
    match append {
        Ok(_) => wanted.push(Some(1)),
        // The rename came first: the rows were packed for other columns.
        Err(Error::SchemaMoved { .. }) => {}
        Err(other) => panic!("{other}"),
    }
    let after = head(&dataset).await;
    assert_eq!(labels(&after).await, wanted);
    assert!(after.schema().find("photo").is_some());
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}
