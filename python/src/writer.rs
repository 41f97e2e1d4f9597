//! Writes: rows are encoded and uploaded while they come, and appear with the commit, all of them or none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::datatypes::SchemaRef;
use hub_client::author;
use hub_client::push::{Packed, Progress, PushOptions, pack};
use hub_dataset::ops::edit::Edit;
use hub_dataset::ops::values::{ColumnValues, ValueEdit};
use hub_dataset::sample::{Column, Sample, Value};
use hub_dataset::store::Lock;
use hub_dataset::{Dataset, Snapshot};
use hub_schema::{BranchName, Feature, RowId};
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyList};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use crate::arrow_input::{Batches, schema_columns};
use crate::errors::{Kind, Place, from_client, from_dataset, raise, raise_at};
use crate::input::{BadValue, unknown, value_of};
use crate::new_dataset::NewDataset;
use crate::revision::Revision;
use crate::runtime::{Owned, spawn, wait};
use crate::sample_queue::SampleQueue;

/// What is to be written to one data set, and appears with [`commit`](Writer::commit).
#[pyclass(frozen, module = "imagehub._native")]
pub struct Writer {
    location: String,
    state: Owned<Mutex<State>>,
}

struct State {
    target: Target,
    /// The columns of rows; empty until the first rows tell them.
    columns: Vec<Column>,
    queue: Option<Queue>,
    rows: u64,
    edit: ValueEdit,
    delete: Vec<RowId>,
}

/// Where the commit goes.
enum Target {
    /// A data set that doesn't exist yet.
    New(NewDataset),
    /// The branch of a revision that was opened.
    Branch(Snapshot),
}

/// The rows that are being encoded.
struct Queue {
    sender: Sender<Sample>,
    packing: JoinHandle<hub_client::Result<Packed>>,
    progress: Arc<Progress>,
    /// Until the commit a garbage collection keeps what was uploaded.
    _writing: Lock,
}

#[pymethods]
impl Writer {
    /// A writer to a data set that doesn't exist yet. Columns are names and features as JSON; `None`: those of the
    /// first rows.
    #[staticmethod]
    #[pyo3(signature = (location, columns, token=None))]
    fn create(
        py: Python<'_>,
        location: &str,
        columns: Option<Vec<(String, String)>>,
        token: Option<&str>,
    ) -> PyResult<Self> {
        let new = NewDataset::find(py, location, token)?;
        let columns = columns.map(|columns| parse_columns(py, columns, location)).transpose()?;
        Ok(Self::new(new.location(), Target::New(new), columns.unwrap_or_default()))
    }

    /// A writer to the branch of a revision.
    #[staticmethod]
    fn edit(revision: &Revision) -> Self {
        let snapshot = revision.snapshot().clone();
        let columns = snapshot.schema().given().map(|field| Column::new(&field.name, field.feature.clone()));
        let columns = columns.collect();
        Self::new(revision.location_text().to_owned(), Target::Branch(snapshot), columns)
    }

    #[getter]
    fn location(&self) -> &str {
        &self.location
    }

    /// The names of the columns of rows; empty if they are not known yet.
    #[getter]
    fn columns(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        Ok(self.locked(py)?.columns.iter().map(|column| column.name.clone()).collect())
    }

    /// Gives the columns, where they are not known yet.
    fn set_columns(&self, py: Python<'_>, columns: Vec<(String, String)>) -> PyResult<()> {
        self.locked(py)?.columns = parse_columns(py, columns, &self.location)?;
        Ok(())
    }

    /// Appends rows, which are dictionaries.
    fn append(&self, py: Python<'_>, rows: Vec<Bound<'_, PyDict>>, split: Option<&str>) -> PyResult<usize> {
        let mut state = self.locked(py)?;
        for row in &rows {
            let values = self.row(&state, row)?;
            let sample =
                Sample { place: format!("row {}", state.rows), split: split.map(str::to_owned), values };
            self.send(py, &mut state, sample)?;
        }
        Ok(rows.len())
    }

    /// Appends the rows of an Arrow stream: a capsule that `__arrow_c_stream__` made.
    fn append_arrow(&self, py: Python<'_>, capsule: &Bound<'_, PyAny>, split: Option<&str>) -> PyResult<u64> {
        let mut batches = Batches::new(py, capsule, &self.location)?;
        let mut state = self.locked(py)?;
        let mut appended = 0;
        while let Some(batch) = batches.next(py)? {
            if state.columns.is_empty() {
                state.columns = batches.columns(py, &batch)?;
            }
            self.check_names(py, &state, batches.schema())?;
            for sample in batches.samples(py, &state.columns, &batch, split, state.rows)? {
                self.send(py, &mut state, sample)?;
                appended += 1;
            }
        }
        Ok(appended)
    }

    /// Sets the values of a column in some rows, given by id; `feature`, as JSON, makes it a new column.
    fn set_values(
        &self,
        py: Python<'_>,
        column: &str,
        feature: Option<&str>,
        ids: Vec<u64>,
        values: Bound<'_, PyList>,
    ) -> PyResult<()> {
        let mut state = self.locked(py)?;
        let Target::Branch(base) = &state.target else {
            return Err(
                self.invalid(py, "add_column() needs rows that are there: append them, commit, then edit")
            );
        };
        let held = base.schema().find(column);
        let feature = match (feature, held) {
            (Some(json), None) => parse_feature(py, column, json, &self.location)?,
            (_, Some(held)) => held.feature.clone(),
            (None, None) => return Err(self.invalid(py, &format!("there is no column '{column}'"))),
        };
        if feature.is_media() || held.is_some_and(|held| held.fact_of.is_some()) {
            let problem =
                format!("values of column '{column}', {}, can't be set; append rows", feature.describe());
            return Err(raise(py, Kind::Unsupported, &problem, Some(&self.location)));
        }
        let mut given = Vec::with_capacity(ids.len());
        for (row, (id, object)) in ids.into_iter().zip(values.iter()).enumerate() {
            let value =
                value_of(&feature, &object).map_err(|bad| self.bad_value(py, bad, row as u64, column))?;
            given.push((RowId::from_raw(id), value));
        }
        let is_new = held.is_none();
        if is_new && state.edit.new_columns.iter().all(|(name, _)| name != column) {
            state.edit.new_columns.push((column.to_owned(), feature));
        }
        match state.edit.values.iter_mut().find(|values| values.column == column) {
            Some(values) => values.values.extend(given),
            None => state.edit.values.push(ColumnValues::new(column, given)),
        }
        Ok(())
    }

    /// Deletes rows by id; returns how many there are.
    fn delete(&self, py: Python<'_>, ids: Vec<u64>) -> PyResult<usize> {
        let mut state = self.locked(py)?;
        let Target::Branch(base) = &state.target else {
            return Err(self.invalid(py, "a new data set has no rows to delete"));
        };
        let index = wait(py, base.index())?.map_err(|e| from_dataset(py, &e, &self.location))?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let row = RowId::from_raw(id);
            let place = index.of_row(row).and_then(|place| index.position(place));
            if place.is_none() {
                let problem = format!("no row has the id {id} at this revision");
                let place = Place { id: Some(id), ..Place::default() };
                return Err(raise_at(py, Kind::NotFound, &problem, Some(&self.location), &place));
            }
            if !state.delete.contains(&row) {
                found.push(row);
            }
        }
        found.sort_unstable();
        found.dedup();
        let count = found.len();
        state.delete.extend(found);
        Ok(count)
    }

    /// Commits what was written; returns the commit's id, or `None` if there was nothing to do. A new data set is there
    /// from then on, and later rows are appended to it.
    fn commit(&self, py: Python<'_>, message: &str) -> PyResult<Option<String>> {
        let mut state = self.locked(py)?;
        let packed = match state.queue.take() {
            Some(queue) => Some(self.packed(py, queue)?),
            None => None,
        };
        let (edit, delete) = (std::mem::take(&mut state.edit), std::mem::take(&mut state.delete));
        let has_values = !edit.new_columns.is_empty() || !edit.values.is_empty();
        let (dataset, branch, base) = match &state.target {
            Target::Branch(base) => (base.dataset().clone(), base.at().branch.clone(), Some(base.clone())),
            Target::New(new) => match new.dataset() {
                Some(dataset) => (dataset.clone(), BranchName::main(), None),
                None => {
                    return Err(self.invalid(py, "no rows were appended, so there is no data set to create"));
                }
            },
        };
        let edit = Edit {
            rows: packed.as_ref().map(|packed| &packed.0.rows),
            values: base.as_ref().filter(|_| has_values).map(|base| (&edit, base)),
            delete: &delete,
        };
        let author = author(None, message);
        let committed = wait(py, dataset.edit(&branch, &author, edit))?;
        let committed = committed.map_err(|e| from_dataset(py, &e, &self.location))?;
        let Some(snapshot) = committed.snapshot().cloned() else { return Ok(None) };
        state.rows = 0;
        let id = snapshot.at().id.to_string();
        state.target = Target::Branch(snapshot);
        Ok(Some(id))
    }

    /// Forgets what was not committed; a data set that this writer created and never committed to is removed.
    fn abort(&self, py: Python<'_>) -> PyResult<()> {
        if self.state.get().is_none() {
            return Ok(());
        }
        let mut state = self.locked(py)?;
        (state.edit, state.delete, state.rows) = (ValueEdit::default(), Vec::new(), 0);
        if let Some(queue) = state.queue.take() {
            queue.progress.cancel();
            drop(queue.sender);
            // It ends with an error, that it was cancelled.
            let _ = wait(py, queue.packing)?;
        }
        match &mut state.target {
            Target::New(new) => new.remove(py),
            Target::Branch(_) => Ok(()),
        }
    }
}

impl Writer {
    fn new(location: String, target: Target, columns: Vec<Column>) -> Self {
        let (edit, delete) = (ValueEdit::default(), Vec::new());
        let state = State { target, columns, queue: None, rows: 0, edit, delete };
        Self { location, state: Owned::new(Mutex::new(state)) }
    }

    /// The state. The package calls from one thread at a time.
    fn locked(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, State>> {
        let Some(state) = self.state.get() else {
            let problem = "this writer was opened before the process forked; open one in the child";
            return Err(raise(py, Kind::State, problem, Some(&self.location)));
        };
        Ok(state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn invalid(&self, py: Python<'_>, problem: &str) -> PyErr {
        raise(py, Kind::Value, problem, Some(&self.location))
    }

    fn bad_value(&self, py: Python<'_>, bad: BadValue, row: u64, column: &str) -> PyErr {
        match bad {
            BadValue::Raised(error) => error,
            BadValue::Wrong(problem) => {
                let place = Place { row: Some(row), column: Some(column), ..Place::default() };
                let message = format!("row {row}, column '{column}': {problem}");
                raise_at(py, Kind::Value, &message, Some(&self.location), &place)
            }
        }
    }

    /// The values of a row, in the order of the columns.
    fn row(&self, state: &State, row: &Bound<'_, PyDict>) -> PyResult<Vec<Value>> {
        let py = row.py();
        let mut values = Vec::with_capacity(state.columns.len());
        let mut found = 0;
        for column in &state.columns {
            let Some(object) = row.get_item(&column.name)? else {
                values.push(Value::Null);
                continue;
            };
            found += 1;
            let value = value_of(&column.feature, &object);
            values.push(value.map_err(|bad| self.bad_value(py, bad, state.rows, &column.name))?);
        }
        if found < row.len() {
            for name in row.keys() {
                self.check_name(py, state, &name.str()?.to_string())?;
            }
        }
        Ok(values)
    }

    fn check_names(&self, py: Python<'_>, state: &State, schema: &SchemaRef) -> PyResult<()> {
        schema.fields().iter().try_for_each(|field| self.check_name(py, state, field.name()))
    }

    /// Refuses a column that the data set doesn't have. Facts of media are probed again, and passed over.
    fn check_name(&self, py: Python<'_>, state: &State, name: &str) -> PyResult<()> {
        let facts = |column: &Column| hub_schema::facts::columns_of(&column.name, &column.feature);
        let is_known =
            |column: &Column| column.name == name || facts(column).iter().any(|(fact, _)| fact == name);
        if state.columns.iter().any(is_known) {
            return Ok(());
        }
        let known: Vec<&str> = state.columns.iter().map(|column| column.name.as_str()).collect();
        let message = format!("row {}: {}", state.rows, unknown("column", name, &known));
        let place = Place { row: Some(state.rows), column: Some(name), ..Place::default() };
        Err(raise_at(py, Kind::Value, &message, Some(&self.location), &place))
    }

    /// Hands a row to the encoding threads, which are started for the first one.
    fn send(&self, py: Python<'_>, state: &mut State, sample: Sample) -> PyResult<()> {
        if state.queue.is_none() {
            state.queue = Some(self.start(py, state)?);
        }
        let Some(queue) = &state.queue else { return Ok(()) };
        let sent = match queue.sender.try_send(sample) {
            Ok(()) => true,
            Err(tokio::sync::mpsc::error::TrySendError::Full(sample)) => {
                wait(py, queue.sender.send(sample))?.is_ok()
            }
            Err(tokio::sync::mpsc::error::TrySendError::Closed(_)) => false,
        };
        if sent {
            state.rows += 1;
            return Ok(());
        }
        // The threads ended early: an earlier row is at fault.
        match state.queue.take() {
            Some(queue) => Err(match self.packed(py, queue) {
                Err(error) => error,
                Ok(_) => raise(py, Kind::Other, "the encoding threads ended early", Some(&self.location)),
            }),
            None => Ok(()),
        }
    }

    fn start(&self, py: Python<'_>, state: &mut State) -> PyResult<Queue> {
        let (dataset, base): (Dataset, Option<Snapshot>) = match &mut state.target {
            Target::Branch(base) => (base.dataset().clone(), Some(base.clone())),
            Target::New(new) => (new.create(py)?, None),
        };
        let (sender, source) = SampleQueue::new(state.columns.clone());
        let progress = Arc::new(Progress::default());
        let (for_task, of_dataset) = (Arc::clone(&progress), dataset.clone());
        let packing = spawn(async move {
            let options = PushOptions::default();
            pack(&of_dataset, &options, &for_task, base.as_ref(), Box::new(source)).await
        })?;
        let writing = wait(py, dataset.begin_writing())?;
        Ok(Queue { sender, packing, progress, _writing: writing })
    }

    /// What the threads encoded, and the lock that keeps it until the commit.
    fn packed(&self, py: Python<'_>, queue: Queue) -> PyResult<(Packed, Lock)> {
        let Queue { sender, packing, progress, _writing } = queue;
        drop(sender);
        let packed = match wait(py, packing) {
            Ok(packed) => packed,
            Err(interrupted) => {
                progress.cancel();
                return Err(interrupted);
            }
        };
        match packed {
            Ok(Ok(packed)) => Ok((packed, _writing)),
            Ok(Err(error)) => Err(from_client(py, &error, &self.location)),
            Err(error) => {
                let problem = format!("the encoding threads ended without a result: {error}");
                Err(raise(py, Kind::Other, &problem, Some(&self.location)))
            }
        }
    }
}

fn parse_columns(py: Python<'_>, columns: Vec<(String, String)>, location: &str) -> PyResult<Vec<Column>> {
    let parsed = columns.into_iter().map(|(name, json)| {
        let feature = parse_feature(py, &name, &json, location)?;
        Ok(Column::new(name, feature))
    });
    let columns = parsed.collect::<PyResult<Vec<_>>>()?;
    Column::schema(&columns).map_err(|e| raise(py, Kind::Value, &e.to_string(), Some(location)))?;
    Ok(columns)
}

fn parse_feature(py: Python<'_>, column: &str, json: &str, location: &str) -> PyResult<Feature> {
    serde_json::from_str(json).map_err(|e| {
        raise(
            py,
            Kind::Value,
            &format!("column '{column}': {json} is no type of a column: {e}"),
            Some(location),
        )
    })
}

/// The columns of an Arrow schema, a capsule that `__arrow_c_schema__` made: names and features as JSON.
#[pyfunction]
pub fn columns_of_arrow(
    py: Python<'_>,
    capsule: &Bound<'_, PyAny>,
    location: &str,
) -> PyResult<Vec<(String, String)>> {
    let columns = schema_columns(py, capsule, location)?;
    let json = |column: Column| (column.name, serde_json::to_string(&column.feature).unwrap_or_default());
    Ok(columns.into_iter().map(json).collect())
}

/// `image`, `audio` or `video`, by the first bytes of a file; `None` for anything else.
#[pyfunction]
pub fn media_kind(head: &[u8]) -> Option<String> {
    hub_media::kind_of_bytes(&head[..head.len().min(64)]).map(|kind| kind.to_string())
}
