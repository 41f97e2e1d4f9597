//! Boxes, synsets and vectors.

use serde_json::json;

use super::*;

#[tokio::test]
async fn boxes() {
    let zoo = small_zoo().await;
    let sql =
        "SELECT area(objects.bbox), iou(objects.bbox, [0, 0, 10, 10]), iou(objects[1].bbox, objects[2].bbox),
                      area(objects[2].bbox)
               FROM samples WHERE _position = 4";
    let both = 5.0 * 4.0;
    let wanted = json!([[[40.0, 100.0], [0.4, 50.0 / 150.0], both / (140.0 - both), 100.0]]);
    assert_eq!(query_json(&zoo, sql).await, wanted);
    for (sql, wanted) in [
        ("SELECT area(caption) FROM samples", "a box is {x, y, width, height}"),
        ("SELECT area([1, 2]) FROM samples", "a box of 2 numbers"),
        ("SELECT iou(objects.bbox, 'x') FROM samples", "a box is"),
        ("SELECT area() FROM samples", "area"),
    ] {
        let found = query_error(&zoo, sql).await;
        assert!(found.contains(wanted), "{sql}: {found}");
    }
    assert_eq!(query_json(&zoo, "SELECT area(NULL)").await, json!([[null]]));
}

#[tokio::test]
async fn synsets() {
    let zoo = small_zoo().await;
    assert_eq!(query_json(&zoo, "SELECT lca('dog.n.01', 'cat.n.01')").await, json!([["n02075296"]]));
    assert_eq!(
        query_json(
            &zoo,
            "SELECT lca(label, 'n02084071'), wup(label, label), lca(synset(label), 'wolf.n.01')
                   FROM samples WHERE _position IN (2, 6) ORDER BY _position"
        )
        .await,
        json!([["n02083346", 1.0, "n02114100"], [null, null, null]])
    );
    let near = query_json(&zoo, "SELECT wup('dog.n.01', 'cat.n.01') > wup('dog.n.01', 'tench.n.01')").await;
    assert_eq!(near, json!([[true]]));
    let unknown = query_error(&zoo, "SELECT wup('dog.n.01', 'catt.n.01')").await;
    assert!(unknown.contains("line 1, column 24"), "{unknown}");
    assert_eq!(
        query_json(&zoo, "SELECT lca(caption, 'dog.n.01') FROM samples LIMIT 1").await,
        json!([[null]])
    );
}

#[tokio::test]
async fn vectors() {
    let zoo = small_zoo().await;
    let sql = "SELECT _position FROM samples ORDER BY cosine_distance(embedding, [1.0, 1.0]) LIMIT 2";
    assert_eq!(query_json(&zoo, sql).await, json!([[1], [2]]));
    let sql = "SELECT cosine_distance(a.embedding, b.embedding) < 0.000001 FROM samples a, samples b
               WHERE a._position = 3 AND b._position = 3";
    assert_eq!(query_json(&zoo, sql).await, json!([[true]]));
    assert_eq!(
        query_json(&zoo, "SELECT cosine_distance([1, 0], [0, 1]), cosine_distance([0], [1])").await,
        json!([[1.0, null]])
    );
    for (sql, wanted) in [
        ("SELECT cosine_distance(embedding, [1.0]) FROM samples", "vectors of 2 and of 1 numbers"),
        (
            "SELECT cosine_distance(embedding, caption) FROM samples",
            "expects embeddings or arrays of numbers",
        ),
    ] {
        let found = query_error(&zoo, sql).await;
        assert!(found.contains(wanted), "{sql}: {found}");
    }
}
