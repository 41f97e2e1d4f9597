//! What a model's classes are.

use hub_wordnet::{SynsetId, WordNet, ilsvrc_name, ilsvrc1000};
use serde::{Deserialize, Serialize};

/// What a model's classes are: the names, in the order of its outputs, and their synsets where they are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "space", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Labels {
    /// The 1,000 classes of ILSVRC 2012, sorted by their ids, as nearly all ImageNet models have them.
    #[serde(rename = "imagenet-1k")]
    Imagenet1k {
        /// Nobody said so: the model has 1,000 classes.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        assumed: bool,
    },
    /// A list of its own.
    Names {
        /// One for each class, in the model's order.
        names: Vec<String>,
        /// WordNet 3.0, as `n02084071`; one a class, null where it is unknown.
        synsets: Vec<Option<String>>,
    },
    /// Only their number is known.
    Numbers {
        /// The number of classes.
        classes: usize,
    },
}

/// Labels that contradict themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelsError {
    /// Lists of two lengths.
    #[error("{names} names of classes, but {synsets} synsets; expected one a class, or null")]
    Lengths {
        /// The number of names.
        names: usize,
        /// The number of synsets.
        synsets: usize,
    },
    /// No synset of WordNet 3.0.
    #[error(
        "class {class} ('{name}') has the synset '{found}', which is none of WordNet 3.0; expected one such as n02084071"
    )]
    Synset {
        /// The class, from 0.
        class: usize,
        /// The class's name.
        name: String,
        /// What stands in place of a synset.
        found: String,
    },
    /// Another number of classes than the model's.
    #[error("the labels are {labels} classes, the model's output '{output}' has {classes}{}", if *.classes == *.labels + 1 { "; if the first is a background class, put a line for it at the top of the labels" } else { "" })]
    Count {
        /// The number of labels.
        labels: usize,
        /// The name of the model's output.
        output: String,
        /// Its number of classes.
        classes: usize,
    },
}

impl Labels {
    /// A list of names; synsets where the names as a whole show which known set of classes they are.
    pub fn named(names: Vec<String>) -> Self {
        let synsets = hub_wordnet::synsets_for(&names);
        Self::Names { names, synsets }
    }

    /// The number of classes.
    pub fn len(&self) -> usize {
        match self {
            Self::Imagenet1k { .. } => ilsvrc1000().len(),
            Self::Names { names, .. } => names.len(),
            Self::Numbers { classes } => *classes,
        }
    }

    /// Are there no classes?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a class, from 0.
    pub fn name(&self, class: usize) -> String {
        let known = match self {
            Self::Imagenet1k { .. } => ilsvrc_name(class).map(str::to_owned),
            Self::Names { names, .. } => names.get(class).cloned(),
            Self::Numbers { .. } => None,
        };
        known.unwrap_or_else(|| class.to_string())
    }

    /// The names of all classes.
    pub fn names(&self) -> Vec<String> {
        (0..self.len()).map(|class| self.name(class)).collect()
    }

    /// The synset of each class; `None` where it is unknown.
    pub fn synsets(&self) -> Vec<Option<SynsetId>> {
        match self {
            Self::Imagenet1k { .. } => ilsvrc1000().iter().copied().map(Some).collect(),
            Self::Names { synsets, .. } => {
                synsets.iter().map(|synset| synset.as_deref().and_then(|id| id.parse().ok())).collect()
            }
            Self::Numbers { classes } => vec![None; *classes],
        }
    }

    /// # Errors
    /// Lists of different lengths, or synsets that don't exist.
    pub fn check(&self) -> Result<(), LabelsError> {
        let Self::Names { names, synsets } = self else { return Ok(()) };
        if names.len() != synsets.len() {
            return Err(LabelsError::Lengths { names: names.len(), synsets: synsets.len() });
        }
        for (class, (name, synset)) in names.iter().zip(synsets).enumerate() {
            let Some(text) = synset else { continue };
            let id = text.parse::<SynsetId>().ok();
            if id.and_then(|id| WordNet::get().synset(id)).is_none() {
                return Err(LabelsError::Synset { class, name: name.clone(), found: text.clone() });
            }
        }
        Ok(())
    }

    /// In a few words: `imagenet-1k`, `10 names`.
    pub fn describe(&self) -> String {
        match self {
            Self::Imagenet1k { assumed: false } => "imagenet-1k".to_owned(),
            Self::Imagenet1k { assumed: true } => {
                "imagenet-1k (assumed, since there are 1,000 classes)".to_owned()
            }
            Self::Names { names, synsets } => {
                let known = synsets.iter().flatten().count();
                format!("{} names, {known} with a synset", names.len())
            }
            Self::Numbers { classes } => format!("{classes} classes without names"),
        }
    }
}
