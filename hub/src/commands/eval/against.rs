//! `hub eval --explain --against`: with what an explanation is compared.

use std::path::Path;

use anyhow::Context as _;
use hub_eval::model::Preprocessing;
use hub_eval::run::{Against, Other, Told, Verdict};
use serde_json::Value;

use super::args::Eval;
use super::model;
use crate::args::{ModelRef, PreparationArgs};
use crate::context::Context;
use crate::errors::Failure;
use crate::output::{Align, Table, pairs};

/// The longest JSON file in bytes; a run's record of a thousand classes has some hundred kilobytes.
const MAX_JSON_BYTES: u64 = 64 << 20;

fn is_json(text: &str) -> bool {
    text.to_ascii_lowercase().ends_with(".json")
}

/// Is it an ONNX file, whose preprocessing options state?
pub fn is_model_file(text: &str) -> bool {
    !is_json(text) && matches!(text.parse(), Ok(ModelRef::File(_)))
}

pub async fn open(text: &str, args: &Eval, context: &Context) -> anyhow::Result<Other> {
    if is_json(text) {
        return read(text);
    }
    let other: ModelRef = text.parse()?;
    let none = PreparationArgs::default();
    let preparation = if matches!(other, ModelRef::File(_)) { &args.preparation } else { &none };
    Ok(Other::Model(Box::new(model::open_as(&other, preparation, args, context).await?)))
}

/// A JSON file: with `preprocessing` as an object it is a card or a run's record.
fn read(text: &str) -> anyhow::Result<Other> {
    let wrong = |problem: String| Failure::bad_input(format!("{text}: {problem}"));
    let size = Path::new(text).metadata().with_context(|| format!("{text}: can't read it"))?.len();
    if size > MAX_JSON_BYTES {
        return Err(wrong(format!("{size} bytes; expected at most {MAX_JSON_BYTES}")).into());
    }
    let bytes = std::fs::read(text).with_context(|| format!("{text}: can't read it"))?;
    let json: Value = serde_json::from_slice(&bytes).map_err(|error| wrong(format!("not JSON: {error}")))?;
    if json["preprocessing"].is_object() {
        let found = serde_json::from_value::<Preprocessing>(json["preprocessing"].clone());
        let found = found.map_err(|error| wrong(format!("its preprocessing can't be read: {error}")))?;
        return Ok(Other::Preprocessing(Box::new(found)));
    }
    let told: Told = serde_json::from_value(json).map_err(|error| wrong(error.to_string()))?;
    if told == Told::default() {
        let message = "neither `preprocessing` (of a card or a run's record) nor any of file_sha256, decoded_sha256, \
                       tensor_sha256 and first_logits is in it";
        return Err(wrong(message.to_owned()).into());
    }
    Ok(Other::Told(told))
}

pub fn describe(found: &Against) -> String {
    let verdict = |verdict| {
        match verdict {
            Verdict::Same => "the same",
            Verdict::Differs => "differ",
            Verdict::Unknown => "the other's aren't known",
        }
        .to_owned()
    };
    let logits = match found.logit_distance {
        Some(distance) => format!("{} (by at most {distance:.4})", verdict(found.logits)),
        None => verdict(found.logits),
    };
    let mut out = pairs([
        ("bytes of the file", verdict(found.file)),
        ("decoded pixels", verdict(found.decoded)),
        ("tensor", verdict(found.tensor).replace("aren't", "isn't").replace("differ", "differs")),
        ("logits", logits),
        ("likely cause", found.cause.clone()),
    ]);
    if !found.differences.is_empty() {
        let mut table = Table::new(&[
            ("SETTING", Align::Left),
            ("HERE", Align::Left),
            ("THERE", Align::Left),
            ("ALONE, LOGITS OFF BY", Align::Right),
        ]);
        for difference in &found.differences {
            table.row([
                difference.setting.clone(),
                difference.this.clone(),
                difference.other.clone(),
                difference.logit_distance.map_or_else(|| "–".to_owned(), |distance| format!("{distance:.3}")),
            ]);
        }
        out += &format!("\n{}", table.render("  "));
    }
    out
}
