//! `hub reindex`: rebuilds the catalog from the stored data sets.

use clap::Args;
use hub_dataset::Dataset;
use hub_schema::Location;
use serde_json::json;

use crate::args::JsonArg;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::counted;

const EXAMPLES: &str = "\
Examples:
  hub reindex                                            the embedded hub's catalog
  hub reindex --database-url postgres://hub@db/hub --store s3://team-hub/sets

The store holds the data sets; the catalog only makes looking them up faster, so it can be rebuilt
at any time. Users, tokens and members are stored in the database alone and are not changed.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Reindex {
    /// Database: postgres://… or sqlite:///… [env: HUB_DATABASE_URL] [default: catalog.db in the home]
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Where data sets are stored: file:///directory or s3://bucket/prefix [default: datasets in the home]
    #[arg(long, env = "HUB_STORE", value_name = "URL")]
    store: Option<Location>,
    #[command(flatten)]
    json: JsonArg,
}

/// Rebuilds names, commits and the label index.
pub async fn run(args: Reindex, context: &Context) -> anyhow::Result<Exit> {
    let root = match &args.store {
        Some(location) => hub_client::store(location, &context.home)?,
        None => context.home.datasets()?,
    };
    let url = args.database_url.clone().unwrap_or_else(|| context.database_url());
    let catalog = hub_catalog::open(&url).await?;
    let done = catalog.reindex(&root).await?;
    let index = catalog.synset_index();
    let mut revisions = 0;
    let mut failures: Vec<String> =
        done.failures.iter().map(|f| format!("{}: {}", f.location, chain(&f.error))).collect();
    for name in &done.datasets {
        let built = async {
            let known = catalog.dataset(name).await?;
            let dataset = Dataset::open(root.below(&known.location)).await?;
            anyhow::Ok(index.rebuild(&dataset).await?)
        };
        match built.await {
            Ok(built) => revisions += built,
            Err(e) => failures.push(format!("{name}: {e:#}")),
        }
    }
    if args.json.json {
        context.print_json(&json!({ "datasets": done.datasets, "commits": done.commits,
            "indexed_revisions": revisions, "failures": failures, "missing": done.missing,
            "deleted": done.deleted }))?;
    } else {
        context.report(&format!(
            "{} with {} in the catalog, {} in the label index\n",
            counted(done.datasets.len() as u64, "data set"),
            counted(done.commits, "commit"),
            counted(revisions, "revision")
        ))?;
    }
    if !done.deleted.is_empty() {
        let count = counted(done.deleted.len() as u64, "deleted data set");
        context.note(&format!("{count} can be restored until the grace time of the server is over"));
    }
    for name in &done.missing {
        context.note(&format!("warning: '{name}' is in the catalog, but not in the store"));
    }
    if failures.is_empty() {
        return Ok(Exit::Done);
    }
    let message = format!(
        "{} could not be indexed:\n  {}",
        counted(failures.len() as u64, "data set"),
        failures.join("\n  ")
    );
    Err(Failure::new(Exit::Failure, message)
        .hint("repair or remove them, then run `hub reindex` again")
        .into())
}

/// An error with all its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |e| e.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
