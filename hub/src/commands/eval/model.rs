//! Opens the models that a command names.

use hub_eval::model::OpenModel;

use super::args::Eval;
use crate::args::{ModelRef, PreparationArgs};
use crate::context::Context;
use crate::models;

/// The model of `--model`, on its engine, with its name.
pub async fn open(args: &Eval, context: &Context) -> anyhow::Result<(String, OpenModel)> {
    let name = match &args.model {
        ModelRef::Name(name) => name.to_string(),
        ModelRef::File(path) => path.display().to_string(),
    };
    Ok((name, open_as(&args.model, &args.preparation, args, context).await?))
}

/// A model with these options of its preprocessing, on the engine of the command.
pub async fn open_as(
    model: &ModelRef,
    preparation: &PreparationArgs,
    args: &Eval,
    context: &Context,
) -> anyhow::Result<OpenModel> {
    let options = args.engine.options();
    let found = models::find(model, preparation, &options, context).await?;
    models::open(found, &options, context).await
}
