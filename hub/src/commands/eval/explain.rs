//! `hub eval --explain`: what a model says of one image, step by step.

use std::path::Path;

use anyhow::Context as _;
use hub_eval::run::{Explanation, Other, against, explain};

use super::args::Eval;
use super::{against as other, model};
use crate::args::{ModelRef, PreparationArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, pairs};

pub async fn run(args: &Eval, path: &Path, context: &Context) -> anyhow::Result<Exit> {
    let image = std::fs::read(path).with_context(|| format!("{}: can't read it", path.display()))?;
    // The options of a preprocessing are those of the file, if only one of both models is one.
    let none = PreparationArgs::default();
    let is_other_file = args.against.as_deref().is_some_and(other::is_model_file);
    let preparation = match (&args.model, is_other_file) {
        (ModelRef::Name(_), true) => &none,
        _ => &args.preparation,
    };
    let mut model = model::open_as(&args.model, preparation, args, context).await?;
    let shown = path.display().to_string();
    if let Some(text) = &args.against {
        let other: Other = other::open(text, args, context).await?;
        let work = move || against(&image, &mut model, other);
        let found = tokio::task::spawn_blocking(work)
            .await?
            .with_context(|| format!("{shown}: can't be compared"))?;
        match args.json.json {
            true => context.print_json(&found)?,
            false => context.print(&other::describe(&found))?,
        }
        return Ok(Exit::Done);
    }
    let wanted = args.tensor_hash.clone();
    let work = move || explain(&image, &mut model, wanted.as_deref());
    let found =
        tokio::task::spawn_blocking(work).await?.with_context(|| format!("{shown}: can't be explained"))?;
    match args.json.json {
        true => context.print_json(&found)?,
        false => context.print(&describe(&found))?,
    }
    Ok(Exit::Done)
}

fn describe(found: &Explanation) -> String {
    let [width, height] = found.decoded_size;
    let [rows, columns] = found.tensor_size;
    let means = found.tensor_means.map(|mean| format!("{mean:.3}")).join(", ");
    let logits: Vec<String> = found.first_logits.iter().map(|logit| format!("{logit:.5}")).collect();
    let mut out = pairs([
        ("file", format!("SHA-256 {}", found.file_sha256)),
        ("decoded", format!("{width} x {height} RGB, SHA-256 {}", found.decoded_sha256)),
        ("preprocessing", found.preprocessing.clone()),
        ("tensor", format!("{rows} x {columns} x RGB bytes, SHA-256 {}", found.tensor_sha256)),
        ("means", means),
        ("first logits", logits.join(", ")),
    ]);
    for class in &found.top {
        out += &format!("  {:>6.2} %  {} ({})\n", class.probability * 100.0, class.name, class.number);
    }
    out += "\nother preprocessing would give:\n";
    let mut table = Table::new(&[
        ("CHANGE", Align::Left),
        ("TENSOR OFF BY", Align::Right),
        ("LOGITS OFF BY", Align::Right),
        ("TOP-1", Align::Left),
    ]);
    for variant in &found.variants {
        table.row([
            variant.change.clone(),
            format!("{:.2}", variant.mean_distance),
            format!("{:.3}", variant.logit_distance),
            format!("{} ({:.1} %)", variant.top1.name, variant.top1.probability * 100.0),
        ]);
    }
    out += &table.render("  ");
    if let Some(matches) = &found.matches {
        out += &format!("\nthe given hash is {matches}\n");
    }
    out
}
