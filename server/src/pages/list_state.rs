//! Which samples a list shows: the filters and the view, as the address has them.
//!
//! `f.<column>` is a class or a value (several: any of them) or a range (`f.image.width=256..`); `is.<column>` a concept with
//! all below it (any of several, or of the classes that are named); `len.<column>` a range of the lengths of lists;
//! `time.<column>` a range of times (`2026-01-01..2026-02-01`);
//! `null.<column>` is `yes` for rows without a value (besides those that are named) or `no` for rows with one; `split` one
//! of several splits; `where` a condition in SQL; `sort` the order. The form of filters sends the ends of a range as
//! `min.<column>` and `max.<column>`. A state can be written as an address again, so that links keep it. The scripts read
//! and write the same addresses (`web/src/grid/list_state.ts`).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate};

use super::show;

/// The sizes of thumbnails that are asked for, so that caches meet.
const SIZES: [u32; 4] = [48, 96, 192, 384];
/// The widths of cells in pixels.
const WIDTHS: RangeInclusive<u32> = 24..=512;

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
    /// The splits of which a row must be in one; all where there is none.
    pub splits: Vec<String>,
    /// By column, the classes or values of which a row must have one.
    pub values: BTreeMap<String, Vec<String>>,
    pub ranges: BTreeMap<String, Range>,
    /// By label column, concepts.
    pub concepts: BTreeMap<String, Vec<String>>,
    /// By column of lists, the range of their lengths.
    pub lengths: BTreeMap<String, Range>,
    /// By column of times, the ends of a range (`2026-01-31`, or RFC 3339); empty where it is open.
    pub times: BTreeMap<String, (String, String)>,
    /// By column, whether rows without a value are wanted (true), or those with one.
    pub nulls: BTreeMap<String, bool>,
    /// What rows are sorted by: `image.width`, `-score`, `random:7`; by position where it is missing.
    pub sort: Option<String>,
    /// The width of cells in pixels.
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
            "split" => add(&mut self.splits, value),
            "sort" => self.sort = Some(value.to_owned()),
            "size" => self.size = value.parse().ok().filter(|size| WIDTHS.contains(size)),
            "at" => self.at = value.parse().unwrap_or(0),
            _ => match key.split_once('.') {
                Some(("f", column)) => match range(value) {
                    Some(range) => drop(self.ranges.insert(column.to_owned(), range)),
                    None => add(self.values.entry(column.to_owned()).or_default(), value),
                },
                Some(("is", column)) => add(self.concepts.entry(column.to_owned()).or_default(), value),
                Some(("len", column)) => {
                    if let Some(range) = range(value) {
                        self.lengths.insert(column.to_owned(), range);
                    }
                }
                Some(("time", column)) => {
                    if let Some(range) = time_range(value) {
                        self.times.insert(column.to_owned(), range);
                    }
                }
                Some(("null", column)) if value == "yes" || value == "no" => {
                    self.nulls.insert(column.to_owned(), value == "yes");
                }
                Some((end @ ("min" | "max"), column)) => {
                    let Some(value) = number(value) else { return };
                    let range = self.ranges.entry(column.to_owned()).or_default();
                    *(if end == "min" { &mut range.0 } else { &mut range.1 }) = Some(value);
                }
                _ => {}
            },
        }
    }

    /// The members of an address with this state.
    fn pairs(&self) -> Vec<(String, String)> {
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
        self.splits.iter().for_each(|split| pair("split", split.clone()));
        for (column, values) in &self.values {
            values.iter().for_each(|value| pair(&format!("f.{column}"), value.clone()));
        }
        let end = |end: &Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
        for (column, (from, to)) in &self.ranges {
            pair(&format!("f.{column}"), format!("{}..{}", end(from), end(to)));
        }
        for (column, concepts) in &self.concepts {
            concepts.iter().for_each(|concept| pair(&format!("is.{column}"), concept.clone()));
        }
        for (column, (from, to)) in &self.lengths {
            pair(&format!("len.{column}"), format!("{}..{}", end(from), end(to)));
        }
        for (column, (from, to)) in &self.times {
            pair(&format!("time.{column}"), format!("{from}..{to}"));
        }
        for (column, wanted) in &self.nulls {
            pair(&format!("null.{column}"), (if *wanted { "yes" } else { "no" }).to_owned());
        }
        if let Some(sort) = &self.sort {
            pair("sort", sort.clone());
        }
        if let Some(size) = self.size {
            pair("size", size.to_string());
        }
        if self.at > 0 {
            pair("at", self.at.to_string());
        }
        pairs
    }

    /// The query of an address with this state, with `?`; empty for the whole list.
    pub fn query(&self) -> String {
        let encoded =
            |(key, value): &(String, String)| format!("{}={}", show::encoded(key), show::encoded(value));
        let text: Vec<String> = self.pairs().iter().map(encoded).collect();
        if text.is_empty() { String::new() } else { format!("?{}", text.join("&")) }
    }

    /// The members for which the form of filters has no field; it keeps them.
    pub fn kept(&self) -> Vec<(String, String)> {
        let is_kept = |key: &str| {
            matches!(key, "rev" | "view" | "sort" | "size")
                || ["len.", "time.", "null."].iter().any(|kind| key.starts_with(kind))
        };
        self.pairs().into_iter().filter(|(key, _)| is_kept(key)).collect()
    }

    /// The same filters, from the `at`-th sample on.
    pub fn from(&self, at: u64) -> Self {
        Self { at, ..self.clone() }
    }

    pub fn is_filtered(&self) -> bool {
        !(self.filter.is_empty()
            && self.splits.is_empty()
            && self.values.is_empty()
            && self.ranges.is_empty()
            && self.concepts.is_empty()
            && self.lengths.is_empty()
            && self.times.is_empty()
            && self.nulls.is_empty())
    }

    /// The size of thumbnails for cells of this width.
    pub fn thumbnail_size(&self, width: u32) -> u32 {
        SIZES.into_iter().find(|size| *size >= width).unwrap_or(SIZES[SIZES.len() - 1])
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
        for split in &self.splits {
            let words = format!("split is {split}");
            chips.push((words, without(&|state| state.splits.retain(|held| held != split))));
        }
        for (column, values) in &self.values {
            for value in values {
                let words = format!("{column} is {}", show::cut(value, 60));
                chips.push((words, without(&|state| remove(&mut state.values, column, value))));
            }
        }
        for (column, range) in &self.ranges {
            if let Some(words) = in_words(column, *range) {
                chips.push((words, without(&|state| _ = state.ranges.remove(column))));
            }
        }
        for (column, concepts) in &self.concepts {
            for concept in concepts {
                let words = format!("{column} is a {concept}");
                chips.push((words, without(&|state| remove(&mut state.concepts, column, concept))));
            }
        }
        for (column, range) in &self.lengths {
            if let Some(words) = in_words(&format!("length of {column}"), *range) {
                chips.push((words, without(&|state| _ = state.lengths.remove(column))));
            }
        }
        for (column, (from, to)) in &self.times {
            let words = match (from.is_empty(), to.is_empty()) {
                (false, false) => format!("{column} {from} – {to}"),
                (false, true) => format!("{column} from {from}"),
                _ => format!("{column} until {to}"),
            };
            chips.push((words, without(&|state| _ = state.times.remove(column))));
        }
        for (column, wanted) in &self.nulls {
            let words = if *wanted { format!("no {column}") } else { format!("has {column}") };
            chips.push((words, without(&|state| _ = state.nulls.remove(column))));
        }
        chips
    }

    /// Whether a class or value is chosen.
    pub fn has(&self, column: &str, value: &str) -> bool {
        self.values.get(column).is_some_and(|values| values.iter().any(|held| held == value))
    }
}

fn add(values: &mut Vec<String>, value: &str) {
    if !values.iter().any(|held| held == value) {
        values.push(value.to_owned());
    }
}

fn remove(of: &mut BTreeMap<String, Vec<String>>, column: &str, value: &str) {
    if let Some(values) = of.get_mut(column) {
        values.retain(|held| held != value);
        if values.is_empty() {
            of.remove(column);
        }
    }
}

/// `width 1 – 2`, `width ≥ 1`; `None` where both ends are open.
fn in_words(column: &str, range: Range) -> Option<String> {
    Some(match range {
        (Some(from), Some(to)) => format!("{column} {} – {}", show::float(from), show::float(to)),
        (Some(from), None) => format!("{column} ≥ {}", show::float(from)),
        (None, Some(to)) => format!("{column} ≤ {}", show::float(to)),
        (None, None) => return None,
    })
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

/// `2026-01-01..2026-02-01T12:00:00Z`, open at one end too; `None` for what is no range of times.
fn time_range(text: &str) -> Option<(String, String)> {
    let (from, to) = text.split_once("..")?;
    let is_time = |text: &str| {
        text.is_empty()
            || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
            || DateTime::parse_from_rfc3339(text).is_ok()
    };
    (is_time(from) && is_time(to) && !(from.is_empty() && to.is_empty()))
        .then(|| (from.to_owned(), to.to_owned()))
}

fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_and_its_address_are_the_same() {
        let query = "?rev=v%201&view=table&where=n%20%3E%202&split=val&f.label=a%26b&f.label=it%27s&f.image.width=256..\
                     &is.label=dog.n.01&len.objects=2..&time.at=2026-01-31..2026-02-01T12%3A00%3A00Z\
                     &null.label=yes&sort=-n&size=96&at=100";
        let state = ListState::parse(&query[1..]);
        assert_eq!(state.query(), query);
        assert_eq!(ListState::parse(&state.query()[1..]), state);
        let kept: Vec<String> = state.kept().into_iter().map(|(key, _)| key).collect();
        assert_eq!(kept, ["rev", "view", "len.objects", "time.at", "null.label", "sort", "size"]);
        let condition = "(n > 2) AND at >= '2026-01-31' AND at <= '2026-02-01T12:00:00Z' AND image.width >= 256 \
             AND (label IN ('a&b', 'it''s') OR isa(label, 'dog.n.01') OR label IS NULL) AND \
             cardinality(objects) >= 2";
        assert_eq!(state.condition().as_deref(), Some(condition));
        assert_eq!((state.chips().len(), state.split(), state.thumbnail_size(100)), (9, Some("val"), 192));
        assert!(!state.chips()[2].1.has("label", "a&b") && state.chips()[2].1.has("label", "it's"));
    }

    #[test]
    fn several_splits_are_a_condition() {
        let state = ListState::parse("split=train&split=val&split=val&null.n=no&f.n=1..2&null.label=maybe");
        assert_eq!(state.split(), None);
        let condition = "split IN ('train', 'val') AND n >= 1 AND n <= 2 AND n IS NOT NULL";
        assert_eq!(state.condition().as_deref(), Some(condition));
        assert_eq!(state.query(), "?split=train&split=val&f.n=1..2&null.n=no");
        assert_eq!(state.chips()[0].1.split(), Some("val"));
    }

    #[test]
    fn what_a_form_leaves_empty_is_no_filter() {
        let state = ListState::parse("where=&split=&f.label=&min.n=&max.n=3&size=7&view=none&other=1");
        assert_eq!(state.query(), "?f.n=..3");
        assert_eq!(state.condition().as_deref(), Some("n <= 3"));
        assert_eq!(ListState::parse("").query(), "");
        assert!(!ListState::parse("at=9&view=table").is_filtered());
    }

    #[test]
    fn what_is_no_range_is_a_value() {
        assert_eq!(range("a..b"), None);
        assert_eq!(range("NaN..1"), None);
        assert_eq!(range("1..inf"), None);
        assert_eq!([time_range(".."), time_range("2026-02-30..")], [None, None]);
        assert_eq!(time_range("..2026-02-28"), Some((String::new(), "2026-02-28".to_owned())));
    }
}
