//! What every command gets: the hub's home, how much to say, and Ctrl-C.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use hub_client::Home;
use hub_client::push::Progress;
use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::{Location, Revision};
use serde::Serialize;

use crate::args::Global;
use crate::interrupt::Interrupt;

/// What every command gets.
#[derive(Debug)]
pub struct Context {
    /// The embedded hub.
    pub home: Home,
    /// `HUB_URL`: the server that names are looked up at.
    pub server: Option<String>,
    /// Say nothing but data and errors.
    pub quiet: bool,
    /// Counters of the running push or pull.
    pub progress: Arc<Progress>,
    /// Ctrl-C.
    pub interrupt: Interrupt,
}

impl Context {
    /// Reads the environment, once.
    pub fn new(global: &Global) -> anyhow::Result<Self> {
        let home = match &global.home {
            Some(home) => Home::at(home),
            None => Home::from_env()?,
        };
        let server = std::env::var("HUB_URL").ok().filter(|url| !url.is_empty());
        let progress = Arc::new(Progress::default());
        let interrupt = Interrupt::new(Arc::clone(&progress));
        Ok(Self { home, server, quiet: global.quiet, progress, interrupt })
    }

    /// Is there a person who watches a progress bar?
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// The hub's own location of a name; a server's where `HUB_URL` names one.
    fn resolve(&self, location: &Location) -> Location {
        match (location, &self.server) {
            (Location::Name(name), Some(base)) => {
                let base = base.trim_end_matches('/').to_owned();
                Location::Server { base, name: name.clone() }
            }
            _ => location.clone(),
        }
    }

    /// Refuses to list the embedded hub where `HUB_URL` names a server.
    pub fn needs_no_server(&self) -> anyhow::Result<()> {
        match &self.server {
            Some(url) => Err(hub_client::Error::Server(url.clone()).into()),
            None => Ok(()),
        }
    }

    /// The store of a location.
    pub fn store(&self, location: &Location) -> anyhow::Result<Store> {
        Ok(hub_client::store(&self.resolve(location), &self.home)?)
    }

    /// Opens a data set.
    pub async fn open(&self, location: &Location) -> anyhow::Result<Dataset> {
        Ok(hub_client::open(&self.resolve(location), &self.home).await?)
    }

    /// Opens a revision of a data set.
    pub async fn snapshot(&self, location: &Location, revision: &Revision) -> anyhow::Result<Snapshot> {
        Ok(self.open(location).await?.snapshot(revision).await?)
    }

    /// Writes data to stdout.
    pub fn print(&self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes data to stdout as JSON.
    pub fn print_json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.print(&(serde_json::to_string_pretty(value)? + "\n"))
    }

    /// Tells a person what was done, on stdout, unless told to be quiet.
    pub fn report(&self, text: &str) -> anyhow::Result<()> {
        if self.quiet { Ok(()) } else { self.print(text) }
    }

    /// Tells a person something beside the data, on stderr.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            // Nobody is left to tell if this can't be written.
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }
}
