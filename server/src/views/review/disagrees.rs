//! Rows for which a run's model gives another class more probability than the label.

use std::collections::HashMap;

use hub_eval::inference::SamplePrediction;
use hub_eval::run::Run;

/// A row, its class in the data set, and the number of its label at the time of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labelled {
    pub row: u32,
    pub class: u32,
}

/// The classes of the data set by those of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassMap(HashMap<usize, u32>);

impl ClassMap {
    /// What the predictions say (`seen`: the model's class that is right for a label), and for classes that no sample
    /// has, those of the same name among `named`, the model's. `names` are those of the data set's classes.
    pub fn of(
        named: &[(usize, String)],
        seen: impl IntoIterator<Item = (usize, u32)>,
        names: &[String],
    ) -> Self {
        let class = |name: &String| names.iter().position(|of| of == name).map(|class| class as u32);
        let named = named.iter().filter_map(|(of_model, name)| Some((*of_model, class(name)?)));
        Self(named.chain(seen).collect())
    }

    /// The class of the data set for one of the model.
    pub fn class(&self, of_model: usize) -> Option<u32> {
        self.0.get(&of_model).copied()
    }
}

/// The model's classes in a run's table, with their names.
pub fn named_classes(run: &Run) -> Vec<(usize, String)> {
    let table = run.scores.classes.as_ref().filter(|table| table.are_model_classes);
    table.into_iter().flat_map(|table| &table.rows).map(|row| (row.number, row.name.clone())).collect()
}

/// The model's classes that are right for labels, as predictions have them.
pub fn seen(samples: &[SamplePrediction]) -> impl Iterator<Item = (usize, u32)> {
    samples.iter().filter_map(|sample| Some((sample.prediction()?.label?, sample.label? as u32)))
}

/// The rows whose most probable other class is more probable than their label: row, difference, that class; the greatest
/// difference first. `now` is the row and the label of a sample today; boxes are passed over.
pub fn disagreements(
    samples: &[SamplePrediction],
    map: &ClassMap,
    now: impl Fn(&SamplePrediction) -> Option<Labelled>,
) -> Vec<(u32, f32, u32)> {
    let mut found = Vec::new();
    for sample in samples.iter().filter(|sample| sample.item.is_none()) {
        let (Some(prediction), Some(Labelled { row, class })) = (sample.prediction(), now(sample)) else {
            continue;
        };
        // Several classes of the model may lie under one label.
        let mut sums: Vec<(u32, f64)> = Vec::new();
        for (of_model, probability) in &prediction.top {
            let Some(class) = map.class(*of_model) else { continue };
            match sums.iter_mut().find(|(of, _)| *of == class) {
                Some((_, sum)) => *sum += probability,
                None => sums.push((class, *probability)),
            }
        }
        let of_label = sums.iter().find(|(of, _)| *of == class).map_or(0.0, |(_, sum)| *sum);
        // The label may not be among the most probable classes.
        let is_unchanged = sample.label == Some(class as usize);
        let told = prediction.label_probability.filter(|_| is_unchanged).unwrap_or(0.0);
        let best = sums.iter().filter(|(of, _)| *of != class).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((other, probability)) = best {
            let difference = probability - of_label.max(told);
            if difference > 0.0 {
                found.push((row, difference as f32, *other));
            }
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found
}

#[cfg(test)]
mod tests {
    use hub_eval::inference::Outcome;
    use hub_eval::score::Prediction;

    use super::*;

    /// The model's classes are those of the data set plus 10.
    fn sample(row: u64, label: usize, top: &[(usize, f64)]) -> SamplePrediction {
        let of_label = top.iter().find(|(class, _)| *class == label + 10).map_or(0.01, |(_, p)| *p);
        let prediction = Prediction {
            label: Some(label + 10),
            top: top.to_vec(),
            rank: Some(0),
            label_probability: Some(of_label),
            loss: None,
            sum_of_squares: 0.0,
        };
        SamplePrediction {
            row_id: row,
            position: row,
            item: None,
            name: None,
            label: Some(label),
            valid: None,
            outcome: Outcome::Predicted { prediction, judgement: None },
        }
    }

    #[test]
    fn the_surest_disagreement_comes_first() {
        let samples = [
            sample(0, 0, &[(10, 0.9), (11, 0.1)]),
            sample(1, 0, &[(11, 0.6), (10, 0.3)]),
            sample(2, 1, &[(10, 0.97), (12, 0.02)]),
            sample(3, 2, &[(10, 0.5), (12, 0.4)]),
            // A class that no label has isn't suggested.
            sample(4, 1, &[(19, 0.9), (11, 0.05), (10, 0.04)]),
        ];
        let map = ClassMap::of(&[], seen(&samples), &[]);
        let then = |sample: &SamplePrediction| {
            Some(Labelled { row: sample.row_id as u32, class: sample.label? as u32 })
        };
        let found = disagreements(&samples, &map, then);
        let found: Vec<_> =
            found.iter().map(|(row, score, class)| (*row, (score * 100.0).round(), *class)).collect();
        assert_eq!(found, [(2, 96.0, 0), (1, 30.0, 1), (3, 10.0, 0)]);
        // Rows that have got the suggested label since are no longer among them; row 3 is gone.
        let now = |sample: &SamplePrediction| {
            let class = if sample.row_id == 2 { 0 } else { sample.label? as u32 };
            (sample.row_id != 3).then_some(Labelled { row: sample.row_id as u32, class })
        };
        let found: Vec<u32> = disagreements(&samples, &map, now).iter().map(|(row, ..)| *row).collect();
        assert_eq!(found, [1]);
    }
}
