//! A data set that a writer creates with its first rows.

use hub_client::Home;
use hub_dataset::Dataset;
use hub_dataset::ops::remove::remove;
use hub_schema::{BranchName, Location};
use pyo3::prelude::*;

use crate::errors::{Kind, from_client, from_dataset, raise};
use crate::place::{Found, find};
use crate::runtime::wait;

/// A place where there is no data set or one without a commit, and the one that was created there.
#[derive(Debug)]
pub struct NewDataset {
    place: Location,
    home: Home,
    created: Option<Dataset>,
    /// It was there before, without a commit.
    was_there: bool,
}

impl NewDataset {
    /// Checks that there is none with a commit at a location. An empty one is what a writer leaves that was killed, or that
    /// may not remove data sets from a server.
    pub fn find(py: Python<'_>, location: &str, token: Option<&str>) -> PyResult<Self> {
        let Found { location: place, revision, home } = find(py, location, token)?;
        if let Some(revision) = revision {
            let problem = format!("a new data set has no revision yet: leave @{revision} out");
            return Err(raise(py, Kind::Value, &problem, Some(location)));
        }
        let new = Self { place, home, created: None, was_there: false };
        match wait(py, hub_client::open(&new.place, &new.home))? {
            Ok(dataset) => match wait(py, dataset.head(&BranchName::main()))? {
                Ok(None) => Ok(Self { created: Some(dataset), was_there: true, ..new }),
                Ok(Some(_)) => Err(new.exists(py)),
                Err(error) => Err(from_dataset(py, &error, location)),
            },
            Err(hub_client::Error::NoDataset { .. } | hub_client::Error::NotAtServer { .. }) => Ok(new),
            Err(hub_client::Error::Dataset(hub_dataset::Error::NotFound { .. })) => Ok(new),
            Err(error) => Err(from_client(py, &error, location)),
        }
    }

    pub fn location(&self) -> String {
        self.place.to_string()
    }

    /// The data set, if it was created.
    pub fn dataset(&self) -> Option<&Dataset> {
        self.created.as_ref()
    }

    /// Creates the data set, unless that was done.
    pub fn create(&mut self, py: Python<'_>) -> PyResult<Dataset> {
        if let Some(created) = &self.created {
            return Ok(created.clone());
        }
        let location = self.location();
        let created = match &self.place {
            // A server creates its own.
            Location::Server { .. } => wait(py, hub_client::open_or_create(&self.place, &self.home))?,
            place => {
                let store =
                    hub_client::store(place, &self.home).map_err(|e| from_client(py, &e, &location))?;
                wait(py, Dataset::create(store))?.map_err(hub_client::Error::from)
            }
        };
        let created = match created {
            Err(hub_client::Error::Dataset(hub_dataset::Error::Exists { .. })) => return Err(self.exists(py)),
            other => other.map_err(|e| from_client(py, &e, &location))?,
        };
        self.created = Some(created.clone());
        Ok(created)
    }

    /// Removes what [`create`](Self::create) created.
    pub fn remove(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(created) = self.created.take().filter(|_| !self.was_there) else { return Ok(()) };
        let location = self.location();
        match &self.place {
            Location::Server { base, name } => {
                let hub = base
                    .parse()
                    .map_err(hub_client::Error::from)
                    .and_then(|base| Ok(self.home.connect(&base)?));
                let hub = hub.map_err(|e| from_client(py, &e, &location))?;
                wait(py, hub.delete_dataset(name))?.map_err(|e| from_client(py, &e.into(), &location))
            }
            _ => wait(py, remove(created.store()))?.map(drop).map_err(|e| from_dataset(py, &e, &location)),
        }
    }

    fn exists(&self, py: Python<'_>) -> PyErr {
        let location = self.location();
        let message = format!(
            "there is a data set at {location} already; open it and edit() it, or choose another name"
        );
        raise(py, Kind::Conflict, &message, Some(&location))
    }
}
