//! Answers that are what the query says, or an error.

use serde_json::json;

use super::*;

/// Numbers with NaN and infinity, in one row group for each list, and a column called `_position`.
async fn numbers(groups: &[&[f64]]) -> Snapshot {
    let fields = [("f", Feature::float64()), ("n", Feature::int64()), ("_position", Feature::int64())];
    let schema = Schema::new(fields.into_iter().chain([("image", Feature::Image)])).unwrap();
    let dataset = dataset().await;
    let mut last = None;
    let mut n = 0;
    for group in groups {
        let row = |f: &f64| -> Row {
            n += 1;
            HashMap::from([
                ("f", Value::Float(*f)),
                ("n", Value::Int(n)),
                ("_position", Value::Int(100 - n)),
                ("image", encoded_image(n, 100)),
            ])
        };
        let rows: Vec<Row> = group.iter().map(row).collect();
        last = Some(append(&dataset, &schema, None, &rows).await);
    }
    last.unwrap()
}

#[tokio::test]
async fn nan_is_greater_than_all_numbers_also_where_row_groups_are_ruled_out() {
    let negative_nan = -f64::NAN.abs();
    let groups: &[&[f64]] = &[
        &[1.0, f64::NAN, 0.5],
        &[negative_nan, 2.0],
        &[3.0, f64::INFINITY],
        &[f64::NAN, negative_nan],
        &[-1.0],
    ];
    let numbers = numbers(groups).await;
    for (condition, wanted) in [
        ("f > 2", vec![2, 4, 6, 7, 8, 9]),
        ("f >= 1", vec![1, 2, 4, 5, 6, 7, 8, 9]),
        ("f < 1", vec![3, 10]),
        ("f <= 1", vec![1, 3, 10]),
        ("NOT (f <= 1)", vec![2, 4, 5, 6, 7, 8, 9]),
        ("f <> 1", vec![2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("f = CAST('NaN' AS DOUBLE)", vec![2, 4, 8, 9]),
        ("f <> CAST('NaN' AS DOUBLE)", vec![1, 3, 5, 6, 7, 10]),
        ("f < CAST('NaN' AS DOUBLE)", vec![1, 3, 5, 6, 7, 10]),
        ("f > CAST('inf' AS DOUBLE)", vec![2, 4, 8, 9]),
        ("f BETWEEN 0.9 AND 2", vec![1, 5]),
        ("f NOT BETWEEN 0.9 AND 2", vec![2, 3, 4, 6, 7, 8, 9, 10]),
        ("f > 2 AND n < 5", vec![2, 4]),
        ("f > 2 OR n = 1", vec![1, 2, 4, 6, 7, 8, 9]),
        ("f + n > 100", vec![2, 4, 7, 8, 9]),
        ("-f < 0", vec![1, 3, 5, 6, 7]),
        ("(n - n) / 0.0 > f", vec![1, 3, 5, 6, 7, 10]),
        ("(n - n) % 0.0 > 2", (1..=10).collect()),
        ("f IN (1, CAST('NaN' AS DOUBLE))", vec![1, 2, 4, 8, 9]),
    ] {
        let rows = query_json(&numbers, &format!("SELECT n FROM samples WHERE {condition}")).await;
        let all: Vec<Json> = wanted.iter().map(|n: &i64| json!([n])).collect();
        assert_eq!(rows, Json::Array(all), "{condition}");
        let sql = format!("SELECT n FROM samples WHERE ({condition}) IS TRUE");
        assert_eq!(query_json(&numbers, &sql).await, rows, "{condition}");
    }
    let sorted = query_json(&numbers, "SELECT n FROM samples WHERE n < 6 ORDER BY f, n").await;
    assert_eq!(sorted, json!([[3], [1], [5], [2], [4]]));
    for sql in [
        "SELECT max(f), min(f) FROM samples",
        "SELECT max(f), min(f) FROM samples GROUP BY n < 0",
        "SELECT max(f) OVER (), min(f) OVER () FROM samples LIMIT 1",
        "SELECT max(CAST(f AS REAL)), min(CAST(f AS REAL)) FROM samples GROUP BY n < 0",
    ] {
        assert_eq!(query_json(&numbers, sql).await, json!([["NaN", -1.0]]), "{sql}");
    }
    let groups = "SELECT n > 2, max(f), min(f) FROM samples WHERE n < 5 GROUP BY n > 2 ORDER BY 1";
    assert_eq!(query_json(&numbers, groups).await, json!([[false, "NaN", 1.0], [true, "NaN", 0.5]]));
    // Where no NaN can match, row groups are still ruled out; the one of NaN alone has no statistics.
    for (condition, groups) in [("f BETWEEN 1.5 AND 2.5", 2), ("f < 0", 2), ("f = 3", 2), ("f > 2.5", 5)] {
        let plan = query_json(&numbers, &format!("EXPLAIN SELECT n FROM samples WHERE {condition}")).await;
        let plan = plan.to_string();
        let most = plan.split("row_groups=").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
        assert!(most.parse::<usize>().unwrap() <= groups, "{condition}: {plan}");
    }
}

#[tokio::test]
async fn a_column_called_position_changes_no_rows() {
    let numbers = numbers(&[&[1.0, 2.0], &[3.0, 4.0, 5.0]]).await;
    let found = crate::filter(&numbers, "n > 3", None, &Limits::default()).await.unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [3, 4]);
    let found = crate::filter(&numbers, "_position = 99", None, &Limits::default()).await.unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [0]);
    let sql = "SELECT n, _position FROM samples ORDER BY _position LIMIT 2";
    let view = crate::view::rows(&numbers, sql, None).await.unwrap();
    assert_eq!(view.positions.into_iter().collect::<Vec<_>>(), [3, 4]);
    assert_eq!(view.columns.unwrap(), ["n", "_position"]);
    let sql = "SELECT n, _position, image.path FROM samples ORDER BY n DESC LIMIT 2";
    assert_eq!(query_json(&numbers, sql).await, json!([[5, 95, "5.png"], [4, 96, "4.png"]]));
    let star = query_json(&numbers, "SELECT * FROM samples ORDER BY f DESC LIMIT 1").await;
    assert_eq!(star[0].as_array().unwrap().len(), numbers.schema().fields.len());
    assert_eq!(star[0][2], 95);
}

#[tokio::test]
async fn nan_is_greater_than_all_numbers_in_lists_and_structs() {
    let pair = Feature::structure([("x", Feature::float64())]);
    let fields = [("l", Feature::list(Feature::float64())), ("s", pair), ("n", Feature::int64())];
    let schema = Schema::new(fields).unwrap();
    let row = |n: i64, x: f64| -> Row {
        let x = Value::Float(x);
        let (list, pair) = (Value::List(vec![x.clone()]), Value::Struct(vec![x]));
        HashMap::from([("l", list), ("s", pair), ("n", Value::Int(n))])
    };
    let rows = [row(1, -f64::NAN.abs()), row(2, f64::NAN), row(3, 1.0), row(4, 3.0)];
    let snapshot = append(&dataset().await, &schema, None, &rows).await;
    for condition in ["l[1] > 2", "s.x > 2", "NOT (l[1] <= 2)"] {
        let sql = format!("SELECT n FROM samples WHERE {condition} ORDER BY n");
        assert_eq!(query_json(&snapshot, &sql).await, json!([[1], [2], [4]]), "{condition}");
    }
}

#[tokio::test]
async fn media_change_no_rows() {
    let numbers = numbers(&[&[1.0, 2.0, 1.0], &[1.0, 2.0, 1.0, 2.0]]).await;
    for rest in [
        "WHERE n > (SELECT avg(n) FROM samples) ORDER BY n LIMIT 10",
        "WHERE n IN (SELECT max(n) FROM samples) OR n = 2 ORDER BY n LIMIT 10",
        "WHERE EXISTS (SELECT 1 FROM samples s WHERE s.n = samples.n + 1) ORDER BY n DESC LIMIT 3",
        "ORDER BY f LIMIT 3",
        "ORDER BY f DESC LIMIT 5 OFFSET 1",
        "ORDER BY (SELECT max(n) FROM samples) - n LIMIT 2",
        "ORDER BY f + n DESC, n LIMIT 3 OFFSET 2",
        "ORDER BY 1 DESC LIMIT 2",
        "ORDER BY m DESC LIMIT 2",
    ] {
        let plain = query_json(&numbers, &format!("SELECT n AS m, f FROM samples {rest}")).await;
        let media = query_json(&numbers, &format!("SELECT n AS m, f, image FROM samples {rest}")).await;
        let without: Vec<Json> =
            media.as_array().unwrap().iter().map(|row| json!([row[0], row[1]])).collect();
        assert_eq!(Json::Array(without), plain, "{rest}");
    }
    let tables =
        Tables::all(vec![NamedSnapshot::new("a", numbers.clone()), NamedSnapshot::new("b", numbers)]);
    let rest = "FROM samples WHERE n >= (SELECT avg(n) FROM samples) ORDER BY n DESC, dataset LIMIT 5";
    let plain = query_tables(&tables, &format!("SELECT dataset, n {rest}")).await.unwrap();
    let media = query_tables(&tables, &format!("SELECT dataset, n, image {rest}")).await.unwrap();
    let without: Vec<Json> = media.iter().map(|row| json!([row[0], row[1]])).collect();
    assert_eq!(without, plain);
    let volatile = "SELECT image, n FROM samples WHERE uuid() > 'z' OR n < 3 ORDER BY n LIMIT 5";
    assert_eq!(query_tables(&tables, volatile).await.unwrap().len(), 4);
}

#[tokio::test]
async fn what_would_be_ignored_is_refused_by_name() {
    let numbers = numbers(&[&[1.0, 2.0]]).await;
    for (sql, name) in [
        ("SELECT n FROM samples TABLESAMPLE BERNOULLI (10)", "TABLESAMPLE"),
        ("SELECT n FROM (SELECT n FROM samples) TABLESAMPLE SYSTEM (10)", "TABLESAMPLE"),
        ("SELECT n FROM samples EXCEPT ALL SELECT 1", "EXCEPT ALL"),
        ("SELECT 1 UNION (SELECT n FROM samples INTERSECT ALL SELECT 1)", "INTERSECT ALL"),
        ("SELECT 1 UNION SELECT n FROM samples EXCEPT ALL SELECT 1", "EXCEPT ALL"),
        ("SELECT 1 FROM samples WHERE 'a' SIMILAR TO 'a'", "SIMILAR TO"),
        ("SELECT 2 ^ 10", "^"),
        ("SELECT n FROM samples WHERE n > 1 XOR n < 3", "^"),
        ("SELECT 1 FROM samples FORMAT JSON", "FORMAT"),
        ("SELECT 1 FROM samples PREWHERE n = 1", "PREWHERE"),
    ] {
        let found = query_error(&numbers, sql).await;
        assert!(found.starts_with(&format!("{name} is refused: ")), "{sql}: {found}");
    }
    for condition in ["n < 0 OR uuid() > 'a'", "now() > '2020-01-01'", "current_date > '2020-01-01'"] {
        let limits = Limits::default();
        let found = crate::filter(&numbers, condition, None, &limits).await.unwrap_err().to_string();
        assert!(found.contains("() in a view or filter is refused"), "{condition}: {found}");
        let sql = format!("SELECT n FROM samples WHERE {condition}");
        let found = crate::view::rows(&numbers, &sql, None).await.unwrap_err().to_string();
        assert!(found.contains("() in a view or filter is refused"), "{condition}: {found}");
    }
    let sql = "SELECT n FROM samples WHERE n IS DISTINCT FROM 1 AND n < 9";
    assert_eq!(query_json(&numbers, sql).await, json!([[2]]));
}

#[tokio::test]
async fn integers_that_do_not_fit_are_errors() {
    let numbers = numbers(&[&[1.0, 2.0]]).await;
    let most = i64::MAX;
    for sql in [
        format!("SELECT {most} + n FROM samples"),
        format!("SELECT {most} * n FROM samples WHERE n = 2"),
        format!("SELECT -{most} - n FROM samples"),
        format!("SELECT {most} + 1"),
        format!("SELECT n FROM samples WHERE n + {most} > 0"),
        format!("SELECT sum({most} - n) FROM samples"),
        format!("SELECT n, sum({most} - n) OVER (ORDER BY n) FROM samples"),
        format!("SELECT f > 0, sum({most} - n) FROM samples GROUP BY f > 0"),
        format!("SELECT -(n - {most} - 3) FROM samples"),
    ] {
        let found = query_error(&numbers, &sql).await.to_lowercase();
        assert!(found.contains("overflow"), "{sql}: {found}");
    }
    for (sql, wanted) in [
        (
            "SELECT sum(n), sum(n + 1) + 1, sum(DISTINCT n), sum(f), sum(n) FILTER (WHERE n > 1) FROM samples",
            json!([[3, 6, 3, 3.0, 2]]),
        ),
        ("SELECT sum(n) FROM samples WHERE n > 5", json!([[null]])),
        ("SELECT n, sum(n) OVER (ORDER BY n ROWS 1 PRECEDING) FROM samples", json!([[1, 1], [2, 3]])),
        (
            "SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1 UNION ALL SELECT -1)",
            json!([[i64::MAX]]),
        ),
        ("SELECT -n, n * -1, 1 - n, -f FROM samples", json!([[-1, -1, 0, -1.0], [-2, -2, -1, -2.0]])),
        ("SELECT f, sum(n) FROM samples GROUP BY f ORDER BY f", json!([[1.0, 1], [2.0, 2]])),
    ] {
        assert_eq!(query_json(&numbers, sql).await, wanted, "{sql}");
    }
}

#[tokio::test]
async fn in_a_subquery_is_null_where_a_null_might_be_equal() {
    let numbers = numbers(&[&[1.0, 2.0], &[3.0]]).await;
    let but = |n: i64| format!("(SELECT nullif(n, {n}) FROM samples)");
    for (condition, wanted) in [
        (format!("n IN {}", but(1)), vec![2, 3]),
        (format!("NOT (n IN {})", but(1)), vec![]),
        (format!("n NOT IN {}", but(2)), vec![]),
        (format!("n NOT IN {} OR n = 3", but(2)), vec![3]),
        (format!("(n IN {}) IS NOT FALSE", but(1)), vec![1, 2, 3]),
        (format!("(n IN {}) IS NOT TRUE", but(1)), vec![1]),
        (format!("(n NOT IN {}) IS NULL AND n < 9", but(2)), vec![2]),
        (format!("CASE WHEN n NOT IN {} THEN true ELSE n = 3 END", but(2)), vec![3]),
        (format!("coalesce(n IN {}, n = 1)", but(1)), vec![1, 2, 3]),
        ("(n NOT IN (SELECT n FROM samples WHERE n > 2)) IS TRUE".to_owned(), vec![1, 2]),
        ("(n IN (SELECT n FROM samples WHERE n > 9)) IS FALSE".to_owned(), vec![1, 2, 3]),
        ("(nullif(n, 2) IN (SELECT n FROM samples)) IS NULL".to_owned(), vec![2]),
        ("(nullif(n, 2) IN (SELECT n FROM samples WHERE n > 9)) IS NULL".to_owned(), vec![]),
        ("(n IN (SELECT nullif(s.n, 1) FROM samples s WHERE s.f = samples.f)) IS NULL".to_owned(), vec![1]),
    ] {
        let rows = query_json(&numbers, &format!("SELECT n FROM samples WHERE {condition} ORDER BY n")).await;
        let all: Vec<Json> = wanted.iter().map(|n: &i64| json!([n])).collect();
        assert_eq!(rows, Json::Array(all), "{condition}");
    }
    let found = query_error(&numbers, "SELECT n IN (SELECT 1) FROM samples").await;
    assert!(found.contains("IN (SELECT …) in this place is refused"), "{found}");
}
