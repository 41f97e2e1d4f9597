//! Claims: one winner, and a winner that dies blocks no other writer.

use futures::future::join_all;

use super::{Hub, on_both};
use crate::{CreateClaim, Error};

on_both!(one_winner, a_dead_winners_object);

const PATH: &str = "refs/main/00000000000000000000.json";

async fn one_winner(hub: &Hub) {
    let uuid = hub.dataset("ada/mnist").await.uuid;
    let other = hub.other().await;
    let contents: Vec<Vec<u8>> = (0..8).map(|i| vec![i; 100]).collect();
    let racers = contents
        .iter()
        .enumerate()
        .map(|(i, c)| if i % 2 == 0 { &hub.catalog } else { &other }.claim(uuid, PATH, c));
    let ended: Vec<_> = join_all(racers).await.into_iter().map(Result::unwrap).collect();
    let winner = ended.iter().position(|c| *c == CreateClaim::Won).unwrap();
    for (i, claim) in ended.iter().enumerate().filter(|(i, _)| *i != winner) {
        let lost = CreateClaim::Lost { content: contents[winner].clone(), written: false };
        assert_eq!(*claim, lost, "{i}");
    }
    // Its answer was lost, and it tries again.
    assert_eq!(hub.catalog.claim(uuid, PATH, &contents[winner]).await.unwrap(), CreateClaim::Won);
    assert_eq!(hub.catalog.claim(uuid, "refs/main/1", b"next").await.unwrap(), CreateClaim::Won);
    let unknown = hub.catalog.claim(uuid::Uuid::new_v4(), PATH, b"x").await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
    other.close().await;
}

async fn a_dead_winners_object(hub: &Hub) {
    let uuid = hub.dataset("ada/mnist").await.uuid;
    assert_eq!(hub.catalog.claim(uuid, PATH, b"first").await.unwrap(), CreateClaim::Won);
    let left = hub.catalog.unwritten_claims(10).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].path.as_str(), left[0].content.as_slice()), (PATH, b"first".as_slice()));
    hub.catalog.settle_claim(uuid, PATH).await.unwrap();
    assert!(hub.catalog.unwritten_claims(10).await.unwrap().is_empty());
    let lost = hub.catalog.claim(uuid, PATH, b"second").await.unwrap();
    assert_eq!(lost, CreateClaim::Lost { content: b"first".to_vec(), written: true });
    hub.catalog.release_claim(uuid, PATH).await.unwrap();
    assert_eq!(hub.catalog.claim(uuid, PATH, b"second").await.unwrap(), CreateClaim::Won);
}
