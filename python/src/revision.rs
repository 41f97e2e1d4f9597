//! A revision of a data set, opened.

use std::path::PathBuf;
use std::sync::OnceLock;

use hub_dataset::Snapshot;
use hub_schema::{Field, RowId};
use hub_stream::{Cache, Filter, IndexCache};
use pyo3::prelude::*;

use crate::errors::{Kind, from_client, from_dataset, from_stream, raise};
use crate::place::{Found, find};
use crate::positions::Positions;
use crate::runtime::wait;

/// Bytes of the cache of fetched chunks and smaller copies, unless it is set.
const CACHE_BYTES: u64 = 10_000_000_000;
/// Bytes of the indexes of JPEGs: of about 250 GB of images.
const INDEX_BYTES: u64 = 2_000_000_000;

/// A revision of a data set: immutable.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Debug)]
pub struct Revision {
    location: String,
    snapshot: Snapshot,
    /// Where fetched chunks and smaller copies of images are kept, and its limit in bytes; 0: nothing is kept.
    cache_folder: PathBuf,
    cache_bytes: u64,
    /// The cache once it is opened, for a local directory with the first copies.
    cache: OnceLock<Cache>,
    /// Where indexes of JPEGs are kept, and the cache once it is opened.
    index_folder: PathBuf,
    indexes: OnceLock<IndexCache>,
}

impl Revision {
    pub fn location_text(&self) -> &str {
        &self.location
    }

    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Where fetched chunks are kept; `None` for a local directory, and where nothing is to be kept.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.get().filter(|_| self.snapshot.dataset().store().directory().is_none())
    }

    /// Where smaller copies of images are kept: in the cache of chunks, within the same limit.
    pub fn copy_cache(&self, py: Python<'_>) -> PyResult<&Cache> {
        if let Some(opened) = self.cache.get() {
            return Ok(opened);
        }
        if self.cache_bytes == 0 {
            let problem =
                "the data set was opened with cache_size=0, so no copies can be kept; open it with a cache";
            return Err(raise(py, Kind::Value, problem, Some(&self.location)));
        }
        let opened = Cache::open(&self.cache_folder, self.cache_bytes);
        let opened = opened.map_err(|e| from_stream(py, &e.into(), &self.location))?;
        Ok(self.cache.get_or_init(|| opened))
    }

    /// The indexes of JPEGs, by which only a part of an image is read.
    pub fn indexes(&self, py: Python<'_>) -> PyResult<&IndexCache> {
        if let Some(opened) = self.indexes.get() {
            return Ok(opened);
        }
        let opened = IndexCache::open(&self.index_folder, INDEX_BYTES);
        let opened = opened.map_err(|e| from_stream(py, &e.into(), &self.location))?;
        Ok(self.indexes.get_or_init(|| opened))
    }

    /// The columns of these names.
    pub fn fields(&self, py: Python<'_>, names: &[String]) -> PyResult<Vec<Field>> {
        let fields = self.snapshot.fields(Some(names));
        let fields = fields.map_err(|e| from_dataset(py, &e, &self.location))?;
        Ok(fields.into_iter().cloned().collect())
    }
}

/// Opens a revision: the one after `@` in the location, else `rev`, else the head of `main`.
#[pyfunction]
#[pyo3(signature = (location, rev=None, cache_dir=None, cache_bytes=None, token=None))]
pub fn open(
    py: Python<'_>,
    location: &str,
    rev: Option<&str>,
    cache_dir: Option<PathBuf>,
    cache_bytes: Option<u64>,
    token: Option<&str>,
) -> PyResult<Revision> {
    let invalid = |message: &str| raise(py, Kind::Value, message, Some(location));
    let Found { location: place, revision: in_location, home } = find(py, location, token)?;
    let revision = match (in_location, rev) {
        (Some(revision), None) => revision,
        (None, Some(rev)) => rev.parse().map_err(|e: hub_schema::NameError| invalid(&e.to_string()))?,
        (None, None) => hub_schema::Revision::main(),
        (Some(revision), Some(rev)) => {
            let problem =
                format!("the location names the revision '{revision}' and rev is '{rev}'; give one of them");
            return Err(invalid(&problem));
        }
    };
    let dataset = wait(py, hub_client::open(&place, &home))?.map_err(|e| from_client(py, &e, location))?;
    let snapshot = wait(py, dataset.snapshot(&revision))?.map_err(|e| from_dataset(py, &e, location))?;
    let index_folder = cache_dir.clone().unwrap_or_else(|| home.cache()).join("entry_points");
    let cache_folder = cache_dir.unwrap_or_else(|| home.cache().join("chunks"));
    let (cache_bytes, indexes) = (cache_bytes.unwrap_or(CACHE_BYTES), OnceLock::new());
    let mut cache = OnceLock::new();
    if dataset.store().directory().is_none() && cache_bytes > 0 {
        let opened = Cache::open(&cache_folder, cache_bytes);
        cache = OnceLock::from(opened.map_err(|e| from_stream(py, &e.into(), location))?);
    }
    let location = place.to_string();
    Ok(Revision { location, snapshot, cache_folder, cache_bytes, cache, index_folder, indexes })
}

#[pymethods]
impl Revision {
    /// The location without a revision.
    #[getter]
    fn location(&self) -> &str {
        &self.location
    }

    /// The commit's id, 64 hex digits.
    #[getter]
    fn commit(&self) -> String {
        self.snapshot.at().id.to_string()
    }

    /// The number of rows.
    #[getter]
    fn rows(&self) -> u64 {
        self.snapshot.commit().counts.rows
    }

    /// Rows a split; those without a split under the empty name.
    #[getter]
    fn splits(&self) -> Vec<(String, u64)> {
        let splits = &self.snapshot.commit().counts.splits;
        splits.iter().map(|(name, rows)| (name.clone(), *rows)).collect()
    }

    /// Name, feature as JSON, and whether it is a fact that was read from a media file, of each column.
    #[getter]
    fn columns(&self) -> Vec<(String, String, bool)> {
        let json = |field: &Field| serde_json::to_string(&field.feature).unwrap_or_default();
        let fields = self.snapshot.schema().fields.iter();
        fields.map(|field| (field.name.clone(), json(field), field.fact_of.is_some())).collect()
    }

    /// The positions of a split's rows.
    fn split(&self, py: Python<'_>, name: &str) -> PyResult<Positions> {
        let known = self.snapshot.splits();
        if !known.iter().any(|split| split == name) {
            let error = hub_dataset::Error::NoSplit { split: name.to_owned(), known };
            return Err(from_dataset(py, &error, &self.location));
        }
        let index = wait(py, self.snapshot.index())?.map_err(|e| from_dataset(py, &e, &self.location))?;
        let fragments = index.fragments().iter().enumerate();
        let inside = fragments.filter(|(_, fragment)| fragment.split.as_deref() == Some(name));
        let positions = inside.flat_map(|(place, fragment)| {
            let start = index.start(place);
            start..start + u64::from(fragment.live_rows())
        });
        Ok(Positions::new(positions))
    }

    /// The positions of the rows that meet a condition, written as after SQL's WHERE.
    fn filter(&self, py: Python<'_>, condition: &str) -> PyResult<Positions> {
        let filter = Filter::new(condition);
        let found = wait(py, filter.positions(&self.snapshot))?;
        let found = found.map_err(|e| from_stream(py, &e, &self.location))?;
        Ok(Positions::new(found.iter().map(u64::from)))
    }

    /// The position of a row's permanent id.
    fn position_of(&self, py: Python<'_>, id: u64) -> PyResult<u64> {
        let index = wait(py, self.snapshot.index())?.map_err(|e| from_dataset(py, &e, &self.location))?;
        let id = RowId::from_raw(id);
        index.of_row(id).and_then(|place| index.position(place)).ok_or_else(|| {
            raise(
                py,
                Kind::NotFound,
                &format!("no row has the id {id} at this revision"),
                Some(&self.location),
            )
        })
    }

    /// The positions of rows, by their permanent ids.
    fn positions_of(&self, py: Python<'_>, ids: Vec<u64>) -> PyResult<Positions> {
        let positions = ids.into_iter().map(|id| self.position_of(py, id));
        Ok(Positions::new(positions.collect::<PyResult<Vec<_>>>()?))
    }

    /// The permanent ids of the rows at some positions.
    fn ids_of(&self, py: Python<'_>, positions: &Positions) -> PyResult<Vec<u64>> {
        let index = wait(py, self.snapshot.index())?.map_err(|e| from_dataset(py, &e, &self.location))?;
        let id = |position: &u64| {
            let place = index.at(*position)?;
            Some(index.fragments()[place.fragment].row_id(place.offset).raw())
        };
        Ok(positions.as_slice().iter().filter_map(id).collect())
    }
}
