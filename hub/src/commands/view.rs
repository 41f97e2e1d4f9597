//! `hub view`: lists views, which are queries saved under a name.

use chrono::Utc;
use clap::Args;
use serde_json::json;

use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{self, Align, Table, age, clip};

const EXAMPLES: &str = "\
Examples:
  hub query pets \"SELECT * FROM samples WHERE isa(label, 'dog.n.01')\" --save-view dogs
  hub view pets                            list views
  hub stream pets --view dogs              stream the rows of a view
  hub pull pets ./dogs --view dogs --format class-folder

A view is bound to the commit that was queried, so its rows never change. Saving it again creates
its next version.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ViewArgs {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX
    #[arg(value_name = "NAME")]
    target: Target,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: ViewArgs, context: &Context) -> anyhow::Result<Exit> {
    let dataset = context.open(&args.target.location).await?;
    let columns =
        [("VIEW", Align::Left), ("COMMIT", Align::Left), ("SAVED", Align::Left), ("QUERY", Align::Left)];
    let mut table = Table::new(&columns);
    let mut listed = Vec::new();
    for name in dataset.views().await? {
        let Some((version, view)) = dataset.view(&name, None).await? else { continue };
        let base = format!("{}:{}", view.base.branch, view.base.version);
        table.row([format!("{name}:{version}"), base, age(view.time, Utc::now()), clip(&view.sql, 90)]);
        listed.push(
            json!({ "view": name, "version": version, "sql": view.sql, "of": output::json::commit(&view.base),
            "author": view.author, "message": view.message, "time": view.time }),
        );
    }
    match (args.json.json, listed.is_empty()) {
        (true, _) => context.print_json(&listed)?,
        (false, true) => context.note("no views; `hub query NAME SQL --save-view VIEW` creates one"),
        (false, false) => context.print(&table.render(""))?,
    }
    Ok(Exit::Done)
}
