//! `hub version`: prints the version of the program, of the format that it writes, and what decodes videos.

use clap::Args;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub version
  hub version --json";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Version {
    #[command(flatten)]
    json: JsonArg,
}

pub fn run(args: &Version, context: &Context) -> anyhow::Result<Exit> {
    let (version, format) = (env!("CARGO_PKG_VERSION"), hub_schema::FORMAT_VERSION);
    let library = hub_decode::ffmpeg_library();
    match args.json.json {
        true => {
            context.print_json(&json!({ "version": version, "format": format, "ffmpeg_library": library }))?
        }
        false => {
            let videos = match library {
                Some(library) => format!("FFmpeg's libraries {library}, in this process"),
                None => "the program ffmpeg (built without the cargo feature `ffmpeg`)".to_owned(),
            };
            context.print(&format!("hub {version} (format {format})\nvideos are decoded by {videos}\n"))?;
        }
    }
    Ok(Exit::Done)
}
