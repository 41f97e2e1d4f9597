//! Questions to several data sets.

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
    let ask = |sql: &'static str| async { Json::Array(ask_tables(&tables, sql).await.unwrap()) };
    assert_eq!(
        ask("SELECT dataset, count(*) FROM samples GROUP BY dataset ORDER BY dataset").await,
        json!([["a/zoo", 8], ["b/farm", 4]])
    );
    assert_eq!(
        ask(
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
        ask("SELECT dataset, _position FROM samples WHERE label = 'cow' OR label = 'mouse'").await,
        json!([["b/farm", 1], ["b/farm", 2]])
    );
    assert_eq!(
        ask("SELECT dataset, count(*) FROM samples WHERE isa(objects.category, 'dog.n.01') GROUP BY 1 ORDER BY 1").await,
        json!([["a/zoo", 2], ["b/farm", 1]])
    );
    assert_eq!(
        ask("SELECT label, count(*) FROM samples WHERE label IN ('dog', 'cow') GROUP BY label ORDER BY count(*)").await,
        json!([["cow", 1], ["dog", 3]])
    );
}

#[tokio::test]
async fn columns_are_united_by_name() {
    let tables = both().await;
    let ask = |sql: &'static str| async { Json::Array(ask_tables(&tables, sql).await.unwrap()) };
    assert_eq!(
        ask("SELECT Score, field, image.width, embedding IS NULL FROM samples WHERE label = 'dog'").await,
        json!([["0.1", null, 101, false], ["0.3", null, 103, false], ["good", 0, null, true]])
    );
    assert_eq!(
        ask("SELECT count(*) FROM samples WHERE dataset = 'b/farm' AND field > 10").await,
        json!([[2]])
    );
    assert_eq!(ask("SELECT count(*) FROM samples WHERE dataset = 'nowhere'").await, json!([[0]]));
    let explained = ask("EXPLAIN SELECT Score FROM samples WHERE dataset = 'b/farm'").await.to_string();
    assert!(explained.contains("rows<=4, row_groups=1"), "{explained}");
    let none = ask_tables(&Tables::all(Vec::new()), "SELECT count(*) FROM samples").await.unwrap();
    assert_eq!(none, [json!([0])]);
}

#[tokio::test]
async fn data_sets_without_a_column_are_named() {
    let tables = both().await;
    let notes = |sql: &'static str| {
        let tables = tables.clone();
        async move { crate::query(&tables, sql, &Limits::default()).await.unwrap().notes().to_vec() }
    };
    let of_field = "no column 'field' (or one of another kind) in: a/zoo; it is null for their rows";
    assert_eq!(notes("SELECT count(*) FROM samples WHERE field > 1").await, [of_field]);
    assert_eq!(notes("SELECT field FROM samples").await, [of_field]);
    let below = "SELECT dataset FROM samples WHERE _row_id IN (SELECT _row_id FROM samples WHERE field = 1)";
    assert_eq!(notes(below).await, [of_field]);
    assert!(notes("SELECT count(*) FROM samples WHERE label = 'dog'").await.is_empty());
}
