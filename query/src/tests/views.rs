//! Queries as views.

use super::*;

#[tokio::test]
async fn a_view_is_rows_and_columns() {
    let zoo = small_zoo().await;
    for (sql, rows, columns) in [
        ("SELECT * FROM samples WHERE isa(label, 'canine.n.02')", vec![1, 2, 3], None),
        (
            "SELECT s.image, LABEL, image.width FROM samples s WHERE label = 'dog'",
            vec![1, 3],
            Some(vec!["image", "label", "image.width"]),
        ),
        ("SELECT score FROM samples ORDER BY score DESC LIMIT 2", vec![6, 7], Some(vec!["Score"])),
        ("SELECT * FROM samples LIMIT 3 OFFSET 2", vec![2, 3, 4], None),
        ("SELECT label FROM samples WHERE split = 'test'", vec![5, 6, 7], Some(vec!["label"])),
    ] {
        let view = crate::view::rows(&zoo, sql, None).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
        assert_eq!(view.positions.iter().collect::<Vec<_>>(), rows, "{sql}");
        assert_eq!(view.columns, columns.map(|c| c.into_iter().map(str::to_owned).collect()), "{sql}");
    }
    for sql in [
        "SELECT count(*) FROM samples",
        "SELECT label FROM samples GROUP BY label",
        "SELECT DISTINCT label FROM samples",
        "SELECT a.label FROM samples a, samples b",
        "SELECT 1",
        "WITH x AS (SELECT 1) SELECT label FROM samples",
        "SELECT label FROM samples UNION SELECT label FROM samples",
        "SELECT _position FROM samples",
        "SELECT objects.category FROM samples",
        "SELECT label AS l FROM samples",
        "SELECT * EXCLUDE (label) FROM samples",
        "EXPLAIN SELECT * FROM samples",
    ] {
        let found = crate::view::rows(&zoo, sql, None).await;
        assert!(found.is_err(), "{sql} is a view: {found:?}");
    }
}

#[tokio::test]
async fn a_stored_view_keeps_its_rows() {
    let zoo = small_zoo().await;
    let dataset = zoo.dataset();
    let name: BranchName = "dogs".parse().unwrap();
    dataset
        .create_view(&name, "SELECT label FROM samples WHERE label = 'dog'", &zoo, &author())
        .await
        .unwrap();
    let gone = [zoo.index().await.unwrap().fragments()[0].row_id(1)];
    dataset.delete(&BranchName::main(), &author(), &gone).await.unwrap();
    let (_, view) = dataset.view(&name, None).await.unwrap().unwrap();
    let rows = crate::view_rows(dataset, &view, None).await.unwrap();
    assert_eq!(rows.positions.iter().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(rows.snapshot.at(), zoo.at());
}
