//! `hub model show`: a model's card.

use clap::Args;
use hub_eval::model::{ModelName, StoredModel};
use hub_eval::onnx::{Batch, Signature};

use super::ls::{described, find};
use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{bytes, pairs};

const EXAMPLES: &str = "\
Examples:
  hub model show lenet5
  hub model show lenet5 --json     the card, with the hashes that runs record";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Show {
    /// Name of the model
    name: ModelName,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &Show, context: &Context) -> anyhow::Result<Exit> {
    let model = find(&args.name, context).await?;
    if args.json.json {
        context.print_json(&described(&model))?;
    } else {
        context.print(&text(&model)?)?;
    }
    Ok(Exit::Done)
}

fn text(StoredModel { name, card, is_builtin }: &StoredModel) -> anyhow::Result<String> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    lines.extend(card.title.clone().map(|title| ("title", title)));
    lines.push(("prepared", card.preprocessing.to_string()));
    lines.extend(card.preprocessing.preset.clone().map(|preset| ("preset", preset)));
    let values = card.preprocessing.values;
    lines.push((
        "values",
        format!(
            "(x / {} - {:?}) / {:?}, {}",
            values.divisor,
            values.mean,
            values.std,
            format!("{:?}", values.channels).to_lowercase()
        ),
    ));
    lines.push(("labels", card.labels.describe()));
    lines.push(("input", input(&card.signature)));
    let output = &card.signature.output;
    let kind = if output.is_probability { "probabilities" } else { "logits" };
    lines.push(("output", format!("{}: {} {kind}", output.name, card.labels.len())));
    lines.extend(card.licence.clone().map(|licence| ("licence", licence)));
    lines.extend(card.source.clone().map(|source| ("source", source)));
    for score in &card.scores {
        let top5 = score.top5.map(|top5| format!(", top-5 {:.2} %", top5 * 100.0)).unwrap_or_default();
        let text = format!("top-1 {:.2} %{top5} on {} ({})", score.top1 * 100.0, score.dataset, score.source);
        lines.push(("stated", text));
    }
    for file in &card.model.files {
        lines.push(("file", format!("{}, {}, SHA-256 {}", file.path, bytes(file.size_bytes), file.sha256)));
    }
    lines.push(("model hash", card.model.hash.to_string()));
    lines.push(("card hash", card.hash()?.to_string()));
    let from = if *is_builtin { " (comes with the hub)" } else { "" };
    Ok(format!("{name}{from}\n{}", pairs(lines)))
}

fn input(signature: &Signature) -> String {
    let input = &signature.input;
    let side = |side: Option<usize>| side.map_or_else(|| "?".to_owned(), |side| side.to_string());
    let batch = match input.batch {
        Batch::Any => "any batch".to_owned(),
        Batch::Fixed(size) => format!("batches of {size}"),
    };
    let (layout, element) = (format!("{:?}", input.layout), format!("{:?}", input.element));
    format!(
        "{}: {} {} {} x {} x {}, {batch}",
        input.name,
        element.to_lowercase(),
        layout.to_uppercase(),
        side(input.channels),
        side(input.height),
        side(input.width)
    )
}
