//! The columns of a revision in words, from its statistics.

use serde_json::Value as Json;

/// A column, its type and its range in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub kind: String,
    pub range: String,
    /// How often each class, or each bin of numbers, occurs.
    pub counts: Vec<u64>,
    /// The ends of the range, of a number.
    pub ends: Option<(f64, f64)>,
    /// A media column's metadata.
    pub is_fact: bool,
    pub nulls: u64,
}

/// A label of a column, with its classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where it is: the column, or the way to a member (`objects.category`).
    pub path: String,
    pub nulls: u64,
    pub classes: Vec<Class>,
}

/// A class and how often it occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its number in the column, from 0.
    pub number: usize,
    pub name: String,
    pub synset: Option<String>,
    pub count: u64,
}

/// The columns that statistics describe.
pub fn columns(stats: &Json) -> Vec<Column> {
    stats["columns"].as_array().into_iter().flatten().map(column).collect()
}

/// The labels that statistics count.
pub fn labels(stats: &Json) -> Vec<Label> {
    let columns = stats["columns"].as_array().into_iter().flatten();
    columns.flat_map(|column| column["labels"].as_array().into_iter().flatten()).map(label).collect()
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn label(stats: &Json) -> Label {
    let classes = stats["classes"].as_array().into_iter().flatten().enumerate();
    let classes = classes.map(|(number, class)| Class {
        number,
        name: text(&class["name"]),
        synset: class["synset"].as_str().map(str::to_owned),
        count: class["count"].as_u64().unwrap_or(0),
    });
    Label {
        path: text(&stats["path"]),
        nulls: stats["nulls"].as_u64().unwrap_or(0),
        classes: classes.collect(),
    }
}

fn column(stats: &Json) -> Column {
    let labels: Vec<Label> = stats["labels"].as_array().into_iter().flatten().map(label).collect();
    let kind = text(&stats["feature"]);
    let ends = stats["min"].as_f64().zip(stats["max"].as_f64());
    let mut counts: Vec<u64> = Vec::new();
    let mut range = String::new();
    if let [label] = labels.as_slice() {
        counts = label.classes.iter().map(|class| class.count).collect();
        let used = counts.iter().filter(|count| **count > 0).count();
        let synsets = label.classes.iter().filter(|class| class.synset.is_some()).count();
        range = match label.classes.len() {
            all if used < all => format!("{all} classes, {used} of them in use"),
            all => format!("{all} classes"),
        };
        if synsets > 0 && synsets == label.classes.len() {
            range.push_str(", each a synset");
        } else if synsets > 0 {
            range.push_str(&format!(", {synsets} with a synset"));
        }
    } else if let Some((min, max)) = ends {
        let (min, max) = (super::words::float(min), super::words::float(max));
        let between = if min == max { min } else { format!("{min} – {max}") };
        range = match kind.as_str() {
            "text" | "json" => format!("{between} characters"),
            kind if kind.starts_with("list") => format!("{between} a sample"),
            _ => between,
        };
    } else if let (Some(min), Some(max)) = (stats["min"].as_str(), stats["max"].as_str()) {
        range = format!("{} – {}", min.get(..10).unwrap_or(min), max.get(..10).unwrap_or(max));
    }
    if let Some(bins) = stats["bins"]["counts"].as_array() {
        counts = bins.iter().filter_map(Json::as_u64).collect();
    }
    let is_number = ends.is_some() && !matches!(kind.as_str(), "text" | "json") && !kind.starts_with("list");
    Column {
        name: text(&stats["name"]),
        range,
        counts,
        ends: ends.filter(|_| is_number),
        is_fact: stats["fact_of"].is_string(),
        nulls: stats["nulls"].as_u64().unwrap_or(0),
        kind,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_are_told_in_words() {
        let stats = json!({ "columns": [
            { "name": "label", "feature": "class label (2 classes)", "nulls": 1, "labels": [{ "path": "label", "nulls": 1,
              "classes": [{ "name": "cat", "synset": "n1", "count": 3 }, { "name": "dog", "synset": null, "count": 0 }] }] },
            { "name": "image.width", "feature": "int64", "fact_of": "image", "min": 75, "max": 4288, "labels": [] },
            { "name": "text", "feature": "text", "min": 1, "max": 9, "labels": [] },
            { "name": "when", "feature": "timestamp", "min": "2025-06-15T15:06:40Z", "max": "2026-01-01T00:00:00Z", "labels": [] },
        ] });
        let columns = columns(&stats);
        let ranges: Vec<&str> = columns.iter().map(|column| column.range.as_str()).collect();
        assert_eq!(
            ranges,
            [
                "2 classes, 1 of them in use, 1 with a synset",
                "75 – 4,288",
                "1 – 9 characters",
                "2025-06-15 – 2026-01-01"
            ]
        );
        assert_eq!((columns[0].counts.clone(), columns[0].nulls, columns[1].is_fact), (vec![3, 0], 1, true));
        assert_eq!((columns[1].ends, columns[2].ends), (Some((75.0, 4288.0)), None));
        let labels = labels(&stats);
        assert_eq!(
            (labels.len(), labels[0].classes[1].name.as_str(), labels[0].classes[1].number),
            (1, "dog", 1)
        );
    }
}
