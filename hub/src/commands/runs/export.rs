//! `hub runs export`

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use hub_eval::run::{export_mlflow, find};

use crate::args::Target;
use crate::context::Context;
use crate::exit::Exit;

#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("form").required(true).multiple(true))]
pub struct ExportArgs {
    /// Data set
    #[arg(value_name = "NAME")]
    target: Target,
    /// Run
    #[arg(value_name = "RUN", default_value = "last")]
    run: String,
    /// Write a folder that MLflow reads: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri DIR
    #[arg(long, value_name = "DIR", group = "form")]
    mlflow: Option<PathBuf>,
    /// Write the predictions as Parquet
    #[arg(long, value_name = "FILE", group = "form")]
    predictions: Option<PathBuf>,
    /// Write the record as JSON
    #[arg(long, value_name = "FILE", group = "form")]
    record: Option<PathBuf>,
}

pub async fn run(args: &ExportArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let run = find(&dataset, &args.run).await?;
    if let Some(folder) = &args.mlflow {
        let written = export_mlflow(&run, folder)?;
        context.report(&format!(
            "wrote {}; to look at it: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri {}\n",
            written.display(),
            folder.display()
        ))?;
    }
    if let Some(path) = &args.predictions {
        let file = dataset.run_predictions(&run.header).await?;
        std::fs::write(path, file).with_context(|| format!("{}: can't write it", path.display()))?;
        context.report(&format!("wrote {}\n", path.display()))?;
    }
    if let Some(path) = &args.record {
        std::fs::write(path, run.to_json()?)
            .with_context(|| format!("{}: can't write it", path.display()))?;
        context.report(&format!("wrote {}\n", path.display()))?;
    }
    Ok(Exit::Done)
}
