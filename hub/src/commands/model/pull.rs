//! `hub model pull`: fetches a model from the literature, checks it, and stores it.

use std::path::Path;

use clap::Args;
use hub_eval::isolated::Isolation;
use hub_eval::model::{
    About, KnownModel, KnownModelFile, Labels, ModelName, ModelStoreError, Stated, examine, known_model,
    known_models,
};
use hub_ingest::known::{Fetcher, KnownFile};

use crate::args::EngineArgs;
use crate::context::Context;
use crate::errors::{Failure, did_you_mean};
use crate::exit::Exit;
use crate::models;
use crate::output::bytes;
use crate::progress::FetchBar;

const EXAMPLES: &str = "\
Examples:
  hub model pull resnet50 --mirror ~/Downloads       from a folder with resnet50-v1-12.onnx
  hub model pull vgg16 --mirror https://files.example.com/onnx
  hub model ls --known                               the names

A file is compared with its published size and SHA-256. A download that was interrupted goes on where
it stopped.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Pull {
    /// Name in the literature, such as resnet50
    name: String,
    /// Fetch from this address or folder, which has the file under its official name
    #[arg(long, value_name = "URL|DIR")]
    mirror: Option<String>,
    /// Name to store it under [default: the same]
    #[arg(long = "as", value_name = "NAME")]
    stored_as: Option<ModelName>,
    #[command(flatten)]
    engine: EngineArgs,
}

pub async fn run(args: &Pull, context: &Context) -> anyhow::Result<Exit> {
    let Some(model) = known_model(&args.name) else { return Err(unknown(&args.name).into()) };
    let name = args.stored_as.clone().map_or_else(|| model.name.parse(), Ok)?;
    let store = models::store(context)?;
    match store.find(&name).await {
        Ok(found) if found.is_builtin => {
            context.report(&format!("{name} comes with the hub; there is nothing to fetch\n"))?;
            return Ok(Exit::Done);
        }
        Ok(found) => {
            let sha256 = found.card.model.files.first().map(|file| &file.sha256);
            if sha256 == model.file.as_ref().map(|file| &file.sha256) {
                context.report(&format!("{name} is stored already\n"))?;
                return Ok(Exit::Done);
            }
            return Err(ModelStoreError::Taken(name).into());
        }
        Err(ModelStoreError::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let file = downloadable(model, args.mirror.as_deref())?;
    let folder = context.home.cache().join("models").join("downloads");
    let published = KnownFile {
        name: file.name.clone(),
        size_bytes: Some(file.size_bytes),
        sha256: Some(file.sha256.clone()),
        addresses: file.addresses.clone(),
        unpack: false,
    };
    context.interrupt.at_once("what was downloaded is kept; run the same command again to continue");
    let bar = FetchBar::new(&context.console);
    let path =
        Fetcher::default().fetch_file(&model.name, &published, &folder, args.mirror.as_deref(), &bar).await?;
    drop(bar);
    let size = add(model, file, &path, &name, args, context).await?;
    // The store has it now.
    let _ = std::fs::remove_file(&path);
    context.report(&format!("stored {name} ({}): {}\n", bytes(size), model.title))?;
    Ok(Exit::Done)
}

async fn add(
    model: &KnownModel,
    file: &KnownModelFile,
    path: &Path,
    name: &ModelName,
    args: &Pull,
    context: &Context,
) -> anyhow::Result<u64> {
    let about = About {
        title: Some(model.title.clone()),
        licence: Some(file.licence.clone()),
        source: Some(format!("{} ({}), {}", file.home, file.name, model.paper)),
        scores: model.scores.clone(),
    };
    let labels = Some(Labels::Imagenet1k { assumed: false });
    let stated = Stated { preset: Some(file.preset.parse()?), labels, about, ..Stated::default() };
    let (path, options) = (path.to_owned(), args.engine.options());
    let examined =
        tokio::task::spawn_blocking(move || examine(&path, stated, &options, &Isolation::of_this_program));
    let examined = examined.await??;
    models::store(context)?.add(name, &examined.card, &examined.model, false).await?;
    Ok(examined.card.model.size_bytes())
}

/// The published file, if it can be had.
fn downloadable<'a>(model: &'a KnownModel, mirror: Option<&str>) -> Result<&'a KnownModelFile, Failure> {
    let name = &model.name;
    let make = model.export.as_ref().map(|export| {
        format!(
            "make it with your own PyTorch: python -m imagehub.models export {export} --out {name}.onnx, then \
             hub model add {name} {name}.onnx"
        )
    });
    let Some(file) = &model.file else {
        let message = format!("no ONNX file of '{name}' with a published size and SHA-256 is known");
        let failure = Failure::not_found(message);
        return Err(match make {
            Some(make) => failure.hint(make),
            None => failure,
        });
    };
    match &file.by_hand {
        Some(why) if mirror.is_none() => {
            let message = format!("{} can't be downloaded by a program: {why}", file.name);
            let by_hand = format!(
                "find {} at {} and run `hub model pull {name} --mirror DIR` with the folder that it is in",
                file.name, file.home
            );
            let make = make.map(|make| format!("; or {make}")).unwrap_or_default();
            Err(Failure::usage(message).hint(format!("{by_hand}{make}")))
        }
        _ => Ok(file),
    }
}

fn unknown(name: &str) -> Failure {
    let names: Vec<&str> = known_models().iter().map(|model| model.name.as_str()).collect();
    let near = did_you_mean(name, &names).map(|near| near + " ").unwrap_or_default();
    let hint =
        format!("{near}known models: {}; other ONNX files: hub model add NAME FILE.onnx", names.join(", "));
    Failure::not_found(format!("'{name}' is no model from the literature that the hub knows")).hint(hint)
}
