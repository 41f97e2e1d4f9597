//! What every page of a data set shows: its name, who may see it, the revision, and the tabs.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hub_catalog::Role;
use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::{CommitParent, DatasetName, Visibility, is_reserved};
use serde_json::json;
use uuid::Uuid;

use super::{Frame, Section, Visit, show};
use crate::auth::{OpenDataset, find, name_of_path};
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::views::cell::Look;
use crate::views::review::summary::known_mistakes;

/// A request for a page of a data set that the reader may see.
#[derive(Clone, Debug)]
pub struct SetVisit {
    pub visit: Visit,
    pub set: OpenDataset,
    /// The reader's role in the namespace.
    pub role: Option<Role>,
    /// `?rev=` of the address.
    pub rev: Option<String>,
}

impl FromRequestParts<AppState> for SetVisit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let name = name_of_path(parts, state).await.map_err(|problem| match problem.kind {
            // No data set has such a name.
            Kind::BadName => Problem::not_found(format!("page '{}'", parts.uri.path())),
            _ => problem,
        })?;
        let set = find(state, visit.caller.clone(), visit.address.clone(), &name, Role::Reader).await?;
        let role = visit.caller.role(&state.catalog, name.namespace()).await?;
        let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let rev = query.into_owned().find(|(key, value)| key == "rev" && !value.is_empty());
        Ok(Self { visit, set, role, rev: rev.map(|(_, rev)| rev) })
    }
}

impl SetVisit {
    /// The revision of the address; without one, the head of the default branch.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        self.set.snapshot(self.rev.as_deref()).await
    }

    /// The revision of the address; `None` for a data set without a commit.
    pub async fn snapshot_if_any(&self) -> Result<Option<Snapshot>> {
        match self.snapshot().await {
            Ok(snapshot) => Ok(Some(snapshot)),
            Err(problem) if problem.kind == Kind::NotFound && self.rev.is_none() => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// The frame of a page under one of the tabs.
    pub async fn frame(
        &self,
        title: &str,
        tab: Tab,
        snapshot: Option<&Snapshot>,
    ) -> Result<(Frame, SetFrame)> {
        let info = &self.set.info;
        let title = match title {
            "" => info.name.to_string(),
            title => format!("{title} · {}", info.name),
        };
        let shown = match snapshot {
            Some(snapshot) => Some(Shown::of(self, snapshot).await?),
            None => None,
        };
        let live = match &shown {
            Some(shown) if !shown.is_branch => None,
            shown => {
                let branch = shown.as_ref().map_or(info.default_branch.as_str(), |shown| shown.name.as_str());
                let version = snapshot.map_or(-1, |snapshot| snapshot.at().version as i64);
                let events = crate::auth::url_of(&info.name, "events");
                Some(json!({ "events": events, "branch": branch, "version": version }).to_string())
            }
        };
        let frame = self.visit.frame(title, Section::Datasets);
        let set = SetFrame {
            uuid: info.uuid,
            base: base_of(&info.name),
            query: self.rev.as_ref().map(|rev| format!("?rev={}", show::encoded(rev))).unwrap_or_default(),
            namespace: info.name.namespace().to_owned(),
            name: info.name.name().to_owned(),
            is_private: info.visibility == Visibility::Private,
            may_write: self.role.is_some_and(|role| role >= Role::Writer),
            is_owner: self.role == Some(Role::Owner),
            tab,
            // A list that can't be read must not take the page with it.
            runs: self.set.dataset.runs().await.map_or(0, |runs| runs.len()),
            live,
            shown,
        };
        Ok((frame, set))
    }
}

/// The tab that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Samples,
    Classes,
    Review,
    History,
    Runs,
    Settings,
    /// None of them: the reader's changes.
    Changes,
}

/// What the pages of a data set show around their content.
#[derive(Clone, Debug)]
pub struct SetFrame {
    /// What the data set is, also under another name.
    pub uuid: Uuid,
    /// The address of the data set's overview.
    pub base: String,
    /// `?rev=…` if the address names a revision, else empty.
    pub query: String,
    pub namespace: String,
    pub name: String,
    pub is_private: bool,
    pub may_write: bool,
    pub is_owner: bool,
    pub tab: Tab,
    /// The number of finished runs.
    pub runs: usize,
    /// What the page listens for while it is open, as JSON: where events are, the branch, and the version that is shown
    /// (-1 before the first commit). `None` where the address names a revision that doesn't move.
    pub live: Option<String>,
    /// The revision; `None` without a commit.
    pub shown: Option<Shown>,
}

impl SetFrame {
    /// The address of a page of this data set at the same revision.
    pub fn at(&self, rest: &str) -> String {
        format!("{}{rest}{}", self.base, self.query)
    }

    /// The same with members of the query, by name and value.
    pub fn at_with(&self, rest: &str, members: &[(&str, &str)]) -> String {
        let members: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("{}={}", show::encoded(name), show::encoded(value)))
            .collect();
        let sign = if self.query.is_empty() { '?' } else { '&' };
        format!("{}{sign}{}", self.at(rest), members.join("&"))
    }

    /// What the scripts that change samples know of the data set, as JSON; `None` for those who may not write.
    pub fn changes(&self, frame: &Frame) -> Option<String> {
        let person = frame.person.as_ref().filter(|_| self.may_write)?;
        let shown = self.shown.as_ref()?;
        let props = json!({
            "namespace": self.namespace, "name": self.name, "uuid": self.uuid, "person": person.name,
            "home": self.base, "base": shown.pinned, "media": shown.media,
        });
        Some(props.to_string())
    }

    /// Whether `tab` is the page's.
    pub fn is_on(&self, tab: Tab) -> bool {
        self.tab == tab
    }
}

/// The revision that is shown, and those that can be chosen instead.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The branch or tag of the address.
    pub name: String,
    /// Whether that is a branch, which moves.
    pub is_branch: bool,
    /// `v14`.
    pub version: String,
    /// The revision that never changes: `main:14`.
    pub pinned: String,
    pub rows: String,
    /// The number of classes of the first label column.
    pub classes: Option<String>,
    /// The number of likely mistakes, as far as they were found.
    pub mistakes: Option<String>,
    pub commits: String,
    pub branches: Vec<(String, bool)>,
    pub tags: Vec<(String, bool)>,
    /// The column with the pictures, or the audio or video.
    pub media: Option<String>,
}

impl Shown {
    async fn of(visit: &SetVisit, snapshot: &Snapshot) -> Result<Self> {
        let (at, dataset) = (snapshot.at(), &visit.set.dataset);
        let chosen = visit.rev.clone().unwrap_or_else(|| visit.set.info.default_branch.to_string());
        let named = |names: Vec<hub_schema::BranchName>| {
            let name = |name: hub_schema::BranchName| (name.to_string(), name.as_str() == chosen);
            names.into_iter().map(name).collect::<Vec<_>>()
        };
        let branches = named(dataset.branches().await?);
        let tags = named(dataset.tags().await?);
        let is_branch = branches.iter().any(|(_, is_chosen)| *is_chosen);
        let is_ref = branches.iter().chain(&tags).any(|(_, is_chosen)| *is_chosen);
        let classes = LabelColumn::all(snapshot.schema()).first().map(|column| column.names.len() as u64);
        let mistakes = known_mistakes(visit.set.state(), visit.set.info.uuid, snapshot).await?;
        let mistakes = mistakes.map(|queues| queues.iter().map(|queue| queue.total).sum());
        Ok(Self {
            name: if is_ref { chosen } else { at.branch.to_string() },
            is_branch,
            version: format!("v{}", at.version),
            pinned: pinned(at),
            rows: show::short(snapshot.commit().counts.rows),
            classes: classes.map(show::count),
            mistakes: mistakes.filter(|mistakes| *mistakes > 0).map(show::short),
            commits: show::short(at.version + 1),
            branches,
            tags,
            media: Look::of(snapshot.schema()).media.map(|field| field.name),
        })
    }
}

/// The revision `branch:version`, which never changes.
pub fn pinned(at: &CommitParent) -> String {
    format!("{}:{}", at.branch, at.version)
}

/// The address of a data set's overview. A namespace whose name is a page of the hub is reached under `/d/`.
pub fn base_of(name: &DatasetName) -> String {
    format!("{}/{}", namespace_of(name.namespace()), name.name())
}

/// The address of a namespace.
pub fn namespace_of(namespace: &str) -> String {
    if is_reserved(namespace) { format!("/d/{namespace}") } else { format!("/{namespace}") }
}

/// The address of a thumbnail of a data set's cell, of at most `size` pixels.
pub fn thumbnail(name: &DatasetName, at: &CommitParent, row_id: &str, column: &str, size: u32) -> String {
    let cell = format!("rows/{row_id}/{}", show::encoded(column));
    let rev = show::encoded(&pinned(at));
    crate::auth::url_of(name, &format!("{cell}/thumbnail?rev={rev}&size={size}"))
}
