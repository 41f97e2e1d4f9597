//! Which samples a list shows: the filters and the view, as the address has them.
//!
//! `f.<column>` is a class or a value (several: any of them) or a range (`f.image.width=256..`); `is.<column>` a concept with
//! all below it; `where` a condition in SQL. The form of filters sends the ends of a range as `min.<column>` and
//! `max.<column>`. A state can be written as an address again, so that links keep it.

use std::collections::BTreeMap;

use super::show;

/// The smallest and largest thumbnails that a grid may ask for.
const SIZES: [u32; 4] = [48, 96, 192, 384];

/// How samples are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Grid,
    Mosaic,
    Table,
    Map,
}

impl View {
    pub const ALL: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::Grid, "grid", "Grid", "layout-grid"),
        (Self::Mosaic, "mosaic", "Mosaic", "image"),
        (Self::Table, "table", "Table", "table-2"),
        (Self::Map, "map", "Map", "network"),
    ];
}

/// The ends of a range; `None` where it is open.
pub type Range = (Option<f64>, Option<f64>);

/// The state of a list of samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListState {
    pub rev: Option<String>,
    pub view: View,
    pub filter: String,
    pub split: Option<String>,
    /// By column, the classes or values of which a row must have one.
    pub values: BTreeMap<String, Vec<String>>,
    pub ranges: BTreeMap<String, Range>,
    /// By label column, a concept.
    pub concepts: BTreeMap<String, String>,
    pub size: Option<u32>,
    /// The first sample of the page, counted from 0 in the list.
    pub at: u64,
}

impl ListState {
    /// The state of an address's query; what it doesn't know is ignored.
    pub fn parse(query: &str) -> Self {
        let mut state = Self::default();
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if value.trim().is_empty() {
                continue;
            }
            state.set(&key, value.trim());
        }
        state
    }

    fn set(&mut self, key: &str, value: &str) {
        match key {
            "rev" => self.rev = Some(value.to_owned()),
            "view" => {
                let found = View::ALL.iter().find(|(_, word, ..)| *word == value);
                self.view = found.map_or(View::Grid, |(view, ..)| *view);
            }
            "where" => self.filter = value.to_owned(),
            "split" => self.split = Some(value.to_owned()),
            "size" => self.size = value.parse().ok().filter(|size| SIZES.contains(size)),
            "at" => self.at = value.parse().unwrap_or(0),
            _ => match key.split_once('.') {
                Some(("f", column)) => match range(value) {
                    Some(range) => drop(self.ranges.insert(column.to_owned(), range)),
                    None => self.values.entry(column.to_owned()).or_default().push(value.to_owned()),
                },
                Some(("is", column)) => drop(self.concepts.insert(column.to_owned(), value.to_owned())),
                Some((end @ ("min" | "max"), column)) => {
                    let Some(value) = number(value) else { return };
                    let range = self.ranges.entry(column.to_owned()).or_default();
                    *(if end == "min" { &mut range.0 } else { &mut range.1 }) = Some(value);
                }
                _ => {}
            },
        }
    }

    /// The query of an address with this state, with `?`; empty for the whole list.
    pub fn query(&self) -> String {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut pair = |key: &str, value: String| pairs.push((key.to_owned(), value));
        if let Some(rev) = &self.rev {
            pair("rev", rev.clone());
        }
        if let Some((_, word, ..)) =
            View::ALL.iter().find(|(view, ..)| *view == self.view && self.view != View::Grid)
        {
            pair("view", (*word).to_owned());
        }
        if !self.filter.is_empty() {
            pair("where", self.filter.clone());
        }
        if let Some(split) = &self.split {
            pair("split", split.clone());
        }
        for (column, values) in &self.values {
            values.iter().for_each(|value| pair(&format!("f.{column}"), value.clone()));
        }
        for (column, (from, to)) in &self.ranges {
            let end = |end: &Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
            pair(&format!("f.{column}"), format!("{}..{}", end(from), end(to)));
        }
        for (column, concept) in &self.concepts {
            pair(&format!("is.{column}"), concept.clone());
        }
        if let Some(size) = self.size {
            pair("size", size.to_string());
        }
        if self.at > 0 {
            pair("at", self.at.to_string());
        }
        let text: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{}={}", show::encoded(key), show::encoded(value)))
            .collect();
        if text.is_empty() { String::new() } else { format!("?{}", text.join("&")) }
    }

    /// The same filters, from the `at`-th sample on.
    pub fn from(&self, at: u64) -> Self {
        Self { at, ..self.clone() }
    }

    pub fn is_filtered(&self) -> bool {
        !(self.filter.is_empty()
            && self.split.is_none()
            && self.values.is_empty()
            && self.ranges.is_empty()
            && self.concepts.is_empty())
    }

    /// The condition of all filters but the split, as after `WHERE`; `None` if there is none.
    pub fn condition(&self) -> Option<String> {
        let mut parts = Vec::new();
        if !self.filter.is_empty() {
            parts.push(format!("({})", self.filter));
        }
        for (column, values) in &self.values {
            let values: Vec<String> = values.iter().map(|value| text(value)).collect();
            parts.push(format!("{} IN ({})", name(column), values.join(", ")));
        }
        for (column, (from, to)) in &self.ranges {
            let ends = [(">=", from), ("<=", to)];
            let ends =
                ends.iter().filter_map(|(sign, end)| Some(format!("{} {sign} {}", name(column), (**end)?)));
            parts.extend(ends);
        }
        for (column, concept) in &self.concepts {
            parts.push(format!("isa({}, {})", name(column), text(concept)));
        }
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    /// Each filter in words, with the state without it.
    pub fn chips(&self) -> Vec<(String, Self)> {
        let mut chips = Vec::new();
        let without = |change: &dyn Fn(&mut Self)| {
            let mut state = self.from(0);
            change(&mut state);
            state
        };
        if !self.filter.is_empty() {
            chips.push((show::cut(&self.filter, 80), without(&|state| state.filter.clear())));
        }
        if let Some(split) = &self.split {
            chips.push((format!("split is {split}"), without(&|state| state.split = None)));
        }
        for (column, values) in &self.values {
            for value in values {
                let words = format!("{column} is {}", show::cut(value, 60));
                chips.push((words, without(&|state| state.remove(column, value))));
            }
        }
        for (column, range) in &self.ranges {
            let words = match range {
                (Some(from), Some(to)) => format!("{column} {} – {}", show::float(*from), show::float(*to)),
                (Some(from), None) => format!("{column} ≥ {}", show::float(*from)),
                (None, Some(to)) => format!("{column} ≤ {}", show::float(*to)),
                (None, None) => continue,
            };
            chips.push((words, without(&|state| _ = state.ranges.remove(column))));
        }
        for (column, concept) in &self.concepts {
            let words = format!("{column} is a {concept}");
            chips.push((words, without(&|state| _ = state.concepts.remove(column))));
        }
        chips
    }

    fn remove(&mut self, column: &str, value: &str) {
        if let Some(values) = self.values.get_mut(column) {
            values.retain(|held| held != value);
            if values.is_empty() {
                self.values.remove(column);
            }
        }
    }

    /// Whether a class or value is chosen.
    pub fn has(&self, column: &str, value: &str) -> bool {
        self.values.get(column).is_some_and(|values| values.iter().any(|held| held == value))
    }
}

/// `256..`, `..4`, `1..2`; `None` for what is no range.
fn range(text: &str) -> Option<Range> {
    let (from, to) = text.split_once("..")?;
    let end = |text: &str| if text.is_empty() { Some(None) } else { number(text).map(Some) };
    match (end(from)?, end(to)?) {
        (None, None) => None,
        range => Some(range),
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A text in SQL.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// The name of a column in SQL: as it is if it needs no quotes.
fn name(column: &str) -> String {
    let is_plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if column.split('.').all(is_plain) {
        column.to_owned()
    } else {
        format!("\"{}\"", column.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_and_its_address_are_the_same() {
        let query = "?rev=v%201&view=table&where=n%20%3E%202&split=val&f.label=a%26b&f.label=it%27s&f.image.width=256..\
                     &is.label=dog.n.01&size=96&at=100";
        let state = ListState::parse(&query[1..]);
        assert_eq!(state.query(), query);
        assert_eq!(ListState::parse(&state.query()[1..]), state);
        let condition =
            "(n > 2) AND label IN ('a&b', 'it''s') AND image.width >= 256 AND isa(label, 'dog.n.01')";
        assert_eq!(state.condition().as_deref(), Some(condition));
        assert_eq!(state.chips().len(), 6);
        assert!(!state.chips()[2].1.has("label", "a&b") && state.chips()[2].1.has("label", "it's"));
    }

    #[test]
    fn what_a_form_leaves_empty_is_no_filter() {
        let state = ListState::parse("where=&split=&f.label=&min.n=&max.n=3&size=77&view=none&other=1");
        assert_eq!(state.query(), "?f.n=..3");
        assert_eq!(state.condition().as_deref(), Some("n <= 3"));
        assert_eq!(ListState::parse("").query(), "");
        assert!(!ListState::parse("at=9&view=table").is_filtered());
    }

    #[test]
    fn names_that_are_no_identifiers_are_quoted() {
        assert_eq!(
            [name("image.width"), name("My \"x\""), name("Label")],
            ["image.width".to_owned(), "\"My \"\"x\"\"\"".to_owned(), "\"Label\"".to_owned()]
        );
        assert_eq!(range("a..b"), None);
        assert_eq!(range("NaN..1"), None);
        assert_eq!(range("1..inf"), None);
    }
}
