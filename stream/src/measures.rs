//! What a batch is planned by: the bucket of each row, and what it costs. Both are read from columns, never from media.

use std::collections::HashMap;

use hub_decode::{Draw, ImageSpec, Orientation, Plan};
use hub_schema::{DType, Feature};

use crate::builder::StreamBuilder;
use crate::classes::{Class, classes};
use crate::error::{Error, Result};
use crate::planning::{Bucket, Cost};
use crate::selected::{columns, numbers};

/// Those of the rows that a builder selects, in the order of the revision.
#[derive(Debug, Default)]
pub struct Measures {
    /// `None`: all are in one.
    pub buckets: Option<Vec<u32>>,
    /// `None`: there is no budget.
    pub costs: Option<Vec<f64>>,
}

/// What tells two buckets apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Class(Class),
    /// Width and height of each image.
    Shape(Vec<Option<(u32, u32)>>),
}

/// The numbers of buckets, which are the same for all data sets of a mix.
#[derive(Debug, Default)]
pub struct Buckets(HashMap<Key, u32>);

impl Buckets {
    fn number(&mut self, key: Key) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(key).or_insert(next)
    }
}

fn wrong(setting: &'static str, problem: String) -> Error {
    Error::Plan { setting, problem }
}

impl Measures {
    /// Reads what the builder asks for.
    ///
    /// # Errors
    /// A column that isn't there or can't be used; a row that costs more than a batch may, or nothing that is a number.
    pub async fn read(builder: &StreamBuilder, known: &mut Buckets) -> Result<Self> {
        let by_shape = builder.bucket == Some(Bucket::Shape);
        let by_pixels = matches!(builder.max_cost, Some((Cost::Pixels, _)));
        let shapes = match by_shape || by_pixels {
            true => shapes(builder, if by_shape { "bucket" } else { "max_cost" }).await?,
            false => Vec::new(),
        };
        let buckets = match &builder.bucket {
            None => None,
            Some(Bucket::Shape) => {
                let keys = shapes.iter().map(|shape| known.number(Key::Shape(shape.clone())));
                Some(keys.collect())
            }
            Some(Bucket::Column(column)) => {
                let field = builder.snapshot.schema().column(column).map_err(hub_dataset::Error::from)?;
                let fits = match &field.feature {
                    Feature::ClassLabel { .. } | Feature::Text | Feature::Bool => true,
                    Feature::Number { dtype } => !matches!(dtype, DType::F32 | DType::F64),
                    _ => false,
                };
                if !fits {
                    let found = field.feature.describe();
                    let expected = "expected class labels, text, whole numbers or booleans";
                    return Err(wrong("bucket", format!("column '{column}' is {found}, {expected}")));
                }
                let parts = columns(builder, &[column.as_str()]).await?.pop().unwrap_or_default();
                let keys = classes(&parts)?.into_iter().map(|class| known.number(Key::Class(class)));
                Some(keys.collect())
            }
        };
        let costs = match &builder.max_cost {
            None => None,
            Some((cost, most)) => {
                let found = match cost {
                    Cost::Pixels => shapes.iter().map(|shape| Some(pixels(shape))).collect(),
                    Cost::Column(column) => costs(builder, column).await?,
                };
                Some(checked(found, cost, *most)?)
            }
        };
        Ok(Self { buckets, costs })
    }

    /// Those of the rows that come, of which each comes `counts` times.
    #[must_use]
    pub fn drawn(self, counts: &[u32]) -> Self {
        fn repeated<T: Copy>(values: Vec<T>, counts: &[u32]) -> Vec<T> {
            let repeated = |(value, count): (T, &u32)| std::iter::repeat_n(value, *count as usize);
            values.into_iter().zip(counts).flat_map(repeated).collect()
        }
        Self {
            buckets: self.buckets.map(|buckets| repeated(buckets, counts)),
            costs: self.costs.map(|costs| repeated(costs, counts)),
        }
    }

    /// Adds them to the hash of a selection.
    pub fn hash(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&[u8::from(self.buckets.is_some()), u8::from(self.costs.is_some())]);
        self.buckets.iter().flatten().for_each(|bucket| {
            hasher.update(&bucket.to_le_bytes());
        });
        self.costs.iter().flatten().for_each(|cost| {
            hasher.update(&cost.to_le_bytes());
        });
    }
}

fn pixels(shape: &[Option<(u32, u32)>]) -> f64 {
    shape.iter().flatten().map(|(width, height)| f64::from(*width) * f64::from(*height)).sum()
}

async fn costs(builder: &StreamBuilder, column: &str) -> Result<Vec<Option<f64>>> {
    let field = builder.snapshot.schema().column(column).map_err(hub_dataset::Error::from)?;
    if !matches!(field.feature, Feature::Number { .. }) {
        let found = field.feature.describe();
        return Err(wrong("max_cost", format!("column '{column}' is {found}, expected numbers")));
    }
    numbers(&columns(builder, &[column]).await?.pop().unwrap_or_default())
}

/// Costs that fit into a batch.
fn checked(costs: Vec<Option<f64>>, cost: &Cost, most: f64) -> Result<Vec<f64>> {
    let of = match cost {
        Cost::Pixels => "its pixels".to_owned(),
        Cost::Column(column) => format!("column '{column}'"),
    };
    let check = |(row, cost): (usize, Option<f64>)| {
        let Some(cost) = cost.filter(|cost| cost.is_finite() && *cost >= 0.0) else {
            let found = cost.map_or("null".to_owned(), |cost| cost.to_string());
            let problem = format!("row {row} of the selection costs {found} ({of}), expected 0 or more");
            return Err(wrong("max_cost", problem));
        };
        if cost > most {
            return Err(wrong(
                "max_cost",
                format!(
                    "row {row} of the selection costs {cost} ({of}), more than a batch's {most}; filter such rows out or \
                     raise the limit"
                ),
            ));
        }
        Ok(cost)
    };
    costs.into_iter().enumerate().map(check).collect()
}

/// Width and height of the images of each row, as they are in a batch.
async fn shapes(builder: &StreamBuilder, setting: &'static str) -> Result<Vec<Vec<Option<(u32, u32)>>>> {
    let as_stored = ImageSpec::default();
    let mut images: Vec<(String, &ImageSpec)> =
        builder.images.iter().map(|image| (image.column.clone(), &image.spec)).collect();
    if images.is_empty() {
        let fields = builder.snapshot.fields(builder.columns.as_deref())?;
        let stored = fields.into_iter().filter(|field| field.feature == Feature::Image);
        images.extend(stored.map(|field| (field.name.clone(), &as_stored)));
    }
    if images.is_empty() {
        let problem = "the stream has no column of images whose size could be used; name a column";
        return Err(wrong(setting, problem.to_owned()));
    }
    let mut shapes: Vec<Vec<Option<(u32, u32)>>> = Vec::new();
    for (image, spec) in images {
        spec.check().map_err(|error| wrong(setting, format!("column '{image}': {error}")))?;
        let facts = ["width", "height", "orientation"].map(|fact| format!("{image}.{fact}"));
        let parts = columns(builder, &facts.each_ref().map(String::as_str)).await?;
        let mut read = Vec::with_capacity(3);
        for parts in &parts {
            read.push(numbers(parts)?);
        }
        let [widths, heights, orientations] = &read[..] else { continue };
        shapes.resize(widths.len(), Vec::new());
        for (row, shape) in shapes.iter_mut().enumerate() {
            let side = |side: Option<f64>| side.filter(|side| *side >= 1.0).map(|side| side as u32);
            let (Some(width), Some(height)) = (side(widths[row]), side(heights[row])) else {
                shape.push(None);
                continue;
            };
            let turned = if spec.orient { orientations[row].unwrap_or(1.0) as u8 } else { 1 };
            let size = Orientation::of_exif(turned).upright((width, height));
            shape.push(Some(Plan::new(spec, size, Draw::default()).size));
        }
    }
    Ok(shapes)
}
