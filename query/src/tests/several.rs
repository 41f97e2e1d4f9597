//! Queries to several data sets.

use serde_json::json;

use super::*;

/// Other classes in another order, a text where the zoo has a number, and a column of its own.
async fn farm() -> Snapshot {
    let classes =
        [("dog", Some("n02084071")), ("mouse", None), ("cow", Some("n01887787")), ("cat", Some("n02121620"))];
    let label = Feature::ClassLabel {
        names: classes.iter().map(|c| c.0.to_owned()).collect(),
        synsets: classes.iter().map(|c| c.1.map(str::to_owned)).collect(),
    };
    let object = Feature::structure([("bbox", Feature::Bbox), ("category", label.clone())]);
    let schema = Schema::new([
        ("label", label),
        ("Score", Feature::Text),
        ("objects", Feature::list(object)),
        ("embedding", Feature::Text),
        ("field", Feature::int64()),
    ])
    .unwrap();
    let row = |label: i64| -> Row {
        HashMap::from([
            ("label", Value::Int(label)),
            ("Score", Value::text("good")),
            ("embedding", Value::text("none")),
            ("field", Value::Int(label * 10)),
            ("objects", Value::List(vec![object_of(label)])),
        ])
    };
    append(&dataset().await, &schema, None, &[row(0), row(1), row(2), row(3)]).await
}

fn object_of(label: i64) -> Value {
    object([0., 0., 2., 2.], label)
}

async fn both() -> Tables {
    let index: Arc<dyn LabelIndex> = Arc::new(SlowIndex::default());
    Tables::all(vec![
        NamedSnapshot::new("a/zoo", small_zoo().await),
        NamedSnapshot::new("b/farm", farm().await).with_index(Some(index)),
    ])
}

#[tokio::test]
async fn labels_of_several_are_one() {
    let tables = both().await;
    let query_json = |sql: &'static str| async { Json::Array(query_tables(&tables, sql).await.unwrap()) };
    assert_eq!(
        query_json("SELECT dataset, count(*) FROM samples GROUP BY dataset ORDER BY dataset").await,
        json!([["a/zoo", 8], ["b/farm", 4]])
    );
    assert_eq!(
        query_json(
            "SELECT dataset, label, _position, synset(label) FROM samples WHERE isa(label, 'carnivore.n.01')"
        )
        .await,
        json!([
            ["a/zoo", "cat", 0, "n02121620"],
            ["a/zoo", "dog", 1, "n02084071"],
            ["a/zoo", "wolf", 2, "n02114100"],
            ["a/zoo", "dog", 3, "n02084071"],
            ["a/zoo", "cat", 4, "n02121620"],
            ["b/farm", "dog", 0, "n02084071"],
            ["b/farm", "cat", 3, "n02121620"],
        ])
    );
    assert_eq!(
        query_json("SELECT dataset, _position FROM samples WHERE label = 'cow' OR label = 'mouse'").await,
        json!([["b/farm", 1], ["b/farm", 2]])
    );
    assert_eq!(
        query_json("SELECT dataset, count(*) FROM samples WHERE isa(objects.category, 'dog.n.01') GROUP BY 1 ORDER BY 1").await,
        json!([["a/zoo", 2], ["b/farm", 1]])
    );
    assert_eq!(
        query_json("SELECT label, count(*) FROM samples WHERE label IN ('dog', 'cow') GROUP BY label ORDER BY count(*)").await,
        json!([["cow", 1], ["dog", 3]])
    );
}

#[tokio::test]
async fn columns_are_united_by_name() {
    let tables = both().await;
    let query_json = |sql: &'static str| async { Json::Array(query_tables(&tables, sql).await.unwrap()) };
    assert_eq!(
        query_json("SELECT Score, field, image.width, embedding IS NULL FROM samples WHERE label = 'dog'")
            .await,
        json!([["0.1", null, 101, false], ["0.3", null, 103, false], ["good", 0, null, true]])
    );
    assert_eq!(
        query_json("SELECT count(*) FROM samples WHERE dataset = 'b/farm' AND field > 10").await,
        json!([[2]])
    );
    assert_eq!(query_json("SELECT count(*) FROM samples WHERE dataset = 'nowhere'").await, json!([[0]]));
    let explained =
        query_json("EXPLAIN SELECT Score FROM samples WHERE dataset = 'b/farm'").await.to_string();
    assert!(explained.contains("rows<=4, row_groups=1"), "{explained}");
    let none = query_tables(&Tables::all(Vec::new()), "SELECT count(*) FROM samples").await.unwrap();
    assert_eq!(none, [json!([0])]);
}

#[tokio::test]
async fn data_sets_without_a_column_are_named() {
    let tables = both().await;
    let notes = |sql: &'static str| {
        let tables = tables.clone();
        async move { crate::query(&tables, sql, &Limits::default()).await.unwrap().notes().to_vec() }
    };
    let of_field =
        "column 'field' is missing or of an incompatible type in: a/zoo; it is null for their rows";
    assert_eq!(notes("SELECT count(*) FROM samples WHERE field > 1").await, [of_field]);
    assert_eq!(notes("SELECT field FROM samples").await, [of_field]);
    let below = "SELECT dataset FROM samples WHERE _row_id IN (SELECT _row_id FROM samples WHERE field = 1)";
    assert_eq!(notes(below).await, [of_field]);
    assert!(notes("SELECT count(*) FROM samples WHERE label = 'dog'").await.is_empty());
}

/// Boxes as VOC has them, with members that the zoo's lack and in another order, and a label that is a number.
async fn marked() -> Snapshot {
    let category = Feature::ClassLabel {
        names: vec!["person".to_owned(), "dog".to_owned()],
        synsets: vec![None, Some("n02084071".to_owned())],
    };
    let object = [("difficult", Feature::Bool), ("category", category), ("bbox", Feature::Bbox)];
    let schema =
        Schema::new([("objects", Feature::list(Feature::structure(object))), ("label", Feature::int64())]);
    let row = |category: i64| -> Row {
        let object =
            Value::Struct(vec![Value::Bool(true), Value::Int(category), Value::bbox([1., 1., 2., 2.])]);
        HashMap::from([("objects", Value::List(vec![object])), ("label", Value::Int(7))])
    };
    append(&dataset().await, &schema.unwrap(), None, &[row(0), row(1), row(1)]).await
}

#[tokio::test]
async fn labels_are_found_whatever_lies_beside_them() {
    let index: Arc<dyn LabelIndex> = Arc::new(SlowIndex::default());
    let zoo = NamedSnapshot::new("zoo", small_zoo().await).with_index(Some(Arc::clone(&index)));
    // In either order.
    for name in ["a/marked", "zz/marked"] {
        let marked = NamedSnapshot::new(name, marked().await).with_index(Some(Arc::clone(&index)));
        let members = if name < "zoo" { vec![marked, zoo.clone()] } else { vec![zoo.clone(), marked] };
        let tables = Tables::all(members);
        let query_json = |sql: &'static str| async { Json::Array(query_tables(&tables, sql).await.unwrap()) };
        let boxes = "SELECT dataset, count(*) FROM samples WHERE isa(objects.category, 'dog.n.01') GROUP BY 1 ORDER BY 2, 1";
        let mut counts = vec![json!([name, 2]), json!(["zoo", 2])];
        counts.sort_by_key(ToString::to_string);
        assert_eq!(query_json(boxes).await, Json::Array(counts));
        // A number is not a class: null, with a note.
        let labels = "SELECT dataset, label FROM samples WHERE isa(label, 'dog.n.01') OR label IS NULL";
        let found = query_json(labels).await.to_string();
        assert_eq!((found.matches("\"dog\"").count(), found.matches("null").count()), (2, 4), "{found}");
        let notes = crate::query(&tables, labels, &Limits::default()).await.unwrap().notes().join("\n");
        assert!(
            notes.contains(&format!("column 'label' is missing or of an incompatible type in: {name};")),
            "{notes}"
        );
        let difficult =
            query_json("SELECT dataset, objects FROM samples WHERE isa(objects.category, 'dog.n.01')").await;
        assert!(difficult.to_string().contains("\"difficult\":true"), "{difficult}");
        assert!(difficult.to_string().contains("\"difficult\":null"), "{difficult}");
    }
}
