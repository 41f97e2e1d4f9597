//! `hub classify`: the best labels of images, with probabilities.

mod inputs;
mod report;

use std::time::Duration;

use clap::Args;
use hub_client::fetch::FetchLimits;
use hub_eval::classify::classify;

use crate::args::{EngineArgs, JsonArg, ModelRef, PreparationArgs, SizeArg, parse_duration, parse_size};
use crate::context::Context;
use crate::exit::Exit;
use crate::models;
use inputs::Input;
use report::Report;

const EXAMPLES: &str = "\
Examples:
  hub classify goldfish.jpg --model resnet50
  hub classify photos/ --model resnet50 --top 1 --json
  hub classify digit.png --model lenet5
  hub classify cat.jpg --model ./lite0.onnx --preset timm --values inception
  hub classify https://example.com/cat.jpg --model resnet50";

/// Images that are read, run and reported at a time.
const BATCH: usize = 32;

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Classify {
    /// Image files, directories of images, and addresses of images
    #[arg(required = true, value_name = "FILE|DIR|URL")]
    images: Vec<String>,
    /// A stored model's name, or an ONNX file
    #[arg(long, short, value_name = "MODEL")]
    model: ModelRef,
    /// Labels to print for each image
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    #[command(flatten)]
    json: JsonArg,
    #[command(flatten)]
    preparation: PreparationArgs,
    #[command(flatten)]
    engine: EngineArgs,
    #[command(flatten)]
    fetch: FetchArgs,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Addresses")]
struct FetchArgs {
    /// Fetch addresses of private networks and of this machine, too
    #[arg(long)]
    allow_private: bool,
    /// Longest image at an address
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = parse_size)]
    max_size: SizeArg,
    /// Longest time for an address
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = parse_duration)]
    max_time: Duration,
}

pub async fn run(args: Classify, context: &Context) -> anyhow::Result<Exit> {
    let inputs = inputs::find(&args.images)?;
    let engine = args.engine.options();
    let found = models::find(&args.model, &args.preparation, &engine, context).await?;
    let mut model = models::open(found, &engine, context).await?;
    let limits = FetchLimits {
        bytes: args.fetch.max_size.0,
        time: args.fetch.max_time,
        allow_private: args.fetch.allow_private,
    };
    let mut report = Report::new(args.json.json, &model.card.labels);
    let keep = usize::from(args.top);
    for batch in inputs.chunks(BATCH) {
        let mut images = Vec::new();
        let mut names = Vec::new();
        for input in batch {
            match read(input, &limits).await {
                Ok(image) => {
                    images.push(image);
                    names.push(input.name());
                }
                Err(problem) => report.failed(&input.name(), &problem, context),
            }
        }
        let labels = vec![None; images.len()];
        let predicted = tokio::task::spawn_blocking(move || {
            let predicted = classify(&mut model, &images, &labels, keep);
            (model, predicted)
        });
        let predicted = predicted.await?;
        model = predicted.0;
        for (name, prediction) in names.iter().zip(predicted.1?) {
            match prediction {
                Ok(prediction) => report.predicted(name, &prediction, context)?,
                Err(error) => report.failed(name, &error.to_string(), context),
            }
        }
    }
    report.end(context)
}

async fn read(input: &Input, limits: &FetchLimits) -> Result<bytes::Bytes, String> {
    match input {
        Input::Address(address) => {
            hub_client::fetch::fetch_image(address, limits).await.map_err(|error| {
                // The address stands before the message already.
                error.to_string().trim_start_matches(&format!("{address}: ")).to_owned()
            })
        }
        Input::File(path) => {
            let path = path.clone();
            let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
            let read = read.map_err(std::io::Error::other).flatten();
            read.map(Into::into).map_err(|error| format!("can't be read: {error}"))
        }
    }
}
