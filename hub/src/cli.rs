//! What can be typed.
//!
//! The commands stand in groups, by what a person wants; clap knows no groups, so the list of `hub --help` is
//! put together here from the commands' own lines.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{CommandFactory, Parser, Subcommand};

use crate::args::Global;
use crate::commands as c;
use crate::exit::Exit;

/// A home for image, audio and video data sets: versioned, checked, fast to train from.
#[derive(Parser, Debug)]
#[command(name = "hub", version, propagate_version = false)]
#[command(arg_required_else_help = true, disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Put a folder, an archive or a well-known data set into the hub
    Push(c::push::Push),
    /// Get a data set out: a faithful copy, or another format
    Pull(c::pull::Pull),
    /// Run an epoch as training would, and say how fast it went
    Stream(c::stream::Stream),
    /// List the data sets
    Ls(c::ls::Ls),
    /// Show a data set: rows, splits, size, columns
    Info(c::info::Info),
    /// Show one row, or write its picture, sound or film to a file
    Show(c::show::Show),
    /// Count: ranges, nulls, how often each class occurs
    Stats(c::stats::Stats),
    /// Ask in SQL, over one data set or all
    Query(c::query::Query),
    /// List the questions that were saved under a name
    View(c::view::ViewArgs),
    /// Look up concepts, and what the data sets hold of them
    Synset(c::synset::SynsetArgs),
    /// List the commits
    Log(c::log::Log),
    /// Show what differs between two revisions
    Diff(c::diff::DiffArgs),
    /// List, begin and end branches
    Branch(c::branch::Branch),
    /// List, give and forget names of commits
    Tag(c::tag::Tag),
    /// Take another branch in
    Merge(c::merge::Merge),
    /// Bring an earlier state back, as a new commit
    Revert(c::revert::Revert),
    /// Remove rows, a column, or a whole data set
    Rm(c::rm::Rm),
    /// Rename a column
    Rename(c::rename::Rename),
    /// Read every byte back, and name what is damaged
    Fsck(c::fsck::Fsck),
    /// Make small fragments into big ones
    Compact(c::compact::Compact),
    /// Delete files that no commit names
    Gc(c::gc::Gc),
    /// Keep a token for a server
    Login(c::login::Login),
    /// Forget the token for a server
    Logout(c::logout::Logout),
    /// Make, list and revoke tokens of a server
    Token(c::token::TokenArgs),
    /// Add, list and remove the users of a server
    User(c::user::UserArgs),
    /// Say who may do what in a namespace of a server
    Member(c::member::MemberArgs),
    /// Serve the hub to other machines
    Serve(Box<c::serve::Serve>),
    /// Rebuild what the catalog knows, from the data sets themselves
    Reindex(c::reindex::Reindex),
    /// Print what a shell needs to complete words
    Completions(c::completions::Completions),
    /// Print or write the manual
    Man(c::man::Man),
}

/// The commands of each group, in order.
const GROUPS: [(&str, &[&str]); 7] = [
    ("In and out", &["push", "pull", "stream"]),
    ("Look", &["ls", "info", "show", "stats", "query", "view", "synset"]),
    ("History", &["log", "diff", "branch", "tag", "merge", "revert"]),
    ("Change", &["rm", "rename"]),
    ("Upkeep", &["fsck", "compact", "gc"]),
    ("Servers", &["serve", "reindex", "login", "logout", "token", "user", "member"]),
    ("Shell", &["completions", "man"]),
];

const EXAMPLES: &str = "\
Examples:
  hub push pets ./photos             a folder a class becomes the data set 'pets'
  hub push mnist                     fetch the official files of a well-known data set
  hub show pets 0 --out first.jpg    look at a row
  hub pull pets@v1 ./copy            get a version back
";

const PLACES: &str = "\
A NAME is a data set of the embedded hub (pets, vision/pets), a directory (./pets, /data/pets), a
bucket (s3://bucket/pets) or one of a server (https://hub.example.com/vision/pets). Behind it may stand a revision: pets@dev (a branch), pets@v1 (a tag),
pets@3 (version 3 of main), pets@dev:3, pets@5f2a90c1 (the beginning of a commit id).

Environment:
  HUB_HOME     the embedded hub's directory
  HUB_CACHE    downloads and fetched chunks [default: cache in the hub's directory]
  HUB_AUTHOR   who commits
  HUB_URL      a server's address: names are looked up there, not in the embedded hub
  HUB_TOKEN    a token for it; else the one that `hub login` kept
  AWS_*        keys, region and endpoint of buckets
";

/// The whole command line, as it is parsed, shown and written to the man page.
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

/// The commands, group by group.
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
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
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
