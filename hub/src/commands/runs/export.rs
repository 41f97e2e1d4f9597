//! `hub runs export`

use anyhow::Context as _;
use hub_eval::run::{export_mlflow, find};

use super::ExportArgs;
use crate::context::Context;
use crate::exit::Exit;

pub async fn run(args: &ExportArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let run = find(&dataset, &args.run).await?;
    if let Some(folder) = &args.mlflow {
        let written = export_mlflow(&run, folder)?;
        context.report(&format!(
            "wrote {}; to look at it: mlflow ui --backend-store-uri {}\n",
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
