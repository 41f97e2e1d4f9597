//! Labels as the names of their classes: columns with other class lists, and everything that is computed from labels.

use arrow::array::{Float64Array, StringArray};
use serde_json::json;

use super::*;

fn label_of(names: &[&str]) -> Feature {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    Feature::ClassLabel { synsets: vec![None; names.len()], names }
}

/// Two labels whose classes have other numbers, a list of labels, and labels in structs.
async fn pairs() -> Snapshot {
    let (one, other) = (label_of(&["cat", "dog", "wolf", "Emu"]), label_of(&["zebra", "wolf", "cat", "dog"]));
    let object = Feature::structure([("kind", other.clone()), ("n", Feature::int64())]);
    let schema = Schema::new([
        ("a", one.clone()),
        ("b", other),
        ("labels", Feature::list(one)),
        ("objects", Feature::list(object.clone())),
        ("object", object),
    ])
    .unwrap();
    let row = |a: Option<i64>, b: i64| -> Row {
        let object = Value::Struct(vec![Value::Int(b), Value::Int(7)]);
        let label = |n: Option<i64>| n.map_or(Value::Null, Value::Int);
        HashMap::from([
            ("a", label(a)),
            ("b", Value::Int(b)),
            ("labels", Value::List(vec![label(a), Value::Int(3)])),
            ("objects", Value::List(vec![object.clone(), Value::Struct(vec![Value::Int(0), Value::Int(8)])])),
            ("object", object),
        ])
    };
    // cat/zebra, dog/dog, wolf/wolf, null/cat
    let rows = [row(Some(0), 0), row(Some(1), 3), row(Some(2), 1), row(None, 2)];
    append(&dataset().await, &schema, None, &rows).await
}

#[tokio::test]
async fn conditions_compare_names() {
    let pairs = pairs().await;
    for (condition, wanted) in [
        ("a = b", vec![1, 2]),
        ("a <> b", vec![0]),
        ("a IS DISTINCT FROM b", vec![0, 3]),
        ("a IS NOT DISTINCT FROM 'dog'", vec![1]),
        ("a IS DISTINCT FROM 'dog' AND b <> 'cat'", vec![0, 2]),
        ("a IS DISTINCT FROM 'DOG' AND b <> 'CAT'", vec![0, 2]),
        ("a < 'd'", vec![0]),
        ("a >= 'dog'", vec![1, 2]),
        ("a BETWEEN 'b' AND 'e'", vec![0, 1]),
        ("a IN ('cat', NULL)", vec![0]),
        ("a NOT IN ('cat', NULL)", vec![]),
        ("a NOT IN ('cat')", vec![1, 2]),
        ("NOT (a = 'cat')", vec![1, 2]),
        ("(a = 'cat') IS NOT TRUE", vec![1, 2, 3]),
        ("a IS NULL OR a = 'cat'", vec![0, 3]),
        ("coalesce(a, 'none') = 'none'", vec![3]),
        ("upper(a) = 'DOG'", vec![1]),
        ("length(a) = 4", vec![2]),
        ("a LIKE '%o%' AND b LIKE 'w%'", vec![2]),
        ("a ILIKE 'CAT' OR b = 'cat'", vec![0, 3]),
        ("a || b = 'dogdog'", vec![1]),
        ("CASE a WHEN 'cat' THEN true WHEN 'wolf' THEN true END", vec![0, 2]),
        ("a IN (SELECT b FROM samples)", vec![0, 1, 2]),
        ("b NOT IN (SELECT a FROM samples WHERE a IS NOT NULL)", vec![0]),
        ("'cat' = ANY(SELECT b FROM samples s WHERE s._position = samples._position)", vec![3]),
        ("array_has(labels, 'dog')", vec![1]),
        ("labels[1] = 'wolf'", vec![2]),
        ("labels = 'wolf'", vec![2]),
        ("'EMU' = labels", vec![0, 1, 2, 3]),
        ("objects.kind IN ('cat', 'wolf')", vec![2, 3]),
        ("objects[2].kind = 'zebra' AND object.kind = 'dog'", vec![1]),
        ("array_length(labels) = 2 AND array_to_string(labels, ',') = 'dog,Emu'", vec![1]),
        ("label_id(a) = 2", vec![2]),
        ("label_id(b) IN (1, 2)", vec![2, 3]),
        ("label_id(labels)[1] = 1", vec![1]),
        ("label_id(object.kind) = label_id(b)", vec![0, 1, 2, 3]),
        ("label_id(a) = label_id(b)", vec![0]),
        ("a = 'dog' AND label_id(a) = 1 OR b = 'zebra'", vec![0, 1]),
    ] {
        let rows =
            query_tables(&one(&pairs), &format!("SELECT _position FROM samples WHERE {condition}")).await;
        let rows = rows.unwrap_or_else(|e| panic!("{condition}: {e}"));
        let rows: Vec<u64> = rows.iter().map(|row| row[0].as_u64().unwrap()).collect();
        assert_eq!(rows, wanted, "{condition}");
        // The same without the scan's conditions: nothing is known of a sum's parts before it is computed.
        let counted = format!("SELECT sum(CASE WHEN {condition} THEN 1 ELSE 0 END) FROM samples");
        if !condition.contains("SELECT") {
            assert_eq!(query_json(&pairs, &counted).await, json!([[wanted.len()]]), "{condition}");
        }
    }
}

#[tokio::test]
async fn results_have_names() {
    let pairs = pairs().await;
    for (sql, wanted) in [
        (
            "SELECT a AS x FROM samples UNION ALL SELECT b FROM samples ORDER BY x",
            json!([["cat"], ["cat"], ["dog"], ["dog"], ["wolf"], ["wolf"], ["zebra"], [null]]),
        ),
        ("SELECT a FROM samples EXCEPT SELECT b FROM samples", json!([[null]])),
        (
            "SELECT a FROM samples INTERSECT SELECT b FROM samples ORDER BY 1",
            json!([["cat"], ["dog"], ["wolf"]]),
        ),
        (
            "SELECT b, a FROM samples UNION SELECT a, b FROM samples WHERE a = 'dog' ORDER BY 1",
            json!([["cat", null], ["dog", "dog"], ["wolf", "wolf"], ["zebra", "cat"]]),
        ),
        (
            "SELECT s.a, t._position FROM samples s JOIN samples t ON s.a = t.b ORDER BY 1",
            json!([["cat", 3], ["dog", 1], ["wolf", 2]]),
        ),
        (
            "SELECT min(a), max(a), max(b), count(DISTINCT a) FROM samples",
            json!([["cat", "wolf", "zebra", 3]]),
        ),
        ("SELECT string_agg(a, '+') FROM samples", json!([["cat+dog+wolf"]])),
        ("SELECT array_agg(b ORDER BY b) FROM samples", json!([[["cat", "dog", "wolf", "zebra"]]])),
        (
            "SELECT coalesce(a, b, 'none'), a || '!', concat(a, '-', b), CAST(a AS VARCHAR) FROM samples WHERE _position IN (0, 3)",
            json!([["cat", "cat!", "cat-zebra", "cat"], ["cat", null, "-cat", null]]),
        ),
        (
            "SELECT CASE WHEN a = 'cat' THEN b ELSE a END FROM samples",
            json!([["zebra"], ["dog"], ["wolf"], [null]]),
        ),
        (
            "SELECT labels, labels[1], objects, object.kind, object FROM samples WHERE _position = 1",
            json!([[["dog", "Emu"], "dog", [{"kind": "dog", "n": 7}, {"kind": "zebra", "n": 8}], "dog", {"kind": "dog", "n": 7}]]),
        ),
        (
            "SELECT o.kind, count(*) AS n FROM (SELECT unnest(objects) AS o FROM samples) GROUP BY o.kind ORDER BY 2 DESC, 1",
            json!([["zebra", 5], ["cat", 1], ["dog", 1], ["wolf", 1]]),
        ),
        (
            "SELECT l, count(*) FROM (SELECT unnest(labels) AS l FROM samples) GROUP BY l ORDER BY 2 DESC, 1 LIMIT 2",
            json!([["Emu", 4], ["cat", 1]]),
        ),
        (
            "SELECT label_id(a), label_id(labels), label_name(b) FROM samples WHERE _position IN (2, 3)",
            json!([[2, [2, 3], "wolf"], [null, [null, 3], "cat"]]),
        ),
        ("SELECT label_id(l) FROM (SELECT a AS l FROM samples ORDER BY a LIMIT 2)", json!([[0], [1]])),
        (
            "SELECT lag(a) OVER (ORDER BY _position), first_value(b) OVER (ORDER BY b) FROM samples ORDER BY _position",
            json!([[null, "cat"], ["cat", "cat"], ["dog", "cat"], ["wolf", "cat"]]),
        ),
        (
            "SELECT a, count(*) FROM samples GROUP BY a HAVING a > 'd' ORDER BY a",
            json!([["dog", 1], ["wolf", 1]]),
        ),
        (
            "WITH w AS (SELECT a AS l FROM samples UNION ALL SELECT b FROM samples) SELECT l FROM w WHERE l = 'zebra'",
            json!([["zebra"]]),
        ),
        (
            "SELECT DISTINCT nullif(b, 'zebra') FROM samples ORDER BY 1",
            json!([["cat"], ["dog"], ["wolf"], [null]]),
        ),
        ("SELECT a FROM samples ORDER BY a DESC NULLS LAST LIMIT 1", json!([["wolf"]])),
    ] {
        assert_eq!(query_json(&pairs, sql).await, wanted, "{sql}");
    }
    // The columns of numbers aren't among those of the table.
    let star = &batches(&one(&pairs), "SELECT * FROM samples").await.unwrap()[0];
    assert_eq!(star.num_columns(), 5);
    let star = &batches(&one(&pairs), "SELECT s.*, t.* FROM samples s, samples t").await.unwrap()[0];
    assert_eq!(star.num_columns(), 10);
}

#[tokio::test]
async fn wrong_names_and_numbers_are_errors() {
    let pairs = pairs().await;
    for (condition, wanted) in [
        ("a = 'dgo'", "column 'a' has no class 'dgo'; did you mean dog?"),
        ("a IN ('cat', 'dgo')", "column 'a' has no class 'dgo'"),
        ("a IS DISTINCT FROM 'wlf'", "did you mean wolf?"),
        ("labels = 'zebra'", "column 'labels' has no class 'zebra'"),
        ("objects.kind = 'zebr'", "column 'objects.kind' has no class 'zebr'; did you mean zebra?"),
        ("a = 1", "can't be compared with the number 1; the number of its class is label_id(a)"),
        ("a IN (1, 2)", "label_id(a)"),
        ("a BETWEEN 1 AND 2", "label_id(a)"),
        ("2 < b", "label_id(b)"),
        ("a = object.n", "label_id(a)"),
        ("label_id(object.n) = 1", "label_id() expects a class label"),
    ] {
        let found = query_error(&pairs, &format!("SELECT 1 FROM samples WHERE {condition}")).await;
        assert!(found.contains(wanted), "{condition}: {found}");
    }
}

#[tokio::test]
async fn instances_are_found_like_kinds() {
    let id = |name: &str| hub_wordnet::WordNet::get().resolve(name).unwrap().to_string();
    let classes = ["eiffel_tower.n.01", "big_ben.n.01", "dog.n.01"];
    let names = ["eiffel_tower", "big_ben", "dog"];
    let label = Feature::ClassLabel {
        names: names.iter().map(ToString::to_string).collect(),
        synsets: classes.iter().map(|name| Some(id(name))).collect(),
    };
    let schema = Schema::new([("label", label)]).unwrap();
    let rows: Vec<Row> = (0..3).map(|class| HashMap::from([("label", Value::Int(class))])).collect();
    let land = append(&dataset().await, &schema, None, &rows).await;
    let index: Arc<dyn LabelIndex> = Arc::new(SlowIndex::default());
    let indexed = Tables::one(NamedSnapshot::new("land", land.clone()).with_index(Some(index)));
    for (concept, wanted) in [
        ("tower.n.01", json!([["eiffel_tower"]])),
        ("artifact.n.01", json!([["eiffel_tower"], ["big_ben"]])),
        ("entity.n.01", json!([["eiffel_tower"], ["big_ben"], ["dog"]])),
        ("eiffel_tower.n.01", json!([["eiffel_tower"]])),
        ("canine.n.02", json!([["dog"]])),
    ] {
        let sql = format!("SELECT label FROM samples WHERE isa(label, '{concept}')");
        assert_eq!(query_json(&land, &sql).await, wanted, "{concept}");
        assert_eq!(Json::Array(query_tables(&indexed, &sql).await.unwrap()), wanted, "{concept}");
        let above = format!("SELECT label FROM samples WHERE lca(label, '{concept}') = '{}'", id(concept));
        assert_eq!(query_json(&land, &above).await, wanted, "{concept}");
    }
}

/// The predictions of a run are a table of their own, joined by row.
#[tokio::test]
async fn a_table_beside_the_samples_is_joined() {
    let zoo = small_zoo().await;
    let ids = query_json(&zoo, "SELECT _row_id FROM samples WHERE label = 'dog' ORDER BY _position").await;
    let first = ids[0][0].as_str().unwrap();
    let table = RecordBatch::try_from_iter([
        ("row_id", Arc::new(StringArray::from(vec![first, "none"])) as ArrayRef),
        ("probability", Arc::new(Float64Array::from(vec![0.25, 0.5])) as ArrayRef),
        ("label", Arc::new(StringArray::from(vec!["cat", "cat"])) as ArrayRef),
    ]);
    let tables = one(&zoo).with_table(crate::table::PREDICTIONS, table.unwrap());
    let answer = async |sql: &str| serde_json::Value::Array(query_tables(&tables, sql).await.unwrap());
    let sql =
        "SELECT s.label, p.label, p.probability FROM predictions p JOIN samples s ON p.row_id = s._row_id";
    assert_eq!(answer(sql).await, serde_json::json!([["dog", "cat", 0.25]]));
    let sql = "SELECT * FROM predictions ORDER BY probability DESC LIMIT 1";
    assert_eq!(answer(sql).await, serde_json::json!([["none", 0.5, "cat"]]));
    let sql = "SELECT count(*) FROM samples WHERE _row_id IN (SELECT row_id FROM predictions)";
    assert_eq!(answer(sql).await, serde_json::json!([[1]]));
    let error = query_error(&zoo, "SELECT * FROM predictions").await;
    assert!(error.contains("no table 'predictions'"), "{error}");
}
