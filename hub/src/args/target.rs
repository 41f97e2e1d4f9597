//! The data set that a command works on, with its revision or branch.
//!
//! A revision follows the name (`mnist@v1`) or `--rev`; commands that change a branch take its name in the same two
//! places (`mnist@dev`, `--branch dev`). Two different ones are a usage error.

use std::str::FromStr;

use clap::Args;
use hub_schema::{BranchName, DatasetName, Location, LocationError, Revision};

use super::AuthorArgs;
use crate::errors::Failure;

/// A location, and the revision that follows it, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub location: Location,
    pub revision: Option<Revision>,
}

impl FromStr for Target {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let (location, revision) = Location::parse_with_revision(text)?;
        Ok(Self { location, revision })
    }
}

impl Target {
    /// The revision that follows the name, or the head of `main`.
    pub fn revision_or_main(&self) -> Revision {
        self.revision.clone().unwrap_or_else(Revision::main)
    }

    /// The location as a user types it: without the default namespace.
    pub fn name(&self) -> String {
        match &self.location {
            Location::Name(name) if name.namespace() == DatasetName::DEFAULT_NAMESPACE => name.name().into(),
            other => other.to_string(),
        }
    }

    /// The location as one word of a shell, quoted if necessary.
    pub fn shell(&self) -> String {
        let name = self.name();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@%+=,~".contains(c);
        if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
    }
}

/// The last part of a location, after which a local directory of it is named.
pub fn last_part(location: &Location) -> Option<String> {
    match location {
        Location::Name(name) | Location::Server { name, .. } => Some(name.name().to_owned()),
        Location::Directory(path) => Some(path.file_name()?.to_str()?.to_owned()),
        Location::Bucket { prefix, .. } => prefix.rsplit('/').next().map(str::to_owned),
    }
}

/// Arguments of commands that read a revision.
#[derive(Args, Debug)]
pub struct ReadArgs {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX, optionally with @REV
    #[arg(value_name = "NAME[@REV]")]
    pub target: Target,
    /// Revision: a branch, a tag, a version (3, dev:3) or a prefix of a commit id [default: main]
    #[arg(long, value_name = "REV", visible_alias = "branch")]
    rev: Option<Revision>,
}

impl ReadArgs {
    /// Whether a revision is given, in the name or by `--rev`.
    pub fn is_revision_given(&self) -> bool {
        self.target.revision.is_some() || self.rev.is_some()
    }

    /// The revision.
    ///
    /// # Errors
    /// The name and `--rev` give different revisions.
    pub fn revision(&self) -> anyhow::Result<Revision> {
        match (&self.target.revision, &self.rev) {
            (Some(one), Some(other)) if one != other => {
                Err(conflicting_revisions(one, "--rev", other).into())
            }
            (Some(rev), _) | (None, Some(rev)) => Ok(rev.clone()),
            (None, None) => Ok(Revision::main()),
        }
    }
}

/// Arguments of commands that commit to a branch.
#[derive(Args, Debug)]
pub struct WriteArgs {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX, optionally with @BRANCH
    #[arg(value_name = "NAME[@BRANCH]")]
    pub target: Target,
    /// Branch to commit to [default: main]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<BranchName>,
    #[command(flatten)]
    author: AuthorArgs,
}

impl WriteArgs {
    /// Options of a commit that are given: a branch, an author, a message.
    pub fn given(&self) -> Option<&'static str> {
        match () {
            () if self.target.revision.is_some() => Some("@BRANCH"),
            () if self.branch.is_some() => Some("--branch"),
            () => self.author.given(),
        }
    }

    /// The branch of a data set: the one that is given, else `main`, or the only one where `main` has no commit.
    ///
    /// # Errors
    /// As [`branch`](Self::branch); the data set can't be read.
    pub async fn branch_of(&self, dataset: &hub_dataset::Dataset) -> anyhow::Result<BranchName> {
        let branch = self.branch()?;
        if self.target.revision.is_some() || self.branch.is_some() {
            return Ok(branch);
        }
        Ok(dataset.default_head().await?.map_or(branch, |head| head.at().branch.clone()))
    }

    /// The branch.
    ///
    /// # Errors
    /// The name and `--branch` give different branches, or what follows the name is not a branch.
    pub fn branch(&self) -> anyhow::Result<BranchName> {
        let in_name = match &self.target.revision {
            None => None,
            Some(Revision::Named(name)) => Some(name.parse::<BranchName>()?),
            Some(other) => {
                let message = format!("'{other}' is a fixed revision; only a branch can be changed");
                let hint = format!(
                    "name a branch, or create one from it: hub branch {} NEW --rev {other}",
                    self.target.shell()
                );
                return Err(Failure::usage(message).hint(hint).into());
            }
        };
        match (in_name, &self.branch) {
            (Some(one), Some(other)) if one != *other => {
                Err(conflicting_revisions(&one, "--branch", other).into())
            }
            (Some(branch), _) => Ok(branch),
            (None, branch) => Ok(branch.clone().unwrap_or_else(BranchName::main)),
        }
    }

    pub fn author(&self) -> hub_dataset::Author {
        self.author.author()
    }
}

fn conflicting_revisions(in_name: &impl ToString, option: &str, other: &impl ToString) -> Failure {
    let (in_name, other) = (in_name.to_string(), other.to_string());
    Failure::usage(format!("the name ends in @{in_name}, but {option} is {other}"))
        .hint("give only one of them")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Read {
        #[command(flatten)]
        args: ReadArgs,
    }

    #[derive(Parser)]
    struct Write {
        #[command(flatten)]
        args: WriteArgs,
    }

    fn revision(words: &[&str]) -> Result<String, String> {
        let read = Read::try_parse_from(["hub"].iter().chain(words)).unwrap();
        read.args.revision().map(|r| r.to_string()).map_err(|e| e.to_string())
    }

    fn branch(words: &[&str]) -> Result<String, String> {
        let write = Write::try_parse_from(["hub"].iter().chain(words)).unwrap();
        write.args.branch().map(|b| b.to_string()).map_err(|e| e.to_string())
    }

    #[test]
    fn a_revision_stands_behind_the_name_or_in_an_option() {
        assert_eq!(revision(&["a"]).unwrap(), "main");
        assert_eq!(revision(&["a@v1"]).unwrap(), "v1");
        assert_eq!(revision(&["a", "--rev", "dev:3"]).unwrap(), "dev:3");
        assert_eq!(revision(&["a", "--branch", "dev"]).unwrap(), "dev");
        assert_eq!(revision(&["a@3", "--rev", "main:3"]).unwrap(), "main:3");
        assert_eq!(revision(&["a@v1", "--rev", "v2"]).unwrap_err(), "the name ends in @v1, but --rev is v2");
    }

    #[test]
    fn only_branches_are_changed() {
        assert_eq!(branch(&["a"]).unwrap(), "main");
        assert_eq!(branch(&["a@dev"]).unwrap(), "dev");
        assert_eq!(branch(&["a", "--branch", "dev"]).unwrap(), "dev");
        assert!(branch(&["a@dev", "--branch", "main"]).is_err());
        let error = branch(&["a@3"]).unwrap_err();
        assert_eq!(error, "'main:3' is a fixed revision; only a branch can be changed");
    }

    #[test]
    fn names_are_shown_as_they_are_typed() {
        let name = |text: &str| text.parse::<Target>().unwrap().name();
        assert_eq!(name("mnist@v1"), "mnist");
        assert_eq!(name("local/mnist"), "mnist");
        assert_eq!(name("vision/mnist"), "vision/mnist");
        assert_eq!(name("s3://b/p/q"), "s3://b/p/q");
        assert_eq!("./a b".parse::<Target>().unwrap().shell(), "'./a b'");
    }

    #[test]
    fn a_folder_is_called_like_the_last_part() {
        let last = |text: &str| last_part(&text.parse().unwrap());
        assert_eq!(last("vision/mnist").as_deref(), Some("mnist"));
        assert_eq!(last("s3://b/p/q").as_deref(), Some("q"));
        assert_eq!(last("./a/b").as_deref(), Some("b"));
        assert_eq!(last(".."), None);
    }
}
