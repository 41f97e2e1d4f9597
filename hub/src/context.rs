//! What every command gets: the hub's home, the server, the console, and the handling of Ctrl-C.

use std::sync::Arc;

use hub_catalog::index::SynsetIndex;
use hub_client::Home;
use hub_client::push::Progress;
use hub_client::remote::{Address, Hub, Notes};
use hub_dataset::{Dataset, LabelIndex, Snapshot, Store};
use hub_query::{ViewRows, view_rows};
use hub_schema::similar::listed;
use hub_schema::{Location, Revision};
use hub_stream::Filter;
use serde::Serialize;

use crate::args::{Global, ViewRef};
use crate::console::Console;
use crate::errors::Failure;
use crate::interrupt::Interrupt;
use crate::label_index::HomeIndex;

/// The environment of a command.
#[derive(Debug)]
pub struct Context {
    pub home: Home,
    /// `HUB_URL`: the server that names are looked up at.
    pub server: Option<Address>,
    pub console: Console,
    /// Counters of the running push or pull.
    pub progress: Arc<Progress>,
    pub interrupt: Interrupt,
    /// The embedded hub's label index.
    pub index: HomeIndex,
}

impl Context {
    /// Reads the environment variables; commands don't read them again.
    pub fn new(global: &Global) -> anyhow::Result<Self> {
        let home = match &global.home {
            Some(home) => Home::at(home),
            None => Home::from_env()?,
        };
        let server = hub_client::server_from_env()?;
        let progress = Arc::new(Progress::default());
        let interrupt = Interrupt::new(Arc::clone(&progress));
        let index = HomeIndex::default();
        let console = Console::new(global.quiet);
        let noting = console.clone();
        let home = home.with_notes(Notes::to(move |text| noting.note(text)));
        Ok(Self { home, server, console, progress, interrupt, index })
    }

    /// The location of a data set: with `HUB_URL` a bare name is one at that server; others stay as they are.
    pub fn resolve(&self, location: &Location) -> Location {
        hub_client::resolve(location, self.server.as_ref())
    }

    /// The server that names are looked up at; `None` where they are the embedded hub's.
    pub fn hub(&self) -> anyhow::Result<Option<Hub>> {
        Ok(self.server.as_ref().map(|server| self.home.connect(server)).transpose()?)
    }

    /// The address that was given as an argument, or that of `HUB_URL`.
    pub fn need_address(&self, given: Option<&Address>) -> anyhow::Result<Address> {
        self.address(given, "give its address (http://HOST:PORT)")
    }

    /// The server at the address that was given with `--url`, or at that of `HUB_URL`.
    pub fn need_hub(&self, given: Option<&Address>) -> anyhow::Result<Hub> {
        Ok(self.home.connect(&self.address(given, "name it with --url")?)?)
    }

    fn address(&self, given: Option<&Address>, how: &str) -> anyhow::Result<Address> {
        given.or(self.server.as_ref()).cloned().ok_or_else(|| {
            let home = self.home.path().display();
            let failure = Failure::usage(format!(
                "users, tokens and deleted data sets exist only on a server; the embedded hub at {home} has none"
            ));
            failure.hint(format!("start a server with `hub serve`, and {how} or set HUB_URL")).into()
        })
    }

    /// The store of a location.
    pub fn store(&self, location: &Location) -> anyhow::Result<Store> {
        Ok(hub_client::store(&self.resolve(location), &self.home)?)
    }

    pub async fn open(&self, location: &Location) -> anyhow::Result<Dataset> {
        Ok(hub_client::open(&self.resolve(location), &self.home).await?)
    }

    /// Opens a data set, or creates it.
    pub async fn open_or_create(&self, location: &Location) -> anyhow::Result<Dataset> {
        Ok(hub_client::open_or_create(&self.resolve(location), &self.home).await?)
    }

    /// Opens a revision of a data set.
    pub async fn snapshot(&self, location: &Location, revision: &Revision) -> anyhow::Result<Snapshot> {
        Ok(self.open(location).await?.snapshot(revision).await?)
    }

    /// The heads of all data sets of the hub, by name. Data sets that can't be read are left out with a warning.
    pub async fn heads(&self) -> anyhow::Result<Vec<(String, Snapshot)>> {
        let mut heads = Vec::new();
        if let Some(hub) = self.hub()? {
            for listing in hub.datasets(None).await? {
                let head = async {
                    let dataset = Dataset::open(hub.store(&listing.name)).await?;
                    dataset.head(&listing.default_branch).await
                };
                match head.await {
                    Ok(Some(head)) => heads.push((listing.name.to_string(), head)),
                    Ok(None) => {}
                    Err(e) => self.note(&format!(
                        "warning: data set {} can't be read and is left out: {e}",
                        listing.name
                    )),
                }
            }
            return Ok(heads);
        }
        for listing in self.home.list().await? {
            match listing.head {
                Ok(Some(head)) => heads.push((listing.name.to_string(), head)),
                Ok(None) => {}
                Err(e) => self
                    .note(&format!("warning: data set {} can't be read and is left out: {e}", listing.name)),
            }
        }
        Ok(heads)
    }

    /// The label index for the data set at a location; `None` for other locations than names in the embedded hub.
    pub async fn label_index(&self, location: &Location) -> Option<SynsetIndex> {
        match self.resolve(location) {
            Location::Name(_) => self.index.get(&self.database_url(), &self.console).await,
            _ => None,
        }
    }

    /// A condition on the rows of the data set at a location.
    pub async fn filter(&self, condition: &str, location: &Location) -> Filter {
        let index = self.label_index(location).await;
        Filter::new(condition).with_index(index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>))
    }

    /// The rows of a view of the data set at a location.
    pub async fn view(&self, location: &Location, view: &ViewRef) -> anyhow::Result<ViewRows> {
        let dataset = self.open(location).await?;
        let Some((_, stored)) = dataset.view(&view.name, view.version).await? else {
            let known: Vec<String> = dataset.views().await?.iter().map(ToString::to_string).collect();
            let message = match view.version {
                Some(version) => format!("view '{}:{version}' not found", view.name),
                None => format!(
                    "view '{}' not found; existing views: {}",
                    view.name,
                    listed(view.name.as_str(), &known)
                ),
            };
            return Err(Failure::not_found(message).hint("`hub view NAME` lists them").into());
        };
        let index = self.label_index(location).await;
        Ok(view_rows(&dataset, &stored, index.map(|index| Arc::new(index) as Arc<dyn LabelIndex>)).await?)
    }

    /// The catalog's database: `HUB_DATABASE_URL`, else `catalog.db` in the embedded hub's directory.
    pub fn database_url(&self) -> String {
        let set = std::env::var("HUB_DATABASE_URL").ok().filter(|url| !url.is_empty());
        set.unwrap_or_else(|| format!("sqlite://{}", self.home.path().join("catalog.db").display()))
    }

    pub fn print(&self, text: &str) -> anyhow::Result<()> {
        self.console.print(text)
    }

    /// Writes data to stdout as JSON.
    pub fn print_json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.console.print_json(value)
    }

    /// Reports what was done, on stdout; nothing with `--quiet`.
    pub fn report(&self, text: &str) -> anyhow::Result<()> {
        self.console.report(text)
    }

    /// Writes a note or warning to stderr; nothing with `--quiet`.
    pub fn note(&self, text: &str) {
        self.console.note(text);
    }
}
