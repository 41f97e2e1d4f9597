//! Queries of a hostile user.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn only_queries_run() {
    let zoo = small_zoo().await;
    for sql in [
        "CREATE TABLE t AS SELECT 1",
        "DROP TABLE samples",
        "INSERT INTO samples VALUES (1)",
        "DELETE FROM samples",
        "UPDATE samples SET label = 1",
        "COPY samples TO '/tmp/x.csv'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "SET datafusion.execution.batch_size = 1",
        "SHOW TABLES",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "EXPLAIN DELETE FROM samples",
        "EXPLAIN EXPLAIN SELECT 1",
        "SELECT 1 INTO t",
        "WITH x AS (DELETE FROM samples RETURNING *) SELECT 1",
        "SELECT * FROM samples FOR UPDATE",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "RESET x",
        "BEGIN",
    ] {
        let found = query_error(&zoo, sql).await;
        assert!(found.contains("refused") || found.contains("Expected"), "{sql}: {found}");
    }
    for sql in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM generate_series(1, 100000000000)",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM datafusion.public.samples",
    ] {
        query_error(&zoo, sql).await;
    }
}

#[tokio::test]
async fn big_queries() {
    let zoo = small_zoo().await;
    let numbers: Vec<String> = (0..50_000).map(|n| n.to_string()).collect();
    let list = numbers.join(",");
    let sql =
        format!("SELECT count(*) FROM samples WHERE image.width IN ({list}) AND label_id(label) IN ({list})");
    assert_eq!(query_json(&zoo, &sql).await, serde_json::json!([[7]]));
    let vector: Vec<String> = (0..4096).map(|n| format!("-0.{n}")).collect();
    let vector = vector.join(", ");
    let sql = format!("SELECT cosine_distance([{vector}], [{vector}]) < 0.000001");
    assert_eq!(query_json(&zoo, &sql).await, serde_json::json!([[true]]));
    let negative: Vec<String> = (0..10_000).map(|n| format!("-{n}")).collect();
    let sql = format!("SELECT count(*) FROM samples WHERE -image.width IN ({})", negative.join(","));
    assert_eq!(query_json(&zoo, &sql).await, serde_json::json!([[8]]));
    for (one, most) in [("1 + ", 390), ("true AND ", 390), ("NOT ", 30)] {
        let sql = |n: usize| format!("SELECT {}{}", one.repeat(n), if one == "1 + " { "1" } else { "true" });
        query_json(&zoo, &sql(most)).await;
        let found = query_error(&zoo, &sql(100_000)).await;
        assert!(found.contains("refused"), "{found}");
    }
    let chain =
        format!("SELECT count(*) FROM samples WHERE {}", vec!["image.width + 1 > Score"; 130].join(" OR "));
    query_json(&zoo, &chain).await;
    for sql in [
        format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("SELECT {}", ["SELECT 1"; 3000].join(" UNION ALL ")),
        format!("SELECT a{} FROM samples", ".a".repeat(10_000)),
        format!("SELECT x{}", "[1]".repeat(10_000)),
        format!("SELECT '{}'", "x".repeat(2 << 20)),
        format!("SELECT {}", "-".repeat(0) + &"- ".repeat(10_000) + "1"),
        "SELECT \u{0}".to_owned(),
        "SELECT 'unterminated".to_owned(),
    ] {
        query_error(&zoo, &sql).await;
    }
}

#[tokio::test]
async fn limits_are_kept() {
    let zoo = small_zoo().await;
    let query_json = |sql: &'static str, limits: Limits| {
        let tables = one(&zoo);
        async move {
            let answer = crate::query(&tables, sql, &limits).await?;
            answer.try_collect::<Vec<_>>().await
        }
    };
    let rows =
        query_json("SELECT label FROM samples", Limits { rows: 7, ..Limits::default() }).await.unwrap_err();
    assert!(matches!(rows, QueryError::Rows(7)), "{rows}");
    query_json("SELECT label FROM samples", Limits { rows: 8, ..Limits::default() }).await.unwrap();
    let long =
        "SELECT count(*) FROM samples a, samples b, samples c, samples d, samples e, samples f, samples g,
                samples h, samples i, samples j WHERE a.score + b.score + j.score <> 0.5 + c.score";
    let begun = std::time::Instant::now();
    let time =
        query_json(long, Limits { time: Duration::from_millis(500), ..Limits::default() }).await.unwrap_err();
    assert!(matches!(time, QueryError::Time(_)), "{time}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let sort = "SELECT a.image FROM samples a, samples b, samples c ORDER BY a.caption, b.caption DESC";
    let memory = query_json(sort, Limits { memory_bytes: 100_000, ..Limits::default() }).await.unwrap_err();
    assert!(matches!(memory, QueryError::Memory { bytes: 100_000 }), "{memory}");
}

#[tokio::test]
async fn texts_cannot_grow_without_bound() {
    let zoo = small_zoo().await;
    let long = "x".repeat(10_000);
    let nested = |part: &str| {
        let mut sql = format!("SELECT '{long}' || caption AS t FROM samples");
        for _ in 0..30 {
            sql = format!("SELECT {part} AS t FROM ({sql})");
        }
        format!("SELECT length(t) FROM ({sql})")
    };
    for sql in [
        "SELECT repeat('x', 2000000000)".to_owned(),
        "SELECT LPAD('x', 2000000000, 'y')".to_owned(),
        "SELECT \"repeat\"(caption, 1000000000) FROM samples".to_owned(),
        "SELECT array_repeat(1, 2000000000)".to_owned(),
        "SELECT range(0, 10000000000)".to_owned(),
        format!("SELECT replace('{long}', 'x', '{long}')"),
        format!("SELECT concat_ws('{long}', 1, 2, 3, 4, 5, 6, 7, 8, 9)"),
        nested("t || t"),
        nested("concat(t, t)"),
        nested("replace(t, 'x', 'xx')"),
        nested("regexp_replace(t, 'x', 'xx', 'g')"),
        nested("array_to_string([t, t], ',')"),
        format!("SELECT '{}'", "x".repeat(20_000)),
    ] {
        let found = query_error(&zoo, &sql).await;
        assert!(found.contains("refused") || found.contains("deeply"), "{found}");
    }
    assert_eq!(
        query_json(
            &zoo,
            "SELECT 'a' || caption || NULL, concat(caption, '!'), caption || '?' FROM samples LIMIT 1"
        )
        .await,
        serde_json::json!([[null, "an image of 0!", "an image of 0?"]])
    );
    assert_eq!(
        query_json(&zoo, "SELECT [1] || [2], replace('aXa', 'X', 'yy')").await,
        serde_json::json!([[[1, 2], "ayya"]])
    );
}
