//! Reading a label map: everything is checked, and the first mistake is named by line and column.

use std::collections::HashMap;

use super::{LabelMapError, LabelMapProblem, MappedLabel};
use crate::text::shown;
use crate::{SynsetId, WordNet};

/// Where the columns are that matter, from 0.
struct Columns {
    label: usize,
    synset: usize,
    name: Option<usize>,
    how: Option<usize>,
}

/// The rows of a label map.
///
/// ```
/// let rows = hub_wordnet::read_label_map("label\tsynset\npuppy\tdog.n.01\nthing\t-\n")?;
/// assert_eq!(rows[0].synset.unwrap().to_string(), "n02084071");
/// assert_eq!(rows[1].synset, None);
/// # Ok::<(), hub_wordnet::LabelMapError>(())
/// ```
///
/// # Errors
/// The first mistake: see [`LabelMapProblem`].
pub fn read_label_map(text: &str) -> Result<Vec<MappedLabel>, LabelMapError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines =
        (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let (line, header) = lines.next().unwrap_or((1, ""));
    let columns = Columns::read(line, header)?;
    let mut rows = Vec::new();
    let mut first_lines: HashMap<String, usize> = HashMap::new();
    for (line, text) in lines {
        let row = columns.row(line, text)?;
        if let Some(first) = first_lines.insert(row.label.clone(), line) {
            let problem = LabelMapProblem::Twice { label: shown(&row.label), first };
            return Err(LabelMapError { line, column: columns.label + 1, problem });
        }
        rows.push(row);
    }
    Ok(rows)
}

impl Columns {
    fn read(line: usize, header: &str) -> Result<Self, LabelMapError> {
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, name) in header.split('\t').enumerate() {
            let name = name.trim().to_lowercase();
            if !name.is_empty() && places.insert(name.clone(), place).is_some() {
                let problem = LabelMapProblem::ColumnTwice(shown(&name));
                return Err(LabelMapError { line, column: place + 1, problem });
            }
        }
        let place = |name: &str| places.get(name).copied();
        let (Some(label), Some(synset)) = (place("label"), place("synset")) else {
            let problem = LabelMapProblem::Header(shown(header));
            return Err(LabelMapError { line, column: 1, problem });
        };
        Ok(Self { label, synset, name: place("name"), how: place("how") })
    }

    fn row(&self, line: usize, text: &str) -> Result<MappedLabel, LabelMapError> {
        let cells: Vec<&str> = text.split('\t').collect();
        let wrong =
            |place: usize, problem: LabelMapProblem| LabelMapError { line, column: place + 1, problem };
        let cell = |place: usize| {
            let short =
                || LabelMapProblem::Short { found: cells.len(), expected: self.label.max(self.synset) + 1 };
            cells.get(place).copied().ok_or_else(|| wrong(cells.len(), short()))
        };
        let label = unescaped(cell(self.label)?).map_err(|problem| wrong(self.label, problem))?;
        if label.is_empty() {
            return Err(wrong(self.label, LabelMapProblem::NoLabel));
        }
        let synset = filled(cell(self.synset)?).map(|text| WordNet::get().resolve(text)).transpose();
        let synset = synset.map_err(|error| wrong(self.synset, error.into()))?;
        // A spreadsheet may cut empty cells off the end of a line.
        let optional =
            |place: Option<usize>| place.and_then(|place| cells.get(place)).and_then(|cell| filled(cell));
        if let (Some(place), Some(id), Some(name)) = (self.name, synset, optional(self.name)) {
            check_name(id, name).map_err(|problem| wrong(place, problem))?;
        }
        let how = optional(self.how).unwrap_or_default();
        let how = unescaped(how).unwrap_or_else(|_| how.to_owned());
        Ok(MappedLabel { label, synset, how })
    }
}

/// A cell's text; none for an empty one or `-`.
fn filled(cell: &str) -> Option<&str> {
    Some(cell.trim()).filter(|text| !text.is_empty() && *text != "-")
}

fn check_name(synset: SynsetId, name: &str) -> Result<(), LabelMapProblem> {
    let wn = WordNet::get();
    if wn.resolve(name) == Ok(synset) {
        return Ok(());
    }
    let expected = wn.synset(synset).map(|synset| synset.name()).unwrap_or_default();
    Err(LabelMapProblem::Name { synset, expected, found: shown(name) })
}

fn unescaped(cell: &str) -> Result<String, LabelMapProblem> {
    let mut text = String::with_capacity(cell.len());
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('t') => text.push('\t'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some(plain @ ('\\' | '#')) => text.push(plain),
            other => {
                return Err(LabelMapProblem::Escape(
                    other.map(|c| shown(&c.to_string())).unwrap_or_default(),
                ));
            }
        }
    }
    Ok(text)
}
