//! Commits: the requests that they make to a store, and which are refused.

use hub_schema::{BranchName, CommitCounts, Operation};
use uuid::Uuid;

use super::{append, author, head, new_dataset, packed, pets};
use crate::commit::{BadCommit, Change, NewState};
use crate::manifest::list;
use crate::ops::packed_rows::PackedRows;
use crate::testing::recorded;
use crate::{Dataset, Error, Result, Snapshot, layout};

/// In a bucket each request costs time and money.
#[tokio::test]
async fn an_append_makes_few_requests() {
    let (store, requests) = recorded();
    let dataset = Dataset::create(store.clone()).await.unwrap();
    append(&dataset, &[0, 1]).await;
    append(&dataset, &[2]).await;
    let rows = packed(&dataset, &pets(), Some("train"), &[3, 4]).await;
    requests.take();
    let main = BranchName::main();
    dataset.append(&main, &author(), &rows).await.unwrap();
    // The hint, and the commit that it names; two files that are to be kept; a manifest, the commit, whether the data set
    // is still there, the commit's hint.
    let wanted = [
        "GET hint",
        "GET hub.json",
        "GET refs",
        "HEAD data",
        "HEAD data",
        "PUT hint",
        "PUT manifests",
        "PUT refs",
    ];
    assert_eq!(requests.take(), wanted);
    // Another process has to read which ids are taken, once.
    let dataset = Dataset::open(store).await.unwrap();
    let rows = packed(&dataset, &pets(), Some("train"), &[5, 6]).await;
    requests.take();
    dataset.append(&main, &author(), &rows).await.unwrap();
    let manifests = requests.take().into_iter().filter(|r| r == "GET manifests").count();
    assert_eq!(manifests, 3);
    // What was just written needs no reading.
    let rows = packed(&dataset, &pets(), Some("train"), &[7]).await;
    let committed = dataset.append(&main, &author(), &rows).await.unwrap();
    requests.take();
    let known = committed.snapshot().unwrap().index().await.unwrap().rows();
    assert_eq!((known, requests.take().len()), (8, 4));
}

#[tokio::test]
async fn the_newest_commit_is_found_whatever_the_hint_says() {
    let (store, requests) = recorded();
    let dataset = Dataset::create(store.clone()).await.unwrap();
    for seed in 0..6 {
        append(&dataset, &[seed]).await;
    }
    let (main, hint) = (BranchName::main(), layout::head_hint(&BranchName::main()));
    requests.take();
    assert_eq!(head(&dataset).await.at().version, 5);
    assert_eq!(requests.take(), ["GET hint", "GET refs", "HEAD refs"]);
    for wrong in ["0", "3", "77", "x", ""] {
        store.put(&hint, wrong.as_bytes().to_vec()).await.unwrap();
        assert_eq!(head(&dataset).await.at().version, 5, "{wrong}");
    }
    store.delete(&hint).await.unwrap();
    assert_eq!(head(&dataset).await.at().version, 5);
    assert_eq!(dataset.newest(&main).await.unwrap(), Some(5));
}

/// A change that counts wrongly.
struct Miscounted<'a>(&'a Dataset, PackedRows);

impl Change for Miscounted<'_> {
    async fn apply(&self, _: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let fragments: Vec<_> = self.1.fragments.iter().map(|f| f.with_id(&mut Default::default())).collect();
        Ok(Some(NewState {
            schema: self.1.schema.clone(),
            manifests: list::write(self.0.store(), &fragments).await?,
            is_copy: false,
            operation: Operation::Append,
            counts: CommitCounts { rows: 7, ..list::count(&fragments) },
            skipped: Vec::new(),
            merged: None,
            keys: Default::default(),
        }))
    }
}

#[tokio::test]
async fn a_commit_that_breaks_a_rule_is_not_made() {
    let dataset = new_dataset().await;
    let rows = packed(&dataset, &pets(), None, &[0, 1]).await;
    let refused =
        dataset.commit(&BranchName::main(), &author(), &Miscounted(&dataset, rows)).await.unwrap_err();
    let said = refused.to_string();
    assert!(said.starts_with("refs/main/00000000000000000000.json: ") && said.contains("7 rows"), "{said}");
    let Error::BadCommit { problem, .. } = refused else { panic!("{said}") };
    assert_eq!(*problem, BadCommit::Sum { what: "rows".into(), stated: 7, found: 2 });
    assert!(dataset.head(&BranchName::main()).await.unwrap().is_none());
}

/// A copy's files are checked as if they had been sent to a server.
#[tokio::test]
async fn a_copy_is_checked() {
    let (from, to) = (new_dataset().await, new_dataset().await);
    let theirs = append(&from, &[0, 1]).await;
    let main = BranchName::main();
    let index = theirs.index().await.unwrap();
    let files: Vec<_> = index.fragments()[0].files.iter().map(|f| layout::data(f.hash)).collect();
    let manifest = layout::manifest(theirs.commit().manifests[0].hash);
    let copy = async |path: &str| to.store().put(path, from.store().need(path).await.unwrap()).await.unwrap();
    let refusal = async || to.adopt(&main, &author(), &theirs).await.unwrap_err().to_string();
    let said = refusal().await;
    assert!(said.contains(&format!("{manifest} not found in the store")), "{said}");
    copy(&manifest).await;
    copy(&files[0]).await;
    let said = refusal().await;
    assert!(said.contains(&format!("{} not found in the store", files[1])), "{said}");
    let length = from.store().need(&files[1]).await.unwrap().len();
    to.store().put(&files[1], vec![7; length]).await.unwrap();
    let said = refusal().await;
    assert!(said.contains(&format!("{} can't be ", files[1])), "{said}");
    copy(&files[1]).await;
    to.adopt(&main, &author(), &theirs).await.unwrap();
    assert_eq!(super::labels(&head(&to).await).await, [0, 1].map(Some));
}
