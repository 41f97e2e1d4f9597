//! The data set and the branch that a push commits to.

use hub_dataset::{Dataset, Store};
use hub_schema::BranchName;

use super::Push;
use crate::context::Context;

/// Opens or creates the data set; a dry run creates a new one in memory.
pub async fn dataset(args: &Push, context: &Context) -> anyhow::Result<Dataset> {
    if !args.dry_run {
        return context.open_or_create(&args.write.target.location).await;
    }
    let store = context.store(&args.write.target.location)?;
    match Dataset::open(store.clone()).await {
        Err(hub_dataset::Error::NotFound { .. }) => {
            if !store.is_served() {
                store.check_vacant().await?;
            }
            Ok(Dataset::create(Store::memory()).await?)
        }
        other => Ok(other?),
    }
}

/// Creates a missing branch from the head of `main`, so that the two have a common history and can be merged.
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
    context.note(&format!("created branch {branch} at main:{}", main.at().version));
    Ok(())
}
