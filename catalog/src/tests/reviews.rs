//! Answers about rows: kept by data set, queue and row, and listed in that order.

use super::{Hub, on_both};
use crate::Error;

on_both!(kept_and_taken_back, pages_of_answers);

async fn kept_and_taken_back(hub: &Hub) {
    let (one, other) = (hub.dataset("ada/one").await.uuid, hub.dataset("ada/other").await.uuid);
    let catalog = &hub.catalog;
    // The greatest id has the highest bit.
    let rows = [1, u64::MAX, 1 << 63];
    catalog.put_reviews(one, "outliers", &rows, "keep", "ada").await.unwrap();
    catalog.put_reviews(one, "outliers", &rows[..1], "keep", "bob").await.unwrap();
    let mut found = catalog.reviewed_rows(one, "outliers").await.unwrap();
    found.sort_unstable();
    assert_eq!(found, [1, 1 << 63, u64::MAX]);
    let all = catalog.reviews(one, None, None, 10).await.unwrap();
    let by: Vec<_> = all.items.iter().map(|review| (review.row, review.by.as_str())).collect();
    assert_eq!(by, [(1 << 63, "ada"), (u64::MAX, "ada"), (1, "bob")]);
    assert!(catalog.reviewed_rows(one, "duplicates").await.unwrap().is_empty());
    assert!(catalog.reviewed_rows(other, "outliers").await.unwrap().is_empty());
    catalog.remove_reviews(one, "outliers", &[u64::MAX, 5]).await.unwrap();
    assert_eq!(catalog.reviewed_rows(one, "outliers").await.unwrap().len(), 2);
    let unknown = catalog.put_reviews(uuid::Uuid::new_v4(), "outliers", &[1], "keep", "ada").await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}

async fn pages_of_answers(hub: &Hub) {
    let dataset = hub.dataset("ada/one").await.uuid;
    for queue in ["b", "a"] {
        hub.catalog.put_reviews(dataset, queue, &[3, 1, 2], "keep", "ada").await.unwrap();
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = hub.catalog.reviews(dataset, None, cursor.as_deref(), 4).await.unwrap();
        seen.extend(page.items.into_iter().map(|review| (review.queue, review.row)));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let wanted = ["a", "b"].into_iter().flat_map(|queue| (1..4).map(move |row| (queue.to_owned(), row)));
    assert_eq!(seen, wanted.collect::<Vec<_>>());
    let of_b = hub.catalog.reviews(dataset, Some("b"), None, 10).await.unwrap();
    assert_eq!(of_b.items.len(), 3);
    assert!(hub.catalog.reviews(dataset, None, Some("x"), 10).await.is_err());
}
