//! `hub card`: shows or replaces the card of a data set, the Markdown text that describes it.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use hub_client::card::{MAX_CARD_BYTES, card, set_card};
use hub_schema::Location;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub card pets                    print the card
  hub card pets README.md          replace it with a file
  hub card pets - < README.md

A card is Markdown, perhaps with YAML front matter, of at most 1 MiB: what the data set holds, where
it comes from, its licence. The README.md of a folder that is pushed becomes the card of a data set
that has none. On a server, only owners of the namespace can change it.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Card {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX
    #[arg(value_name = "NAME")]
    target: Location,
    /// Markdown file with the new card; - reads stdin. Without it, the card is printed
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Card, context: &Context) -> anyhow::Result<Exit> {
    let location = context.resolve(&args.target);
    let Some(file) = &args.file else {
        let card = card(&location, &context.home).await?;
        match (args.json.json, card.is_empty()) {
            (true, _) => {
                context.print_json(&json!({ "name": args.target.to_string(), "card": card }))?;
            }
            (false, true) => context.note("no card; `hub card NAME FILE` sets one"),
            (false, false) => {
                let end = if card.ends_with('\n') { "" } else { "\n" };
                context.print(&format!("{card}{end}"))?;
            }
        }
        return Ok(Exit::Done);
    };
    let text = tokio::task::block_in_place(|| read(file))?;
    set_card(&location, &context.home, &text).await?;
    match args.json.json {
        true => context.print_json(&json!({ "name": args.target.to_string(), "bytes": text.len() }))?,
        false => context.report(&format!("{} has a new card\n", args.target))?,
    }
    Ok(Exit::Done)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file.as_os_str() == "-" {
        let mut text = Vec::new();
        std::io::stdin().lock().take(MAX_CARD_BYTES as u64 + 1).read_to_end(&mut text)?;
        return utf8(text, file);
    }
    if !file.exists() {
        return Err(Failure::not_found(format!("{}: file not found", file.display())).into());
    }
    let opened = std::fs::File::open(file).with_context(|| format!("{}: can't read it", file.display()))?;
    let mut text = Vec::new();
    opened
        .take(MAX_CARD_BYTES as u64 + 1)
        .read_to_end(&mut text)
        .with_context(|| format!("{}: can't read it", file.display()))?;
    utf8(text, file)
}

fn utf8(text: Vec<u8>, file: &Path) -> anyhow::Result<String> {
    String::from_utf8(text).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        Failure::bad_input(format!("{}: not UTF-8 text (byte {at})", file.display()))
            .hint("a card is a Markdown file")
            .into()
    })
}
