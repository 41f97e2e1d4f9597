use std::time::Duration;

use super::*;

#[tokio::test]
async fn views_count_up_and_are_kept() {
    let dataset = new_dataset().await;
    let first = append(&dataset, &[0, 1]).await;
    let name: BranchName = "dogs".parse().unwrap();
    assert!(dataset.view(&name, None).await.unwrap().is_none());
    let sql = "SELECT * FROM samples WHERE label = 'dog'";
    assert_eq!(dataset.create_view(&name, sql, &first, &author()).await.unwrap(), 0);
    let second = append(&dataset, &[2, 3]).await;
    assert_eq!(dataset.create_view(&name, sql, &second, &author()).await.unwrap(), 1);
    let (version, view) = dataset.view(&name, None).await.unwrap().unwrap();
    assert_eq!((version, view.base, view.sql.as_str()), (1, second.at().clone(), sql));
    let (_, old) = dataset.view(&name, Some(0)).await.unwrap().unwrap();
    assert_eq!(dataset.at(&old.base).await.unwrap().commit().counts.rows, 2);
    assert!(dataset.view(&name, Some(2)).await.unwrap().is_none());
    assert_eq!(dataset.views().await.unwrap(), [name]);
}

#[tokio::test]
async fn writers_of_one_view_get_a_version_each() {
    let dataset = new_dataset().await;
    let base = append(&dataset, &[0]).await;
    let writers = (0..8).map(|_| {
        let (dataset, base) = (dataset.clone(), base.clone());
        tokio::spawn(async move {
            dataset
                .create_view(&"all".parse().unwrap(), "SELECT * FROM samples", &base, &author())
                .await
                .unwrap()
        })
    });
    let mut versions = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        versions.push(writer.await.unwrap());
    }
    versions.sort_unstable();
    assert_eq!(versions, (0..8).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_sweep_keeps_files_that_a_view_names() {
    let dataset = new_dataset().await;
    append(&dataset, &[0]).await;
    let dev: BranchName = "dev".parse().unwrap();
    let rows = packed(&dataset, &pets(), None, &[7]).await;
    let base = dataset.append(&dev, &author(), &rows).await.unwrap().snapshot().unwrap().clone();
    dataset.create_view(&"seven".parse().unwrap(), "SELECT * FROM samples", &base, &author()).await.unwrap();
    dataset.delete_branch(&dev, &author()).await.unwrap();
    dataset.sweep_older(Duration::ZERO, false).await.unwrap();
    let (_, view) = dataset.view(&"seven".parse().unwrap(), None).await.unwrap().unwrap();
    assert_eq!(labels(&dataset.at(&view.base).await.unwrap()).await, [Some(1)]);
}
