//! An ordered choice of rows of a revision.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PySlice};
use roaring::RoaringBitmap;

/// Positions of rows of a revision, from 0, in the order in which they are taken.
#[pyclass(frozen, module = "imagehub._native")]
#[derive(Clone, Debug)]
pub struct Positions(Arc<[u64]>);

impl Positions {
    pub fn new(positions: impl IntoIterator<Item = u64>) -> Self {
        Self(positions.into_iter().collect())
    }

    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }

    /// The position at a place, which counts from the end where it is negative.
    fn counted(&self, place: i64) -> Option<u64> {
        let place = if place < 0 { place + self.0.len() as i64 } else { place };
        self.0.get(usize::try_from(place).ok()?).copied()
    }
}

#[pymethods]
impl Positions {
    /// The positions from 0 to `rows`, without `rows`.
    #[staticmethod]
    fn all(rows: u64) -> Self {
        Self::new(0..rows)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The position at a place from 0.
    fn at(&self, place: usize) -> PyResult<u64> {
        self.0
            .get(place)
            .copied()
            .ok_or_else(|| PyIndexError::new_err(format!("no position at place {place}")))
    }

    fn to_list(&self) -> Vec<u64> {
        self.0.to_vec()
    }

    /// The positions of a slice of them.
    fn slice(&self, slice: &Bound<'_, PySlice>) -> PyResult<Self> {
        let indices = slice.indices(self.0.len() as isize)?;
        let places = (0..indices.slicelength as isize).map(|i| indices.start + i * indices.step);
        Ok(Self(places.filter_map(|place| self.0.get(place as usize).copied()).collect()))
    }

    /// The positions at some places among these; negative ones count from the end.
    fn take(&self, places: Vec<i64>) -> PyResult<Self> {
        let found = places.into_iter().map(|place| {
            self.counted(place).ok_or_else(|| {
                PyIndexError::new_err(format!(
                    "index {place} is out of range: there are {} rows",
                    self.0.len()
                ))
            })
        });
        found.collect::<PyResult<Arc<[u64]>>>().map(Self)
    }

    /// How many of them differ.
    fn distinct(&self) -> usize {
        let mut sorted = self.0.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        sorted.len()
    }

    /// Those of these that `other` has too, in the order of these.
    fn intersection(&self, other: &Self) -> PyResult<Self> {
        let narrow = |position: &u64| {
            u32::try_from(*position).map_err(|_| PyValueError::new_err("more than 4,294,967,296 rows"))
        };
        let others = other.0.iter().map(narrow).collect::<PyResult<RoaringBitmap>>()?;
        let has = |position: &u64| u32::try_from(*position).is_ok_and(|position| others.contains(position));
        Ok(Self(self.0.iter().copied().filter(has).collect()))
    }

    /// The positions as little-endian 64-bit numbers.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|position| position.to_le_bytes()).collect();
        PyBytes::new(py, &bytes)
    }

    /// What [`to_bytes`](Self::to_bytes) made.
    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(PyValueError::new_err(format!(
                "{} bytes are not a list of 64-bit numbers",
                bytes.len()
            )));
        }
        Ok(Self::new(numbers.iter().map(|number| u64::from_le_bytes(*number))))
    }
}
