//! `hub model ls`: lists stored models, or those of the literature.

use clap::Args;
use hub_eval::model::{ModelName, StatedScore, StoredModel, known_models};
use serde_json::{Value, json};

use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::models;
use crate::output::{Align, Table, bytes};

const EXAMPLES: &str = "\
Examples:
  hub model ls
  hub model ls --known          models that `hub model pull` knows, with published accuracies
  hub model ls --json";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Ls {
    /// List models from the literature instead
    #[arg(long)]
    known: bool,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: &Ls, context: &Context) -> anyhow::Result<Exit> {
    if args.known {
        return known(args, context);
    }
    let mut found = Vec::new();
    let mut is_damaged = false;
    for (name, model) in models::store(context)?.list().await? {
        match model {
            Ok(model) => found.push(model),
            Err(error) => {
                is_damaged = true;
                context.note(&format!("warning: model {name} is left out: {error}"));
            }
        }
    }
    if args.json.json {
        context.print_json(&found.iter().map(described).collect::<Vec<_>>())?;
    } else {
        context.print(&table(&found))?;
    }
    Ok(if is_damaged { Exit::Damaged } else { Exit::Done })
}

/// A model as JSON: its name, its card, and the hashes that runs record.
pub fn described(model: &StoredModel) -> Value {
    let hash = model.card.hash().map(|hash| hash.to_string()).unwrap_or_default();
    json!({ "name": model.name, "builtin": model.is_builtin, "card_hash": hash, "card": model.card })
}

fn table(models: &[StoredModel]) -> String {
    let columns = ["NAME", "CLASSES", "SIZE", "PREPARED", "LABELS", "TITLE"];
    let aligned = columns.map(|name| match name {
        "CLASSES" | "SIZE" => (name, Align::Right),
        _ => (name, Align::Left),
    });
    let mut table = Table::new(&aligned);
    for StoredModel { name, card, is_builtin } in models {
        let title = card.title.clone().unwrap_or_default();
        table.row([
            name.to_string(),
            card.labels.len().to_string(),
            bytes(card.model.size_bytes()),
            card.preprocessing.to_string(),
            card.labels.describe(),
            if *is_builtin { format!("{title} (comes with the hub)") } else { title },
        ]);
    }
    table.render("")
}

fn known(args: &Ls, context: &Context) -> anyhow::Result<Exit> {
    if args.json.json {
        let models = known_models().iter().map(|model| {
            json!({
                "name": model.name, "title": model.title, "paper": model.paper, "export": model.export,
                "file": model.file.as_ref().map(|file| &file.name), "scores": model.scores,
            })
        });
        context.print_json(&models.collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let columns = [
        ("NAME", Align::Left),
        ("TOP-1 %", Align::Right),
        ("TOP-5 %", Align::Right),
        ("STATED BY", Align::Left),
        ("TITLE", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for model in known_models() {
        let score: Option<&StatedScore> = model.scores.first();
        let percent =
            |value: Option<f64>| value.map(|value| format!("{:.2}", value * 100.0)).unwrap_or_default();
        table.row([
            model.name.clone(),
            percent(score.map(|score| score.top1)),
            percent(score.and_then(|score| score.top5)),
            score.map(|score| score.source.clone()).unwrap_or_default(),
            model.title.clone(),
        ]);
    }
    context.print(&table.render(""))?;
    Ok(Exit::Done)
}

/// The model of a name.
pub async fn find(name: &ModelName, context: &Context) -> anyhow::Result<StoredModel> {
    Ok(models::store(context)?.find(name).await?)
}
