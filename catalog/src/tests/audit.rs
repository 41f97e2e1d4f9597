//! The audit log.

use serde_json::json;

use super::{Hub, on_both};
use crate::{AuditEntry, AuditFilter};

on_both!(newest_first_by_pages, an_entry_stays_on_its_line_and_in_its_time);

async fn newest_first_by_pages(hub: &Hub) {
    for i in 0..7 {
        let entry = AuditEntry {
            actor: if i % 2 == 0 { "ada" } else { "bob" }.into(),
            action: "dataset.delete".into(),
            target: ["ada", "ada/mnist", "ada-2/mnist"][i % 3].into(),
            detail: json!({"n": i, "zero": "a\0b"}),
            address: "127.0.0.1".into(),
        };
        hub.catalog.audit(&entry).await.unwrap();
    }
    let numbers = async |filter: AuditFilter| {
        let (mut numbers, mut cursor) = (Vec::new(), None);
        loop {
            let page = hub.catalog.audit_log(&filter, cursor.as_deref(), 2).await.unwrap();
            numbers.extend(page.items.iter().map(|e| e.detail["n"].as_i64().unwrap()));
            cursor = page.next;
            if cursor.is_none() {
                return numbers;
            }
        }
    };
    assert_eq!(numbers(AuditFilter::default()).await, [6, 5, 4, 3, 2, 1, 0]);
    let of_bob = AuditFilter { actor: Some("bob".into()), ..AuditFilter::default() };
    assert_eq!(numbers(of_bob).await, [5, 3, 1]);
    let about = |target: &str| AuditFilter { target: Some(target.into()), ..AuditFilter::default() };
    assert_eq!(numbers(about("ada")).await, [6, 4, 3, 1, 0]);
    assert_eq!(numbers(about("ada/mnist")).await, [4, 1]);
    assert!(numbers(about("%")).await.is_empty());
    let page = hub.catalog.audit_log(&AuditFilter::default(), None, 1).await.unwrap();
    assert_eq!(page.items[0].detail, json!({"n": 6, "zero": "a\0b"}));
}

async fn an_entry_stays_on_its_line_and_in_its_time(hub: &Hub) {
    let entry = AuditEntry {
        actor: "eve\n2026-01-01 ada dataset.delete".into(),
        action: "session.refuse".into(),
        target: "ada\r\u{202e}".into(),
        ..AuditEntry::default()
    };
    hub.catalog.audit(&entry).await.unwrap();
    let found = hub.catalog.audit_log(&AuditFilter::default(), None, 10).await.unwrap().items.remove(0);
    assert_eq!(found.actor, "eve\u{fffd}2026-01-01 ada dataset.delete");
    assert_eq!(found.target, "ada\u{fffd}\u{fffd}");
    let since = |since| AuditFilter { since: Some(since), ..AuditFilter::default() };
    let after = since(found.time + chrono::TimeDelta::microseconds(1));
    assert!(hub.catalog.audit_log(&after, None, 10).await.unwrap().items.is_empty());
    assert_eq!(hub.catalog.audit_log(&since(found.time), None, 10).await.unwrap().items, [found]);
}
