//! The data sets of a query, and those that are skipped because they are damaged.
//!
//! A query with named data sets reads all of them or fails. A query without names reads all data sets that are readable:
//! one with damaged files, which its own writers can cause, must not make everyone's queries fail. Damage is only found
//! while the query runs; then it is run again without that data set, and the damaged commit is remembered for a while.

use std::collections::HashMap;

use hub_catalog::{DatasetInfo, ListQuery, Role};
use hub_dataset::Snapshot;
use hub_query::NamedSnapshot;
use hub_schema::DatasetName;

use crate::auth::{Address, Caller, find};
use crate::problem::{Kind, Problem, Result};
use crate::query_process::Failure;
use crate::state::AppState;
use crate::work::damaged::Key;
use crate::work::filter;

/// Maximum data sets of a query.
const MAX_DATASETS: u32 = 500;
/// Maximum reruns of a query without damaged data sets.
const MAX_TRIES: usize = 16;
/// Maximum names in a note.
const MAX_NAMES: usize = 20;

/// The data sets of a query.
#[derive(Debug)]
pub struct Targets {
    pub members: Vec<NamedSnapshot>,
    /// Whether the table has a column `dataset`: the caller named several data sets, or none.
    pub several: bool,
    /// If the caller named none: the commits of all, by name.
    all: Option<HashMap<String, Key>>,
    skipped: Vec<String>,
    tries: usize,
}

impl Targets {
    /// The data sets that the caller named, as `namespace/name` or `namespace/name@rev`.
    pub async fn named(state: &AppState, caller: Caller, address: Address, names: &[String]) -> Result<Self> {
        let mut members = Vec::new();
        for text in names.iter().take(MAX_DATASETS as usize) {
            let (name, rev) = match text.split_once('@') {
                Some((name, rev)) => (name, Some(rev)),
                None => (text.as_str(), None),
            };
            let name: DatasetName = name.parse()?;
            let set = find(state, caller.clone(), address.clone(), &name, Role::Reader).await?;
            members.push(member(state, &name, set.snapshot(rev).await?));
        }
        if members.is_empty() {
            return Err(Problem::invalid(
                "datasets: expected at least one name; leave it out to query all data sets",
            ));
        }
        let several = members.len() > 1;
        Ok(Self { members, several, all: None, skipped: Vec::new(), tries: 0 })
    }

    /// All data sets that the caller may read.
    pub async fn all(state: &AppState, caller: &Caller) -> Result<Self> {
        let query = ListQuery { limit: MAX_DATASETS, ..ListQuery::default() };
        let page = state.catalog.list_datasets(&caller.viewer(), &query).await?;
        if page.next.is_some() {
            let detail =
                format!("there are more than {MAX_DATASETS} data sets; name those to query in `datasets`");
            return Err(Problem::invalid(detail));
        }
        let (mut members, mut keys, mut skipped) = (Vec::new(), HashMap::new(), Vec::new());
        for info in page.items {
            let snapshot = match head(state, &info).await {
                Ok(snapshot) => snapshot,
                // Without a commit.
                Err(problem) if problem.kind == Kind::NotFound => continue,
                Err(problem) if is_of_one_dataset(&problem) => {
                    skipped.push(info.name.to_string());
                    continue;
                }
                Err(problem) => return Err(problem),
            };
            let key = (info.uuid, snapshot.at().id);
            if state.damaged.contains(&key) {
                skipped.push(info.name.to_string());
                continue;
            }
            keys.insert(info.name.to_string(), key);
            members.push(member(state, &info.name, snapshot));
        }
        Ok(Self { members, several: true, all: Some(keys), skipped, tries: 0 })
    }

    /// Skips the data set that caused an error, so that the query can be run again.
    ///
    /// # Errors
    /// The error itself, if it is not due to one data set, or the caller named the data sets.
    pub async fn skip(&mut self, state: &AppState, failure: &Failure) -> Result<()> {
        let problem = Problem::from(failure);
        let is_of_one_dataset = is_of_one_dataset(&problem) || failure.is_damage;
        self.tries += 1;
        let Some(dataset) = failure.dataset.as_ref().filter(|_| is_of_one_dataset && self.tries <= MAX_TRIES)
        else {
            return Err(problem);
        };
        let Some(key) = self.all.as_ref().and_then(|keys| keys.get(dataset)) else { return Err(problem) };
        state.damaged.insert(*key).await;
        self.members.retain(|member| member.name != *dataset);
        self.skipped.push(dataset.clone());
        Ok(())
    }

    /// A note about the skipped data sets; `None` if there are none.
    pub fn note(&self) -> Option<String> {
        let more = self.skipped.len().saturating_sub(MAX_NAMES);
        let named = self.skipped.iter().take(MAX_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
        match (named.is_empty(), more) {
            (true, _) => None,
            (_, 0) => Some(format!("skipped because their files can't be read: {named}")),
            (_, more) => Some(format!("skipped because their files can't be read: {named}, and {more} more")),
        }
    }
}

async fn head(state: &AppState, info: &DatasetInfo) -> Result<Snapshot> {
    let dataset = state.datasets.open(&state.root, info).await?;
    state.datasets.snapshot(&state.catalog, info, &dataset, None).await
}

fn member(state: &AppState, name: &DatasetName, snapshot: Snapshot) -> NamedSnapshot {
    NamedSnapshot::new(name.to_string(), snapshot).with_index(filter::labels(state))
}

/// Is the problem due to one data set, rather than the store or the database as a whole?
fn is_of_one_dataset(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Damaged | Kind::Internal | Kind::NotFound)
}
