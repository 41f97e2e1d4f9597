//! Appends with a key: a repetition appends nothing, and keys are found with few reads.

use std::collections::HashSet;

use hub_schema::{BranchName, ContentHash};

use super::{append, author, head, new_dataset, packed, pets};
use crate::ops::append::AppendedOnce;
use crate::ops::fsck::Scope;
use crate::{Dataset, Error, Snapshot};

fn content(n: u8) -> ContentHash {
    ContentHash([n; 32])
}

fn dev() -> BranchName {
    "dev".parse().unwrap()
}

/// Appends a row under a key; the commit, or the earlier one.
async fn append_once(
    dataset: &Dataset,
    branch: &BranchName,
    key: &str,
    n: u8,
) -> crate::Result<Result<Snapshot, Snapshot>> {
    let schema = dataset.head(branch).await?.map_or_else(pets, |head| head.schema().clone());
    let rows = packed(dataset, &schema, None, &[u64::from(n)]).await;
    Ok(match dataset.append_once(branch, &author(), &rows, key, content(n)).await? {
        AppendedOnce::New(snapshot) => Ok(snapshot),
        AppendedOnce::Before { earlier, .. } => Err(dataset.at(&earlier.unwrap()).await?),
        AppendedOnce::Nothing => panic!("there were rows"),
    })
}

pub async fn an_append_of_the_same_key_is_made_once(dataset: Dataset) {
    let main = BranchName::main();
    let first = append_once(&dataset, &main, "a", 1).await.unwrap().unwrap();
    append(&dataset, &[50]).await;
    append_once(&dataset, &main, "b", 2).await.unwrap().unwrap();
    let label = [("cat".to_owned(), Some("n02121620".to_owned()))].into();
    dataset.map_labels(&main, &author(), "label", &label).await.unwrap();
    dataset.compact(&main, &author(), Default::default()).await.unwrap();
    let again = append_once(&dataset, &main, "a", 1).await.unwrap().unwrap_err();
    assert_eq!(again.at(), first.at());
    assert_eq!(head(&dataset).await.commit().counts.rows, 3);
    let refused = append_once(&dataset, &main, "a", 9).await.unwrap_err();
    let Error::KeyTaken { key, at } = &refused else { panic!("{refused}") };
    assert_eq!((key.as_str(), &**at), ("a", first.at()));
    assert!(dataset.fsck(Scope::All, |_| ()).await.unwrap().is_clean());
}

pub async fn writers_of_the_same_key_append_once(dataset: Dataset) {
    append(&dataset, &[0]).await;
    let writers = (0..6).map(|writer| {
        let dataset = dataset.clone();
        let (key, n) = if writer % 2 == 0 { ("even", 10) } else { ("odd", 11) };
        tokio::spawn(async move { append_once(&dataset, &BranchName::main(), key, n).await.unwrap().is_ok() })
    });
    let mut made = 0;
    for writer in writers.collect::<Vec<_>>() {
        made += u32::from(writer.await.unwrap());
    }
    assert_eq!((made, head(&dataset).await.commit().counts.rows), (2, 3));
}

#[tokio::test]
async fn keys_follow_branches_and_merges() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    append_once(&dataset, &main, "before", 1).await.unwrap().unwrap();
    dataset.create_branch(&dev(), &head(&dataset).await).await.unwrap();
    append_once(&dataset, &main, "ours", 2).await.unwrap().unwrap();
    append_once(&dataset, &dev(), "theirs", 3).await.unwrap().unwrap();
    append_once(&dataset, &dev(), "theirs too", 4).await.unwrap().unwrap();
    assert!(append_once(&dataset, &dev(), "before", 1).await.unwrap().is_err());
    assert!(head(&dataset).await.keyed_append("theirs").await.unwrap().is_none());
    let theirs = dataset.head(&dev()).await.unwrap().unwrap();
    dataset.merge(&main, &theirs, &author()).await.unwrap();
    append_once(&dataset, &main, "after", 5).await.unwrap().unwrap();
    let merged = head(&dataset).await;
    for key in ["before", "ours", "theirs", "theirs too", "after"] {
        assert!(merged.keyed_append(key).await.unwrap().is_some(), "{key}");
    }
    assert!(merged.keyed_append("none").await.unwrap().is_none());
    // Of what was before the fork, nothing is named twice.
    assert_eq!(merged.commit().append_keys.len(), 1);
    dataset.merge(&dev(), &merged, &author()).await.unwrap();
    assert!(append_once(&dataset, &dev(), "ours", 2).await.unwrap().is_err());
}

#[tokio::test]
async fn rows_that_were_taken_back_may_be_appended_again() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    let before = append_once(&dataset, &main, "before", 1).await.unwrap().unwrap();
    append_once(&dataset, &main, "a", 2).await.unwrap().unwrap();
    dataset.revert(&main, &author(), &before).await.unwrap();
    assert!(append_once(&dataset, &main, "before", 1).await.unwrap().is_err());
    assert!(append_once(&dataset, &main, "a", 2).await.unwrap().is_ok());
    let rows = packed(&dataset, &pets(), None, &[7]).await;
    dataset.overwrite(&main, &author(), &rows, Some(&head(&dataset).await)).await.unwrap();
    assert!(append_once(&dataset, &main, "a", 2).await.unwrap().is_ok());
    assert_eq!(head(&dataset).await.commit().counts.rows, 2);
}

#[tokio::test]
async fn many_keys_are_found_over_few_links() {
    let dataset = new_dataset().await;
    let main = BranchName::main();
    for n in 0..200 {
        append_once(&dataset, &main, &format!("key {n}"), n).await.unwrap().unwrap();
    }
    let last = head(&dataset).await;
    for n in 0..200 {
        let found = last.keyed_append(&format!("key {n}")).await.unwrap().unwrap();
        assert_eq!((found.content, found.at.version), (content(n), u64::from(n)));
    }
    assert!(last.keyed_append("key 200").await.unwrap().is_none());
    let key = last.commit().append_key.clone().unwrap();
    // About log2(200) links; a hash that shares 30 bits with another one is out of the question.
    assert!((5..30).contains(&key.links.len()), "{}", key.links.len());
    let linked: HashSet<_> = key.links.iter().map(|link| link.at.id).collect();
    assert_eq!(linked.len(), key.links.len());
    assert!(last.commit().append_keys.is_empty());
}

#[tokio::test]
async fn a_commit_without_keys_reads_as_before() {
    let dataset = new_dataset().await;
    let plain = append(&dataset, &[0]).await;
    let json = dataset.store().need(&crate::layout::commit(&plain.at().branch, 0)).await.unwrap();
    let text = std::str::from_utf8(&json).unwrap();
    assert!(!text.contains("append_key"), "{text}");
    assert!(plain.keyed_append("a").await.unwrap().is_none());
}
