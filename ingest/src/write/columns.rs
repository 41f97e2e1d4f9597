//! Selects the columns for formats that store only an image and a label.

use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::{DType, Feature, TensorRole};

use super::loss::{Loss, LossKind, Unfit};
use crate::format::Format;

/// A class label among the columns.
#[derive(Clone, Debug)]
pub struct LabelColumn {
    pub at: usize,
    pub name: String,
    pub names: Vec<String>,
    pub synsets: Vec<Option<String>>,
}

impl LabelColumn {
    fn of(at: usize, column: &Column) -> Option<Self> {
        let Feature::ClassLabel { names, synsets } = &column.feature else { return None };
        Some(Self { at, name: column.name.clone(), names: names.clone(), synsets: synsets.clone() })
    }

    /// The class number of a sample; `None` for no label.
    pub fn class(&self, sample: &Sample) -> Result<Option<usize>, SampleError> {
        match sample.values.get(self.at) {
            Some(Value::Null) => Ok(None),
            Some(Value::Int(n)) if (0..self.names.len() as i64).contains(n) => Ok(Some(*n as usize)),
            other => Err(unexpected(sample, &self.name, "a class number", other)),
        }
    }

    /// The loss of synsets, unless these names alone bring them back.
    pub fn synset_loss(&self, format: Format, written: &[String]) -> Option<Loss> {
        let known = self.synsets.iter().any(Option::is_some);
        let lost = known && hub_wordnet::synsets_for(written) != self.synsets;
        lost.then(|| Loss::new(format, [&self.name], LossKind::Synsets))
    }
}

/// The error of a value that is not what its column says.
pub fn unexpected(sample: &Sample, column: &str, expected: &str, found: Option<&Value>) -> SampleError {
    let found = found.map_or("nothing", Value::kind);
    SampleError::sample(&sample.place, format!("column '{column}': expected {expected}, found {found}"))
}

/// The members of a list column; none where it is null.
pub fn list<'a>(sample: &'a Sample, at: usize, column: &str) -> Result<&'a [Value], SampleError> {
    match sample.values.get(at) {
        Some(Value::List(values)) => Ok(values),
        Some(Value::Null) => Ok(&[]),
        other => Err(unexpected(sample, column, "a list", other)),
    }
}

/// A feature of whole numbers?
pub fn is_integer(feature: &Feature) -> bool {
    matches!(feature, Feature::Number { dtype } if !matches!(dtype, DType::F32 | DType::F64))
}

/// The label: the column `label`, or else the first class label that is not the coarser of two.
pub fn label(columns: &[Column]) -> Option<LabelColumn> {
    let mut labels: Vec<_> =
        columns.iter().enumerate().filter_map(|(at, column)| LabelColumn::of(at, column)).collect();
    labels.sort_by_key(|l| (l.name != "label", l.name == "coarse_label"));
    (!labels.is_empty()).then(|| labels.remove(0))
}

/// The class label of that name.
pub fn label_named(columns: &[Column], name: &str) -> Option<LabelColumn> {
    let at = columns.iter().position(|column| column.name == name)?;
    LabelColumn::of(at, &columns[at])
}

/// Raw pixels: height, width, channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl Pixels {
    /// Of a raw image of bytes with one to four channels; `None` for every other feature.
    pub fn of(feature: &Feature) -> Option<Self> {
        let Feature::Tensor { dtype: DType::U8, shape, role: TensorRole::Image } = feature else {
            return None;
        };
        let (height, width, channels) = match shape[..] {
            [h, w] => (h, w, 1),
            [h, w, c @ 1..=4] => (h, w, c),
            _ => return None,
        };
        (height > 0 && width > 0).then_some(Self { height, width, channels })
    }
}

/// The columns that are not among those at `kept`, as a loss.
pub fn others(format: Format, columns: &[Column], kept: &[usize]) -> Option<Loss> {
    let names: Vec<_> =
        columns.iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(_, c)| &c.name).collect();
    (!names.is_empty()).then(|| Loss::new(format, names, LossKind::Column))
}

/// The refusal of a data set that lacks a column.
pub fn lacking(format: Format, needs: &'static str, columns: &[Column]) -> Unfit {
    let has = columns.iter().map(|c| format!("'{}' ({})", c.name, c.feature.describe())).collect();
    Unfit::NoColumn { format, needs, has }
}
