//! Runs from end to end: which rows are evaluated, what is stored, how a killed run continues.

use hub_dataset::layout;
use hub_schema::RunId;

use super::setup::{COLOURS, dataset, evaluated, evaluation, local, model, rows};
use crate::inference::{Outcome, Selection, choose};
use crate::run::resume::{Parts, RunPlan};
use crate::run::{CorruptPolicy, PART_TIME, find, predictions, table};
use crate::score::Count;

#[tokio::test]
async fn labels_are_matched_by_name_and_the_run_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(60)).await;
    let finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    assert_eq!(finished.not_stored, None);
    let scores = &finished.run.scores;
    // Every fifth label is wrong, but for those that are right by chance: blue (class 2) then has the label 0.
    let wrong =
        rows(60).iter().enumerate().filter(|(n, row)| row.1 != Some(2 - (*n % 3) as i64)).count() as u64;
    assert_eq!(scores.top(1).unwrap().right, 60 - wrong);
    assert_eq!((scores.samples, scores.top(1).unwrap().of), (60, 60));
    let space = scores.label_space.as_ref().unwrap();
    assert_eq!(space.unmapped, ["violet"]);
    let dataset = snapshot.dataset();
    let stored = find(dataset, "last").await.unwrap();
    assert_eq!(stored, finished.run);
    assert_eq!(find(dataset, "colours").await.unwrap(), stored);
    let mut samples = finished.samples.clone();
    samples.sort_by_key(|sample| sample.position);
    assert_eq!(predictions(dataset, &stored).await.unwrap(), samples);
    assert_eq!(stored.header.author, "ada");
    let summary = stored.summary().unwrap();
    assert_eq!(summary["top1_right"], 60 - wrong);
    assert!((summary["top1"].as_f64().unwrap() - (60 - wrong) as f64 / 60.0).abs() < 1e-12);
    // Nothing but the record and the predictions is left.
    let files = dataset.run_files().await.unwrap();
    assert_eq!(files.values().map(|run| run.files.len()).collect::<Vec<_>>(), [2]);
}

/// The same predictions whatever the size of batches and the number of threads, and whatever part is done when.
#[tokio::test]
async fn predictions_depend_neither_on_batches_nor_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(120)).await;
    let mut made = Vec::new();
    for (batch_size, decoders) in [(1, 1), (7, 3), (64, 2)] {
        let model = model(folder.path(), COLOURS);
        let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
        evaluation.pipeline.batch_size = batch_size;
        evaluation.pipeline.decoders = decoders;
        made.push(evaluation.run(model.classifier, |_| {}).await.unwrap().samples);
    }
    assert_eq!(made[0].len(), 120);
    assert!(made[0].iter().enumerate().all(|(at, sample)| sample.position == at as u64));
    assert!(made[0] == made[1] && made[1] == made[2]);
}

#[tokio::test]
async fn splits_conditions_and_limits_choose_rows() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(90)).await;
    let count = |selection: Selection| {
        let snapshot = snapshot.clone();
        async move { choose(&snapshot, &selection).await.map(|chosen| chosen.rows()).map_err(|e| e.to_string()) }
    };
    assert_eq!(count(Selection { split: Some("test".into()), ..Selection::default() }).await, Ok(90));
    let error = count(Selection { split: Some("val".into()), ..Selection::default() }).await.unwrap_err();
    assert_eq!(error, "no split 'val'; the splits are: test");
    let red = Selection { condition: Some("label = 'red'".into()), ..Selection::default() };
    assert_eq!(count(red.clone()).await, Ok(rows(90).iter().filter(|row| row.1 == Some(2)).count() as u64));
    let none =
        Selection { condition: Some("label = 'red' AND label = 'blue'".into()), ..Selection::default() };
    assert!(count(none).await.unwrap_err().contains("no rows to evaluate"));
    let limited = Selection { limit: Some(10), seed: 3, ..Selection::default() };
    let drawn = choose(&snapshot, &limited).await.unwrap();
    assert_eq!(drawn, choose(&snapshot, &limited).await.unwrap());
    assert_ne!(drawn, choose(&snapshot, &Selection { seed: 4, ..limited.clone() }).await.unwrap());
    assert!(drawn.rows() == 10 && drawn.blocks[0].is_sorted());
    // A larger sample holds the smaller one.
    let more = choose(&snapshot, &Selection { limit: Some(20), ..limited }).await.unwrap();
    assert!(drawn.blocks[0].iter().all(|position| more.blocks[0].contains(position)));
}

#[tokio::test]
async fn a_run_that_was_killed_continues() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(60)).await;
    let whole = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    snapshot.dataset().delete_run(&whole.run.header.id).await.unwrap();
    // What a run that was killed after 20 rows leaves.
    let model = model(folder.path(), COLOURS);
    let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
    let plan = RunPlan::new(snapshot.at().clone(), model.classifier.engine(), evaluation.evaluated.clone());
    let id = plan.id.clone();
    let json = serde_json::to_vec(&plan).unwrap();
    let part = |range: std::ops::Range<usize>| {
        let table = table::table(&whole.samples[range], &evaluation.classes, &evaluation.labels).unwrap();
        table::to_parquet(&table).unwrap()
    };
    let put = |file, bytes: bytes::Bytes| snapshot.dataset().put_run_file(&id, file, bytes);
    put(layout::RunFile::Plan, json.into()).await.unwrap();
    put(layout::RunFile::Part(0), part(0..14)).await.unwrap();
    put(layout::RunFile::Part(1), part(14..20)).await.unwrap();
    assert!(snapshot.dataset().runs().await.unwrap().is_empty());
    evaluation.resume = true;
    let seen = std::sync::Mutex::new(Vec::new());
    let finished =
        evaluation.run(model.classifier, |progress| seen.lock().unwrap().push(progress)).await.unwrap();
    let seen = seen.into_inner().unwrap();
    assert_eq!((seen[0].done, seen[0].resumed, seen[0].total), (20, 20, 60));
    assert_eq!(finished.samples, whole.samples);
    assert_eq!(finished.run.scores, whole.run.scores);
    assert_eq!(finished.run.header.id, id);
    assert_eq!(finished.run.header.predictions, whole.run.header.predictions);
    let files = snapshot.dataset().run_files().await.unwrap();
    assert_eq!(files[&id].files.len(), 2, "the plan and the parts are gone");
}

#[tokio::test]
async fn only_the_same_plan_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(9)).await;
    let model = model(folder.path(), COLOURS);
    let evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
    let plan = RunPlan::new(snapshot.at().clone(), "rten".into(), evaluation.evaluated.clone());
    let problem = Parts::resume(snapshot.dataset(), plan.clone(), PART_TIME).await.unwrap_err().to_string();
    assert!(problem.starts_with("there is no unfinished run"), "{problem}");
    let other = RunPlan { engine: "another".into(), ..plan.clone() };
    let json = serde_json::to_vec(&other).unwrap();
    snapshot.dataset().put_run_file(&other.id, layout::RunFile::Plan, json.into()).await.unwrap();
    let problem = Parts::resume(snapshot.dataset(), plan, PART_TIME).await.unwrap_err().to_string();
    assert!(problem.starts_with("none of the 1 unfinished runs"), "{problem}");
}

#[tokio::test]
async fn images_that_cannot_be_decoded_are_counted_by_policy() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = rows(12);
    broken[3].0 = b"no image".to_vec();
    broken[7].1 = None;
    let snapshot = dataset(local(&folder.path().join("set")), &broken).await;
    let run = async |policy| {
        let model = model(folder.path(), COLOURS);
        let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
        evaluation.evaluated.corrupt = policy;
        evaluation.wanted.corrupt_is_wrong = policy == CorruptPolicy::Wrong;
        evaluation.run(model.classifier, |_| {}).await
    };
    let skipped = run(CorruptPolicy::Skip).await.unwrap();
    let scores = &skipped.run.scores;
    assert_eq!(
        (scores.samples, scores.corrupt, scores.unlabelled, scores.top(1).unwrap().of),
        (12, 1, 1, 10)
    );
    assert!(matches!(skipped.samples[3].outcome, Outcome::Corrupt(_)));
    let wrong = run(CorruptPolicy::Wrong).await.unwrap();
    assert_eq!(wrong.run.scores.top(1).unwrap().of, 11);
    let problem = run(CorruptPolicy::Fail).await.unwrap_err().to_string();
    assert!(problem.starts_with("row 3 (3.png): ") && problem.ends_with("--corrupt skip"), "{problem}");
}

#[tokio::test]
async fn outputs_that_are_no_numbers_are_failures() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(9)).await;
    let nan = model(folder.path(), [f32::NAN; 9]);
    let evaluation = evaluation(&snapshot, &nan, &Selection::default()).await;
    let problem = evaluation.run(nan.classifier, |_| {}).await.unwrap_err().to_string();
    assert!(problem.starts_with("none of the model's outputs for 9 rows is a prediction"), "{problem}");
    assert!(snapshot.dataset().runs().await.unwrap().is_empty(), "nothing is stored");
}

#[tokio::test]
async fn until_stops_on_a_random_order() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(400)).await;
    let selection = Selection { is_random: true, seed: 1, ..Selection::default() };
    let mut done = Vec::new();
    for batch_size in [7, 50] {
        let model = model(folder.path(), COLOURS);
        let mut evaluation = evaluation(&snapshot, &model, &selection).await;
        evaluation.until = Some(0.045);
        evaluation.pipeline.batch_size = batch_size;
        let finished = evaluation.run(model.classifier, |_| {}).await.unwrap();
        let top = finished.run.scores.top(1).unwrap();
        assert!((top.high - top.low) / 2.0 <= 0.045);
        done.push(finished.samples.len());
    }
    assert_eq!(done, [256, 256], "two blocks, whatever the batches");
}

#[tokio::test]
async fn the_fast_mode_states_how_often_it_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = dataset(local(&folder.path().join("set")), &rows(30)).await;
    let model = model(folder.path(), COLOURS);
    let mut evaluation = evaluation(&snapshot, &model, &Selection::default()).await;
    evaluation.evaluated.exact = false;
    evaluation.pipeline.preparation = evaluation.pipeline.preparation.clone().with_exact(false);
    let finished = evaluation.run(model.classifier, |_| {}).await.unwrap();
    assert_eq!(finished.run.same_as_exact, Some(Count { right: 30, of: 30 }.into()));
}

#[tokio::test]
async fn runs_are_removed_swept_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("set");
    let snapshot = dataset(local(&root), &rows(12)).await;
    let finished = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    let (dataset, id) = (snapshot.dataset(), finished.run.header.id.clone());
    let unfinished = RunId::draw(chrono::Utc::now());
    dataset.put_run_file(&unfinished, layout::RunFile::Plan, "{}".into()).await.unwrap();
    let swept = dataset.gc(std::time::Duration::ZERO, false).await.unwrap();
    assert_eq!(swept.files, 1, "only the unfinished run");
    assert_eq!(dataset.runs().await.unwrap(), std::slice::from_ref(&id));
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| {}).await.unwrap();
    assert!(report.is_clean() && report.runs == 1, "{report:?}");
    let file = root.join(layout::run(&id, layout::RunFile::Predictions));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let report = dataset.fsck(hub_dataset::ops::fsck::Scope::All, |_| {}).await.unwrap();
    assert_eq!(report.damage[0].path, layout::run(&id, layout::RunFile::Predictions));
    assert!(report.damage[0].problem.contains("BLAKE3"));
    assert!(predictions(dataset, &finished.run).await.is_err());
    assert!(dataset.delete_run(&id).await.unwrap() && !dataset.delete_run(&id).await.unwrap());
    let second = evaluated(&snapshot, model(folder.path(), COLOURS), &Selection::default()).await;
    assert_eq!(second.not_stored, None);
    hub_dataset::ops::remove::remove(&local(&root)).await.unwrap();
    assert!(!root.exists(), "the runs go with the data set");
}
