//! Which data set, which revision, which branch.
//!
//! A revision stands behind the name (`mnist@v1`) or in `--rev`; commands that change a branch take its name
//! in the same two places (`mnist@dev`, `--branch dev`). Saying both, and different things, is wrong usage.

use std::str::FromStr;

use clap::Args;
use hub_schema::{BranchName, DatasetName, Location, LocationError, Revision};

use super::AuthorArgs;
use crate::errors::Failure;

/// A location and, where one stands behind it, a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where.
    pub location: Location,
    /// Which state.
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
    /// The revision behind the name, or the head of `main`.
    pub fn revision_or_main(&self) -> Revision {
        self.revision.clone().unwrap_or_else(Revision::main)
    }

    /// The location as a person types it: without the namespace that is the default.
    pub fn name(&self) -> String {
        match &self.location {
            Location::Name(name) if name.namespace() == DatasetName::DEFAULT_NAMESPACE => name.name().into(),
            other => other.to_string(),
        }
    }

    /// The location's name as one word, quoted for a shell where it must be.
    pub fn shell(&self) -> String {
        let name = self.name();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:@%+=,~".contains(c);
        if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
    }
}

/// The last part of a location: what a folder of it is called.
pub fn last_part(location: &Location) -> Option<String> {
    match location {
        Location::Name(name) | Location::Server { name, .. } => Some(name.name().to_owned()),
        Location::Directory(path) => Some(path.file_name()?.to_str()?.to_owned()),
        Location::Bucket { prefix, .. } => prefix.rsplit('/').next().map(str::to_owned),
    }
}

/// A revision of a data set, to read.
#[derive(Args, Debug)]
pub struct ReadArgs {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX, with @REV behind it
    #[arg(value_name = "NAME[@REV]")]
    pub target: Target,
    /// Revision: a branch, a tag, a version (3, dev:3) or the beginning of a commit id [default: main]
    #[arg(long, value_name = "REV", visible_alias = "branch")]
    rev: Option<Revision>,
}

impl ReadArgs {
    /// The revision.
    ///
    /// # Errors
    /// The name and `--rev` say different things.
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

/// A branch of a data set, to change.
#[derive(Args, Debug)]
pub struct WriteArgs {
    /// NAME, NAMESPACE/NAME, ./DIR or s3://BUCKET/PREFIX, with @BRANCH behind it
    #[arg(value_name = "NAME[@BRANCH]")]
    pub target: Target,
    /// Branch [default: main]
    #[arg(long, value_name = "BRANCH")]
    branch: Option<BranchName>,
    #[command(flatten)]
    author: AuthorArgs,
}

impl WriteArgs {
    /// The branch.
    ///
    /// # Errors
    /// The name and `--branch` say different things, or what stands behind the name is no branch.
    pub fn branch(&self) -> anyhow::Result<BranchName> {
        let in_name = match &self.target.revision {
            None => None,
            Some(Revision::Named(name)) => Some(name.parse::<BranchName>()?),
            Some(other) => {
                let message = format!("'{other}' names a state that is past; only a branch can be changed");
                let hint = format!(
                    "name a branch, or begin one there: hub branch {} NEW --rev {other}",
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

    /// Who commits, and why.
    pub fn author(&self) -> hub_dataset::Author {
        self.author.author()
    }
}

fn conflicting_revisions(behind: &impl ToString, option: &str, other: &impl ToString) -> Failure {
    let (behind, other) = (behind.to_string(), other.to_string());
    Failure::usage(format!("the name ends in @{behind}, but {option} says {other}")).hint("give one of them")
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
        assert_eq!(
            revision(&["a@v1", "--rev", "v2"]).unwrap_err(),
            "the name ends in @v1, but --rev says v2"
        );
    }

    #[test]
    fn only_branches_are_changed() {
        assert_eq!(branch(&["a"]).unwrap(), "main");
        assert_eq!(branch(&["a@dev"]).unwrap(), "dev");
        assert_eq!(branch(&["a", "--branch", "dev"]).unwrap(), "dev");
        assert!(branch(&["a@dev", "--branch", "main"]).is_err());
        let error = branch(&["a@3"]).unwrap_err();
        assert_eq!(error, "'main:3' names a state that is past; only a branch can be changed");
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
