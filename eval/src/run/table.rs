//! Predictions as a Parquet file: a row a sample.
//!
//! | column | type | meaning |
//! |---|---|---|
//! | `row_id`, `position` | uint64 | the row, and where it stands in the revision |
//! | `item` | int64 | which of the row's boxes it is, from 0; null: the whole image |
//! | `name` | text | the image's path as it was pushed |
//! | `status` | text | `scored`, `no_label`, `unreachable`, `corrupt`, `failed` |
//! | `problem` | text | why there is no prediction |
//! | `label`, `label_number` | text, int64 | the data set's class |
//! | `predicted`, `predicted_number` | text, int64 | the model's most probable class |
//! | `probability` | float64 | its probability |
//! | `correct` | bool | is it right? |
//! | `rank` | int64 | the place of the first right class, from 1 |
//! | `label_probability`, `loss` | float64 | of the right classes; natural logarithm |
//! | `margin` | float64 | probability of the first class less that of the second |
//! | `top_classes`, `top_numbers`, `top_probabilities` | lists | the most probable classes, best first |
//!
//! The others are what scores are computed from: `right_number`, `sum_of_squares`, `verdict`, `top5_correct`,
//! `restricted_number`, `restricted_correct`, `restricted_top5_correct`, `summed_label`, `valid_numbers`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Float64Builder, Int64Array, Int64Builder,
    ListBuilder, RecordBatch, StringArray, StringBuilder, UInt64Array,
};
use arrow::datatypes::{Float64Type, Int64Type, UInt64Type};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use hub_schema::RowId;

use crate::inference::{Class, Outcome, SamplePrediction};
use crate::score::Prediction;
use crate::score::label_space::{Judgement, Verdict};

/// A file that is not one of predictions.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Parquet can't read or write it.
    #[error("predictions can't be read or written as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Arrow refuses it.
    #[error("predictions can't be put into a table")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A column is missing or has another type.
    #[error("the predictions have no column '{column}' of the type {expected}")]
    Column {
        /// The column's name.
        column: &'static str,
        /// Its type in Arrow.
        expected: &'static str,
    },
    /// A value out of range.
    #[error("row {row} of the predictions: {problem}")]
    Row {
        /// The row, from 0.
        row: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

/// The table of predictions, with the names of classes.
///
/// # Errors
/// Arrow refuses it.
pub fn table(
    samples: &[SamplePrediction],
    classes: &[Class],
    labels: &[Class],
) -> Result<RecordBatch, TableError> {
    let name = |of: &[Class], number: Option<usize>| {
        number.map(|n| of.get(n).map_or_else(|| n.to_string(), |c| c.name.clone()))
    };
    let int = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let predictions = || samples.iter().map(SamplePrediction::prediction);
    let judgements = || samples.iter().map(SamplePrediction::judgement);
    let float = |value: fn(&Prediction) -> Option<f64>| -> ArrayRef {
        Arc::new(predictions().map(|p| p.and_then(value)).collect::<Float64Array>())
    };
    let number = |value: fn(&Prediction) -> Option<usize>| -> ArrayRef {
        Arc::new(predictions().map(|p| p.and_then(value).map(int)).collect::<Int64Array>())
    };
    let judged = |value: fn(&Judgement) -> bool| -> ArrayRef {
        Arc::new(judgements().map(|j| j.map(value)).collect::<BooleanArray>())
    };
    let judged_number = |value: fn(&Judgement) -> usize| -> ArrayRef {
        Arc::new(judgements().map(|j| j.map(value).map(int)).collect::<Int64Array>())
    };
    let text = |values: Vec<Option<String>>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let ids = samples.iter().map(|s| s.row_id).collect::<UInt64Array>();
    let positions = samples.iter().map(|s| s.position).collect::<UInt64Array>();
    let items = samples.iter().map(|s| s.item.map(i64::from)).collect::<Int64Array>();
    let label_numbers = samples.iter().map(|s| s.label.map(int)).collect::<Int64Array>();
    let correct = samples.iter().map(SamplePrediction::is_right).collect::<BooleanArray>();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("row_id", Arc::new(ids)),
        ("position", Arc::new(positions)),
        ("item", Arc::new(items)),
        ("name", text(samples.iter().map(|s| s.name.clone()).collect())),
        ("status", text(samples.iter().map(|s| Some(status(s).to_owned())).collect())),
        ("problem", text(samples.iter().map(|s| s.problem().map(str::to_owned)).collect())),
        ("label", text(samples.iter().map(|s| name(labels, s.label)).collect())),
        ("label_number", Arc::new(label_numbers)),
        ("predicted", text(predictions().map(|p| name(classes, p.and_then(Prediction::class))).collect())),
        ("predicted_number", number(Prediction::class)),
        ("probability", float(|p| Some(p.confidence()))),
        ("correct", Arc::new(correct)),
        ("rank", number(|p| p.rank.map(|rank| rank + 1))),
        ("label_probability", float(|p| p.label_probability)),
        ("loss", float(|p| p.loss)),
        ("margin", float(|p| Some(p.margin()))),
        ("top_classes", top_names(samples, classes)),
        ("top_numbers", top_numbers(samples)),
        ("top_probabilities", top_probabilities(samples)),
        ("right_number", number(|p| p.label)),
        ("sum_of_squares", float(|p| Some(p.sum_of_squares))),
        ("verdict", text(judgements().map(|j| j.map(|j| verdict(j.plain).to_owned())).collect())),
        ("top5_correct", judged(|j| j.top5_right)),
        ("restricted_number", judged_number(|j| j.restricted)),
        ("restricted_correct", judged(|j| j.restricted_right)),
        ("restricted_top5_correct", judged(|j| j.restricted_top5_right)),
        ("summed_label", judged_number(|j| j.summed)),
        ("valid_numbers", valid_numbers(samples)),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, array)| (name, array, !matches!(name, "row_id" | "position" | "status"))),
    )?)
}

fn status(sample: &SamplePrediction) -> &'static str {
    match &sample.outcome {
        Outcome::Corrupt(_) => "corrupt",
        Outcome::Failed(_) => "failed",
        Outcome::Predicted { .. } if sample.label.is_none() => "no_label",
        Outcome::Predicted { prediction, .. } if prediction.label.is_none() => "unreachable",
        Outcome::Predicted { .. } => "scored",
    }
}

const VERDICTS: [(Verdict, &str); 4] = [
    (Verdict::Right, "right"),
    (Verdict::Coarser, "coarser"),
    (Verdict::AnotherLabel, "another_label"),
    (Verdict::Outside, "outside"),
];

fn verdict(of: Verdict) -> &'static str {
    VERDICTS.iter().find(|(verdict, _)| *verdict == of).map_or("", |(_, name)| name)
}

fn top_names(samples: &[SamplePrediction], classes: &[Class]) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for sample in samples {
        let top = sample.prediction().map(|p| p.top.as_slice());
        for (class, _) in top.unwrap_or_default().iter().take(5) {
            lists.values().append_option(classes.get(*class).map(|class| class.name.as_str()));
        }
        lists.append(top.is_some());
    }
    Arc::new(lists.finish())
}

fn top_numbers(samples: &[SamplePrediction]) -> ArrayRef {
    let mut lists = ListBuilder::new(Int64Builder::new());
    for sample in samples {
        let top = sample.prediction().map(|p| p.top.as_slice());
        top.unwrap_or_default().iter().for_each(|(class, _)| lists.values().append_value(*class as i64));
        lists.append(top.is_some());
    }
    Arc::new(lists.finish())
}

fn top_probabilities(samples: &[SamplePrediction]) -> ArrayRef {
    let mut lists = ListBuilder::new(Float64Builder::new());
    for sample in samples {
        let top = sample.prediction().map(|p| p.top.as_slice());
        top.unwrap_or_default().iter().for_each(|(_, probability)| lists.values().append_value(*probability));
        lists.append(top.is_some());
    }
    Arc::new(lists.finish())
}

fn valid_numbers(samples: &[SamplePrediction]) -> ArrayRef {
    let mut lists = ListBuilder::new(Int64Builder::new());
    for sample in samples {
        sample.valid.iter().flatten().for_each(|class| lists.values().append_value(*class as i64));
        lists.append(sample.valid.is_some());
    }
    Arc::new(lists.finish())
}

/// The table for SQL: as it is, but with row ids as text, as the table `samples` has them.
///
/// # Errors
/// There is no column of row ids.
pub fn for_sql(table: &RecordBatch) -> Result<RecordBatch, TableError> {
    let (columns, schema) = (Columns(table), table.schema());
    let ids = columns.ids("row_id")?;
    let ids: StringArray = ids.values().iter().map(|id| Some(RowId::from_raw(*id).to_string())).collect();
    let columns = schema.fields().iter().zip(table.columns()).map(|(field, column)| {
        let column =
            if field.name() == "row_id" { Arc::new(ids.clone()) as ArrayRef } else { Arc::clone(column) };
        (field.name().clone(), column)
    });
    Ok(RecordBatch::try_from_iter(columns.collect::<Vec<_>>())?)
}

/// The table as a Parquet file.
///
/// # Errors
/// Parquet refuses it.
pub fn to_parquet(table: &RecordBatch) -> Result<Bytes, TableError> {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3)?);
    let properties = WriterProperties::builder().set_compression(zstd).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties))?;
    writer.write(table)?;
    Ok(writer.into_inner()?.into())
}

/// A Parquet file as one table.
///
/// # Errors
/// It isn't one.
pub fn from_parquet(file: Bytes) -> Result<RecordBatch, TableError> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let schema = Arc::clone(reader.schema());
    let batches = reader.build()?.collect::<Result<Vec<_>, _>>()?;
    Ok(arrow::compute::concat_batches(&schema, &batches)?)
}

/// Columns of a table by name and type.
pub(super) struct Columns<'a>(pub(super) &'a RecordBatch);

impl Columns<'_> {
    fn column(&self, column: &'static str, expected: &'static str) -> Result<&ArrayRef, TableError> {
        self.0.column_by_name(column).ok_or(TableError::Column { column, expected })
    }

    pub(super) fn ints(&self, column: &'static str) -> Result<&Int64Array, TableError> {
        let found = self.column(column, "int64")?.as_primitive_opt::<Int64Type>();
        found.ok_or(TableError::Column { column, expected: "int64" })
    }

    pub(super) fn ids(&self, column: &'static str) -> Result<&UInt64Array, TableError> {
        let found = self.column(column, "uint64")?.as_primitive_opt::<UInt64Type>();
        found.ok_or(TableError::Column { column, expected: "uint64" })
    }

    fn floats(&self, column: &'static str) -> Result<&Float64Array, TableError> {
        let found = self.column(column, "float64")?.as_primitive_opt::<Float64Type>();
        found.ok_or(TableError::Column { column, expected: "float64" })
    }

    fn bools(&self, column: &'static str) -> Result<&BooleanArray, TableError> {
        let found = self.column(column, "bool")?.as_boolean_opt();
        found.ok_or(TableError::Column { column, expected: "bool" })
    }

    pub(super) fn texts(&self, column: &'static str) -> Result<&StringArray, TableError> {
        let found = self.column(column, "text")?.as_string_opt::<i32>();
        found.ok_or(TableError::Column { column, expected: "text" })
    }

    pub(super) fn list(&self, column: &'static str, row: usize) -> Result<Option<ArrayRef>, TableError> {
        let lists = self.column(column, "list")?.as_list_opt::<i32>();
        let lists = lists.ok_or(TableError::Column { column, expected: "list" })?;
        Ok((!lists.is_null(row)).then(|| lists.value(row)))
    }
}

/// The predictions of a table.
///
/// # Errors
/// It isn't one of predictions.
pub fn samples(table: &RecordBatch) -> Result<Vec<SamplePrediction>, TableError> {
    let columns = Columns(table);
    (0..table.num_rows()).map(|row| sample(&columns, row)).collect()
}

fn sample(columns: &Columns<'_>, row: usize) -> Result<SamplePrediction, TableError> {
    let text = |column| -> Result<Option<String>, TableError> {
        let texts = columns.texts(column)?;
        Ok((!texts.is_null(row)).then(|| texts.value(row).to_owned()))
    };
    let number = |column| -> Result<Option<usize>, TableError> {
        let ints = columns.ints(column)?;
        if ints.is_null(row) {
            return Ok(None);
        }
        let number = usize::try_from(ints.value(row));
        number.map(Some).map_err(|_| TableError::Row { row, problem: "a negative class number" })
    };
    let problem = text("problem")?.unwrap_or_default();
    let outcome = match text("status")?.unwrap_or_default().as_str() {
        "corrupt" => Outcome::Corrupt(problem),
        "failed" => Outcome::Failed(problem),
        _ => {
            Outcome::Predicted { prediction: prediction(columns, row)?, judgement: judgement(columns, row)? }
        }
    };
    let valid = columns.list("valid_numbers", row)?;
    let valid = valid.as_ref().and_then(|list| list.as_primitive_opt::<Int64Type>());
    Ok(SamplePrediction {
        row_id: columns.ids("row_id")?.value(row),
        position: columns.ids("position")?.value(row),
        item: number("item")?.and_then(|item| u32::try_from(item).ok()),
        name: text("name")?,
        label: number("label_number")?,
        valid: valid.map(|list| list.iter().flatten().filter_map(|n| usize::try_from(n).ok()).collect()),
        outcome,
    })
}

fn prediction(columns: &Columns<'_>, row: usize) -> Result<Prediction, TableError> {
    let float = |column| -> Result<Option<f64>, TableError> {
        let floats = columns.floats(column)?;
        Ok((!floats.is_null(row)).then(|| floats.value(row)))
    };
    let number = |column| -> Result<Option<usize>, TableError> {
        let ints = columns.ints(column)?;
        Ok(if ints.is_null(row) { None } else { usize::try_from(ints.value(row)).ok() })
    };
    let (numbers, probabilities) =
        (columns.list("top_numbers", row)?, columns.list("top_probabilities", row)?);
    let numbers = numbers.as_ref().and_then(|list| list.as_primitive_opt::<Int64Type>());
    let probabilities = probabilities.as_ref().and_then(|list| list.as_primitive_opt::<Float64Type>());
    let (Some(numbers), Some(probabilities)) = (numbers, probabilities) else {
        return Err(TableError::Row { row, problem: "a prediction without classes" });
    };
    let top = numbers
        .iter()
        .zip(probabilities.iter())
        .filter_map(|(class, probability)| Some((usize::try_from(class?).ok()?, probability?)));
    Ok(Prediction {
        label: number("right_number")?,
        top: top.collect(),
        rank: number("rank")?.map(|rank| rank.saturating_sub(1)),
        label_probability: float("label_probability")?,
        loss: float("loss")?,
        sum_of_squares: float("sum_of_squares")?.unwrap_or(f64::NAN),
    })
}

fn judgement(columns: &Columns<'_>, row: usize) -> Result<Option<Judgement>, TableError> {
    let verdicts = columns.texts("verdict")?;
    if verdicts.is_null(row) {
        return Ok(None);
    }
    let plain = VERDICTS.iter().find(|(_, name)| *name == verdicts.value(row));
    let plain = plain.ok_or(TableError::Row { row, problem: "an unknown verdict" })?.0;
    let number = |column| -> Result<usize, TableError> {
        let found = usize::try_from(columns.ints(column)?.value(row));
        found.map_err(|_| TableError::Row { row, problem: "a negative class number" })
    };
    Ok(Some(Judgement {
        plain,
        top5_right: columns.bools("top5_correct")?.value(row),
        restricted: number("restricted_number")?,
        restricted_right: columns.bools("restricted_correct")?.value(row),
        restricted_top5_right: columns.bools("restricted_top5_correct")?.value(row),
        summed: number("summed_label")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(names: &[&str]) -> Vec<Class> {
        names.iter().map(|name| Class { name: (*name).to_owned(), synset: None }).collect()
    }

    /// Scores that are computed again from a file, after a resume or years later, are the same to the last bit.
    #[test]
    fn predictions_come_back_exactly() {
        let (prediction, _) = Prediction::among(&[1], &[0.1, 0.7, 2.3], false, 3).unwrap();
        let judgement = Judgement {
            plain: Verdict::AnotherLabel,
            top5_right: true,
            restricted: 2,
            restricted_right: false,
            restricted_top5_right: true,
            summed: 0,
        };
        let base = SamplePrediction {
            row_id: 7,
            position: 3,
            item: Some(4),
            name: Some("a/b.png".into()),
            label: Some(1),
            valid: Some(vec![0, 2]),
            outcome: Outcome::Predicted { prediction, judgement: Some(judgement) },
        };
        let unlabelled = Prediction::among(&[], &[0.1, 0.7, 2.3], false, 3).unwrap().0;
        let made = vec![
            base.clone(),
            SamplePrediction {
                row_id: 8,
                name: None,
                valid: None,
                outcome: Outcome::Corrupt("torn".into()),
                ..base.clone()
            },
            SamplePrediction {
                row_id: 9,
                valid: Some(vec![]),
                outcome: Outcome::Failed("NaN".into()),
                ..base.clone()
            },
            SamplePrediction {
                row_id: 10,
                label: None,
                outcome: Outcome::Predicted { prediction: unlabelled, judgement: None },
                ..base
            },
        ];
        let names = classes(&["a", "b", "c"]);
        let table = table(&made, &names, &names).unwrap();
        assert_eq!(samples(&from_parquet(to_parquet(&table).unwrap()).unwrap()).unwrap(), made);
        let status = table.column_by_name("status").unwrap().as_string::<i32>();
        assert_eq!(status.iter().flatten().collect::<Vec<_>>(), ["scored", "corrupt", "failed", "no_label"]);
    }

    #[test]
    fn another_file_is_refused() {
        let table =
            RecordBatch::try_from_iter([("x", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
        assert_eq!(
            samples(&table).unwrap_err().to_string(),
            "the predictions have no column 'problem' of the type text"
        );
    }
}
