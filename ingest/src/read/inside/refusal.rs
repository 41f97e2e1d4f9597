//! Why a path is not followed.

use std::io;
use std::path::PathBuf;

use hub_dataset::sample::SampleError;

use super::name::BadName;

/// Why a path is not followed. The messages name the path, where it leads, and how to go on.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The path as it is written.
    #[error("'{name}' is not a path below the source {}: it is {problem}{}", root.display(), leads_to(.target.as_ref()))]
    Name {
        /// The path as the source writes it.
        name: String,
        root: PathBuf,
        /// What kind of path it is.
        problem: BadName,
        /// Where it leads, if it can be said.
        target: Option<PathBuf>,
    },
    /// A link on the way.
    #[error("'{name}' leads out of the source {} through a link, to {}", root.display(), target.display())]
    Link {
        name: String,
        root: PathBuf,
        /// The place the path leads to.
        target: PathBuf,
    },
    /// A link without a target.
    #[error("'{name}' is a link to a file that does not exist")]
    DeadLink { name: String },
    #[error("'{name}' can't be read: {source}")]
    Unreadable { name: String, source: io::Error },
}

impl Refusal {
    fn advice(&self) -> &'static str {
        match self {
            Self::Name { problem: BadName::Absolute | BadName::ParentFolder, .. } => {
                "write a path relative to the source, or pass --allow-outside if you trust the source"
            }
            Self::Name { problem: BadName::Windows, .. } => "write a path relative to the source, with '/'",
            Self::Name { problem: BadName::NoName, .. } => "correct the path, or remove it",
            Self::Link { .. } => {
                "put the file itself in the link's place, or pass --allow-outside if you trust the source"
            }
            Self::DeadLink { .. } => "put the file itself in the link's place, or remove the link",
            Self::Unreadable { .. } => "give yourself read permission (chmod), or remove it",
        }
    }

    /// The error that costs the sample at `place`.
    pub fn at(self, place: impl Into<String>) -> SampleError {
        SampleError::sample(place, self.to_string()).advise(self.advice()).because(self)
    }

    /// The error that ends the source.
    pub fn fatal(self, place: impl Into<String>) -> SampleError {
        SampleError { fatal: true, ..self.at(place) }
    }
}

fn leads_to(target: Option<&PathBuf>) -> String {
    target.map_or_else(String::new, |target| format!(" and leads to {}", target.display()))
}
