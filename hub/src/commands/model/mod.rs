//! `hub model`: stores ONNX classifiers with their cards, and tells how each is run.

mod add;
mod check;
mod ls;
mod pull;
mod rm;
mod show;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub model add resnet50 resnet50.onnx --preset torchvision-232-224 --labels imagenet-1k
  hub model add lite0 lite0.onnx --preset timm --values inception --licence Apache-2.0
  hub model pull vgg16                       a model from the literature, by name
  hub model check lite0 imagenet-subset      which preprocessing fits best
  hub model ls --known                       which there are, with their published accuracies

A model is stored with a card: the exact preprocessing, its classes, its licence and source. Each
file is checked, and run once in a process with limits of memory and time, before it is stored.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ModelArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Store an ONNX file with its card
    Add(Box<add::Add>),
    /// List models
    Ls(ls::Ls),
    /// Show a model's card
    Show(show::Show),
    /// Remove a model
    Rm(rm::Rm),
    /// Fetch a model from the literature by its name
    Pull(pull::Pull),
    /// Find the preprocessing that fits a model best, on a few labelled images
    Check(Box<check::Check>),
}

pub async fn run(args: ModelArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.action {
        Action::Add(args) => add::run(*args, context).await,
        Action::Ls(args) => ls::run(&args, context).await,
        Action::Show(args) => show::run(&args, context).await,
        Action::Rm(args) => rm::run(&args, context).await,
        Action::Pull(args) => pull::run(&args, context).await,
        Action::Check(args) => check::run(&args, context).await,
    }
}
