//! What each column becomes in a table, and what is lost.

use hub_dataset::sample::Column;
use hub_schema::Feature;

use super::cells;
use crate::format::Format;
use crate::write::columns::{self, LabelColumn};
use crate::write::json;
use crate::write::loss::{Loss, LossKind, Unfit};
use crate::write::medium::MediumColumn;
use crate::write::names::Unique;

/// Columns whose texts our reader takes for class names.
const LABEL_NAMES: [&str; 3] = ["label", "class", "category"];

#[derive(Debug)]
pub struct Layout {
    pub format: Format,
    /// The table's columns, media first.
    pub fields: Vec<Field>,
    pub label: Option<LabelColumn>,
}

/// A column of the table.
#[derive(Debug)]
pub struct Field {
    /// Its name in the table.
    pub name: String,
    pub at: usize,
    pub feature: Feature,
    pub medium: Option<MediumColumn>,
    /// Are classes written as numbers?
    pub numbered: bool,
}

/// Finds what each column becomes, and what is lost.
pub fn fit(format: Format, columns: &[Column], splits: &[String]) -> Result<(Layout, Vec<Loss>), Unfit> {
    let label = columns::label(columns).filter(|label| LABEL_NAMES.contains(&label.name.as_str()));
    let numbered = label.as_ref().is_some_and(|label| label.names.iter().any(|name| looks_like_number(name)));
    let mut names = Unique::default();
    if !splits.is_empty() {
        names.name("split".to_owned());
    }
    let (mut fields, mut left_out) = (Vec::new(), Vec::new());
    for (at, column) in columns.iter().enumerate() {
        let medium = MediumColumn::of(at, column);
        let is_label = label.as_ref().is_some_and(|label| label.at == at);
        let name = match (&medium, column.name.as_str()) {
            (None, name) => name.to_owned(),
            (Some(_), "image" | "audio" | "video") if !fields.iter().any(is_medium) => "file_name".to_owned(),
            (Some(_), name) => format!("{name}_file_name"),
        };
        if medium.is_none() && !json::fits(&column.feature) {
            left_out.push(&column.name);
            continue;
        }
        let feature = column.feature.clone();
        fields.push(Field { name: names.name(name), at, feature, medium, numbered: numbered && is_label });
    }
    if fields.is_empty() {
        return Err(columns::lacking(format, "a column of another type than bytes", columns));
    }
    fields.sort_by_key(|field| field.medium.is_none());
    let mut losses = Vec::new();
    if !left_out.is_empty() {
        losses.push(Loss::new(format, left_out, LossKind::Column));
    }
    losses.extend(fields.iter().filter_map(|field| field.medium.as_ref()?.loss(format)));
    let mut by_type: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for field in fields.iter().filter(|field| field.medium.is_none()) {
        let is_label = label.as_ref().is_some_and(|label| label.at == field.at);
        if let Some(kind) = cells::loses(format, &field.feature).filter(|_| !is_label) {
            match by_type.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, names)) => names.push(&columns[field.at].name),
                None => by_type.push((kind, vec![&columns[field.at].name])),
            }
        }
        if field.name != columns[field.at].name {
            losses.push(Loss::new(format, [&columns[field.at].name], LossKind::Renamed(field.name.clone())));
        }
    }
    losses.extend(by_type.into_iter().map(|(kind, names)| Loss::new(format, names, LossKind::Type(kind))));
    let floats =
        fields.iter().filter(|field| format == Format::Jsonl && json::may_be_no_number(&field.feature));
    let floats: Vec<_> = floats.map(|field| &columns[field.at].name).collect();
    if !floats.is_empty() {
        losses.push(Loss::new(format, floats, LossKind::NoNumbers));
    }
    // JSON lines have the synset in each row.
    let text_label = label.as_ref().filter(|_| format == Format::Csv);
    losses.extend(text_label.and_then(|label| label.synset_loss(format, &label.names)));
    Ok((Layout { format, fields, label }, losses))
}

const fn is_medium(field: &Field) -> bool {
    field.medium.is_some()
}

fn looks_like_number(name: &str) -> bool {
    let name = name.trim();
    name.is_empty() || name.parse::<f64>().is_ok() || matches!(name.to_lowercase().as_str(), "true" | "false")
}
