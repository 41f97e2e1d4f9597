//! Opens the model that a command names.

use hub_eval::model::OpenModel;

use super::args::Eval;
use crate::args::ModelRef;
use crate::context::Context;
use crate::models;

/// The model of `--model`, on its engine, with its name.
pub async fn open(args: &Eval, context: &Context) -> anyhow::Result<(String, OpenModel)> {
    let options = args.engine.options();
    let found = models::find(&args.model, &args.preparation, &options, context).await?;
    let name = match &args.model {
        ModelRef::Name(name) => name.to_string(),
        ModelRef::File(path) => path.display().to_string(),
    };
    Ok((name, models::open(found, &options, context).await?))
}
