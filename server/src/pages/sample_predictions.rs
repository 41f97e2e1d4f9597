//! What runs say of a sample: one of them with its most probable classes, the others in a line.

use std::collections::HashSet;

use hub_dataset::Snapshot;
use hub_schema::api::{RowPrediction, RowPredictions, RowView};

use super::SetVisit;
use super::run_charts::percent;
use super::show;
use crate::state::AppState;
use crate::views::predictions::row_predictions;
use crate::views::value::in_words;

/// The prediction of the whole image.
pub struct Said {
    pub model: String,
    /// Where its run is.
    pub href: String,
    pub words: String,
    /// Whether the label is another class; `None` where that can't be said.
    pub disagrees: Option<bool>,
    pub classes: Vec<SaidClass>,
    /// How sure it is of the first class, in words.
    pub margin: String,
    pub others: Vec<Other>,
}

/// A class with its probability.
pub struct SaidClass {
    pub name: String,
    pub percent: String,
    /// Of the bar, in percent.
    pub width: String,
    pub is_label: bool,
}

/// What another run says.
pub struct Other {
    /// This sample with that run.
    pub href: String,
    pub model: String,
    pub words: String,
}

/// What runs predicted of a row: the newest, and the one of the address. A run that can't be read has said nothing.
pub async fn read(
    state: &AppState,
    visit: &SetVisit,
    snapshot: &Snapshot,
    row_id: &str,
    run: Option<&str>,
) -> Option<RowPredictions> {
    let of = |run| row_predictions(state, &visit.set, snapshot, row_id, run);
    let mut found = match of(None).await {
        Ok(found) => found,
        Err(problem) => {
            tracing::warn!(dataset = %visit.set.info.name, %problem, "the predictions of a row can't be read");
            return None;
        }
    };
    if let Some(run) = run.filter(|run| !found.predictions.iter().any(|of| of.run == *run))
        && let Ok(chosen) = of(Some(run)).await
    {
        found.predictions.extend(chosen.predictions);
    }
    (!found.predictions.is_empty()).then_some(found)
}

impl Said {
    /// What the run of the address says of the whole image, else the newest; `None` where none does. `address` is the
    /// sample's with another run.
    pub fn of(
        found: &RowPredictions,
        row: &RowView,
        run: Option<&str>,
        base: &str,
        address: impl Fn(&str) -> String,
    ) -> Option<Self> {
        let whole: Vec<&RowPrediction> = found.predictions.iter().filter(|one| one.item.is_none()).collect();
        let chosen = whole.iter().find(|one| Some(one.run.as_str()) == run).or_else(|| whole.first())?;
        let label = |one: &RowPrediction| {
            let value = row.values.get(one.column.as_ref()?).filter(|value| !value.is_null())?;
            Some(in_words(value))
        };
        let now = label(chosen);
        let first = chosen.top.first();
        let meant = first.and_then(|class| class.label.clone());
        let disagrees = meant.zip(now.clone()).map(|(meant, now)| meant != now);
        let said = first.map(|class| format!("says {}, {} sure.", class.name, percent(class.probability)));
        let said = said.unwrap_or_else(|| match &chosen.problem {
            Some(problem) => format!("has no prediction: {problem}"),
            None => "has no prediction.".to_owned(),
        });
        let words = match (&now, disagrees) {
            (Some(now), Some(true)) => format!("{said} The label says {now}."),
            (_, Some(false)) => format!("{said} So does the label."),
            _ => said,
        };
        let class = |class: &hub_schema::api::PredictedClass| SaidClass {
            is_label: class.label.is_some() && class.label == now,
            name: class.name.clone(),
            percent: percent(class.probability),
            width: format!("{:.2}", class.probability * 100.0),
        };
        let margin = chosen.margin.map(|margin| format!("{:.1} points before the second", margin * 100.0));
        let mut seen = HashSet::from([chosen.run.as_str()]);
        let others = whole.iter().filter(|one| seen.insert(one.run.as_str())).map(|one| Other {
            href: address(&one.run),
            model: one.model.clone(),
            words: match one.top.first() {
                Some(class) => format!("{}, {} · {}", class.name, percent(class.probability), one.rows),
                None => format!("no prediction · {}", one.rows),
            },
        });
        Some(Self {
            model: chosen.model.clone(),
            href: format!("{base}/runs/{}", show::encoded(&chosen.run)),
            words,
            disagrees,
            classes: chosen.top.iter().map(class).collect(),
            margin: margin.filter(|_| chosen.top.len() > 1).unwrap_or_default(),
            others: others.collect(),
        })
    }
}
