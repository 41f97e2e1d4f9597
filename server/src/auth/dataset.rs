//! Extractors for a data set that the caller may read, write or own.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use hub_catalog::{DatasetInfo, Error as CatalogError, Role};
use hub_dataset::{Dataset, Snapshot};
use hub_schema::{DatasetName, Visibility};

use super::{Address, Caller};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::work::admission::Requester;

/// An open data set, and the caller who opened it.
#[derive(Clone, Debug)]
pub struct OpenDataset {
    pub info: DatasetInfo,
    pub dataset: Dataset,
    pub caller: Caller,
    pub address: Address,
    state: AppState,
}

impl OpenDataset {
    /// Opens a data set whose read access was checked before.
    pub(super) async fn open(
        state: &AppState,
        info: DatasetInfo,
        caller: Caller,
        address: Address,
    ) -> Result<Self> {
        let dataset = state.datasets.open_or_mend(&state.catalog, &state.root, &info).await?;
        Ok(Self { info, dataset, caller, address, state: state.clone() })
    }

    /// The snapshot of a revision; without one, the head of the default branch.
    pub async fn snapshot(&self, revision: Option<&str>) -> Result<Snapshot> {
        let state = &self.state;
        state.datasets.snapshot(&state.catalog, &self.info, &self.dataset, revision).await
    }

    /// Who permits for filters on its rows are accounted to.
    pub fn requester(&self) -> Requester {
        self.caller.requester(&self.address)
    }

    /// The server that has it open.
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    pub fn is_public(&self) -> bool {
        self.info.visibility == Visibility::Public
    }
}

/// The address of a resource of a data set, relative to the server's root.
pub fn url_of(name: &DatasetName, rest: &str) -> String {
    format!("/api/v1/datasets/{name}/{rest}")
}

/// A data set as the catalog has it, whatever has become of its files, and the caller who named it.
#[derive(Clone, Debug)]
pub struct DatasetEntry {
    pub info: DatasetInfo,
    pub caller: Caller,
    pub address: Address,
}

/// The data set of the path, if the caller owns its namespace; its files may be missing.
#[derive(Clone, Debug)]
pub struct OwnedEntry(pub DatasetEntry);

impl FromRequestParts<AppState> for OwnedEntry {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let name = name_of_path(parts, state).await?;
        let address = Address::of(parts, state.config.trust_forwarded);
        entry(state, caller, address, &name, Role::Owner).await.map(Self)
    }
}

/// Opens a data set if the caller's role in its namespace is at least `need`.
///
/// # Errors
/// `NotFound` if it doesn't exist or the caller may not see it. If the caller may only read it: `Forbidden`, or
/// `Unauthorized` for an anonymous caller.
pub async fn find(
    state: &AppState,
    caller: Caller,
    address: Address,
    name: &DatasetName,
    need: Role,
) -> Result<OpenDataset> {
    let DatasetEntry { info, caller, address } = entry(state, caller, address, name, need).await?;
    OpenDataset::open(state, info, caller, address).await
}

async fn entry(
    state: &AppState,
    caller: Caller,
    address: Address,
    name: &DatasetName,
    need: Role,
) -> Result<DatasetEntry> {
    let seen = match state.catalog.see_dataset(name, &caller.viewer()).await {
        Ok(seen) => seen,
        Err(CatalogError::NotFound { .. }) => return Err(Problem::not_found(format!("data set '{name}'"))),
        Err(error) => return Err(error.into()),
    };
    // A data set that is visible without a role is public, so readable.
    let role = seen.role.map_or(Role::Reader, |role| caller.capped(role));
    if role < need {
        caller.user()?;
        return Err(caller.forbidden(&state.catalog, name.namespace(), need).await?);
    }
    Ok(DatasetEntry { info: seen.dataset, caller, address })
}

async fn of_path(parts: &mut Parts, state: &AppState, need: Role) -> Result<OpenDataset> {
    let caller = Caller::from_request_parts(parts, state).await?;
    let name = name_of_path(parts, state).await?;
    find(state, caller, Address::of(parts, state.config.trust_forwarded), &name, need).await
}

/// The name in a path with `{ns}/{name}`.
pub(crate) async fn name_of_path(parts: &mut Parts, state: &AppState) -> Result<DatasetName> {
    let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
    let path = path.map_err(|error| Problem::bad_request(error.to_string()))?;
    let part = |name: &str| path.get(name).map(String::as_str).unwrap_or_default();
    Ok(format!("{}/{}", part("ns"), part("name")).parse()?)
}

macro_rules! access {
    ($(#[$doc:meta] $name:ident = $role:ident),*) => {
        $(
            #[$doc]
            #[derive(Clone, Debug)]
            pub struct $name(pub OpenDataset);

            impl FromRequestParts<AppState> for $name {
                type Rejection = Problem;

                async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
                    of_path(parts, state, Role::$role).await.map(Self)
                }
            }
        )*
    };
}

access! {
    /// The data set of the path, `{ns}/{name}`, if the caller may read it.
    Readable = Reader,
    /// The data set of the path, if the caller may push to it.
    Writable = Writer,
    /// The data set of the path, if the caller owns its namespace.
    Owned = Owner
}
