//! Models from the literature, by name: their published accuracies, and where their files are.
//!
//! The facts are data (`eval/data/models.toml`). Nothing in it is invented: a file has its size and SHA-256 from those who
//! publish it; where nobody does, the entry says how to make the file from one's own PyTorch.

use std::sync::LazyLock;

use serde::Deserialize;

use super::card::StatedScore;

static KNOWN: LazyLock<Vec<KnownModel>> =
    LazyLock::new(|| read(include_str!("../../data/models.toml")).unwrap_or_default());

/// A model from the literature.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownModel {
    /// Its name, as `hub model pull` takes it.
    pub name: String,
    /// What it is, in a line.
    pub title: String,
    /// Address of the paper that describes it.
    pub paper: String,
    /// What `python -m imagehub.models export` makes it from.
    pub export: Option<String>,
    /// The ONNX file that `hub model pull` fetches, where one is published.
    pub file: Option<KnownModelFile>,
    /// Published accuracies on the validation set of ILSVRC 2012: of the file, and of others with the same architecture.
    #[serde(default)]
    pub scores: Vec<StatedScore>,
}

/// A published ONNX file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownModelFile {
    /// Its name; a mirror must use the same.
    pub name: String,
    /// Length in bytes.
    pub size_bytes: u64,
    /// Its SHA-256 in lower-case hex.
    pub sha256: String,
    /// Its addresses, in the order in which they are tried; none where it must be downloaded by hand.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Where a person finds it.
    pub home: String,
    /// Why it must be downloaded by hand.
    pub by_hand: Option<String>,
    /// The weights' licence.
    pub licence: String,
    /// Who states the size and the SHA-256.
    pub checksum: String,
    /// How images are prepared, as a preset's name.
    pub preset: String,
    /// The classes, as `--labels` names them.
    pub labels: String,
}

#[derive(Deserialize)]
struct List {
    model: Vec<KnownModel>,
}

fn read(text: &str) -> Result<Vec<KnownModel>, toml::de::Error> {
    toml::from_str(text).map(|list: List| list.model)
}

/// All of them, in the order in which they are listed.
pub fn known_models() -> &'static [KnownModel] {
    &KNOWN
}

/// The model of a name; case, `-`, `_` and `.` don't matter.
pub fn known_model(name: &str) -> Option<&'static KnownModel> {
    let bare = |name: &str| -> String {
        name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
    };
    KNOWN.iter().find(|model| bare(&model.name) == bare(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_well_formed() {
        let models = read(include_str!("../../data/models.toml")).unwrap();
        let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
        let wanted = [
            "lenet5",
            "alexnet",
            "googlenet",
            "vgg16",
            "vgg19",
            "resnet18",
            "resnet34",
            "resnet50",
            "resnet101",
            "resnet152",
            "squeezenet1_1",
            "mobilenet_v2",
            "efficientnet_lite0",
        ];
        assert_eq!(names, wanted);
        for model in &models {
            assert!(
                model.name == "lenet5" || model.export.is_some() || model.file.is_some(),
                "{}",
                model.name
            );
            assert!(model.name == "lenet5" || !model.scores.is_empty(), "{}", model.name);
            for score in &model.scores {
                assert!(0.5 < score.top1 && score.top1 < score.top5.unwrap() && score.top5.unwrap() < 1.0);
            }
            let Some(file) = &model.file else { continue };
            assert!(
                file.sha256.len() == 64 && file.sha256.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
            );
            assert_eq!(file.addresses.is_empty(), file.by_hand.is_some(), "{}", model.name);
            assert!(file.addresses.iter().all(|address| address.ends_with(&format!("/{}", file.name))));
            file.preset.parse::<super::super::Preset>().unwrap();
            assert_eq!(file.labels, "imagenet-1k");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let found = |name| known_model(name).map(|model| model.name.as_str());
        assert_eq!(found("ResNet-50"), Some("resnet50"));
        assert_eq!(found("squeezenet1.1"), Some("squeezenet1_1"));
        assert_eq!(found("efficientnet-lite0"), Some("efficientnet_lite0"));
        assert_eq!(found("resnet"), None);
    }
}
