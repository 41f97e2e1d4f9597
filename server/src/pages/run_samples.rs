//! Samples of a run with their pictures.

use hub_eval::inference::{Outcome, SamplePrediction};
use hub_eval::run::{ClassNames, Flip, Run};
use hub_schema::{CommitParent, DatasetName, RowId};

use super::SetFrame;
use super::run_charts::percent;
use super::set_frame::{pinned, thumbnail};
use super::show;

/// A sample with what a model said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    pub href: String,
    pub picture: String,
    /// What the model said; of two, each with whether it is right.
    pub said: Vec<(String, bool)>,
    pub label: String,
    pub note: String,
}

pub struct Shots<'a> {
    dataset: &'a DatasetName,
    set: &'a SetFrame,
    at: &'a CommitParent,
    column: &'a str,
    names: &'a ClassNames,
    run: String,
}

impl<'a> Shots<'a> {
    pub fn of(dataset: &'a DatasetName, set: &'a SetFrame, run: &'a Run, names: &'a ClassNames) -> Self {
        let run_id = run.header.id.to_string();
        Self { dataset, set, at: &run.header.commit, column: &run.evaluated.data.image, names, run: run_id }
    }

    fn shot(&self, row_id: u64, said: Vec<(String, bool)>, label: Option<usize>, note: String) -> Shot {
        let row_id = RowId::from_raw(row_id).to_string();
        let rev = show::encoded(&pinned(self.at));
        Shot {
            href: format!("{}/samples/{row_id}?rev={rev}&run={}", self.set.base, self.run),
            picture: thumbnail(self.dataset, self.at, &row_id, self.column, 192),
            label: label.map_or_else(|| "no label".to_owned(), |label| self.names.label(label)),
            said,
            note,
        }
    }

    /// What the run said of a sample.
    pub fn of_sample(&self, sample: &SamplePrediction) -> Shot {
        let item = sample.item.map(|item| format!("box {}, ", item + 1)).unwrap_or_default();
        let (words, note) = match &sample.outcome {
            Outcome::Predicted { prediction, .. } => (
                said(self.names, prediction.class()),
                format!("{item}{} sure", percent(prediction.confidence())),
            ),
            Outcome::Corrupt(problem) => ("can’t be decoded".to_owned(), format!("{item}{problem}")),
            Outcome::Failed(problem) => ("no prediction".to_owned(), format!("{item}{problem}")),
        };
        self.shot(sample.row_id, vec![(words, sample.is_right() == Some(true))], sample.label, note)
    }

    /// What two runs said of a sample; `others` are the names of the second run's classes.
    pub fn of_flip(&self, flip: &Flip, others: &ClassNames) -> Shot {
        let both = vec![
            (said(self.names, flip.first_class), flip.first_right),
            (said(others, flip.second_class), !flip.first_right),
        ];
        let note = format!("the wrong one {} sure", percent(flip.confidence));
        self.shot(flip.row_id, both, flip.label, note)
    }
}

/// The name of the class that was predicted.
fn said(names: &ClassNames, class: Option<usize>) -> String {
    class.map_or_else(|| "nothing".to_owned(), |class| names.class(class))
}
