//! Conditions on labels, with and without an index.

use serde_json::json;

use super::*;

/// The same query with an index and without one.
async fn both(snapshot: &Snapshot, sql: &str) -> Json {
    let without = query_json(snapshot, sql).await;
    let index: Arc<dyn LabelIndex> = Arc::new(SlowIndex::default());
    let table = NamedSnapshot::new("test/zoo", snapshot.clone()).with_index(Some(index));
    let with = query_tables(&Tables::one(table), sql).await.unwrap();
    assert_eq!(without, Json::Array(with), "{sql}");
    without
}

#[tokio::test]
async fn isa_finds_kinds() {
    let zoo = small_zoo().await;
    for (condition, wanted) in [
        ("isa(label, 'canine.n.02')", json!([[1], [2], [3]])),
        ("isa(label, 'n02083346')", json!([[1], [2], [3]])),
        ("isa(label, 'Dog.n.01')", json!([[1], [3]])),
        ("isa(label, 'goldfish')", json!([])),
        ("isa(label, 'fish.n.01')", json!([[5]])),
        ("isa(label, 'animal.n.01') AND image.width >= 103", json!([[3], [4], [5]])),
        ("isa(label, 'dog.n.01') OR isa(label, 'fish.n.01')", json!([[1], [3], [5]])),
        ("NOT isa(label, 'animal.n.01')", json!([[6]])),
        ("isa(objects.category, 'fish.n.01')", json!([[0], [1], [2], [3], [4], [5], [6], [7]])),
        ("isa(objects.category, 'canine.n.02')", json!([[1], [2], [3]])),
        ("isa(objects.category, 'dog.n.01') AND isa(label, 'animal.n.01')", json!([[1], [3]])),
        ("NOT isa(objects.category, 'feline.n.01')", json!([[1], [2], [3], [5], [6]])),
        ("isa(label, 'dog.n.01') AND isa(label, 'cat.n.01')", json!([])),
        ("isa(label, 'wolf.n.01') AND image.width = 102 AND split = 'train'", json!([[2]])),
    ] {
        assert_eq!(
            both(&zoo, &format!("SELECT _position FROM samples WHERE {condition}")).await,
            wanted,
            "{condition}"
        );
    }
}

#[tokio::test]
async fn labels_go_by_their_names() {
    let zoo = small_zoo().await;
    for (condition, wanted) in [
        ("label = 'dog'", json!([[1], [3]])),
        ("'dog' = label", json!([[1], [3]])),
        ("label = 'DOG'", json!([[1], [3]])),
        ("s.label IN ('wolf', 'thing')", json!([[2], [6]])),
        ("label NOT IN ('wolf', 'cat', 'dog')", json!([[5], [6]])),
        ("label <> 'dog'", json!([[0], [2], [4], [5], [6]])),
        ("label_id(label) = 1", json!([[1], [3]])),
        ("label LIKE 't%'", json!([[5], [6]])),
        ("label IS NULL", json!([[7]])),
        ("objects.category = 'wolf'", json!([[2]])),
        ("s.objects.category IN ('wolf', 'thing')", json!([[2], [6]])),
        ("label_name(label) = 'wolf'", json!([[2]])),
        ("synset(label) = 'n02084071'", json!([[1], [3]])),
        ("synset(label) IS NULL AND label IS NOT NULL", json!([[6]])),
        ("label IN (SELECT label FROM samples WHERE image.width = 102)", json!([[2]])),
    ] {
        let sql = format!("SELECT _position FROM samples s WHERE {condition}");
        assert_eq!(both(&zoo, &sql).await, wanted, "{condition}");
    }
    let sql =
        "SELECT unnest(objects.category) AS c, count(*) FROM samples GROUP BY c ORDER BY 2 DESC LIMIT 2";
    assert_eq!(query_json(&zoo, sql).await, json!([["tench", 9], ["cat", 3]]));
    let sql = "SELECT kind FROM (SELECT label AS kind FROM samples) WHERE kind = 'wolf'";
    assert_eq!(query_json(&zoo, sql).await, json!([["wolf"]]));
    let sql = "SELECT label FROM (SELECT upper(caption) AS label FROM samples) WHERE label = 'AN IMAGE OF 3'";
    assert_eq!(query_json(&zoo, sql).await, json!([["AN IMAGE OF 3"]]));
}

#[tokio::test]
async fn the_index_is_used_where_it_can_answer() {
    let zoo = small_zoo().await;
    for (condition, wanted) in [
        ("isa(label, 'canine.n.02')", vec!["label"]),
        ("isa(objects.category, 'canine.n.02')", vec!["objects.category"]),
        ("label = 'dog'", vec!["label"]),
        // `thing` has no synset that an index could know.
        ("label IN ('dog', 'thing')", vec![]),
        ("NOT isa(label, 'canine.n.02')", vec![]),
        ("isa(label, 'goldfish')", vec![]),
    ] {
        let index = Arc::new(SlowIndex::default());
        let known: Arc<dyn LabelIndex> = index.clone();
        let table = Tables::one(NamedSnapshot::new("zoo", zoo.clone()).with_index(Some(known)));
        query_tables(&table, &format!("SELECT _position FROM samples WHERE {condition}")).await.unwrap();
        assert_eq!(*index.lookups.lock().unwrap(), wanted, "{condition}");
    }
}

#[tokio::test]
async fn classes_without_a_synset_are_noted_and_counted() {
    let zoo = small_zoo().await;
    let sql = "SELECT count(*) FROM samples WHERE isa(label, 'dog.n.01')";
    let answer = crate::query(&one(&zoo), sql, &Limits::default()).await.unwrap();
    let note = "label: 1 of 5 classes have no synset, so isa() finds none of their rows: thing";
    assert_eq!(answer.notes(), [note]);
    let labels = LabelColumn::all(zoo.schema());
    assert_eq!(crate::unmapped_rows(&zoo, &labels[0]).await.unwrap(), 1);
    assert_eq!(crate::unmapped_rows(&zoo, &labels[1]).await.unwrap(), 1);
}

#[tokio::test]
async fn columns_keep_their_names_and_labels_their_classes() {
    let zoo = small_zoo().await;
    let sql = "SELECT isa(label, 'dog.n.01'), synset(label), label FROM samples LIMIT 2";
    let answer = &batches(&one(&zoo), sql).await.unwrap()[0];
    let names: Vec<_> = answer.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names[2], "label");
    assert!(names[0].starts_with("isa("), "{names:?}");
    assert!(crate::labels::classes::Classes::of(answer.schema().field(2)).is_some());
    assert_eq!(query_json(&zoo, sql).await, json!([[false, "n02121620", "cat"], [true, "n02084071", "dog"]]));
}
