//! `hub model rm`: removes a model.

use clap::Args;
use hub_eval::model::ModelName;

use crate::context::Context;
use crate::exit::Exit;
use crate::models;

const EXAMPLES: &str = "\
Examples:
  hub model rm resnet50

Runs that were made with it keep its hash and card. Its file is deleted unless another name is of
the same one.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rm {
    /// Name of the model
    name: ModelName,
}

pub async fn run(args: &Rm, context: &Context) -> anyhow::Result<Exit> {
    models::store(context)?.remove(&args.name).await?;
    context.report(&format!("removed model {}\n", args.name))?;
    Ok(Exit::Done)
}
