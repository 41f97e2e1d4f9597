//! Lists of data sets: orders, searches, who sees what, and ten thousand of them.

use std::time::{Duration, Instant};

use hub_schema::Visibility;
use uuid::Uuid;

use super::{Hub, on_both};
use crate::dataset::insert;
use crate::{Catalog, DatasetChange, Error, ListQuery, NewDataset, Sort, Viewer};

on_both!(orders_and_searches, viewers, ten_thousand);

async fn all(catalog: &Catalog, viewer: &Viewer, query: &ListQuery) -> Vec<String> {
    let (mut names, mut query) = (Vec::new(), query.clone());
    loop {
        let page = catalog.list_datasets(viewer, &query).await.unwrap();
        assert!(page.items.len() <= query.limit as usize);
        names.extend(page.items.into_iter().map(|d| d.name.to_string()));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return names;
        }
    }
}

async fn orders_and_searches(hub: &Hub) {
    for name in ["b/zebra", "a/beta", "a/Alpha", "b/100_real", "a/gamma"] {
        hub.dataset(name).await;
    }
    let list =
        async |query: ListQuery| all(&hub.catalog, &Viewer::hub(), &ListQuery { limit: 2, ..query }).await;
    let by = async |sort| list(ListQuery { sort, ..ListQuery::default() }).await;
    // Byte by byte: capitals first, on both engines.
    assert_eq!(by(Sort::Name).await, ["a/Alpha", "a/beta", "a/gamma", "b/100_real", "b/zebra"]);
    assert_eq!(by(Sort::Created).await, ["a/gamma", "b/100_real", "a/Alpha", "a/beta", "b/zebra"]);
    for (i, name) in ["a/beta", "b/zebra", "a/gamma"].iter().enumerate() {
        hub.catalog
            .db
            .write("UPDATE datasets SET rows = $2, bytes = $2 WHERE search LIKE $1")
            .bind(format!("{name}%"))
            .bind(i as i64 + 1)
            .run()
            .await
            .unwrap();
    }
    assert_eq!(by(Sort::Rows).await[..3], ["a/gamma", "b/zebra", "a/beta"]);
    assert_eq!(by(Sort::Bytes).await.len(), 5);
    let info = hub.catalog.dataset(&"b/zebra".parse().unwrap()).await.unwrap();
    let card = DatasetChange { card: Some("Striped ANIMALS in colour".into()), ..DatasetChange::default() };
    hub.catalog.update_dataset(info.uuid, &card).await.unwrap();
    assert_eq!(by(Sort::Updated).await[0], "b/zebra");

    let find = async |text: &str| list(ListQuery { search: Some(text.into()), ..ListQuery::default() }).await;
    assert_eq!(find("animals STRIPED").await, ["b/zebra"]);
    assert_eq!(find("alpha").await, ["a/Alpha"]);
    assert_eq!(find("_").await, ["b/100_real"]);
    assert!(find("%").await.is_empty());
    assert!(find("\\").await.is_empty());
    assert!(find("'; DROP TABLE datasets; --").await.is_empty());
    assert_eq!(find("  ").await.len(), 5);
    let inside = ListQuery { namespace: Some("b".into()), ..ListQuery::default() };
    assert_eq!(list(inside).await, ["b/100_real", "b/zebra"]);

    let one = ListQuery { limit: 1, ..ListQuery::default() };
    let cursor = hub.catalog.list_datasets(&Viewer::hub(), &one).await.unwrap().next;
    let wrong = ListQuery { sort: Sort::Rows, cursor, ..ListQuery::default() };
    assert!(matches!(hub.catalog.list_datasets(&Viewer::hub(), &wrong).await, Err(Error::Invalid { .. })));
    let long = ListQuery { search: Some("x".repeat(1000)), ..ListQuery::default() };
    assert!(matches!(hub.catalog.list_datasets(&Viewer::hub(), &long).await, Err(Error::Invalid { .. })));
}

async fn viewers(hub: &Hub) {
    let (ada, bob) = (hub.user("ada").await, hub.user("bob").await);
    for (name, visibility) in [
        ("ada/private", Visibility::Private),
        ("ada/public", Visibility::Public),
        ("bob/private", Visibility::Private),
    ] {
        let info = hub.dataset(name).await;
        let change = DatasetChange { visibility: Some(visibility), ..DatasetChange::default() };
        hub.catalog.update_dataset(info.uuid, &change).await.unwrap();
    }
    let list = async |viewer: Viewer| all(&hub.catalog, &viewer, &ListQuery::default()).await;
    assert_eq!(list(Viewer::stranger()).await, ["ada/public"]);
    assert_eq!(list(Viewer::from(&ada)).await, ["ada/private", "ada/public"]);
    assert_eq!(list(Viewer::from(&bob)).await, ["ada/public", "bob/private"]);
    assert_eq!(list(Viewer::hub()).await.len(), 3);
    let limited = Viewer { within: Some("bob".into()), ..Viewer::hub() };
    assert_eq!(list(limited).await, ["ada/public", "bob/private"]);
}

async fn ten_thousand(hub: &Hub) {
    const COUNT: usize = 10_000;
    let ada = hub.user("ada").await;
    hub.catalog.ensure_namespace("other").await.unwrap();
    let mut tx = hub.catalog.db.begin().await.unwrap();
    for i in 0..COUNT {
        let namespace = if i % 2 == 0 { "ada" } else { "other" };
        let name = format!("{namespace}/set{i:05}").parse().unwrap();
        let visibility = if i % 4 == 1 { Visibility::Public } else { Visibility::Private };
        let card = format!("Images number {i}, for a test of lists. {}", "word ".repeat(40));
        let new = NewDataset { visibility, card, ..NewDataset::new(Uuid::new_v4(), name) };
        insert(&mut tx, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
    // As autovacuum does within a minute.
    hub.catalog.db.write("ANALYZE").run().await.unwrap();

    for sort in Sort::ALL {
        let mut query = ListQuery { sort: *sort, limit: 100, ..ListQuery::default() };
        let (mut seen, mut slowest) = (std::collections::HashSet::new(), Duration::ZERO);
        loop {
            let begun = Instant::now();
            let page = hub.catalog.list_datasets(&Viewer::from(&ada), &query).await.unwrap();
            slowest = slowest.max(begun.elapsed());
            seen.extend(page.items.iter().map(|d| d.uuid));
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), COUNT * 3 / 4, "{sort}");
        eprintln!("{:?}, by {sort}: slowest page {slowest:?}", hub.catalog.engine());
        // Generous: other tests run beside this one. The bench measures.
        assert!(slowest < Duration::from_secs(2), "by {sort}: a page took {slowest:?}");
    }
    for _ in 0..5 {
        let begun = Instant::now();
        let query = ListQuery { search: Some("number 9999".into()), ..ListQuery::default() };
        let found = hub.catalog.list_datasets(&Viewer::hub(), &query).await.unwrap();
        eprintln!("{:?}, search: {:?}", hub.catalog.engine(), begun.elapsed());
        assert_eq!(found.items.len(), 1);
    }
}
