//! What is written of a run for other programs and for people.

use super::setup::{COLOURS, LABELS, MODEL_CLASSES, classes, dataset, evaluated, local, model, rows};
use crate::inference::{Columns, Selection};
use crate::run::{export_mlflow, mistakes, pictures, report};

#[tokio::test]
async fn the_report_stands_alone_and_escapes_names() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(30)).await;
    let mut finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    finished.run.evaluated.model.name = "<script>alert(1)</script>".into();
    let columns = Columns::of(snapshot.schema(), None, None, None).unwrap();
    let wrong = mistakes(&finished.samples, 4);
    assert!(!wrong.is_empty() && wrong.iter().all(|sample| sample.is_right() == Some(false)));
    let shown = pictures(&snapshot, &columns, &wrong).await.unwrap();
    assert!(
        shown
            .iter()
            .all(|picture| picture.png.as_ref().is_some_and(|png| png.starts_with("data:image/png;base64,")))
    );
    let page =
        report(&finished.run, &finished.samples, &shown, (&classes(&MODEL_CLASSES), &classes(&LABELS)));
    assert!(page.contains("<svg") && page.contains("Most confident mistakes") && !page.contains("<script"));
    assert!(!page.contains("http://") && !page.contains("https://"), "nothing is loaded from elsewhere");
}

#[tokio::test]
async fn mlflow_finds_experiment_run_and_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(30)).await;
    let finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    let out = folder.path().join("mlruns");
    let root = export_mlflow(&finished.run, &out).unwrap();
    let experiment = std::fs::read_to_string(root.parent().unwrap().join("meta.yaml")).unwrap();
    assert!(experiment.contains("name: 'colours'") && experiment.contains("lifecycle_stage: active"));
    let run = std::fs::read_to_string(root.join("meta.yaml")).unwrap();
    assert!(run.contains("status: 3") && run.contains("run_name: 'colours "));
    let metric = std::fs::read_to_string(root.join("metrics/top1")).unwrap();
    let words: Vec<&str> = metric.split_whitespace().collect();
    assert_eq!(words[1].parse::<f64>().unwrap(), finished.run.scores.top(1).unwrap().fraction.unwrap());
    assert_eq!(std::fs::read_to_string(root.join("params/model")).unwrap(), "colours");
    // Addresses are absolute, also where the folder is not.
    assert!(run.contains("artifact_uri: 'file:///") && root.is_absolute(), "{run}");
}
