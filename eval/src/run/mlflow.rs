//! A run as a folder that MLflow reads: `MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri FOLDER`.
//!
//! The files are those of MLflow's file store. MLflow 3 reads them only where that variable is set; `mlflow
//! migrate-filestore` moves them into a database.

use std::fs;
use std::path::Path;

use super::error::RunError;
use super::record::Run;

/// Writes a run into an MLflow file store, `folder/<experiment>/<run>/`, an experiment for each data set.
///
/// # Errors
/// A file can't be written.
pub fn export_mlflow(run: &Run, folder: &Path) -> Result<std::path::PathBuf, RunError> {
    let data = &run.evaluated.data;
    // MLflow resolves addresses of artifacts from its own working directory.
    let absolute = std::path::absolute(folder);
    let folder =
        &absolute.map_err(|source| RunError::Write { path: folder.display().to_string(), source })?;
    // MLflow wants ids of digits for experiments and of 32 hex digits for runs.
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    let digits = u64::from_str_radix(&hash(&data.dataset)[..15], 16).unwrap_or(1).to_string();
    let id = hash(run.header.id.as_str())[..32].to_owned();
    let experiment = folder.join(&digits);
    let root = experiment.join(&id);
    let end = run.header.time.timestamp_millis();
    let begin = end - (run.seconds.total * 1000.0) as i64;
    let uri = |path: &Path| {
        let path = path.display().to_string();
        let escapes = [("%", "%25"), (" ", "%20"), ("#", "%23"), ("?", "%3F")];
        format!("file://{}", escapes.iter().fold(path, |path, (from, to)| path.replace(from, to)))
    };
    write(
        &experiment.join("meta.yaml"),
        &format!(
            "artifact_location: {}\ncreation_time: {end}\nexperiment_id: '{digits}'\nlast_update_time: {end}\n\
         lifecycle_stage: active\nname: {}\n",
            quoted(&uri(&experiment)),
            quoted(&data.dataset),
        ),
    )?;
    write(
        &root.join("meta.yaml"),
        &format!(
            "artifact_uri: {}\nend_time: {end}\nentry_point_name: ''\nexperiment_id: '{digits}'\nlifecycle_stage: active\n\
         run_id: {id}\nrun_name: {}\nrun_uuid: {id}\nsource_name: ''\nsource_type: 4\nsource_version: ''\n\
         start_time: {begin}\nstatus: 3\ntags: []\nuser_id: {}\n",
            quoted(&uri(&root.join("artifacts"))),
            quoted(&format!("{} {}", run.evaluated.model.name, run.header.id)),
            quoted(&run.header.author),
        ),
    )?;
    for (name, value) in metrics(run) {
        write(&root.join("metrics").join(name), &format!("{end} {value} 0\n"))?;
    }
    let model = &run.evaluated.model;
    let params = [
        ("model", model.name.clone()),
        ("model_hash", model.hash.clone()),
        ("card_hash", model.card.to_string()),
        ("dataset", data.dataset.clone()),
        ("rows", data.rows()),
        ("commit", run.header.commit.id.to_string()),
        ("engine", run.engine.engine.clone()),
        ("exact", run.evaluated.exact.to_string()),
        ("preprocessing", run.evaluated.preprocessing.to_string()),
    ];
    for (name, value) in params {
        write(&root.join("params").join(name), &value)?;
    }
    let name = format!("{} {}", model.name, run.header.id);
    write(&root.join("tags").join("mlflow.runName"), &name)?;
    write(&root.join("tags").join("mlflow.user"), &run.header.author)?;
    let json = run.to_json().map_err(|source| RunError::Json { path: "run.json".to_owned(), source })?;
    write(&root.join("artifacts").join("run.json"), &String::from_utf8_lossy(&json))?;
    Ok(root)
}

/// The figures of a run.
fn metrics(run: &Run) -> Vec<(String, f64)> {
    let scores = &run.scores;
    let mut metrics: Vec<(String, f64)> = Vec::new();
    for top in &scores.top {
        metrics.extend(top.share.fraction.map(|fraction| (format!("top{}", top.k), fraction)));
        metrics.push((format!("top{}_low", top.k), top.share.low));
        metrics.push((format!("top{}_high", top.k), top.share.high));
    }
    let some = [
        ("nll", scores.nll),
        ("brier", scores.brier),
        ("ece", scores.reliability.as_ref().map(|reliability| reliability.ece)),
        ("mce", scores.reliability.as_ref().map(|reliability| reliability.mce)),
        ("macro_f1", scores.classes.as_ref().map(|classes| classes.macro_average.f1)),
        ("samples_per_second", Some(run.samples_per_second)),
    ];
    metrics.extend(some.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    for (name, value) in [("samples", scores.samples), ("corrupt", scores.corrupt), ("failed", scores.failed)]
    {
        metrics.push((name.to_owned(), value as f64));
    }
    for (graph, scores) in &scores.hierarchy {
        let graph = graph.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        metrics
            .extend(scores.mistake_severity.map(|severity| (format!("mistake_severity_{graph}"), severity)));
    }
    metrics
}

/// A text in YAML.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace(['\n', '\r'], " "))
}

fn write(path: &Path, text: &str) -> Result<(), RunError> {
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)
    };
    write().map_err(|source| RunError::Write { path: path.display().to_string(), source })
}
