//! The names of classes, as a table of predictions has them: it can be read where the model is no more.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;

use super::table::{Columns, TableError};

/// The names of a run's classes by their numbers. Only classes that occur in the predictions have one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassNames {
    classes: HashMap<usize, String>,
    labels: HashMap<usize, String>,
}

impl ClassNames {
    /// The names in a table of predictions.
    ///
    /// # Errors
    /// It isn't one.
    pub fn of(table: &RecordBatch) -> Result<Self, TableError> {
        let columns = Columns(table);
        let mut names = Self {
            classes: pairs(&columns, "predicted_number", "predicted")?,
            labels: pairs(&columns, "label_number", "label")?,
        };
        for row in 0..table.num_rows() {
            let (numbers, texts) = (columns.list("top_numbers", row)?, columns.list("top_classes", row)?);
            let (Some(numbers), Some(texts)) = (numbers, texts) else { continue };
            let numbers = numbers.as_primitive_opt::<Int64Type>();
            let (Some(numbers), Some(texts)) = (numbers, texts.as_string_opt::<i32>()) else { continue };
            for (number, text) in numbers.iter().zip(texts.iter()) {
                let number = number.and_then(|number| usize::try_from(number).ok());
                if let (Some(number), Some(text)) = (number, text)
                    && !names.classes.contains_key(&number)
                {
                    names.classes.insert(number, text.to_owned());
                }
            }
        }
        Ok(names)
    }

    /// The name of one of the model's classes; its number where no prediction has it.
    pub fn class(&self, number: usize) -> String {
        self.classes.get(&number).cloned().unwrap_or_else(|| number.to_string())
    }

    /// The name of one of the data set's classes; its number where no sample has it.
    pub fn label(&self, number: usize) -> String {
        self.labels.get(&number).cloned().unwrap_or_else(|| number.to_string())
    }
}

fn pairs(
    columns: &Columns<'_>,
    numbers: &'static str,
    texts: &'static str,
) -> Result<HashMap<usize, String>, TableError> {
    let (numbers, texts) = (columns.ints(numbers)?, columns.texts(texts)?);
    let rows = (0..numbers.len()).filter(|row| !numbers.is_null(*row) && !texts.is_null(*row));
    let pair = |row: usize| Some((usize::try_from(numbers.value(row)).ok()?, texts.value(row).to_owned()));
    Ok(rows.filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inference::{Class, Outcome, SamplePrediction};
    use crate::run::table::table;
    use crate::score::Prediction;

    #[test]
    fn classes_are_named_as_they_were_when_the_model_ran() {
        let class = |name: &str| Class { name: name.to_owned(), synset: None };
        let (classes, labels) =
            ([class("red"), class("green"), class("blue")], [class("rot"), class("grün")]);
        let prediction = Prediction::from_probabilities(Some(1), &[0.1, 0.2, 0.7], 2).unwrap();
        let sample = SamplePrediction {
            row_id: 1,
            position: 0,
            item: None,
            name: None,
            label: Some(1),
            valid: None,
            outcome: Outcome::Predicted { prediction, judgement: None },
        };
        let names = ClassNames::of(&table(&[sample], &classes, &labels).unwrap()).unwrap();
        assert_eq!(
            (names.class(2), names.class(1), names.label(1)),
            ("blue".into(), "green".into(), "grün".into())
        );
        // Not among the two that were kept, and a label that no sample has.
        assert_eq!((names.class(0), names.label(0)), ("0".into(), "0".into()));
    }
}
