//! Functions whose time and memory are bounded.

use std::time::Duration;

use super::*;

/// Rows enough for several slices: 8^4.
const CROSSED: &str = "FROM samples a, samples b, samples c, samples d";

#[tokio::test]
async fn slices_give_what_the_whole_batch_would() {
    let zoo = small_zoo().await;
    // 20 bytes of arguments and more, in slices of 16 KiB: a thousand rows of 2048 each.
    let sql = format!(
        "SELECT count(*), sum(levenshtein(a.caption, b.caption)), \
                sum(CASE WHEN a.caption = b.caption THEN 0 ELSE 1 END) {CROSSED}"
    );
    assert_eq!(query_json(&zoo, &sql).await, serde_json::json!([[4096, 3584, 3584]]));
    let long = "x".repeat(2000);
    let sql = format!(
        "SELECT min(length(replace(concat(a.caption, '{long}'), 'x', 'yy'))), count(DISTINCT length(t)) \
         FROM samples a, (SELECT replace(concat(caption, '{long}'), 'x', '') AS t FROM samples), samples c"
    );
    assert_eq!(query_json(&zoo, &sql).await, serde_json::json!([[4013, 1]]));
}

#[tokio::test]
async fn a_batch_ends_at_the_time_limit() {
    let zoo = small_zoo().await;
    let (long, other) = ("a".repeat(4_000), "b".repeat(4_000));
    let sql = format!("SELECT sum(levenshtein(concat(a.caption, '{long}'), '{other}')) {CROSSED}");
    let limits = Limits { time: Duration::from_millis(300), ..Limits::default() };
    let tables = one(&zoo);
    let ended = match crate::query(&tables, &sql, &limits).await {
        Ok(rows) => rows.try_collect::<Vec<_>>().await.map(drop),
        Err(error) => Err(error),
    };
    assert!(matches!(ended, Err(QueryError::Time(_))), "{ended:?}");
    let none = Limits { time: Duration::ZERO, ..Limits::default() };
    let filtered = crate::filter(&zoo, "length(caption) > 1", None, &none).await;
    assert!(matches!(filtered, Err(QueryError::Time(_))), "{filtered:?}");
}

#[tokio::test]
async fn what_cannot_be_bounded_is_refused() {
    let zoo = small_zoo().await;
    let long = "a".repeat(5000);
    for (what, said) in [
        ("arrow_cast(NULL, 'FixedSizeList(100000000, Int64)')".to_owned(), "1024 values"),
        ("CAST(NULL AS INT[100000000])".to_owned(), "1024 values"),
        ("TRY_CAST(NULL AS INT[100000000])".to_owned(), "1024 values"),
        ("arrow_cast('x', 'FixedSizeBinary(1000000000)')".to_owned(), "1024 bytes"),
        ("caption ~ concat('^', caption)".to_owned(), "is written into the query"),
        ("regexp_like(caption, caption)".to_owned(), "is written into the query"),
        ("regexp_replace(caption, '\\w{500}\\w{500}', '')".to_owned(), "compiles to at most 1 MiB"),
        ("with_metadata(caption, 'a', 'b')".to_owned(), "inside of the query engine"),
        ("list_repeat(1, 5)".to_owned(), "output size depends"),
    ] {
        let found = query_error(&zoo, &format!("SELECT {what} FROM samples")).await;
        assert!(found.contains("refused") && found.contains(said), "{what}: {found}");
        let found = crate::filter(&zoo, &format!("({what}) IS NULL"), None, &Limits::default()).await;
        assert!(found.unwrap_err().to_string().contains(said), "{what}");
    }
    let compared = format!("SELECT levenshtein(caption, '{long}') FROM samples");
    let found = query_error(&zoo, &compared).await;
    assert!(found.contains("refused") && found.contains("4096 bytes"), "{found}");
    for (what, expected) in [
        ("caption ~ '^an image of [0-3]$'", serde_json::json!(4)),
        ("regexp_like(caption, 'OF 5', 'i')", serde_json::json!(1)),
        ("CAST([1, 2] AS INT[2]) IS NOT NULL", serde_json::json!(8)),
    ] {
        let sql = format!("SELECT count(*) FROM samples WHERE {what}");
        assert_eq!(query_json(&zoo, &sql).await, serde_json::json!([[expected]]), "{what}");
    }
}
