//! The command line: all commands, and the overview that `hub --help` prints.
//!
//! The overview lists commands in groups. clap has no groups of subcommands, so the list is assembled here from the
//! commands' own descriptions.

use std::ffi::OsString;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, Parser, Subcommand};

use crate::args::Global;
use crate::commands as c;
use crate::exit::Exit;

/// A hub for image, audio and video data sets: versioned, checksummed, fast to train from.
#[derive(Parser, Debug)]
#[command(name = "hub", version, propagate_version = false)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add a folder, an archive or a well-known data set to the hub
    Push(c::push::Push),
    /// Copy a data set out of the hub, or convert it to another format
    Pull(c::pull::Pull),
    /// Read epochs as a training job would, and report the throughput
    Stream(Box<c::stream::Stream>),
    /// List data sets
    Ls(c::ls::Ls),
    /// Show the rows, splits, size and columns of a data set
    Info(c::info::Info),
    /// Show rows, or save an image, audio or video to a file
    Show(c::show::Show),
    /// Write the image, audio or video of a row to stdout
    Cat(c::show::Cat),
    /// Save the images, audio or videos of rows to files
    Cp(c::show::Cp),
    /// Show value ranges, null counts and class frequencies
    Stats(c::stats::Stats),
    /// List the well-known data sets that can be pushed by name
    Known(c::known::KnownArgs),
    /// List rows with the same picture, or nearly the same
    Dups(c::dups::Dups),
    /// Run an SQL query over one data set or all of them
    Query(c::query::Query),
    /// List the views (saved queries) of a data set
    View(c::view::ViewArgs),
    /// Search WordNet concepts, count their rows, and map classes to them
    Synset(c::synset::SynsetArgs),
    /// Store, list, fetch and check models (ONNX classifiers)
    Model(c::model::ModelArgs),
    /// Predict the labels of images
    Classify(Box<c::classify::Classify>),
    /// Score a model on a data set
    Eval(Box<c::eval::Eval>),
    /// List, compare, rank and export the evaluations of a data set
    Runs(c::runs::RunsArgs),
    /// List commits
    Log(c::log::Log),
    /// Show the differences between two revisions
    Diff(c::diff::DiffArgs),
    /// List, create or delete branches
    Branch(c::branch::Branch),
    /// List, create or delete tags
    Tag(c::tag::Tag),
    /// Merge another revision into a branch
    Merge(c::merge::Merge),
    /// Restore an earlier state as a new commit
    Revert(c::revert::Revert),
    /// Remove rows, a column, or a whole data set
    Rm(c::rm::Rm),
    /// Set values of columns: labels, numbers, text
    Set(c::set::Set),
    /// Put a share of the rows into other splits
    Split(c::split::Split),
    /// Add columns from a table of values
    Column(c::column::Column),
    /// Rename a data set
    Mv(c::mv::Mv),
    /// Show or replace the card (README) of a data set
    Card(c::card::Card),
    /// Rename a column
    Rename(c::rename::Rename),
    /// Restore a data set that was deleted on a server
    Restore(c::restore::Restore),
    /// Verify the checksums of all files, and report damage
    Fsck(c::fsck::Fsck),
    /// Merge small fragments into larger ones
    Compact(c::compact::Compact),
    /// Delete files that no commit references
    Gc(c::gc::Gc),
    /// Log in to a server, and store its token
    Login(c::login::Login),
    /// Delete the stored token for a server
    Logout(c::logout::Logout),
    /// Show the user, roles and token at a server
    Whoami(c::whoami::Whoami),
    /// Show or change who may see a data set of a server
    Visibility(c::visibility::VisibilityArgs),
    /// Create, list or revoke access tokens on a server
    Token(c::token::TokenArgs),
    /// Add, list or remove users of a server
    User(c::user::UserArgs),
    /// Add, list or remove members of a server's namespace
    Member(c::member::MemberArgs),
    /// Run the hub as a server
    Serve(Box<c::serve::Serve>),
    /// Rebuild the catalog from the stored data sets
    Reindex(c::reindex::Reindex),
    /// Print a completion script for a shell
    Completions(c::completions::Completions),
    /// Show the version, the directories and the settings in use
    Env(c::env::Env),
    /// Print the version
    Version(c::version::Version),
    /// Print the manual page, or write all pages to a directory
    Man(c::man::Man),
}

/// The commands of each group, in order.
const GROUPS: [(&str, &[&str]); 9] = [
    ("Transfer", &["push", "pull", "cp", "cat", "stream"]),
    ("Inspect", &["ls", "info", "show", "stats", "dups", "known"]),
    ("Query", &["query", "view", "synset"]),
    ("Evaluate", &["model", "classify", "eval", "runs"]),
    ("History", &["log", "diff", "branch", "tag", "merge", "revert"]),
    ("Edit", &["set", "split", "column", "rm", "rename", "mv", "card", "restore"]),
    ("Maintain", &["fsck", "compact", "gc"]),
    ("Servers", &["serve", "reindex", "login", "logout", "whoami", "visibility", "token", "user", "member"]),
    ("Shell", &["completions", "man", "env", "version"]),
];

const EXAMPLES: &str = "\
Examples:
  hub push pets ./photos             create the data set 'pets' from one folder per class
  hub push mnist                     download a well-known data set and add it
  hub show pets 0 --out first.jpg    save the image of the first row
  hub pull pets@v1 ./copy            copy a tagged version to a directory
";

const PLACES: &str = "\
Names and revisions:
  A NAME is one of
    pets, vision/pets                        a data set of the embedded hub, or of HUB_URL's server
    ./pets, /data/pets                       a directory
    s3://bucket/pets                         a prefix of a bucket
    https://hub.example.com/vision/pets      a data set on a server
  A revision may follow it: pets@dev (branch), pets@v1 (tag), pets@3 (version 3 of main),
  pets@dev:3 (version 3 of dev), pets@5f2a90c1 (prefix of a commit id).

Environment:
  HUB_HOME     directory of the embedded hub
  HUB_CACHE    cache of downloads and chunks [default: cache in HUB_HOME]
  HUB_AUTHOR   author of commits [default: user@host]
  HUB_URL      URL of the server on which names are resolved, instead of in the embedded hub
  HUB_TOKEN    token for the server; takes precedence over the one stored by `hub login`
  AWS_*        keys, region and endpoint of buckets
";

/// The complete command line: for parsing, for `--help`, for completions and for the manual pages.
pub fn command() -> clap::Command {
    let heading = AnsiColor::Green.on_default().bold();
    let styles = Styles::styled().header(heading).usage(heading).literal(AnsiColor::Cyan.on_default());
    let command = Cli::command().styles(styles);
    let groups = groups(&command);
    let template =
        format!("{{about}}\n\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}");
    let after = format!("{EXAMPLES}\n{PLACES}\nExit codes:\n{}", Exit::help());
    command.help_template(template).after_help(after.trim_end().to_owned())
}

/// The words of the command line with `--shuffle 7` as `--shuffle=7`. clap takes an optional value only with `=`, since
/// `--shuffle pets` is an option without a value and a name; digits are a seed.
pub fn joined_seed(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    for word in words {
        let is_seed = !word.is_empty() && word.as_encoded_bytes().iter().all(u8::is_ascii_digit);
        match joined.last_mut() {
            Some(last) if is_seed && last == "--shuffle" => {
                last.push("=");
                last.push(word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// The commands with their descriptions, group by group.
fn groups(command: &clap::Command) -> String {
    let mut out = String::new();
    for (group, names) in GROUPS {
        out += &format!("{group}:\n");
        for name in names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            out += &format!("  {name:<12} {}\n", about.map(ToString::to_string).unwrap_or_default());
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn a_seed_may_follow_shuffle() {
        let joined = |line: &str| joined_seed(line.split(' ').map(OsString::from)).join(OsStr::new(" "));
        assert_eq!(joined("hub stream pets --shuffle 7"), "hub stream pets --shuffle=7");
        assert_eq!(joined("hub stream --shuffle pets"), "hub stream --shuffle pets");
        assert_eq!(joined("hub stream pets --shuffle"), "hub stream pets --shuffle");
        assert_eq!(joined("hub stream pets --shuffle=7 8"), "hub stream pets --shuffle=7 8");
    }

    #[test]
    fn every_command_is_in_one_group_and_has_examples() {
        let command = command();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let mut known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        grouped.sort_unstable();
        known.sort_unstable();
        assert_eq!(grouped, known);
        for sub in command.get_subcommands() {
            let after = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("Examples:\n  hub "), "{} has no examples", sub.get_name());
            let long = after.lines().find(|line| line.chars().count() > 100);
            assert_eq!(long, None, "clap would break this line");
        }
    }
}
