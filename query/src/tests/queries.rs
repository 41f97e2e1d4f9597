//! Columns, rows, names and errors.

use serde_json::json;

use super::*;

#[tokio::test]
async fn plain_queries() {
    let zoo = small_zoo().await;
    assert_eq!(query_json(&zoo, "SELECT count(*) FROM samples").await, json!([[8]]));
    assert_eq!(
        query_json(&zoo, "SELECT label, count(*) FROM samples GROUP BY label ORDER BY label").await,
        json!([["cat", 2], ["dog", 2], ["tench", 1], ["thing", 1], ["wolf", 1], [null, 1]])
    );
    let sql = "WITH wide AS (SELECT image.width AS w, label FROM samples WHERE image.width >= 103)
               SELECT w, label FROM wide ORDER BY w DESC LIMIT 2";
    assert_eq!(query_json(&zoo, sql).await, json!([[107, null], [106, "thing"]]));
}

#[tokio::test]
async fn facts_members_and_letters_in_any_case() {
    let zoo = small_zoo().await;
    let sql =
        "SELECT s.image.width, IMAGE.BYTES, score, s.Score AS t, objects.category, objects[1].bbox.height
               FROM samples s WHERE image.width = 101";
    assert_eq!(query_json(&zoo, sql).await, json!([[101, 3000, 0.1, 0.1, ["dog", "tench"], 1.0]]));
    let names: Vec<String> =
        batches(&one(&zoo), "SELECT s.image.width, objects.category, score FROM samples s").await.unwrap()[0]
            .schema()
            .fields()
            .iter()
            .map(|f| f.name().clone())
            .collect();
    assert_eq!(names, ["image.width", "objects.category", "Score"]);
    let sql = "SELECT sum(image.width) AS Score FROM samples GROUP BY label ORDER BY Score LIMIT 1";
    assert_eq!(query_json(&zoo, sql).await, json!([[102]]));
    let nested = "SELECT image['bytes'] IS NULL FROM samples WHERE image.path = '3.png'";
    assert_eq!(query_json(&zoo, nested).await, json!([[false]]));
}

#[tokio::test]
async fn the_systems_columns_are_there_but_not_in_star() {
    let zoo = small_zoo().await;
    let star = &batches(&one(&zoo), "SELECT * FROM samples LIMIT 1").await.unwrap()[0];
    assert_eq!(star.num_columns(), zoo.schema().fields.len());
    let both = "SELECT *, _position FROM samples WHERE _position = 6";
    let both = &batches(&one(&zoo), both).await.unwrap()[0];
    assert_eq!((both.num_columns(), both.num_rows()), (star.num_columns() + 1, 1));
    assert_eq!(
        query_json(&zoo, "SELECT _position, split, _split FROM samples WHERE split = 'test' LIMIT 1").await,
        json!([[5, "test", "test"]])
    );
    let id = zoo.index().await.unwrap().fragments()[1].row_id(2).to_string();
    assert_eq!(query_json(&zoo, "SELECT _row_id FROM samples WHERE _position = 7").await, json!([[id]]));
    let joined = "SELECT a.*, b._position FROM samples a JOIN samples b ON a._position = b._position + 1";
    let joined = &batches(&one(&zoo), joined).await.unwrap()[0];
    assert_eq!(joined.num_columns(), star.num_columns() + 1);
}

#[tokio::test]
async fn deleted_rows_are_left_out() {
    let zoo = small_zoo().await;
    let fragments = zoo.index().await.unwrap().fragments().to_vec();
    let gone = [fragments[0].row_id(1), fragments[1].row_id(0)];
    zoo.dataset().delete(&BranchName::main(), &author(), &gone).await.unwrap();
    let after = zoo.dataset().head(&BranchName::main()).await.unwrap().unwrap();
    assert_eq!(
        query_json(&after, "SELECT _position, image.width FROM samples").await,
        json!([[0, 100], [1, 102], [2, 103], [3, 104], [4, 106], [5, 107]])
    );
    assert_eq!(query_json(&after, "SELECT count(*) FROM samples").await, json!([[6]]));
    assert_eq!(
        query_json(&after, "SELECT count(*) FROM samples WHERE isa(label, 'dog.n.01')").await,
        json!([[1]])
    );
    assert_eq!(
        query_json(&zoo, "SELECT count(*) FROM samples WHERE isa(label, 'dog.n.01')").await,
        json!([[2]])
    );
}

#[tokio::test]
async fn limits_stop_early_and_keep_the_order() {
    let zoo = small_zoo().await;
    assert_eq!(
        query_json(&zoo, "SELECT image.width FROM samples LIMIT 3").await,
        json!([[100], [101], [102]])
    );
    assert_eq!(
        query_json(&zoo, "SELECT image.width FROM samples LIMIT 2 OFFSET 4").await,
        json!([[104], [105]])
    );
    let sql = "SELECT image.width FROM samples WHERE isa(label, 'canine.n.02') LIMIT 2";
    assert_eq!(query_json(&zoo, sql).await, json!([[101], [102]]));
    assert_eq!(query_json(&zoo, "SELECT label FROM samples LIMIT 0").await, json!([]));
}

#[tokio::test]
async fn errors_say_where_and_how_to_go_on() {
    let zoo = small_zoo().await;
    for (sql, wanted) in [
        ("SELEC 1", "line 1, column 1: Expected"),
        ("SELECT *\nFROM samples WHERE (label", "line 2"),
        ("SELECT lable FROM samples", "line 1, column 8: no column 'lable'; did you mean label?"),
        ("SELECT 1 FROM dogs", "line 1, column 15: no table 'dogs'; the data set is the table `samples`"),
        ("SELECT 1 FROM 'x.parquet'", "no table ''x.parquet''"),
        ("SELECT 1; SELECT 2", "expected one statement"),
        ("", "expected one statement"),
        ("SELECT nofunction(label) FROM samples", "nofunction"),
        ("SELECT 1 FROM samples WHERE label = 'dgo'", "column 'label' has no class 'dgo'; did you mean dog?"),
        (
            "SELECT isa(caption, 'dog.n.01') FROM samples",
            "isa() expects a class label, caption is not one; class labels are: label, objects.category",
        ),
        (
            "SELECT 1 FROM samples WHERE isa(label, 'caninne.n.02')",
            "line 1, column 40: WordNet 3.0 has no synset or word `caninne.n.02`; did you mean",
        ),
        ("SELECT 1 FROM samples WHERE isa(label, 'dog')", "`dog` has 8 senses; name one of them:"),
        (
            "SELECT 1 FROM samples WHERE isa(label, caption)",
            "isa(label, synset) expects one synset as a text literal",
        ),
        ("SELECT objects.nose FROM samples", "has no member 'nose'; there are: bbox, category"),
        (
            "SELECT image.depth FROM samples",
            "column 14: column 'image' (image) has no member 'depth'; there are: name, bytes, format, width",
        ),
        (
            "SELECT label.x FROM samples",
            "column 'label' (class label of 5) has no member 'x'; there are: none",
        ),
        ("SELECT label + caption FROM samples", "Cannot coerce arithmetic"),
        (
            "SELECT 1 FROM samples WHERE label = 1",
            "'label' is the name of a class, and can't be compared with the number 1; the number of its class is label_id(label)",
        ),
        ("SELECT 1 FROM samples WHERE caption", "aption"),
        ("SELECT $1 FROM samples", "placeholder"),
    ] {
        let found = query_error(&zoo, sql).await;
        assert!(found.contains(wanted), "{sql}\n  {found}");
    }
}

#[tokio::test]
async fn explain_says_what_will_be_read() {
    let zoo = small_zoo().await;
    let sql = "EXPLAIN SELECT image.width FROM samples WHERE isa(label, 'dog.n.01')";
    let plan = query_json(&zoo, sql).await.to_string();
    assert!(plan.contains("SamplesExec: columns=[image.width], where=[label"), "{plan}");
    assert!(plan.contains("row_groups=1, bytes<="), "{plan}");
    assert!(!plan.contains("FilterExec"), "{plan}");
}
