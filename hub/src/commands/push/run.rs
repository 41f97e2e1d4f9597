//! Pushes what the arguments name.

use super::source::{self, Source};
use super::{Push, copy, files};
use crate::context::Context;
use crate::exit::Exit;

pub async fn run(args: Push, context: &Context) -> anyhow::Result<Exit> {
    match source::find(&args, context)? {
        Source::Files { path, options } => files::push(&args, context, path, options).await,
        Source::Known(known) => {
            let fetched = source::fetch(known, args.mirror.as_deref(), context).await?;
            files::push(&args, context, fetched.folder, fetched.options).await
        }
        Source::Hub(location) => copy::push(&args, context, &location).await,
    }
}
