//! `hub man`: prints the manual page of `hub`, or writes the pages of all commands to a directory.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use clap_mangen::Man as Page;

use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub man | man -l -                       read the manual page
  hub man ~/.local/share/man/man1          install one page per command";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Man {
    /// Directory to write one page per command to [default: print the main page]
    dir: Option<PathBuf>,
}

/// Prints or writes the manual of a command line.
pub fn run(args: &Man, mut command: clap::Command, context: &Context) -> anyhow::Result<Exit> {
    let Some(dir) = &args.dir else {
        context.print(&String::from_utf8_lossy(&render(command)?))?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(dir).with_context(|| format!("can't create {}", dir.display()))?;
    command.build();
    let mut pages = vec![("hub.1".to_owned(), render(command.clone())?)];
    // `hub help` has no page: it prints those of the others.
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("hub-{}", sub.get_name());
        pages.push((format!("{name}.1"), render(sub.clone())?));
    }
    for (file, page) in &pages {
        let path = dir.join(file);
        std::fs::write(&path, page).with_context(|| format!("can't write {}", path.display()))?;
    }
    context.report(&format!("wrote {} pages to {}\n", pages.len(), dir.display()))?;
    Ok(Exit::Done)
}

fn render(command: clap::Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    Page::new(command).render(&mut page)?;
    Ok(page)
}
