//! What is printed of predictions.

use hub_eval::model::Labels;
use hub_eval::score::Prediction;
use hub_wordnet::SynsetId;
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;

/// Prints predictions as they come, or as one JSON list at the end.
pub struct Report {
    names: Vec<String>,
    synsets: Vec<Option<SynsetId>>,
    json: Option<Vec<Value>>,
    failures: usize,
}

impl Report {
    pub fn new(json: bool, labels: &Labels) -> Self {
        let (names, synsets) = (labels.names(), labels.synsets());
        Self { names, synsets, json: json.then(Vec::new), failures: 0 }
    }

    /// A prediction of an image.
    pub fn predicted(
        &mut self,
        image: &str,
        prediction: &Prediction,
        context: &Context,
    ) -> anyhow::Result<()> {
        let name = |class: usize| self.names.get(class).cloned().unwrap_or_else(|| class.to_string());
        let synset = |class: usize| self.synsets.get(class).copied().flatten().map(|id| id.to_string());
        if let Some(list) = &mut self.json {
            let top = prediction.top.iter().map(|(class, probability)| {
                json!({ "class": class, "name": name(*class), "synset": synset(*class), "probability": probability })
            });
            let top: Vec<Value> = top.collect();
            list.push(json!({ "image": image, "top": top }));
            return Ok(());
        }
        let mut text = format!("{image}\n");
        for (class, probability) in &prediction.top {
            let synset = synset(*class).map(|id| format!("  {id}")).unwrap_or_default();
            text += &format!("  {:6.2} %  {}{synset}\n", probability * 100.0, name(*class));
        }
        context.print(&text)
    }

    /// An image without a prediction.
    pub fn failed(&mut self, image: &str, problem: &str, context: &Context) {
        self.failures += 1;
        context.note(&format!("{image}: {problem}"));
        if let Some(list) = &mut self.json {
            list.push(json!({ "image": image, "error": problem }));
        }
    }

    /// Prints what was kept, and tells whether all images had a prediction.
    pub fn end(self, context: &Context) -> anyhow::Result<Exit> {
        if let Some(list) = &self.json {
            context.print_json(list)?;
        }
        Ok(if self.failures == 0 { Exit::Done } else { Exit::BadInput })
    }
}
