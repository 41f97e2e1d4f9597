//! `hub model check`: tries preprocessings on a few labelled images.

use clap::Args;
use hub_eval::fit::{Fit, fit};
use hub_eval::inference::{Class, Columns, LabelMatch, Pipeline, Selection, choose};
use hub_eval::model::ModelName;
use hub_eval::score::interval::Count;
use serde_json::json;

use crate::args::{EngineArgs, JsonArg, ModelRef, PreparationArgs, ReadArgs};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::models;
use crate::output::{Align, Table};

const EXAMPLES: &str = "\
Examples:
  hub model check lite0 imagenet-subset
  hub model check lite0 imagenet-subset --split val --limit 200

Tries ways to scale pixels, then ways to resize with those that fit best, and compares them by their
right predictions. About 13 evaluations of --limit images.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Check {
    /// Name of the model
    name: ModelName,
    #[command(flatten)]
    read: ReadArgs,
    /// Take images of this split
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    /// Images to try, drawn at random
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    limit: u64,
    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Compare classes and labels by their numbers
    #[arg(long)]
    by_number: bool,
    #[command(flatten)]
    json: JsonArg,
    #[command(flatten)]
    engine: EngineArgs,
}

pub async fn run(args: &Check, context: &Context) -> anyhow::Result<Exit> {
    let revision = args.read.revision()?;
    let target = &args.read.target;
    let snapshot = context.snapshot(&target.location, &revision).await?;
    let columns = Columns::of(snapshot.schema(), None, None, None)?;
    let Some(label) = &columns.label else {
        let message = format!("{} has no column of class labels, so nothing can be compared", target.name());
        return Err(Failure::usage(message).into());
    };
    let selection = Selection {
        split: args.split.clone(),
        limit: Some(args.limit),
        seed: args.seed,
        ..Selection::default()
    };
    let chosen = choose(&snapshot, &selection).await?;
    let engine = args.engine.options();
    let named = ModelRef::Name(args.name.clone());
    let found = models::find(&named, &PreparationArgs::default(), &engine, context).await?;
    let opened = models::open(found, &engine, context).await?;
    let (names, synsets) = (opened.card.labels.names(), opened.card.labels.synsets());
    let classes: Vec<Class> =
        names.into_iter().zip(synsets).map(|(name, synset)| Class { name, synset }).collect();
    let labels = LabelMatch::new(&classes, &label.classes, args.by_number)?;
    let pipeline = Pipeline {
        snapshot,
        columns: columns.clone(),
        preparation: opened.preparation,
        labels: Some(labels),
        valid_classes: None,
        batch_size: 8,
        decoders: std::thread::available_parallelism().map_or(1, usize::from),
        keep: 1,
        cache: None,
    };
    let card = &opened.card;
    let input = opened.classifier.signature().input.clone();
    let fits = fit(&pipeline, &chosen, (&card.preprocessing, &input), opened.classifier, |fit| {
        context.note(&format!("{}: {} of {}", fit.preprocessing, fit.top1.right, fit.top1.of));
    });
    let fits = fits.await?;
    report(args, &fits, context)
}

fn report(args: &Check, fits: &[Fit], context: &Context) -> anyhow::Result<Exit> {
    let Some((card, _)) = fits.split_first() else {
        return Err(Failure::bad_input("no preprocessing could be tried").into());
    };
    let mut ranked: Vec<&Fit> = fits.iter().collect();
    // A card stands unless another preprocessing has more images right: the loss alone also falls as values grow.
    let is_card = |fit: &Fit| *fit == *card;
    ranked.sort_by(|a, b| {
        b.top1.right.cmp(&a.top1.right).then(is_card(b).cmp(&is_card(a))).then(a.loss.total_cmp(&b.loss))
    });
    let best = ranked[0];
    if args.json.json {
        let list = ranked.iter().map(|fit| {
            let Count { right, of } = fit.top1;
            let interval = fit.top1.wilson();
            json!({
                "preprocessing": fit.preprocessing, "right": right, "of": of,
                "interval": [interval.low, interval.high], "loss": fit.loss, "card": *fit == card,
            })
        });
        context.print_json(&list.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let columns = [
        ("PREPARED", Align::Left),
        ("RIGHT", Align::Right),
        ("TOP-1 %", Align::Right),
        ("95 %", Align::Right),
        ("LOSS", Align::Right),
        ("", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for fit in &ranked {
        let interval = fit.top1.wilson();
        let top1 = fit.top1.right as f64 / fit.top1.of.max(1) as f64;
        table.row([
            fit.preprocessing.to_string(),
            format!("{} of {}", fit.top1.right, fit.top1.of),
            format!("{:.1}", top1 * 100.0),
            format!("{:.1} to {:.1}", interval.low * 100.0, interval.high * 100.0),
            format!("{:.3}", fit.loss),
            if *fit == card { "the card's".to_owned() } else { String::new() },
        ]);
    }
    context.print(&table.render(""))?;
    let text = match best == card {
        true => format!("the card of {} fits best: {}\n", args.name, best.preprocessing),
        false => format!(
            "fits best: {}, {} of {} right; the card of {} has {}, {} right\n",
            best.preprocessing, best.top1.right, best.top1.of, args.name, card.preprocessing, card.top1.right
        ),
    };
    context.print(&text)?;
    Ok(Exit::Done)
}
