//! The data sets that a question goes to, and those that it has to do without.
//!
//! Who names data sets gets an answer from all of them or an error. Who asks all gets an answer from all that can be
//! read: one whose files are damaged, which its own writers can bring about, must not take the answer from everybody.
//! Damage shows when the question is half done; so it is asked again without that data set, and what is damaged is
//! remembered for a while, by commit.

use std::collections::HashMap;

use hub_catalog::{DatasetInfo, ListQuery, Role};
use hub_dataset::{Error as DatasetError, Snapshot};
use hub_query::{NamedSnapshot, QueryError, Tables};
use hub_schema::DatasetName;

use crate::auth::{Address, Caller, find};
use crate::damaged::Key;
use crate::filter;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// Data sets that are asked at once, at most.
const MOST_DATASETS: u32 = 500;
/// A question is asked again so often.
const MOST_TRIES: usize = 16;
/// Names in a note.
const MOST_NAMES: usize = 20;
/// The data sets of a question.
#[derive(Debug)]
pub struct Targets {
    /// Those that are asked.
    pub tables: Tables,
    /// Where the caller named none: their commits.
    all: Option<HashMap<String, Key>>,
    left_out: Vec<String>,
    tries: usize,
}

impl Targets {
    /// Those that the caller named, with `@rev` if need be.
    pub async fn named(state: &AppState, caller: Caller, address: Address, names: &[String]) -> Result<Self> {
        let mut members = Vec::new();
        for text in names.iter().take(MOST_DATASETS as usize) {
            let (name, rev) = match text.split_once('@') {
                Some((name, rev)) => (name, Some(rev)),
                None => (text.as_str(), None),
            };
            let name: DatasetName = name.parse()?;
            let set = find(state, caller.clone(), address.clone(), &name, Role::Reader).await?;
            members.push(member(state, &name, set.snapshot(rev).await?));
        }
        let tables = match members.len() {
            0 => return Err(Problem::invalid("datasets: name at least one, or leave it out to ask all")),
            1 => Tables::one(members.swap_remove(0)),
            _ => Tables::all(members),
        };
        Ok(Self { tables, all: None, left_out: Vec::new(), tries: 0 })
    }

    /// All that the caller may read.
    pub async fn all(state: &AppState, caller: &Caller) -> Result<Self> {
        let query = ListQuery { limit: MOST_DATASETS, ..ListQuery::default() };
        let page = state.catalog.list_datasets(&caller.viewer(), &query).await?;
        if page.next.is_some() {
            let detail = format!("there are more than {MOST_DATASETS} data sets: name those that are meant");
            return Err(Problem::invalid(detail));
        }
        let (mut members, mut keys, mut left_out) = (Vec::new(), HashMap::new(), Vec::new());
        for info in page.items {
            let snapshot = match head(state, &info).await {
                Ok(snapshot) => snapshot,
                // Nothing was pushed to it yet.
                Err(problem) if problem.kind == Kind::NotFound => continue,
                Err(problem) if is_of_one(&problem) => {
                    left_out.push(info.name.to_string());
                    continue;
                }
                Err(problem) => return Err(problem),
            };
            let key = (info.uuid, snapshot.at().id);
            if state.damaged.contains(&key) {
                left_out.push(info.name.to_string());
                continue;
            }
            keys.insert(info.name.to_string(), key);
            members.push(member(state, &info.name, snapshot));
        }
        Ok(Self { tables: Tables::all(members), all: Some(keys), left_out, tries: 0 })
    }

    /// Goes on without the data set that an error is of.
    ///
    /// # Errors
    /// The error, where it can't be helped that way.
    pub async fn leave_out(&mut self, state: &AppState, error: QueryError) -> Result<()> {
        let QueryError::Member { dataset, source } = error else { return Err(error.into()) };
        let problem = Problem::from(source.as_ref());
        let is_of_one = is_of_one(&problem) || is_missing(&source);
        self.tries += 1;
        let key = self.all.as_ref().and_then(|keys| keys.get(&dataset));
        let Some(key) = key.filter(|_| is_of_one && self.tries <= MOST_TRIES) else {
            return Err(problem);
        };
        state.damaged.insert(*key).await;
        self.tables = self.tables.clone().without(&dataset);
        self.left_out.push(dataset);
        Ok(())
    }

    /// Says which data sets the answer does without.
    pub fn note(&self) -> Option<String> {
        let more = self.left_out.len().saturating_sub(MOST_NAMES);
        let named = self.left_out.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
        match (named.is_empty(), more) {
            (true, _) => None,
            (_, 0) => Some(format!("left out, since their files can't be read: {named}")),
            (_, more) => Some(format!("left out, since their files can't be read: {named}, and {more} more")),
        }
    }
}

async fn head(state: &AppState, info: &DatasetInfo) -> Result<Snapshot> {
    let dataset = state.datasets.open(state, info).await?;
    state.datasets.snapshot(&state.catalog, info, &dataset, None).await
}

fn member(state: &AppState, name: &DatasetName, snapshot: Snapshot) -> NamedSnapshot {
    NamedSnapshot::new(name.to_string(), snapshot).with_index(filter::labels(state))
}

/// Does one data set have this problem, rather than the store or the database, which all need?
fn is_of_one(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Damaged | Kind::Internal | Kind::NotFound)
}

/// The store answers, and has no such file.
fn is_missing(error: &DatasetError) -> bool {
    matches!(error, DatasetError::Store { source: object_store::Error::NotFound { .. }, .. })
}
