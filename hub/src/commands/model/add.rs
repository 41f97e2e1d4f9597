//! `hub model add`: checks an ONNX file, tries it, and stores it with a card.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hub_eval::isolated::Isolation;
use hub_eval::model::{About, ModelName, examine};

use crate::args::{EngineArgs, PreparationArgs, parse_duration};
use crate::context::Context;
use crate::exit::Exit;
use crate::models;
use crate::output::bytes;

const EXAMPLES: &str = "\
Examples:
  hub model add resnet50 resnet50.onnx --preset torchvision-232-224 --labels imagenet-1k
  hub model add lite0 lite0.onnx --preset timm --values inception
  hub model add digits lenet.onnx --preset lenet --labels digits.txt --licence MIT";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Add {
    /// Name of the model: NAME or NAMESPACE/NAME
    name: ModelName,
    /// ONNX file; files with its weights beside it are stored with it
    file: PathBuf,
    #[command(flatten)]
    preparation: PreparationArgs,
    #[command(flatten)]
    about: AboutArgs,
    #[command(flatten)]
    engine: EngineArgs,
    /// Replace the model of this name
    #[arg(long)]
    replace: bool,
    /// Longest trial run, such as 60s
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "20s")]
    time_limit: Duration,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Card")]
struct AboutArgs {
    /// What the model is, in a line
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Licence of the model
    #[arg(long, value_name = "TEXT", alias = "license")]
    licence: Option<String>,
    /// Where it is from: an address, a paper, a command
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

pub async fn run(args: Add, context: &Context) -> anyhow::Result<Exit> {
    let AboutArgs { title, licence, source } = args.about;
    let stated = args.preparation.stated(About { title, licence, source, scores: Vec::new() })?;
    let (file, options, time) = (args.file, args.engine.options(), args.time_limit);
    let examined = tokio::task::spawn_blocking(move || {
        let isolation = |bytes| Isolation { time, ..Isolation::of_this_program(bytes) };
        examine(&file, stated, &options, &isolation)
    });
    let examined = examined.await??;
    models::store(context)?.add(&args.name, &examined.card, &examined.model, args.replace).await?;
    examined.notes.iter().for_each(|note| context.note(note));
    let card = &examined.card;
    context.report(&format!(
        "stored {} ({}): {}, {}\n",
        args.name,
        bytes(card.model.size_bytes()),
        card.preprocessing,
        card.labels.describe()
    ))?;
    Ok(Exit::Done)
}
