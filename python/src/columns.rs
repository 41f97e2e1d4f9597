//! The columns of a batch: arrays in memory of their own where rows have one shape, lists of values elsewhere.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryViewArray};
use arrow::buffer::{Buffer, MutableBuffer};
use arrow::datatypes::{
    ArrowNativeType, BinaryViewType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use hub_dataset::Snapshot;
use hub_decode::{AudioDtype, AudioSpec, Dtype, ImageSpec, Layout, Output};
use hub_schema::{DType, Feature};
use hub_stream::MediaSpec;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::tensor::{Element, Tensor};
use crate::values::{numpy, value};

/// The class number of a row without a label.
const NO_LABEL: i64 = -1;

/// What a column of a stream holds.
#[derive(Debug)]
pub enum ColumnKind {
    /// Values as they are stored.
    Stored(Feature),
    /// Decoded images, or masks that moved along with them.
    Pixels(Pixels),
    /// Decoded audio, or clips of videos.
    Media(MediaSpec),
}

/// What the pixels of a column are.
#[derive(Clone, Debug)]
pub struct Pixels {
    /// Height and width, if all have one size.
    pub size: Option<[u32; 2]>,
    /// Layout and type of a pixel.
    pub output: Output,
    /// One value a pixel: a mask.
    pub is_mask: bool,
    /// The images of a batch have the same size, so that they are one array.
    pub stacked: bool,
}

impl Pixels {
    /// Of decoded images; `stacked`: batches are planned by their sizes.
    pub fn of_images(spec: &ImageSpec, stacked: bool) -> Self {
        Self { size: spec.fixed_size(), output: spec.output, is_mask: false, stacked }
    }

    /// Of masks that move along with them.
    pub fn of_masks(spec: &ImageSpec, stacked: bool) -> Self {
        let output = Output { dtype: Dtype::U8, ..spec.output };
        Self { size: spec.fixed_size(), output, is_mask: true, stacked }
    }

    /// The shape of the array of one of them.
    fn shape(&self, height: u32, width: u32) -> Vec<usize> {
        let [height, width] = [height as usize, width as usize];
        match (self.is_mask, self.output.layout) {
            (true, _) => vec![height, width],
            (false, Layout::Nhwc) => vec![height, width, 3],
            (false, Layout::Nchw) => vec![3, height, width],
        }
    }
}

/// A column of a batch, ready for Python.
pub enum BatchColumn {
    Tensor(Tensor),
    /// Decoded images, audio or clips of their own sizes; `None` where there is none.
    Images(Vec<Option<Tensor>>),
    /// One Python object a row.
    Values(ArrayRef),
}

impl BatchColumn {
    /// The column in memory of its own. Needs no GIL. `array` is the only reference to decoded images.
    pub fn new(kind: &ColumnKind, array: ArrayRef) -> Self {
        let found = match kind {
            ColumnKind::Stored(feature) => tensor(feature, &array).map(Self::Tensor),
            ColumnKind::Pixels(kind) => return pixels(kind, array),
            ColumnKind::Media(spec) => return media(spec, array),
        };
        found.unwrap_or(Self::Values(array))
    }

    /// A NumPy array, or a list. `sources`: the place among the snapshots of each row's data set, in a mix.
    pub fn into_python<'py>(
        self,
        py: Python<'py>,
        snapshots: &[Snapshot],
        sources: Option<&[u32]>,
        kind: &ColumnKind,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Tensor(tensor) => numpy(py, tensor),
            Self::Images(images) => {
                let images = images.into_iter().map(|image| image.map(|image| numpy(py, image)).transpose());
                Ok(PyList::new(py, images.collect::<PyResult<Vec<_>>>()?)?.into_any())
            }
            Self::Values(array) => {
                let feature = match kind {
                    ColumnKind::Stored(feature) => feature,
                    ColumnKind::Pixels(_) => &Feature::Image,
                    ColumnKind::Media(MediaSpec::Audio(_)) => &Feature::Audio,
                    ColumnKind::Media(MediaSpec::Clip(_)) => &Feature::Video,
                };
                let snapshot = |row: usize| {
                    let source = sources.and_then(|sources| sources.get(row)).copied().unwrap_or(0);
                    snapshots.get(source as usize).or(snapshots.first())
                };
                let value = |row: usize| match snapshot(row) {
                    Some(snapshot) => value(py, snapshot, feature, &array, row),
                    None => Ok(py.None().into_bound(py)),
                };
                let values = (0..array.len()).map(value);
                Ok(PyList::new(py, values.collect::<PyResult<Vec<_>>>()?)?.into_any())
            }
        }
    }
}

/// Decoded images over the memory that they were decoded into.
fn pixels(kind: &Pixels, array: ArrayRef) -> BatchColumn {
    let element = element(kind.output);
    if let (Some(images), Some([height, width])) = (array.as_fixed_size_list_opt(), kind.size) {
        let rows = images.len();
        let Some(buffer) = images.values().to_data().buffers().first().cloned() else {
            return BatchColumn::Values(array);
        };
        drop(array);
        let shape: Vec<usize> = std::iter::once(rows).chain(kind.shape(height, width)).collect();
        return BatchColumn::Tensor(Tensor::decoded(buffer, element, &shape));
    }
    let Some(images) = own_sizes(kind, &array) else { return BatchColumn::Values(array) };
    drop(array);
    if kind.stacked
        && let Some(stacked) = stack(&images, element)
    {
        return BatchColumn::Tensor(stacked);
    }
    let image = |(buffer, shape): (Buffer, Vec<usize>)| Tensor::decoded(buffer, element, &shape);
    BatchColumn::Images(images.into_iter().map(|found| found.map(image)).collect())
}

/// Decoded audio or clips over the memory that they were decoded into.
fn media(spec: &MediaSpec, array: ArrayRef) -> BatchColumn {
    let element = match spec {
        MediaSpec::Audio(AudioSpec { dtype: AudioDtype::F32, .. }) => Element::Number(DType::F32),
        MediaSpec::Audio(AudioSpec { dtype: AudioDtype::I16, .. }) => Element::Number(DType::I16),
        MediaSpec::Clip(clip) => element(clip.image.output),
    };
    let sides = |shape: Vec<(&'static str, u32)>| -> Vec<usize> {
        shape.into_iter().map(|(_, side)| side as usize).collect()
    };
    if let (Some(values), Some(shape)) = (array.as_fixed_size_list_opt(), spec.shape()) {
        let rows = values.len();
        let Some(buffer) = values.values().to_data().buffers().first().cloned() else {
            return BatchColumn::Values(array);
        };
        drop(array);
        let shape: Vec<usize> = std::iter::once(rows).chain(sides(shape)).collect();
        return BatchColumn::Tensor(Tensor::decoded(buffer, element, &shape));
    }
    let Some(values) = media_of_own_sizes(spec, &array) else { return BatchColumn::Values(array) };
    drop(array);
    let value =
        |(buffer, shape): (Buffer, Vec<(&'static str, u32)>)| Tensor::decoded(buffer, element, &sides(shape));
    BatchColumn::Images(values.into_iter().map(|found| found.map(value)).collect())
}

/// The memory and shape of each value of its own size; `None` where a row has none.
type OwnShape = Option<(Buffer, Vec<(&'static str, u32)>)>;

fn media_of_own_sizes(spec: &MediaSpec, array: &ArrayRef) -> Option<Vec<OwnShape>> {
    let values = array.as_struct_opt()?;
    let bytes = values.columns().first()?.as_byte_view_opt::<BinaryViewType>()?;
    let side = |side: &&str| values.column_by_name(side)?.as_primitive_opt::<UInt32Type>();
    let sides = spec.sides().iter().map(side).collect::<Option<Vec<_>>>()?;
    let value = |row: usize| {
        if values.is_null(row) {
            return None;
        }
        let sides: Vec<u32> = sides.iter().map(|side| side.value(row)).collect();
        Some((memory_of(bytes, row), spec.shape_of(&sides)))
    };
    Some((0..values.len()).map(value).collect())
}

/// The memory of a value: its own buffer, or a copy where it is so short that it lies in the view.
fn memory_of(values: &BinaryViewArray, row: usize) -> Buffer {
    let bytes = values.value(row);
    match values.data_buffers().iter().find(|buffer| buffer.as_ptr() == bytes.as_ptr()) {
        Some(buffer) => buffer.clone(),
        None => Buffer::from(bytes),
    }
}

/// Images of one size as one array, with zeros for those that couldn't be decoded; `None` if their sizes differ, or there are
/// rows without an image.
fn stack(images: &[OwnSize], element: Element) -> Option<Tensor> {
    let images = images.iter().map(Option::as_ref).collect::<Option<Vec<_>>>()?;
    let (_, shape) = images.iter().find(|(buffer, _)| !buffer.is_empty())?;
    let bytes = shape.iter().product::<usize>() * element.size_bytes();
    if images.iter().any(|(buffer, other)| !buffer.is_empty() && (other != shape || buffer.len() != bytes)) {
        return None;
    }
    let mut all = MutableBuffer::new(bytes * images.len());
    for (nth, (buffer, _)) in images.iter().enumerate() {
        all.extend_from_slice(buffer);
        all.resize((nth + 1) * bytes, 0);
    }
    let shape: Vec<usize> = std::iter::once(images.len()).chain(shape.iter().copied()).collect();
    Some(Tensor::new(all, element, &shape))
}

/// The memory and shape of an image of its own size; `None` where a row has no image.
type OwnSize = Option<(Buffer, Vec<usize>)>;

/// Those of a column.
fn own_sizes(kind: &Pixels, array: &ArrayRef) -> Option<Vec<OwnSize>> {
    let images = array.as_struct_opt()?;
    let pixels = images.column_by_name("pixels")?.as_byte_view_opt::<BinaryViewType>()?;
    let side = |name: &str| images.column_by_name(name)?.as_primitive_opt::<UInt32Type>();
    let (heights, widths) = (side("height")?, side("width")?);
    let image = |row: usize| {
        if images.is_null(row) {
            return None;
        }
        Some((memory_of(pixels, row), kind.shape(heights.value(row), widths.value(row))))
    };
    Some((0..images.len()).map(image).collect())
}

const fn element(output: Output) -> Element {
    match output.dtype {
        Dtype::U8 => Element::Number(DType::U8),
        Dtype::F16 => Element::Half,
        Dtype::Bf16 => Element::BrainFloat,
        Dtype::F32 => Element::Number(DType::F32),
    }
}

/// The values as one array; `None` where they have no common shape, or nulls that no number stands for.
fn tensor(feature: &Feature, array: &ArrayRef) -> Option<Tensor> {
    let rows = array.len();
    match feature {
        Feature::ClassLabel { .. } => {
            let labels = array.as_primitive_opt::<Int64Type>()?;
            let labels = labels.iter().map(|label| label.unwrap_or(NO_LABEL));
            Some(Tensor::new(labels.collect(), Element::Number(DType::I64), &[rows]))
        }
        Feature::Number { dtype } => {
            let buffer = match dtype {
                DType::U8 => copied::<UInt8Type>(array),
                DType::I8 => copied::<Int8Type>(array),
                DType::U16 => copied::<UInt16Type>(array),
                DType::I16 => copied::<Int16Type>(array),
                DType::U32 => copied::<UInt32Type>(array),
                DType::I32 => copied::<Int32Type>(array),
                DType::U64 => copied::<UInt64Type>(array),
                DType::I64 => copied::<Int64Type>(array),
                DType::F32 => with_default::<Float32Type>(array, f32::NAN),
                DType::F64 => with_default::<Float64Type>(array, f64::NAN),
            };
            Some(Tensor::new(buffer?, Element::Number(*dtype), &[rows]))
        }
        Feature::Bool if array.null_count() == 0 => {
            let values = array.as_boolean_opt()?.values().iter().map(u8::from);
            Some(Tensor::new(values.collect(), Element::Bool, &[rows]))
        }
        Feature::Tensor { dtype, shape, .. } if array.null_count() == 0 => {
            let values = array.as_fixed_size_binary_opt()?;
            let width = shape.iter().product::<usize>() * dtype.size_bytes();
            let bytes = values.value_data().get(..rows * width)?;
            let mut buffer = MutableBuffer::new(bytes.len());
            buffer.extend_from_slice(bytes);
            let shape: Vec<usize> = std::iter::once(rows).chain(shape.iter().copied()).collect();
            Some(Tensor::new(buffer, Element::Number(*dtype), &shape))
        }
        _ => None,
    }
}

fn copied<T: ArrowPrimitiveType>(array: &ArrayRef) -> Option<MutableBuffer> {
    let values = array.as_primitive_opt::<T>().filter(|a| a.null_count() == 0)?;
    let mut buffer = MutableBuffer::new(values.len() * T::Native::get_byte_width());
    buffer.extend_from_slice(values.values());
    Some(buffer)
}

fn with_default<T: ArrowPrimitiveType>(array: &ArrayRef, default: T::Native) -> Option<MutableBuffer> {
    match copied::<T>(array) {
        Some(buffer) => Some(buffer),
        None => Some(array.as_primitive_opt::<T>()?.iter().map(|value| value.unwrap_or(default)).collect()),
    }
}
