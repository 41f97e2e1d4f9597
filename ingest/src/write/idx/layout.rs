//! Which columns become IDX files, and what is lost.

use hub_dataset::sample::Column;
use hub_schema::{DType, Feature, TensorRole};

use crate::format::Format;
use crate::write::columns::{self, LabelColumn};
use crate::write::loss::{Loss, Unfit};

const FORMAT: Format = Format::Idx;

#[derive(Clone, Debug)]
pub struct Layout {
    pub at: usize,
    pub column: String,
    pub element: Element,
    pub shape: Vec<usize>,
    pub label: LabelColumn,
}

/// An element type of IDX.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    pub code: u8,
    pub word: &'static str,
    pub size_bytes: usize,
}

impl Element {
    /// The one of a tensor's type.
    pub fn of(dtype: DType) -> Option<Self> {
        let (code, word) = match dtype {
            DType::U8 => (0x08, "ubyte"),
            DType::I8 => (0x09, "byte"),
            DType::I16 => (0x0b, "short"),
            DType::I32 => (0x0c, "int"),
            DType::F32 => (0x0d, "float"),
            DType::F64 => (0x0e, "double"),
            _ => return None,
        };
        Some(Self { code, word, size_bytes: dtype.size_bytes() })
    }
}

/// Finds the tensor and the label, and what is lost.
pub fn fit(columns: &[Column]) -> Result<(Layout, Vec<Loss>), Unfit> {
    const NEEDS: &str =
        "a column of raw images or other tensors, all of one shape, and a column of class labels";
    let tensors = || {
        columns.iter().enumerate().filter_map(|(at, column)| match &column.feature {
            Feature::Tensor { dtype, shape, role } => Some((at, *dtype, shape, *role)),
            _ => None,
        })
    };
    let image = tensors().find(|(.., role)| *role == TensorRole::Image);
    let (at, dtype, shape, _) =
        image.or_else(|| tensors().next()).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let label = columns::label(columns).ok_or_else(|| columns::lacking(FORMAT, NEEDS, columns))?;
    let refuse = |needs| Unfit::Column {
        format: FORMAT,
        column: columns[at].name.clone(),
        needs,
        found: columns[at].feature.describe(),
    };
    if label.names.len() > 256 {
        let (column, found) = (label.name.clone(), columns[label.at].feature.describe());
        return Err(Unfit::Column { format: FORMAT, column, needs: "at most 256 classes", found });
    }
    let element = Element::of(dtype)
        .ok_or_else(|| refuse("elements of type uint8, int8, int16, int32, float32 or float64"))?;
    if shape.len() > 254 || shape.iter().any(|d| u32::try_from(*d).is_err()) {
        return Err(refuse("fewer and smaller dimensions"));
    }
    let mut losses = Vec::new();
    losses.extend(columns::others(FORMAT, columns, &[at, label.at]));
    losses.extend(label.synset_loss(FORMAT, &label.names));
    let column = columns[at].name.clone();
    Ok((Layout { at, column, element, shape: shape.clone(), label }, losses))
}
