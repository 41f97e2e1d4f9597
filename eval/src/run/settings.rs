//! In which settings two runs differ: the first thing to look at where their predictions do.

use serde::{Deserialize, Serialize};

use super::explain::differences;
use super::record::{CorruptPolicy, Run};
use crate::model::Preprocessing;

/// A setting in which two runs differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDifference {
    /// What it is called in the report.
    pub setting: String,
    /// What the first run has.
    pub first: String,
    /// What the second run has.
    pub second: String,
}

/// The settings in which two runs differ, those that change tensors first.
pub fn run_differences(first: &Run, second: &Run) -> Vec<RunDifference> {
    let mut found = preprocessing(first, second);
    let mut add = |setting: &str, first: String, second: String| {
        if first != second {
            found.push(RunDifference { setting: setting.to_owned(), first, second });
        }
    };
    let both = [first, second];
    let [a, b] = both.map(|run| if run.evaluated.exact { "exact" } else { "fast" }.to_owned());
    add("decoding", a, b);
    let [a, b] = both.map(|run| run.evaluated.model.hash.clone());
    if a != b {
        let [a, b] =
            both.map(|run| format!("{} ({:.12})", run.evaluated.model.name, run.evaluated.model.hash));
        add("model", a, b);
    }
    let [a, b] = both.map(|run| run.engine.engine.clone());
    add("engine", a, b);
    let [a, b] = both.map(|run| {
        let commit = &run.header.commit;
        format!("{}:{} ({:.12})", commit.branch, commit.version, commit.id.to_string())
    });
    add("revision", a, b);
    let [a, b] = both.map(|run| run.evaluated.data.rows());
    add("rows", a, b);
    let [a, b] = both.map(|run| run.evaluated.data.label.clone().unwrap_or_else(|| "none".to_owned()));
    add("labels", a, b);
    let [a, b] = both.map(|run| match run.evaluated.corrupt {
        CorruptPolicy::Skip => "left out".to_owned(),
        CorruptPolicy::Wrong => "wrong".to_owned(),
        CorruptPolicy::Fail => "an error".to_owned(),
    });
    add("images that can't be decoded", a, b);
    found
}

/// Of the preprocessing; as a whole where one of both has settings that this version doesn't know.
fn preprocessing(first: &Run, second: &Run) -> Vec<RunDifference> {
    let [a, b] = [first, second].map(|run| &run.evaluated.preprocessing);
    let parsed = |json: &serde_json::Value| serde_json::from_value::<Preprocessing>(json.clone());
    let Ok((first, second)) = parsed(a).and_then(|first| Ok((first, parsed(b)?))) else {
        let whole =
            RunDifference { setting: "preprocessing".into(), first: a.to_string(), second: b.to_string() };
        return if a == b { Vec::new() } else { vec![whole] };
    };
    let setting = |found: super::explain::Setting| RunDifference {
        setting: found.name.to_owned(),
        first: found.first,
        second: found.second,
    };
    differences(&first, &second).into_iter().map(setting).collect()
}
