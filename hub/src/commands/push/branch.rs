//! The data set and the branch that a push goes to.

use hub_dataset::{Dataset, Store};
use hub_schema::BranchName;

use super::Push;
use crate::context::Context;

/// Opens the data set, or makes it; a dry run on a new one works in memory.
pub async fn dataset(args: &Push, context: &Context) -> anyhow::Result<Dataset> {
    if !args.dry_run {
        return context.open_or_create(&args.write.target.location).await;
    }
    match Dataset::open(context.store(&args.write.target.location)?).await {
        Err(hub_dataset::Error::NotFound { .. }) => Ok(Dataset::create(Store::memory()).await?),
        other => Ok(other?),
    }
}

/// A new branch begins at the head of `main`, so that the two share a past.
pub async fn create_if_missing(
    dataset: &Dataset,
    branch: &BranchName,
    context: &Context,
) -> anyhow::Result<()> {
    if *branch == BranchName::main() || dataset.head(branch).await?.is_some() {
        return Ok(());
    }
    let Some(main) = dataset.head(&BranchName::main()).await? else { return Ok(()) };
    dataset.create_branch(branch, &main).await?;
    context.note(&format!("branch {branch} is new; it begins at main:{}", main.at().version));
    Ok(())
}
