//! A million rows in fragments like those of a push of small images: 2,000 rows in four row groups each. The images are
//! eight bytes long, since no page reads them.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Result;
use hub_dataset::ops::fragment_builder::FragmentBuilder;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Store};
use hub_schema::{BranchName, Feature, FieldId, Schema};

pub const ROWS: i64 = 1_000_000;
const ROW_GROUP: i64 = 500;
const FRAGMENT: i64 = 2000;
/// Names and synsets of the classes.
const CLASSES: [(&str, &str); 8] = [
    ("tabby", "n02123045"),
    ("siamese", "n02123597"),
    ("beagle", "n02088364"),
    ("collie", "n02106030"),
    ("goldfish", "n01443537"),
    ("daisy", "n11939491"),
    ("bicycle", "n02834778"),
    ("ambulance", "n02701002"),
];

fn schema() -> Result<Schema> {
    let label = Feature::ClassLabel {
        names: CLASSES.iter().map(|(name, _)| (*name).to_owned()).collect(),
        synsets: CLASSES.iter().map(|(_, synset)| Some((*synset).to_owned())).collect(),
    };
    let columns =
        [("image", Feature::Image), ("label", label), ("n", Feature::int64()), ("caption", Feature::Text)];
    Ok(Schema::new(columns)?)
}

fn row(n: i64, schema: &Schema) -> Vec<Value> {
    // Pseudo-random, and the same in every run.
    let scattered = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64) as u64 >> 33) as i64;
    let value = |name: &str| match name {
        "image" => {
            let bytes = n.to_le_bytes().to_vec();
            Value::Media(Media { name: format!("{n:07}.jpg"), bytes: MediaBytes::Memory(bytes.into()) })
        }
        "image.name" => Value::text(format!("{n:07}.jpg")),
        "image.bytes" => Value::Int(8),
        "image.format" => Value::text("jpeg"),
        "image.width" => Value::Int(200 + scattered % 500),
        "image.height" => Value::Int(200 + scattered / 500 % 500),
        "image.channels" => Value::Int(3),
        "label" => Value::Int(scattered % CLASSES.len() as i64),
        "n" => Value::Int(n),
        "caption" => Value::text(format!(
            "a picture of a {} on a day in summer",
            CLASSES[scattered as usize % CLASSES.len()].0
        )),
        _ => Value::Null,
    };
    schema.fields.iter().map(|field| value(&field.name)).collect()
}

pub async fn make(folder: &Path) -> Result<()> {
    let dataset = Dataset::create(Store::local(folder)?).await?;
    let schema = schema()?;
    let ids: Vec<FieldId> = schema.fields.iter().map(|f| f.id).collect();
    let mut packed = PackedRows { schema: schema.clone(), ..PackedRows::default() };
    for first in (0..ROWS).step_by(FRAGMENT as usize) {
        let split = if first < ROWS * 9 / 10 { "train" } else { "val" };
        let mut builder = FragmentBuilder::new(&schema, &ids, Some(split.to_owned()))?;
        for start in (first..first + FRAGMENT).step_by(ROW_GROUP as usize) {
            let rows: Vec<_> = (start..start + ROW_GROUP).map(|n| row(n, &schema)).collect();
            builder.row_group(&rows)?;
        }
        packed.fragments.push(dataset.put_fragment(builder.finish()?, &HashSet::new()).await?.0);
    }
    dataset.append(&BranchName::main(), &Author::new("bench", ""), &packed).await?;
    Ok(())
}
