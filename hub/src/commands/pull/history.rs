//! `hub pull` without `--format`: a copy with its history, or what an earlier copy lacks.

use std::time::Instant;

use hub_client::pull::HistoryCopy;
use hub_dataset::{Dataset, Snapshot};
use hub_schema::Location;

use super::Pull;
use super::copy::check_dest;
use crate::commands::report_history::{Copied, report, report_dry_run};
use crate::context::Context;
use crate::progress::{Bar, Total};

/// Copies the history of a data set, or of a revision of it, to `dest`. False if a copy of that history would not have
/// the revision as its head.
pub async fn pull(
    args: &Pull,
    context: &Context,
    from: &Dataset,
    up_to: Option<&Snapshot>,
    dest: &Location,
) -> anyhow::Result<bool> {
    check_dest(from, dest, context)?;
    // What prevents opening it prevents creating it, too, unless there is nothing.
    let there = context.open(dest).await.ok();
    let Some(plan) = HistoryCopy::plan(from, there.as_ref(), up_to).await? else { return Ok(false) };
    let name = args.read.target.name();
    let copied = Copied {
        verb: "pulled",
        from: match up_to {
            Some(at) => format!("{name}@{}:{}", at.at().branch, at.at().version),
            None => name,
        },
        name: args.read.target.location.to_string(),
        to: dest.to_string(),
    };
    if args.dry_run {
        report_dry_run(&copied, &plan, &args.json, context)?;
        return Ok(true);
    }
    context.interrupt.cleanly();
    let begun = Instant::now();
    let total = Total { bytes: Some(plan.bytes()), samples: None };
    let bar = Bar::counting(&context.console, "pull", &context.progress, total);
    let target = match there {
        Some(there) => there,
        None => context.open_or_create(dest).await?,
    };
    let done = plan.run(&target, &context.progress).await?;
    drop(bar);
    report(&copied, &plan, &done, &target, begun.elapsed(), &args.json, context).await?;
    Ok(true)
}
